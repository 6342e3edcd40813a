"""Who names a run that is not there is told which are."""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vidpred.cli.program import app
from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import find_checkpoint
from vidpred.runs.named_predictors import find_named
from vidpred.runs.neighbouring_runs import runs_to_name


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """Five runs, the last one the newest, a folder of something else, and a file."""
    monkeypatch.chdir(tmp_path)
    for age, name in enumerate(["walk-20260101", "faces", "wave", "cats dogs", "zebra"]):
        (tmp_path / "runs" / name / "checkpoints").mkdir(parents=True)
        (tmp_path / "runs" / name / "checkpoints" / "last.safetensors").touch()
        os.utime(tmp_path / "runs" / name, (age, age))
    (tmp_path / "runs" / "empty" / "checkpoints").mkdir(parents=True)
    (tmp_path / "runs" / "notes.txt").touch()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("runs/walk-20260102", " (did you mean runs/walk-20260101?)"),
        ("runs/Wave", " (did you mean runs/wave?)"),
        ("runs/cats_dogs", " (did you mean 'runs/cats dogs'?)"),
        ("facs", " (did you mean runs/faces?)"),
        ("runs/qqq", " (runs here are runs/zebra, 'runs/cats dogs', runs/wave and 2 more)"),
        ("runs", " (runs here are runs/zebra, 'runs/cats dogs', runs/wave and 2 more)"),
        (".", " (runs here are runs/zebra, 'runs/cats dogs', runs/wave and 2 more)"),
        ("runs/faces/chekpoints", ""),
        ("nowhere/at/all", ""),
        ("n" * 300 + "/run", ""),
        ("runs/" + "n" * 300, " (runs here are runs/zebra, 'runs/cats dogs', runs/wave and 2 more)"),
    ],
)
def test_the_nearest_runs_are_named_or_else_the_newest(named, said):
    assert runs_to_name(Path(named)) == said


@pytest.mark.parametrize(
    ("find", "named", "said"),
    [
        (find_named, "runs/wav", "did you mean runs/wave?"),
        (find_checkpoint, "runs/wav", "did you mean runs/wave?"),
        (find_checkpoint, "runs", "runs here are runs/zebra"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_the_runs_that_are_there(find, named, said):
    with pytest.raises(VidpredError, match=re.escape(said)):
        find(Path(named))


@pytest.mark.parametrize("command", [["health"], ["sample"], ["train", "--resume"], ["film"]])
def test_every_command_that_takes_a_run_names_them(command):
    result = CliRunner().invoke(app, [*command, "runs/wav"])
    assert "did you mean runs/wave?" in str(result.exception)


def test_who_names_the_folder_of_runs_for_the_health_of_one_is_told_them():
    result = CliRunner().invoke(app, ["health", "runs"])
    assert "runs has no figures of health (runs here are runs/zebra, " in str(result.exception)

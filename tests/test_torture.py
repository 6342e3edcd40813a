"""What ends badly is told from what ends well, and every case can be repeated."""

import json
import os
import signal
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest
from material import draw_images, run_vidpred
from test_scripts import FOLDER, run, run_alone

from vidpred.errors import VidpredError

sys.path.insert(0, str(FOLDER))
import torture_child
from torture import table
from torture_cases import _check_leavings
from torture_child import Kill, Step, run_step
from torture_mutations import change_leaf, mutate, mutate_checkpoint
from torture_settings import parse_settings


def refuse():
    raise VidpredError("it is too late; come tomorrow")


def refuse_at_length():
    raise VidpredError("it is\ntoo late")


def err():
    raise TypeError("no")


def die():
    os.kill(os.getpid(), signal.SIGSEGV)


def devour():
    np.ones(2**40, np.uint8)


def turn_for_ever():
    while True:
        pass


def fill_the_disk():
    try:
        with Path("large").open("wb") as file:
            file.truncate(2**40)
    except OSError as error:
        sys.exit(f"error: {error.strerror}")


def touch_three_files():
    for number in range(3):
        Path.cwd().joinpath(f"touched_{number}").touch()


ENDINGS = {
    "right": str,
    "refused": refuse,
    "wrong": refuse_at_length,
    "traceback": err,
    "crash": die,
    "memory": devour,
    "hang": turn_for_ever,
    "disk": fill_the_disk,
}


@pytest.mark.parametrize("outcome", ENDINGS)
def test_every_ending_is_told_from_the_others(tmp_path, monkeypatch, outcome):
    monkeypatch.setattr(torture_child, "SECONDS", 1)
    assert run_step(Step(ENDINGS[outcome]), tmp_path, 0).outcome == outcome


def test_a_refusal_is_wrong_where_success_is_due(tmp_path):
    ended = run_step(Step(refuse, must_succeed=True), tmp_path, 0)
    assert (ended.outcome, ended.said) == ("wrong", "error: it is too late; come tomorrow")


def test_a_process_is_killed_at_the_touch_that_was_asked_for(tmp_path):
    ended = run_step(Step(touch_three_files, Kill(touch=2)), tmp_path, 0)
    assert ended.said == "killed"
    assert [path.name for path in tmp_path.glob("touched_*")] == ["touched_0"]


def test_hidden_files_are_leavings(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "seen").touch()
    assert _check_leavings(tmp_path) == ""
    (tmp_path / "run" / ".x.1234.npy").touch()
    assert _check_leavings(tmp_path) == "left behind: run/.x.1234.npy"


def test_the_same_seed_does_the_same_damage():
    content, other = bytes(range(256)) * 9, b"other" * 99
    damaged = [mutate(content, other, Random(seed)) for seed in (*range(30), *range(30))]
    assert damaged[:30] == damaged[30:]
    assert len(set(damaged)) > 20


def test_a_checkpoint_stays_one_whose_header_can_be_read():
    header = json.dumps({"__metadata__": {"step": "1", "config": '{"a": [1, 2]}'}}).encode()
    content = len(header).to_bytes(8, "little") + header
    damaged = {mutate_checkpoint(content, content, Random(seed)) for seed in range(200)}
    readable = [each for each in damaged if each[8:].startswith(b'{"') and each != content]
    assert len(readable) > 50


def test_one_value_of_a_tree_changes():
    tree = {"a": [1, {"b": 2}], "c": "d"}
    changed = [json.dumps(change_leaf(tree, Random(seed))) for seed in range(50)]
    assert len({*changed} - {json.dumps(tree)}) > 20
    assert tree == {"a": [1, {"b": 2}], "c": "d"}


def test_settings_are_those_that_the_command_lists():
    known = {(setting.part, setting.name): setting for setting in parse_settings(run_vidpred("config")[1])}
    assert {("", "train.steps"), ("data=video_folder", "data.crop"), ("", "objective.terms.gdl")} <= known.keys()
    assert set(known["", "train.precision"].choices) >= {"fp32", "bf16"}
    assert known["network=multiscale", "network.width_multiplier"].is_number
    assert not known["", "train.precision"].is_number


def test_counts_are_written_by_kind():
    lines = table([("video", 1, "right", ""), ("video", 2, "hang", "x"), ("picture", 1, "right", "")]).splitlines()
    assert lines[0] == "| kind | cases | right | refused | wrong | traceback | hang | crash | memory | disk |"
    assert lines[2] == "| video | 2 | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |"
    assert lines[-1] == "| all | 3 | 2 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |"


def test_a_folder_of_pictures_is_tortured_and_one_case_repeated_by_one_command(tmp_path):
    draw_images(tmp_path / "media", 3)
    command = (FOLDER / "torture.py", "media", "--kinds", "picture", "--out", "out")
    ended = run_alone(tmp_path, *command, "--minutes", 0.02, "--workers", 1)
    assert "seed 0; 0.02 minutes" in ended.stdout, ended.stderr
    assert "| picture |" in ended.stdout
    one = run(tmp_path, *command, "--only", "picture:3")
    assert "picture:3 ended: " in one.stdout, one.stderr
    kept = tmp_path / "out" / "failed" / "picture_3"
    assert "--only picture:3" in (kept / "command.txt").read_text()
    before = next(kept.glob("damaged*")).read_bytes()
    run(tmp_path, *command, "--only", "picture:3")
    assert next(kept.glob("damaged*")).read_bytes() == before

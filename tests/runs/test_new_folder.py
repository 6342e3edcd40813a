"""A new run is refused where its folder cannot be made, before its data are read."""

import datetime
import errno
import os
from pathlib import Path

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.build import Parts
from vidpred.runs.folder import RunFolder
from vidpred.runs.lock import locked
from vidpred.runs.new_folder import require_new
from vidpred.runs.train import start_run


def close(folder, monkeypatch):
    """Have the system refuse files in a folder, as on a disk that is mounted to be read only."""
    usual = os.open

    def refusing(path, *rest, **more):
        if Path(path).parent.resolve() == folder.resolve() or Path(path).resolve() == folder.resolve():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return usual(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)


@pytest.mark.parametrize("out", [None, Path("run"), Path("deep/down/run")])
def test_a_place_where_nothing_can_be_written_is_refused_before_data_are_read(small_config, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Parts, "build", None)
    close(tmp_path, monkeypatch)
    with pytest.raises(VidpredError, match=r"may not be written to \(Read-only file system\); choose another, or"):
        start_run(small_config(), out, "cpu")
    assert not list(tmp_path.iterdir())


def test_a_folder_below_a_file_is_refused_by_the_name_of_the_file(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(VidpredError, match=f"{tmp_path / 'file'} is a file, but a run needs a folder"):
        require_new(tmp_path / "file" / "run")


def test_a_run_that_goes_on_before_its_first_checkpoint_is_not_to_be_taken_away(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "config.yaml").touch()
    with locked(tmp_path), pytest.raises(VidpredError, match="is being trained by another process"):
        require_new(tmp_path)
    with pytest.raises(VidpredError, match="ended before its first checkpoint"):
        require_new(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoints", "config.yaml"]


def test_to_go_on_is_not_advised_while_another_process_trains_the_run(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "last.safetensors").touch()
    (tmp_path / "config.yaml").touch()
    with locked(tmp_path), pytest.raises(VidpredError, match="is being trained by another process"):
        require_new(tmp_path)
    with pytest.raises(VidpredError, match="--resume"):
        require_new(tmp_path)


@pytest.mark.parametrize("has_config", [True, False])
def test_to_go_on_in_a_folder_is_advised_where_that_works_alone(tmp_path, has_config):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "last.safetensors").touch()
    if has_config:
        (tmp_path / "config.yaml").touch()
    with pytest.raises(VidpredError, match="name another folder with --out") as raised:
        require_new(tmp_path)
    assert ("--resume" in str(raised.value)) == has_config


def test_what_can_be_made_is_left_to_be_made(tmp_path):
    require_new(tmp_path / "deep" / "down")
    (tmp_path / "empty").mkdir()
    require_new(tmp_path / "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_runs_that_begin_in_the_same_second_get_folders_of_their_own(tmp_path, monkeypatch):
    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2024, 1, 31, 23, 59, 58)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datetime, "datetime", Stopped)
    made = [RunFolder.create(None, "clips").path.as_posix() for _ in range(3)]
    first = "runs/clips-20240131-235958"
    assert made == [first, f"{first}-2", f"{first}-3"]
    assert all((tmp_path / path / "checkpoints").is_dir() for path in made)

"""Of two commands that would write to one output, the second is refused before it computes anything."""

import errno
import os
import signal

import pytest
from material import assert_refused, draw_video, files_below, run_command, save_checkpoint

from vidpred.cli.claims import claim, claiming, make_folder
from vidpred.errors import VidpredError
from vidpred.machine.lock import locked

pytest.importorskip("fcntl", reason="the system has no locks on files")


@pytest.fixture
def vidpred(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with videos and a checkpoint; return code, stdout and stderr."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "a.mp4")
    draw_video(tmp_path / "b.mp4", seed=1)
    save_checkpoint(tmp_path / "last.safetensors")
    return lambda *arguments: run_command(monkeypatch, capsys, *arguments)


def of_another_process(output):
    """Hold the lock that another process would have on an output."""
    return locked(output.parent / f".{output.name}.lock", "it is taken", "wait")


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (("predict", "a.mp4", "--horizon", 1, "--out", "x.mp4", "--overwrite"), "x.mp4"),
        (("predict", "a.mp4", "--horizon", 1, "--compare", "--out", "x.gif"), "x_compare.gif"),
        (("predict", "a.mp4", "--horizon", 1, "--out", "frames/"), "frames"),
        (("extend", "a.mp4", "x.mp4", "--seconds", 0.1), "x.mp4"),
        (("interpolate-video", "a.mp4", "--out", "x.mp4"), "x.mp4"),
        (("compare", "a.mp4", "linear", "--out", "report"), "report"),
        (("watch", "b.mp4", "a.mp4", "--out", "x.png"), "x.png"),
        (("inspect", "a.mp4", "--out", "x.png"), "x.png"),
        (("export", "learned_motion", "--format", "torch", "--out", "x.pt2"), "x.pt2"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_the_second_is_refused_and_writes_nothing(vidpred, tmp_path, words, taken):
    before = files_below(tmp_path)
    with of_another_process(tmp_path / taken):
        assert_refused(
            vidpred(*words), f"the output {taken} is being written by another process ({os.getpid()} on ", "wait"
        )
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("step", ["open", "write"])
def test_a_signal_while_an_output_is_claimed_leaves_no_lock(vidpred, tmp_path, monkeypatch, number, step):
    usual = getattr(os, step)

    def asked_to_end(*arguments):
        result = usual(*arguments)
        if step == "write" or ".x.mp4.lock" in str(arguments[0]):
            signal.raise_signal(number)
        return result

    before = files_below(tmp_path)
    monkeypatch.setattr(f"vidpred.machine.lock.os.{step}", asked_to_end)
    code = vidpred("extend", "a.mp4", "x.mp4", "--seconds", 0.1)[0]
    assert code == 128 + number
    assert files_below(tmp_path) == before


def test_of_several_videos_only_the_one_whose_output_is_taken_is_left(vidpred, tmp_path):
    command = ("predict", "a.mp4", "b.mp4", "--checkpoint", "last.safetensors", "--horizon", 1, "--device", "cpu")
    with of_another_process(tmp_path / "b_future.mp4"):
        code, printed, error = vidpred(*command)
    assert code == 1
    assert "wrote a_future.mp4" in printed
    assert "not predicted: the output b_future.mp4 is being written by another process" in error
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_is_claimed_is_free_again_at_the_end(tmp_path):
    output = tmp_path / "new" / "folder"
    for _ in range(2):
        with claiming():
            claim(output)
            claim(output)
            with claiming():
                claim(output)  # by the same command
            assert [path.name for path in tmp_path.iterdir()] == [".new.folder.lock"]
            with (
                pytest.raises(VidpredError, match="by another process"),
                locked(tmp_path / ".new.folder.lock", "by another process", "wait"),
            ):
                pass
        assert not list(tmp_path.iterdir())


def test_outside_of_a_command_nothing_is_claimed(tmp_path):
    claim(tmp_path / "x.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("watch", "b.mp4", "a.mp4", "--checkpoint", "nowhere"),
        ("watch", "b.mp4", "a.mp4", "--alarm-rate", 7, "--checkpoint", "copy_last"),
        ("watch", "b.mp4", "text.mp4"),
        ("predict", "a.mp4", "b.mp4", "--checkpoint", "nowhere"),
    ],
)
def test_who_is_refused_leaves_no_new_folder(vidpred, tmp_path, words):
    (tmp_path / "text.mp4").write_text("no video")
    before = sorted(tmp_path.rglob("*"))
    assert_refused(vidpred(*words, "--out", "new/inner/"))
    assert [path for path in sorted(tmp_path.rglob("*")) if "cache" not in path.parts] == before
    (tmp_path / "there").mkdir()
    assert_refused(vidpred(*words, "--out", "there/inner/"))
    assert list((tmp_path / "there").iterdir()) == []


def test_a_new_folder_stays_where_something_is_in_it(tmp_path):
    with claiming():
        make_folder(tmp_path / "full" / "inner")
        claim(tmp_path / "full" / "inner" / "x.png")
        (tmp_path / "full" / "mine.txt").touch()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "mine.txt"]


def test_one_hidden_file_says_that_alarms_are_being_written(vidpred, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("vidpred.cli.watch._load", lambda *_: seen.extend(tmp_path.glob(".*")) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        vidpred("watch", "b.mp4", "a.mp4", "--out", "x.png")
    assert [path.name for path in seen] == [".x.png.lock"]
    assert not list(tmp_path.glob(".*"))


def test_a_demo_that_cannot_write_its_film_leaves_no_folder(vidpred, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = files_below(tmp_path)
    monkeypatch.setattr("vidpred.machine.files.os.fsync", full)
    assert_refused(vidpred("demo", "--out", "new/demo"), "No space left on device", "free some space")
    assert not (tmp_path / "new").exists()
    assert files_below(tmp_path) == before

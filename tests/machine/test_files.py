"""Files that appear whole or not at all."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from vidpred.machine.files import replacing, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_new_content_takes_the_name(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["note.txt"]


def test_temporary_name_keeps_folder_and_suffix_and_is_hidden(tmp_path):
    with replacing(tmp_path / "film.mp4") as temporary:
        temporary.touch()
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".mp4")
        assert temporary.name.startswith(".")


def test_two_writers_of_one_name_do_not_meet(tmp_path):
    path = tmp_path / "note.txt"
    with replacing(path) as first, replacing(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"
    assert names(tmp_path) == ["note.txt"]


@pytest.mark.parametrize("mistake", [RuntimeError, KeyboardInterrupt, OSError])
def test_crash_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path, mistake):
    path = tmp_path / "note.txt"
    path.write_text("old")

    def write_half():
        with replacing(path) as temporary:
            temporary.write_text("ne")
            raise mistake

    with pytest.raises(mistake):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["note.txt"]


def test_crash_before_anything_is_written_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), replacing(tmp_path / "note.txt"):
        raise RuntimeError
    assert names(tmp_path) == []


def test_new_file_may_be_read_by_those_who_may_read_any_new_file(tmp_path):
    (tmp_path / "plain.txt").touch()
    with replacing(tmp_path / "note.txt") as temporary:
        temporary.unlink()
        temporary.touch(mode=0o600)  # as some writers do
    assert (tmp_path / "note.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


def test_killed_process_leaves_the_old_file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    program = (
        "import os, signal, sys; from pathlib import Path; from vidpred.machine.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_text('ne'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert path.read_text() == "old"


def test_content_is_on_the_disk_before_the_name_changes(tmp_path, monkeypatch):
    path = tmp_path / "note.txt"
    path.write_text("old")
    synced = []

    def watch(descriptor):
        synced.append((os.fstat(descriptor).st_size, path.read_text()))

    monkeypatch.setattr("vidpred.machine.files.os.fsync", watch)
    write_text(path, "newer")
    assert synced == [(len("newer"), "old")]


def test_full_disk_says_which_file_and_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "note.txt"
    path.write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("vidpred.machine.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left on device") as told:
        write_text(path, "new")
    assert told.value.filename == str(path)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["note.txt"]


def test_missing_folder_is_told_by_the_name_that_was_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError) as told:
        write_text(tmp_path / "nowhere" / "note.txt", "new")
    assert told.value.filename == str(tmp_path / "nowhere" / "note.txt")


def test_error_about_another_file_keeps_its_name(tmp_path):
    def copy_from_nowhere():
        with replacing(tmp_path / "copy.txt") as temporary:
            temporary.write_bytes((tmp_path / "original.txt").read_bytes())

    with pytest.raises(FileNotFoundError) as told:
        copy_from_nowhere()
    assert told.value.filename == str(tmp_path / "original.txt")


def test_any_text_is_kept_even_names_of_files_that_are_no_unicode(tmp_path):
    name = os.fsdecode(b"caf\xe9 \xff.mp4")
    write_text(tmp_path / "note.txt", f"año {name}")
    assert (tmp_path / "note.txt").read_bytes() == "año ".encode() + b"caf\xe9 \xff.mp4"

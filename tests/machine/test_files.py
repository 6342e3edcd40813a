"""Files that appear whole or not at all."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vidpred.errors import VidpredError
from vidpred.machine import files
from vidpred.machine.files import all_or_none, real_path, replacing, sweep, write_text


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


LONG_NAMES = [
    "y" * 251 + ".mp4",
    "y" * 255,
    "y" * 246 + ".mp4",
    "\u00fc" * 125 + ".mp4",
    "y." + "z" * 253,
    "\udcff" * 255,  # bytes that are no UTF-8
]


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_name_as_long_as_the_disk_takes_is_written(tmp_path, name):
    with replacing(tmp_path / name) as temporary:
        assert temporary.name.startswith(".")
        assert temporary.suffix == (".mp4" if name.endswith(".mp4") else temporary.suffix)
        temporary.write_text("new")
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", LONG_NAMES)
def test_what_a_killed_process_left_of_a_long_name_is_swept(tmp_path, name):
    with replacing(tmp_path / name) as temporary:
        left = temporary.name
    (tmp_path / name).unlink()
    (tmp_path / left).touch()
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_two_writers_of_one_name_do_not_meet(tmp_path):
    path = tmp_path / "note.txt"
    with replacing(path) as first, replacing(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"
    assert names(tmp_path) == ["note.txt"]


@pytest.mark.parametrize("knows_links", [True, False])
def test_what_another_process_has_written_meanwhile_stays(tmp_path, monkeypatch, knows_links):
    if not knows_links:
        monkeypatch.setattr(os, "link", lambda *_: (tmp_path / "nowhere").stat())
    path = tmp_path / "film.mp4"
    with replacing(path, overwrite=False) as temporary:
        temporary.write_text("first")
    with pytest.raises(VidpredError, match=r"film\.mp4 exists"), replacing(path, overwrite=False) as temporary:
        temporary.write_text("second")
    assert path.read_text() == "first"
    assert names(tmp_path) == ["film.mp4"]


def test_what_another_process_has_written_meanwhile_is_not_taken_away_with_the_rest(tmp_path):
    ours, theirs = tmp_path / "first.txt", tmp_path / "second.txt"

    def write(*paths):
        with all_or_none() as announced:
            for path in paths:
                with replacing(announced(path), overwrite=False) as temporary:
                    temporary.write_text("ours")
                    theirs.write_text("theirs") if path == theirs else None

    with pytest.raises(VidpredError, match=re.escape(f"{theirs} exists")):
        write(ours, theirs)
    assert names(tmp_path) == ["second.txt"]
    assert theirs.read_text() == "theirs"


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


KILLED = (
    "import os, signal, sys; from pathlib import Path; from vidpred.machine.files import replacing\n"
    "with replacing(Path(sys.argv[1])) as temporary:\n"
    "    temporary.write_text('ne'); os.kill(os.getpid(), signal.SIGKILL)\n"
)


def kill_while_writing(path):
    """Leave what a killed process leaves; return its name."""
    before = set(names(path.parent))
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = set(names(path.parent)) - before
    return left


def test_killed_process_leaves_the_old_file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    kill_while_writing(path)
    assert path.read_text() == "old"


def test_what_a_killed_process_left_is_swept(tmp_path):
    kill_while_writing(tmp_path / "note.txt")
    (tmp_path / "note.txt").write_text("old")
    sweep(tmp_path)
    assert names(tmp_path) == ["note.txt"]


SWEEPING = "import sys; from pathlib import Path; from vidpred.machine.files import sweep; sweep(Path(sys.argv[1]))"


def test_what_is_being_written_is_not_swept(tmp_path):
    with replacing(tmp_path / "note.txt") as temporary:
        sweep(tmp_path)
        assert temporary.exists()
        program = (
            "import sys; from pathlib import Path; from vidpred.machine.files import sweep; sweep(Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
        temporary.write_text("new")
    assert (tmp_path / "note.txt").read_text() == "new"


FOREIGN = [
    ".mine.npy",
    ".note.0123abcd",
    "note.0123abcd.txt",
    ".note.0123ABCD.txt",
    ".note.0123abc.txt",
    ".0123abcd.txt",
]


def test_only_what_is_named_as_a_temporary_file_is_swept(tmp_path):
    for name in FOREIGN:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    left = kill_while_writing(tmp_path / "note.txt")
    (tmp_path / f"{left}.folder.0123abcd.txt").mkdir()
    (tmp_path / ".link.0123abcd.txt").symlink_to(tmp_path / FOREIGN[0])
    sweep(tmp_path, re.compile(r"\w+\.txt"))
    assert names(tmp_path) == sorted([*FOREIGN, ".link.0123abcd.txt", f"{left}.folder.0123abcd.txt"])


def test_only_files_that_were_to_take_certain_names_are_swept(tmp_path):
    other = kill_while_writing(tmp_path / "holiday.npy")
    kill_while_writing(tmp_path / "0123456789.npy")
    sweep(tmp_path, re.compile(r"[0-9]{10}\.npy"))
    assert names(tmp_path) == [other]


def test_name_without_a_suffix_is_swept_as_well(tmp_path):
    kill_while_writing(tmp_path / "note")
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_sweeping_what_is_no_folder_does_nothing(tmp_path):
    (tmp_path / "file").touch()
    sweep(tmp_path / "file")
    sweep(tmp_path / "nowhere")
    assert names(tmp_path) == ["file"]


def test_where_no_system_tells_who_writes_a_day_passes_before_the_sweep(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "fcntl", None)
    for name, age in ((".old.0123abcd.txt", 90_000), (".new.0123abcd.txt", 80_000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    monkeypatch.setattr("vidpred.machine.files.time.time", lambda: 1e9)
    with replacing(tmp_path / "note.txt") as temporary:
        temporary.write_text("new")
        sweep(tmp_path)
    assert names(tmp_path) == [".new.0123abcd.txt", "note.txt"]


def test_file_that_is_swept_before_it_is_held_is_made_again(tmp_path, monkeypatch):
    found = []

    def sweep_first(descriptor, operation):
        if not found:
            found.extend(names(tmp_path))
            (tmp_path / found[0]).unlink()
        return hold(descriptor, operation)

    hold = files.fcntl.flock
    monkeypatch.setattr("vidpred.machine.files.fcntl.flock", sweep_first)
    write_text(tmp_path / "note.txt", "new")
    assert len(found) == 1
    assert (tmp_path / "note.txt").read_text() == "new"


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


def test_a_link_is_followed_and_one_that_leads_to_itself_is_left_as_it_is(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "link").symlink_to("file")
    real = Path(os.path.realpath(tmp_path))
    assert real_path(tmp_path / "loop") == real / "loop"
    assert real_path(tmp_path / "link") == real / "file"

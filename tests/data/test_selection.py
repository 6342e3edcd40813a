"""Lists of the videos to take."""

from pathlib import Path

import pytest

from vidpred.data.selection import name_below, select
from vidpred.errors import VidpredError

SOURCE = Path("films")
PATHS = [SOURCE / "a.mp4", SOURCE / "b.mp4", SOURCE / "deep" / "c d.mkv", SOURCE / "frames"]


@pytest.fixture
def listing(tmp_path):
    def write(text):
        (tmp_path / "list.txt").write_text(text, encoding="utf-8")
        return tmp_path / "list.txt"

    return write


def test_named_videos_are_taken_in_the_order_of_the_source(listing):
    chosen = select(PATHS, SOURCE, listing("# for training\n\nframes\n  deep/c d.mkv \r\na.mp4\na.mp4\n"))
    assert chosen == [PATHS[0], PATHS[2], PATHS[3]]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_names_may_be_written_as_find_and_windows_write_them(listing, mark):
    assert select(PATHS, SOURCE, listing(mark + "./a.mp4\n.\\deep\\c d.mkv\n")) == [PATHS[0], PATHS[2]]
    assert select(PATHS, SOURCE, listing(mark + "b.mp4\n")) == [PATHS[1]]


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_a_list_may_be_in_utf_16_as_powershell_writes_it(tmp_path, order):
    (tmp_path / "list.txt").write_bytes("\ufeffa.mp4\r\ndeep\\c d.mkv\r\n".encode(order))
    assert select(PATHS, SOURCE, tmp_path / "list.txt") == [PATHS[0], PATHS[2]]
    (tmp_path / "list.txt").write_bytes("\ufeffa.mp4".encode(order)[:-1])
    with pytest.raises(VidpredError, match="not a text in UTF-8"):
        select(PATHS, SOURCE, tmp_path / "list.txt")


def test_accents_may_be_written_in_either_form_of_unicode_unless_both_are_there(listing):
    composed, decomposed = SOURCE / "caf\u00e9.mp4", SOURCE / "cafe\u0301.mp4"
    assert select([decomposed, *PATHS], SOURCE, listing(composed.name)) == [decomposed]
    assert select([composed, *PATHS], SOURCE, listing(decomposed.name)) == [composed]
    assert select([decomposed, composed], SOURCE, listing(composed.name)) == [composed]


def test_source_that_is_one_video_goes_by_its_name(listing):
    assert select([Path("films/a.mp4")], Path("films/a.mp4"), listing("a.mp4")) == [Path("films/a.mp4")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a.mp4\nb.mp5\n", r"list\.txt names b\.mp5, but films holds no such video \(did you mean 'b\.mp4'\?\)"),
        ("v\nw\nx\ny\nz\n", r"names v, w, x and 2 more, but films holds no such video"),
        ("# nothing\n\n", r"names none; write one file name per line"),
    ],
)
def test_list_that_does_not_fit_is_refused(listing, text, complaint):
    with pytest.raises(VidpredError, match=complaint):
        select(PATHS, SOURCE, listing(text))


def test_list_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(VidpredError, match=r"nowhere\.txt cannot be read \(No such file or directory\); give a text"):
        select(PATHS, SOURCE, tmp_path / "nowhere.txt")
    (tmp_path / "film.mp4").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(VidpredError, match=r"film\.mp4 cannot be read \(not a text in UTF-8\)"):
        select(PATHS, SOURCE, tmp_path / "film.mp4")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.mp4  train", "a\\nb.mp4  train"),  # would be two lines of the table of videos
        ("\x1b[31mred\x1b[2J.mp4", "\\x1b[31mred\\x1b[2J.mp4"),  # would clear a terminal
        ("\x9b2J\x7f\u2028.mp4", "\\x9b2J\\x7f\\u2028.mp4"),
        ("größer 東京.mp4", "größer 東京.mp4"),
        ("\udcff.mp4", "\udcff.mp4"),  # no UTF-8: kept byte by byte
    ],
)
def test_a_name_is_one_line_without_control_characters(tmp_path, name, shown):
    assert name_below(tmp_path / name, tmp_path) == shown
    assert name_below(tmp_path / name, tmp_path / name) == shown

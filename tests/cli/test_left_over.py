"""What an earlier call wrote, and a later one does not replace, is named and left."""

import numpy as np
import pytest

from vidpred.cli.destinations import Wanted, destinations_of
from vidpred.cli.left_over import note_left, numbered_like, say_left_over
from vidpred.cli.numbered_images import write_numbered

IMAGE = np.zeros((4, 4, 3), np.uint8)


def test_fewer_images_than_before_are_told_from_those_that_are_left(tmp_path, capsys):
    write_numbered(tmp_path / "all", "sample", 5, [IMAGE] * 3)
    assert capsys.readouterr().out == f"wrote {tmp_path / 'all'}\n"
    (tmp_path / "all" / "sample_of_mine.png").touch()
    write_numbered(tmp_path / "all", "sample", 5, [IMAGE])
    kept = [tmp_path / "all" / f"sample_0000{number}.png" for number in (2, 3)]
    assert f"left from an earlier call, it seems: {kept[0]}, {kept[1]}\n" in capsys.readouterr().out
    assert all(path.is_file() for path in kept)


def test_of_images_that_break_off_none_stays_but_what_was_there_before(tmp_path):
    write_numbered(tmp_path, "sample", 5, [IMAGE])

    def images():
        yield from [IMAGE] * 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_numbered(tmp_path, "sample", 5, images())
    assert [path.name for path in tmp_path.iterdir()] == ["sample_00001.png"]


@pytest.mark.parametrize(("number", "said"), [(1, ": f_0"), (3, ": f_0, f_1, f_2"), (5, ": f_0, f_1, f_2 and 2 more")])
def test_the_first_three_are_named(tmp_path, number, said):
    note = note_left([tmp_path / f"f_{place}" for place in range(number)])
    assert note is not None
    assert note.replace(f"{tmp_path}/", "").endswith(said)


def test_nothing_is_said_where_nothing_is_left(tmp_path):
    assert note_left(numbered_like(tmp_path, r"sample_\d+\.png")) is None
    assert numbered_like(tmp_path / "nowhere", ".*") == []


def test_the_note_is_one_short_clause(tmp_path):
    note = note_left([tmp_path / "a.mp4"]) or ""
    assert len(note.replace(f"{tmp_path}/", "")) < 70
    assert ";" not in note


def test_numbers_are_in_order(tmp_path):
    for number in (10, 9, 1):
        (tmp_path / f"f_{number}.mp4").touch()
    assert [path.name for path in numbered_like(tmp_path, r"f_\d+\.mp4")] == ["f_1.mp4", "f_9.mp4", "f_10.mp4"]


@pytest.mark.parametrize(
    ("out", "others", "named"),
    [
        ("walk.mp4", ["walk_2.mp4", "walk.png"], []),  # films and a picture of the user
        ("walk.mp4", ["walk_2.mp4", "walk_spread.mp4"], ["walk_2.mp4", "walk_spread.mp4"]),
        ("walk.mp4", ["walk.png", "walk_compare.mp4"], ["walk.png", "walk_compare.mp4"]),
        (None, ["walk_1_future_2.mp4", "walk_1_future.png"], ["walk_1_future.png", "walk_1_future_2.mp4"]),
    ],
)
def test_what_may_be_anything_is_not_named(tmp_path, monkeypatch, out, others, named):
    monkeypatch.chdir(tmp_path)
    for name in ("walk_1.mp4", *others):
        (tmp_path / name).touch()
    clip = tmp_path / "walk_1.mp4"
    (place,) = destinations_of([clip], several=False, wanted=Wanted(out))
    note = say_left_over(place, [clip], [])
    assert (note or "").count(".") == len(named)
    assert all(name in (note or "") for name in named)

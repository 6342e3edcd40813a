"""A film whose pixels change their shape midway, at one size, is said to do so."""

import warnings
from fractions import Fraction

import pytest
from drawing import draw_video, pan

from vidpred.errors import Note
from vidpred.video import decode, read_window

WIDE = Fraction(2)


@pytest.fixture
def broadcast(tmp_path):
    """A transport stream of 30 frames of square pixels, and 30 of wide ones."""
    parts = [
        draw_video(tmp_path / f"{number}.ts", pan(30, seed=number), pixel_aspect=shape).read_bytes()
        for number, shape in enumerate((Fraction(1), WIDE))
    ]
    path = tmp_path / "broadcast.ts"
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("read", [lambda path: list(decode(path)), lambda path: read_window(path, 4)])
def test_another_shape_midway_is_noted_once_whatever_is_read(broadcast, read):
    with pytest.warns(Note, match="changes the shape of its pixels midway, from 1:1 to 2:1") as said:
        [read(broadcast) for _ in range(2)]
    assert len(said) == 1


@pytest.mark.parametrize("suffix", [".ts", ".mp4", ".mkv"])
def test_nothing_is_said_of_one_shape(tmp_path, suffix):
    path = draw_video(tmp_path / f"film{suffix}", pan(20), pixel_aspect=WIDE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {frame.shape for frame in decode(path)} == {(48, 128, 3)}

"""Coded frames become RGB and the same frames again."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import pan

from vidpred.video.convert import FrameConverter
from vidpred.video.film_code import FilmCode
from vidpred.video.film_pixels import FilmPixels

KINDS = ["yuv420p", "yuv422p", "yuvj420p", "yuv444p10le", "yuv420p10le"]


def coded(kind, matrix=1, turn=None):
    """Return a frame of a kind, and its code."""
    full = kind.startswith("yuvj")
    frame = av.VideoFrame.from_ndarray(pan(1, 48, 64)[0], "rgb24").reformat(
        format=kind, dst_colorspace=matrix, dst_color_range=2 if full else 1
    )
    return frame, FilmCode(64, 48, kind, True, matrix, 2 if full else 1, 1, 1, Fraction(1), turn)


def assert_same(frame, other):
    """Compare the levels of two frames."""
    size = 2 if frame.format.name.endswith("10le") else 1
    for plane, again in zip(frame.planes, other.planes, strict=True):
        rows = [np.frombuffer(each, np.uint8).reshape(each.height, -1) for each in (plane, again)]
        assert np.array_equal(*(each[:, : size * plane.width] for each in rows))


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_is_bit_for_bit_the_same(kind):
    frame, code = coded(kind)
    pixels = FilmPixels(code)
    written = pixels.write(pixels.read(frame))
    assert_same(frame, written)


@pytest.mark.parametrize("kind", ["yuv444p", "yuvj444p", "yuv444p10le"])
@pytest.mark.parametrize("matrix", [1, 6])
def test_colours_are_those_that_the_reader_sees(kind, matrix):
    frame, code = coded(kind, 5 if matrix == 6 else matrix)
    seen = FrameConverter(None, None, False, (64, 48))(frame).astype(np.float32)
    read = (FilmPixels(code).read(frame) + 1) * 127.5
    assert np.abs(read.clip(0, 255) - seen).max() < 2


def test_frames_are_read_upright():
    quarter = np.array([0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30], np.int32).tobytes()
    frame, code = coded("yuv444p10le", turn=quarter)
    pixels = FilmPixels(code)
    assert pixels.read(frame).shape == (64, 48, 3)
    assert_same(frame, pixels.write(pixels.read(frame)))

"""Coded frames become RGB and the same frames again."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import pan

from vidpred.video.decoding.convert import FrameConverter
from vidpred.video.films.code import FilmCode, FrameCoder
from vidpred.video.films.pixels import FilmPixels

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


@pytest.mark.parametrize("kind", ["yuvj420p", "yuvj422p", "yuvj444p", "yuv420p10le", "yuv444p10le", "yuv444p"])
@pytest.mark.parametrize("full", [True, False])
def test_pixels_are_coded_by_the_formula_in_either_range(kind, full):
    """In swscale's full range, colours are half a level too low: red comes out darker by 0.7 levels."""
    rows, columns = np.mgrid[:48, :64]
    picture = np.dstack([4 * columns, 255 - 4 * columns, 5 * rows]).astype(np.uint8)
    full = full or kind.startswith("yuvj")
    code = FilmCode(64, 48, kind, True, 5, 2 if full else 1, 1, 1, Fraction(1), None, "center")
    frame = FrameCoder(code).drawn(picture)
    assert frame.format.name == kind
    deep = kind.endswith("10le")
    truth = coded_levels(picture.astype(float) / 255, full, 10 if deep else 8)
    for plane, level in zip(frame.planes, truth, strict=True):
        rows = np.frombuffer(plane, np.uint16 if deep else np.uint8).reshape(plane.height, -1)[:, : plane.width]
        down, across = 48 // plane.height, 64 // plane.width
        shared = level.reshape(plane.height, down, plane.width, across).mean(axis=(1, 3))
        inner = (rows - shared)[2:-2, 2:-2]
        assert np.abs(inner).max() < 1
        assert abs(inner.mean()) < 0.1


def coded_levels(rgb, full, bits):
    """Return luma and colours (H, W) by BT.601 of RGB from 0 to 1."""
    luma = rgb @ [0.299, 0.587, 0.114]
    colours = [(rgb[..., channel] - luma) / 2 / (1 - weight) for channel, weight in ((2, 0.114), (0, 0.299))]
    unit, most = 2 ** (bits - 8), 2**bits - 1
    if full:
        return [luma * most, *(colour * most + 128 * unit for colour in colours)]
    return [(16 + 219 * luma) * unit, *((128 + 224 * colour) * unit for colour in colours)]

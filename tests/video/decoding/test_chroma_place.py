"""Where colours lie that several pixels of a row share, if the file does not say so."""

from fractions import Fraction

import av
import numpy as np
import pytest

from vidpred.applications.extend import extend
from vidpred.predictors import CopyLast
from vidpred.video import decode

WIDTH, HEIGHT = 64, 16


def red_ramp(path, codec, pixel_format, shared):
    """Write a film whose Cr is 88 + x where the first of each ``shared`` pixels lies, for x the number of the pixel."""
    levels = [np.full(WIDTH, 128), np.full(WIDTH // shared, 128), 88 + np.arange(0, WIDTH, shared)]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixel_format
        for number in range(3):
            frame = av.VideoFrame(WIDTH, HEIGHT, pixel_format)
            for plane, row in zip(frame.planes, levels, strict=True):
                rows = np.zeros((plane.height, plane.line_size), np.uint8)
                rows[:, : plane.width] = row
                plane.update(rows.tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def pixels_to_the_right(path, per_level):
    """Return by how many pixels the ramp of red lies to the right of where the first of each few pixels has it."""
    column = np.arange(16, 48)
    red = next(decode(path))[HEIGHT // 2, 16:48, 0].astype(float)
    grey = 255 * (128 - 16) / 219 if per_level == LIMITED_RED else 128
    return column.mean() - ((red - grey) / per_level + 128 - 88).mean()


LIMITED_RED, FULL_RED = 255 / 224 * 1.402, 1.402  # levels of red per level of Cr, by BT.601


@pytest.mark.parametrize(("codec", "pixel_format", "shared"), [("ffv1", "yuv422p", 2), ("ffv1", "yuv411p", 4)])
def test_colours_of_television_lie_on_the_left_pixel(tmp_path, codec, pixel_format, shared):
    path = red_ramp(tmp_path / "film.mkv", codec, pixel_format, shared)
    assert abs(pixels_to_the_right(path, LIMITED_RED)) < 0.2


def test_colours_in_full_range_lie_amid_their_pixels_as_those_of_pictures(tmp_path):
    path = red_ramp(tmp_path / "film.avi", "mjpeg", "yuvj422p", 2)
    assert pixels_to_the_right(path, FULL_RED) == pytest.approx(0.5, abs=0.2)


def test_a_longer_film_has_them_where_the_film_has(tmp_path):
    source = red_ramp(tmp_path / "film.mkv", "ffv1", "yuv422p", 2)
    extend(source, tmp_path / "longer.mp4", CopyLast(2), 0.04)
    assert abs(pixels_to_the_right(tmp_path / "longer.mp4", LIMITED_RED)) < 0.2
    known, longer = (list(decode(path)) for path in (source, tmp_path / "longer.mp4"))
    assert len(longer) == 4
    assert np.abs(longer[0].astype(int) - known[0]).mean() < 1
    assert np.abs(longer[3].astype(int) - known[0]).mean() < 1

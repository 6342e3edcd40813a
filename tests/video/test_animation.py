"""Animated pictures last as long as the film that they show."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from vidpred.video.animation import write_by_ending


def shown(path):
    """Return the grey level and the milliseconds of every frame."""
    with Image.open(path) as picture:
        frames = []
        for number in range(picture.n_frames):
            picture.seek(number)
            frames.append((int(np.asarray(picture.convert("L"))[0, 0]), picture.info["duration"]))
        return frames


def levels(number):
    return [np.full((16, 16, 3), 2 * index, np.uint8) for index in range(number)]


@pytest.mark.parametrize("rate", [25, Fraction(30_000, 1001), 50, 60, Fraction(120_000, 1001), 240])
def test_a_gif_lasts_as_long_as_the_film_however_fast_that_is(tmp_path, rate):
    frames = shown(write_by_ending(tmp_path / "film.gif", levels(120), rate))
    assert sum(milliseconds for _, milliseconds in frames) == pytest.approx(120_000 / float(rate), abs=20)
    assert min(milliseconds for _, milliseconds in frames) >= 20  # browsers show shorter ones for 100
    begins = np.cumsum([0, *(milliseconds for _, milliseconds in frames)])[:-1]
    expected = np.arange(120) * 1000 / float(rate)
    for level, begin in zip((level for level, _ in frames), begins, strict=True):
        assert abs(expected[level // 2] - begin) <= 30
    if rate <= 50:
        assert len(frames) == 120


def test_a_single_frame_of_a_fast_film_is_shown(tmp_path):
    assert len(shown(write_by_ending(tmp_path / "one.gif", levels(1), 240))) == 1


@pytest.mark.parametrize("rate", [25, 60, 90, 120, 240])
def test_a_webp_lasts_as_long_as_the_film_in_browsers_too(tmp_path, rate):
    clearly = [2 * frame for frame in levels(60)]  # WebP shows frames as one that hardly differ
    frames = shown(write_by_ending(tmp_path / "film.webp", clearly, rate))
    assert min(milliseconds for _, milliseconds in frames) > 10  # browsers show shorter ones for 100
    assert sum(milliseconds for _, milliseconds in frames) == pytest.approx(60_000 / rate, abs=11)
    if rate <= 90:
        assert len(frames) == 60

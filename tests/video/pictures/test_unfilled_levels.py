"""Folders of 16-bit pictures that hold the levels of cameras of fewer bits."""

import numpy as np
import pytest
from drawing import draw_folder, pan

from vidpred.errors import Note
from vidpred.video import decode, read_window

GREY = pan(6)[..., 0].astype(np.uint16)  # up to 255


def draw_deep(path, bits, suffix="png"):
    return draw_folder(path, (GREY * ((2**bits - 1) / 255)).astype(np.uint16), f"frame_{{}}.{suffix}")


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize(
    ("bits", "held", "factor"), [(8, 8, 256), (9, 10, 64), (10, 10, 64), (12, 12, 16), (13, 14, 4), (14, 14, 4)]
)
def test_it_is_said_that_16_bits_hold_fewer_and_how_to_fill_them(tmp_path, suffix, bits, held, factor):
    folder = draw_deep(tmp_path / "camera", bits, suffix)
    said = (
        rf"camera holds 16-bit pictures whose levels stay below {2**held:,} of 65,536, as those of a {held}-bit camera "
        rf"do; they are read as they are, dark; to fill 16 bits, multiply all levels by {factor}"
    )
    with pytest.warns(Note, match=said):
        frames = list(decode(folder))
    np.testing.assert_array_equal(frames[0][..., 0], np.round((GREY[0] * ((2**bits - 1) / 255)).astype(int) / 257))


def test_it_is_said_of_the_frames_around_a_moment_too(tmp_path):
    with pytest.warns(Note, match="12-bit camera"):
        read_window(draw_deep(tmp_path / "camera", 12), 3)


def test_pictures_that_fill_16_bits_are_read_without_a_word(tmp_path, recwarn):
    for bits in (15, 16):
        assert len(list(decode(draw_deep(tmp_path / f"{bits}", bits)))) == 6
    assert not recwarn.list


def test_one_bright_picture_is_enough(tmp_path, recwarn):
    dark = (GREY * 4).astype(np.uint16)
    dark[4, 0, 0] = 40_000
    assert len(list(decode(draw_folder(tmp_path / "film", dark)))) == 6
    assert not recwarn.list


@pytest.mark.parametrize("step", [4, 16, 64, 256, 257])
def test_a_dark_film_of_fewer_bits_that_was_spread_to_16_is_read_without_a_word(tmp_path, recwarn, step):
    assert len(list(decode(draw_folder(tmp_path / "night", GREY // 16 * step)))) == 6
    assert not recwarn.list


def test_black_pictures_and_pictures_of_8_bits_are_read_without_a_word(tmp_path, recwarn):
    assert len(list(decode(draw_folder(tmp_path / "black", np.zeros_like(GREY))))) == 6
    assert len(list(decode(draw_folder(tmp_path / "usual", pan(6) // 16)))) == 6
    assert not recwarn.list

"""Folders of numbered pictures."""

import numpy as np
import pytest
from drawing import draw_folder, pan
from skimage.io import imsave

from vidpred.errors import VidpredError
from vidpred.video import decode, probe, read_window
from vidpred.video.frame_folder import read_picture


def test_pictures_come_in_the_order_of_their_numbers(tmp_path):
    folder = draw_folder(tmp_path / "walk", frames := pan(12))  # frame_10 would sort before frame_2
    np.testing.assert_array_equal(list(decode(folder)), frames)


def test_probe_counts_25_pictures_per_second(tmp_path):
    info = probe(draw_folder(tmp_path / "walk", pan(10)))
    assert (info.width, info.height, info.num_frames, info.frame_rate, info.duration) == (64, 48, 10, 25, 0.4)


def test_window_equals_full_decode(tmp_path):
    folder = draw_folder(tmp_path / "walk", frames := pan(12))
    for index in range(2, 10):
        np.testing.assert_array_equal(read_window(folder, 3, 2, at=index / 25).frames, frames[index - 2 : index + 3])
    np.testing.assert_array_equal(read_window(folder, 3, 2).frames, frames[-5:])


def test_window_reads_no_other_pictures(tmp_path):
    folder = draw_folder(tmp_path / "walk", frames := pan(12))
    (folder / "frame_4.png").write_bytes(b"broken")
    np.testing.assert_array_equal(read_window(folder, 3).frames, frames[-3:])
    with pytest.raises(VidpredError, match=r"frame_4\.png cannot be read"):
        list(decode(folder))


def test_too_few_pictures_are_counted(tmp_path):
    with pytest.raises(VidpredError, match="3 frames before the end, but 4 are needed"):
        read_window(draw_folder(tmp_path / "walk", pan(3)), 4)


def test_moment_outside_is_refused(tmp_path):
    with pytest.raises(VidpredError, match=r"lasts 0\.12 s"):
        read_window(draw_folder(tmp_path / "walk", pan(3)), 1, at=2.0)


def test_scaling_averages(tmp_path):
    folder = draw_folder(tmp_path / "walk", frames := pan(2))
    scaled = list(decode(folder, short_side=12))
    np.testing.assert_allclose(scaled, frames.reshape(2, 12, 4, 16, 4, 3).mean(axis=(2, 4)), atol=0.51)


def test_sizes_must_agree(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(3))
    imsave(folder / "frame_9.png", pan(1, height=20)[0], check_contrast=False)
    with pytest.raises(VidpredError, match=r"frame_9\.png is 64 x 20, but frame_0\.png is 64 x 48"):
        list(decode(folder))


def test_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(VidpredError, match="without numbered pictures"):
        probe(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "tiff"])
def test_lossless_pictures_are_read_exactly(tmp_path, suffix):
    picture = pan(1)[0]
    imsave(tmp_path / f"1.{suffix}", picture, check_contrast=False)
    np.testing.assert_array_equal(read_picture(tmp_path / f"1.{suffix}"), picture)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "webp"])
def test_lossy_pictures_are_read_closely(tmp_path, suffix):
    picture = pan(1)[0]
    imsave(tmp_path / f"1.{suffix}", picture, check_contrast=False)
    assert np.abs(read_picture(tmp_path / f"1.{suffix}").astype(float) - picture).mean() < 8


PIXEL_KINDS = {
    "sixteen bits": (np.array([[0, 257, 65_535]], np.uint16), [0, 1, 255]),
    "grey": (np.array([[0, 7, 255]], np.uint8), [0, 7, 255]),
    "grey and alpha": (np.array([[[200, 255], [200, 0], [100, 51]]], np.uint8), [200, 0, 20]),
    "colour and alpha": (np.array([[[200] * 3 + [255], [200] * 3 + [0], [100] * 3 + [51]]], np.uint8), [200, 0, 20]),
}


@pytest.mark.parametrize("kind", PIXEL_KINDS)
def test_every_kind_of_pixel_becomes_8_bit_colour(tmp_path, kind):
    pixels, truth = PIXEL_KINDS[kind]
    imsave(tmp_path / "1.png", pixels, check_contrast=False)
    picture = read_picture(tmp_path / "1.png")
    np.testing.assert_array_equal(picture, np.repeat(np.array(truth, np.uint8)[None, :, None], 3, axis=2))
    np.testing.assert_array_equal(read_picture(tmp_path / "1.png", greyscale=True)[..., 0], [truth])


def test_unaccepted_pixels_are_refused(tmp_path):
    imsave(tmp_path / "1.tif", np.zeros((8, 9), np.float32), check_contrast=False)
    with pytest.raises(VidpredError, match="float32"):
        read_picture(tmp_path / "1.tif")

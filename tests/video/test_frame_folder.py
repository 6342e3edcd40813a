"""Folders of numbered pictures."""

import numpy as np
import pytest
from drawing import draw_folder, pan
from PIL import Image
from skimage.io import imsave

from vidpred.errors import Note, VidpredError
from vidpred.video import decode, frame_folder, probe, read_window
from vidpred.video.frame_folder import read_picture, shown_frames


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
    with pytest.raises(VidpredError, match="has 3 frames, but 4 are needed"):
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


@pytest.mark.parametrize("names", [["thumb_001.png"], ["cover1.png", "z_2.png"]])
def test_single_pictures_of_another_name_and_size_are_left_out_and_it_is_said(tmp_path, names):
    folder = draw_folder(tmp_path / "walk", frames := pan(4))
    for name in names:
        Image.new("RGB", (16, 12)).save(folder / name)
    with pytest.warns(Note, match=rf"{names[0]}.* of another name and size .* left out"):
        shown = list(shown_frames(folder))
    np.testing.assert_array_equal([frame.pixels for frame in shown], frames)
    assert [frame.continues for frame in shown] == [False, True, True, True]
    assert (probe(folder).num_frames, probe(folder).width) == (4, 64)
    np.testing.assert_array_equal(read_window(folder, 3).frames, frames[-3:])


def test_a_sequence_of_another_size_is_left_out_only_where_it_is_ten_times_shorter(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(20), "a_{}.png")
    for number in (1, 2, 3):
        Image.new("RGB", (16, 12)).save(folder / f"b_{number}.png")
    with pytest.raises(VidpredError, match=r"b_1\.png is 16 x 12, but a_0\.png is 64 x 48"):
        list(decode(folder))
    (folder / "b_3.png").unlink()
    with pytest.warns(Note, match=r"b_1\.png and 1 more of another name and size .* are left out"):
        assert len(list(decode(folder))) == 20


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


def draw_named(folder, names, **options):
    """Write as many pictures as there are names, each under its name."""
    frames = pan(len(names), **options)
    folder.mkdir()
    for name, frame in zip(names, frames, strict=True):
        imsave(folder / name, frame, check_contrast=False)
    return frames


def test_breaks_are_where_numbers_are_missing_or_another_sequence_begins(tmp_path):
    draw_named(tmp_path / "walk", ["a_1.png", "a_2.png", "a_3.png", "a_7.png", "a_8.png", "b_9.png", "b_10.png"])
    shown = list(shown_frames(tmp_path / "walk"))
    assert [frame.continues for frame in shown] == [False, True, True, False, True, False, True]


def test_scaled_pictures_tell_of_breaks_too(tmp_path):
    frames = draw_named(tmp_path / "walk", ["1.png", "2.png", "3.png", "9.png"])
    shown = list(shown_frames(tmp_path / "walk", short_side=24, greyscale=True))
    assert [frame.continues for frame in shown] == [False, True, True, False]
    assert shown[0].pixels.shape == (24, 32, 1)
    assert len(frames) == 4


@pytest.mark.parametrize("names", [["1.png", "1.jpg", "2.png"], ["1.png", "01.png"], ["a1.png", "A1.PNG"]])
def test_a_frame_that_is_there_twice_is_refused(tmp_path, names):
    draw_named(tmp_path / "walk", names)
    first, second = sorted(names[:2])
    with pytest.raises(VidpredError, match=f"walk holds one frame twice, as {first} and as {second}; keep one kind"):
        list(decode(tmp_path / "walk"))
    with pytest.raises(VidpredError, match="one frame twice"):
        probe(tmp_path / "walk")
    with pytest.raises(VidpredError, match="one frame twice"):
        read_window(tmp_path / "walk", 1)


def test_kinds_of_picture_may_take_turns(tmp_path):
    draw_named(tmp_path / "walk", ["1.png", "2.bmp", "3.tif", "4.webp"])
    assert [frame.continues for frame in shown_frames(tmp_path / "walk")] == [False, True, True, True]


SEVERAL = ["a_1.png", "a_2.png", "a_3.png", "a_4.png", "b_1.png", "b_2.png", "b_3.png"]


def test_masks_of_a_rarer_format_beside_the_pictures_are_no_frames(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(3))
    for path in frame_folder.list_frames(folder):
        Image.new("L", (8, 8)).save(path.with_suffix(".pgm"))
    assert [path.suffix for path in frame_folder.list_frames(folder)] == [".png"] * 3
    assert len(list(decode(folder))) == 3


def test_several_masks_of_a_rarer_format_to_each_picture_are_no_frames(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(3), "{}.png")
    for number in range(12):
        Image.new("L", (8, 8)).save(folder / f"mask_{number}.pgm")
    assert [path.suffix for path in frame_folder.list_frames(folder)] == [".png"] * 3


def test_a_few_previews_beside_many_pictures_of_a_rarer_format_are_no_frames(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(9), "{}.ppm")
    for number in range(2):
        Image.new("RGB", (8, 8)).save(folder / f"preview_{number}.png")
    assert [path.suffix for path in frame_folder.list_frames(folder)] == [".ppm"] * 9


def test_a_preview_beside_pictures_of_a_rarer_format_is_no_frame(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(3), "frame_{}.tga")
    Image.new("RGB", (8, 8)).save(folder / "preview_1.png")
    assert [path.suffix for path in frame_folder.list_frames(folder)] == [".tga"] * 3


def test_window_at_the_end_is_of_the_last_sequence(tmp_path):
    frames = draw_named(tmp_path / "walk", SEVERAL)
    np.testing.assert_array_equal(read_window(tmp_path / "walk", 3).frames, frames[-3:])
    window = read_window(tmp_path / "walk", 2, 1)
    np.testing.assert_array_equal(window.frames, frames[-3:])
    assert window.num_before == 2
    shorter = read_window(tmp_path / "walk", 5, enough=2)
    assert (len(shorter.frames), shorter.num_before) == (3, 3)
    reason = r"walk breaks off between a_4\.png and b_1\.png, and has 3 frames from there on, but 4 are needed; "
    with pytest.raises(VidpredError, match=reason):
        read_window(tmp_path / "walk", 4)
    with pytest.raises(VidpredError, match=r"has 3 frames from there on, but 1 is needed before the last 3, which"):
        read_window(tmp_path / "walk", 1, 3)


def test_window_around_a_timestamp_crosses_no_break(tmp_path):
    frames = draw_named(tmp_path / "walk", SEVERAL)
    window = read_window(tmp_path / "walk", 2, 4, at=2 / 25)
    np.testing.assert_array_equal(window.frames, frames[1:4])
    assert window.num_before == 2
    np.testing.assert_array_equal(read_window(tmp_path / "walk", 1, 0, at=4 / 25).frames, frames[4:5])
    with pytest.raises(VidpredError, match=r"b_1\.png, and has 1 frame up to second 0\.16 from there on"):
        read_window(tmp_path / "walk", 2, at=4 / 25)


def test_window_after_missing_numbers_begins_there(tmp_path):
    frames = draw_named(tmp_path / "walk", ["1.png", "2.png", "3.png", "30.png", "31.png"])
    np.testing.assert_array_equal(read_window(tmp_path / "walk", 4, enough=2).frames, frames[-2:])


def test_a_bad_picture_is_named(tmp_path):
    draw_folder(tmp_path / "walk", pan(3))
    (tmp_path / "walk" / "frame_1.png").unlink()
    (tmp_path / "walk" / "frame_1.png").symlink_to(tmp_path / "nowhere")
    with pytest.raises(VidpredError, match=r"frame_1\.png cannot be read as a picture \(No such file"):
        list(decode(tmp_path / "walk"))


def test_names_without_decimal_digits_are_no_frames(tmp_path):
    draw_named(tmp_path / "walk", ["1²2.png", "².png", "a1.png", "a2.png"])
    with pytest.warns(Note, match=r"².png has no number in its name and is left out"):
        assert len(list(decode(tmp_path / "walk"))) == 3


def test_a_picture_that_memory_does_not_hold_is_named(tmp_path, monkeypatch):
    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr(frame_folder, "shrunk", fail)
    with pytest.raises(VidpredError, match=r"frame_0\.png needs more memory to be scaled than there is"):
        list(decode(draw_folder(tmp_path / "walk", pan(3)), short_side=12))

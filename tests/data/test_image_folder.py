"""Folders of images: what is read, how, and what is said about the rest."""

import json
import os

import numpy as np
import pytest
from material import draw_images
from PIL import Image

from vidpred.data import image_folder
from vidpred.data.clip_store import StoreError
from vidpred.data.image_store import square, stored_images
from vidpred.errors import VidpredError
from vidpred.machine import files


@pytest.fixture(autouse=True)
def _cached(cache):
    """Keep decoded images of the test to the test."""


def images_of(split):
    """Return the images of both sides by name."""
    return {
        side.video(index): side.full_frames(index)[0]
        for side in (split.train, split.validation)
        for index in range(len(side))
    }


def test_images_of_the_right_size_come_back_as_they_are(tmp_path):
    written = draw_images(tmp_path / "all", side=20)
    read = images_of(image_folder(tmp_path / "all", resolution=20))
    assert read.keys() == written.keys()
    for name, image in written.items():
        np.testing.assert_array_equal(read[name], image)


def test_subfolders_are_classes_in_the_order_of_their_names(tmp_path):
    draw_images(tmp_path / "all")
    split = image_folder(tmp_path / "all")
    assert split.train.facts["num_classes"] == 2
    assert "2 classes: 0 is cats, 1 is dogs" in split.report
    for side in (split.train, split.validation):
        names = [side.video(index) for index in range(len(side))]
        assert side.labels(range(len(side))).tolist() == [int(name.startswith("dogs")) for name in names]


@pytest.mark.parametrize("kind", ["one lies outside", "one folder", "not wanted"])
def test_without_two_subfolders_for_all_there_are_no_classes(tmp_path, kind):
    written = draw_images(tmp_path / "all")
    source, options = tmp_path / "all", {}
    if kind == "one lies outside":
        Image.fromarray(next(iter(written.values()))).save(source / "stray.png")
    elif kind == "one folder":
        (source / "cats").rename(source / "dogs" / "cats")
    else:
        options = {"labels": False}
    split = image_folder(source, **options)
    assert split.train.facts["num_classes"] == 0
    assert split.train.labels([0, 1]) is None
    assert "no classes" in split.report


def test_what_cannot_be_read_is_named_and_left_out(tmp_path):
    draw_images(tmp_path / "all")
    (tmp_path / "all" / "cats" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "all" / "dogs" / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "all" / "note.txt").write_text("no picture either")
    for _ in range(2):  # decoded, and from the store
        split = image_folder(tmp_path / "all")
        assert len(split.train) + len(split.validation) == 24
        assert "cats/broken.png" in split.report
        assert "dogs/cut.jpg" in split.skipped
        assert "note.txt" not in split.report
        assert split.train.facts["num_classes"] == 2


def test_grey_deep_transparent_and_oblong_images_are_read(tmp_path):
    draw_images(tmp_path / "all", number=6)
    square_grey = np.full((20, 20), 100, np.uint8)
    Image.fromarray(square_grey).save(tmp_path / "all" / "grey.png")
    Image.fromarray(square_grey.astype(np.uint16) * 257).save(tmp_path / "all" / "deep.png")
    half = np.dstack([np.full((20, 20, 3), 200, np.uint8), np.full((20, 20, 1), 128, np.uint8)])
    Image.fromarray(half).save(tmp_path / "all" / "veiled.png")
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 50
    Image.fromarray(wide).save(tmp_path / "all" / "wide.png")
    read = images_of(image_folder(tmp_path / "all", resolution=20, validation=0.4))
    for name, level in (("grey", 100), ("deep", 100), ("veiled", 100), ("wide", 50)):
        assert read[f"{name}.png"].shape == (20, 20, 3)
        assert np.unique(read[f"{name}.png"]).tolist() == [level]


def test_greyscale_gives_one_channel(tmp_path):
    draw_images(tmp_path / "all")
    split = image_folder(tmp_path / "all", greyscale=True, resolution=16)
    assert split.train.facts == {"frame_channels": 1, "height": 16, "width": 16, "num_classes": 2}
    assert split.train.gather([0]).shape == (1, 1, 16, 16, 1)


@pytest.mark.parametrize("side", [10, 40])
def test_other_sizes_are_scaled_around_the_middle(side):
    picture = np.zeros((20, 28, 1), np.uint8)
    picture[:, 4:24] = np.linspace(0, 250, 20).astype(np.uint8)[:, None, None]
    scaled = square(picture, side)
    assert scaled.shape == (side, side, 1)
    expected = np.interp((np.arange(side) + 0.5) * 20 / side - 0.5, np.arange(20), picture[:, 10, 0])
    np.testing.assert_allclose(scaled[:, side // 2, 0], expected, atol=2)


def test_another_image_does_not_move_others_between_the_sides(tmp_path):
    draw_images(tmp_path / "all", number=40)
    before = image_folder(tmp_path / "all")
    held_out = {before.validation.video(index) for index in range(len(before.validation))}
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "all" / "cats" / "00000.png")
    after = image_folder(tmp_path / "all")
    still = {after.validation.video(index) for index in range(len(after.validation))}
    assert len(held_out) == len(still) == 4
    assert len(held_out & still) >= 3


def test_half_of_the_training_images_are_mirrored_where_that_is_wanted(tmp_path):
    draw_images(tmp_path / "all")
    draws = [np.random.default_rng(seed) for seed in range(40)]
    train = image_folder(tmp_path / "all", resolution=20).train
    gathered = train.gather([0] * 40, draws)[:, 0]
    plain = train.full_frames(0)[0]
    mirrored = sum(np.array_equal(image, plain[:, ::-1]) for image in gathered)
    assert mirrored + sum(np.array_equal(image, plain) for image in gathered) == 40
    assert 10 <= mirrored <= 30
    unflipped = image_folder(tmp_path / "all", resolution=20, flip=False).train
    assert all(np.array_equal(image, plain) for image in unflipped.gather([0] * 40, draws)[:, 0])


def test_a_changed_image_is_read_again(tmp_path):
    draw_images(tmp_path / "all")
    image_folder(tmp_path / "all", resolution=20)
    Image.fromarray(np.full((20, 20, 3), 7, np.uint8)).save(tmp_path / "all" / "cats" / "01.png")
    assert np.unique(images_of(image_folder(tmp_path / "all", resolution=20))["cats/01.png"]).tolist() == [7]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "does not exist; give the path of a folder of images"),
        ("file", "is a file; give the path of a folder of images"),
        ("empty", r"holds no images \(\.png"),
        ("broken", "holds 0 images that can be read and 1 that cannot; the first of them cannot be read as a picture"),
    ],
)
def test_a_source_without_images_is_refused(tmp_path, kind, reason):
    source = tmp_path / "all"
    if kind == "file":
        source.write_text("")
    elif kind != "missing":
        source.mkdir()
    if kind == "broken":
        (source / "broken.png").write_bytes(b"no picture")
    with pytest.raises(VidpredError, match=reason):
        image_folder(source)


def test_single_images_make_no_clips(tmp_path):
    draw_images(tmp_path / "all")
    with pytest.raises(VidpredError, match=r"clips of 5 frames are needed, .* single images; .*=image_synthesis"):
        image_folder(tmp_path / "all", clip_length=5)


def test_what_is_no_file_is_named_and_left_out(tmp_path):
    draw_images(tmp_path / "all")
    os.mkfifo(tmp_path / "all" / "cats" / "pipe.png")
    (tmp_path / "all" / "cats" / "lost.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "all" / "cats" / "folder.png").mkdir()
    (tmp_path / "all" / "cats" / "vector.png").write_text("<svg/>")
    for _ in range(2):  # decoded, and from the store
        split = image_folder(tmp_path / "all")
        assert len(split.train) + len(split.validation) == 24
        assert split.train.facts["num_classes"] == 2
        for name in ("pipe", "lost", "folder", "vector"):
            assert f"cats/{name}.png" in split.report


def test_a_folder_may_have_an_image_s_name(tmp_path):
    written = draw_images(tmp_path / "all")
    (tmp_path / "all" / "cats").rename(tmp_path / "all" / "cats.png")
    split = image_folder(tmp_path / "all")
    assert len(split.train) + len(split.validation) == len(written)
    assert "skipped" not in split.report


def test_names_that_are_no_text_are_read(tmp_path):
    draw_images(tmp_path / "all")
    name = os.fsdecode(b"\xff\xfe.png")
    (tmp_path / "all" / "cats" / "01.png").rename(tmp_path / "all" / "cats" / name)
    assert f"cats/{name}" in images_of(image_folder(tmp_path / "all"))


@pytest.mark.parametrize("seed", range(6))
def test_copies_of_an_image_stay_on_one_side(tmp_path, seed):
    draw_images(tmp_path / "all", number=20)
    with Image.open(tmp_path / "all" / "cats" / "01.png") as image:
        for name in ("copy.png", "other_format.bmp", "third.tif"):
            image.save(tmp_path / "all" / "dogs" / name)
    split = image_folder(tmp_path / "all", validation=0.3, seed=seed)
    held_out = {split.validation.video(index) for index in range(len(split.validation))}
    same = {"cats/01.png", "dogs/copy.png", "dogs/other_format.bmp", "dogs/third.tif"}
    assert held_out & same in (set(), same)
    assert "3 images are copies of others; copies are kept on the same side, training or validation" in split.report
    assert len(split.validation) in (6, 7)


def test_copies_alone_make_no_validation(tmp_path):
    (tmp_path / "all").mkdir()
    for number in range(20):
        Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "all" / f"{number}.png")
    split = image_folder(tmp_path / "all")
    assert split.validation is None
    assert len(split.train) == 20


def test_small_classes_are_named(tmp_path):
    draw_images(tmp_path / "all", number=20)
    for name in ("single", "lonely"):
        (tmp_path / "all" / name).mkdir()
        colour = np.full((20, 20, 3), len(name), np.uint8)
        Image.fromarray(colour).save(tmp_path / "all" / name / "0.png")
    split = image_folder(tmp_path / "all", validation=0.2)
    assert "classes with a single image: lonely, single" in split.report
    sides = [
        {side.video(index).split("/")[0] for index in range(len(side))} for side in (split.train, split.validation)
    ]
    for side, what in zip(sides, ("train", "validate"), strict=True):
        missing = sorted({"single", "lonely"} - side)
        assert (f"classes without an image to {what} on: {', '.join(missing)}" in split.report) == bool(missing)


@pytest.mark.parametrize("damage", ["cut", "zeros", "no facts", "other facts", "no json"])
def test_a_damaged_store_is_built_again(tmp_path, damage):
    written = draw_images(tmp_path / "all")
    paths = [tmp_path / "all" / name for name in written]
    stored_images(paths, 20, False, tmp_path / "store")
    (pixels,), (facts,) = (list((tmp_path / "store").glob(f"*.{suffix}")) for suffix in ("npy", "json"))
    if damage == "cut":
        pixels.write_bytes(pixels.read_bytes()[:500])
    elif damage == "zeros":
        content = pixels.read_bytes()
        pixels.write_bytes(content[:500] + bytes(len(content) - 500))
    elif damage == "no facts":
        facts.unlink()
    else:
        facts.write_text(json.dumps({"0": "a reason"}) if damage == "other facts" else "{")
    again = stored_images(paths, 20, False, tmp_path / "store")
    np.testing.assert_array_equal(again.pixels, list(written.values()))
    assert again.unreadable == {}


def test_a_store_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    draw_images(tmp_path / "all")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"the folder for decoded images .*file cannot be written \(.*data\.cache=DIR"):
        image_folder(tmp_path / "all", cache=tmp_path / "file")


@pytest.mark.skipif(not hasattr(files, "sweep"), reason="nothing sweeps yet")
def test_what_a_killed_process_left_is_removed(tmp_path):
    draw_images(tmp_path / "all")
    (tmp_path / "store").mkdir()
    left = tmp_path / "store" / f".images_{'0a' * 16}.0123abcd.npy"
    left.write_bytes(bytes(1000))
    image_folder(tmp_path / "all", cache=tmp_path / "store")
    assert not left.exists()

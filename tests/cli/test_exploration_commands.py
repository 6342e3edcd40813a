"""The commands that explore a generator, on a run of two steps: what they write, print and refuse."""

import errno
import itertools
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from material import assert_refused, draw_images, run_command, save_checkpoint
from PIL import Image

from vidpred import load_generator, sample
from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.machine.progress import Journal
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import start_run
from vidpred.video import decode, probe

SETTINGS = (
    "task.latent_channels=6",
    "data.resolution=16",
    "network.hidden_channels=4",
    "discriminator.hidden_channels=4",
    "train.batch_size=4",
    "train.steps=2",
    "train.precision=fp32",
    "log.validate_every=9",
    "log.sample_every=9",
)
SIDE = 128 + 4  # of a cell with its gap: 16 pixels enlarged eight times


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with images of two classes, and runs that take the classes and that do not."""
    folder = tmp_path_factory.mktemp("exploration")
    draw_images(folder / "images", 60)
    for name, more in (
        ("classes", ()),
        ("plain", ("data.labels=false",)),
        ("all", ("data.validation=0",)),
        ("unmirrored", ("data.labels=false", "data.flip=false")),
    ):
        settings = (*SETTINGS, *more, f"data.cache={folder / 'cache'}")
        config = load_config(find_presets()["dcgan"], settings).on_data(folder / "images")
        start_run(config, folder / name, "cpu", say=lambda text: None)
    return folder


@pytest.fixture
def vidpred(place, tmp_path, monkeypatch, capsys):
    """Run a command on the CPU in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: run_command(monkeypatch, capsys, *words, "--device", "cpu")


def test_interpolate_writes_rows_and_a_walk(place, vidpred):
    words = ("interpolate", place / "classes", "--num", 3, "--steps", 5)
    assert vidpred(*words, "--video", "walk.mp4") == (0, "wrote walk.png\nwrote walk.mp4\n", "")
    rows = np.asarray(Image.open("walk.png"))
    assert rows.shape == (3 * SIDE - 4, 5 * SIDE - 4, 3)
    first = to_uint8(sample(load_generator(place / "classes", "cpu"), 3))[2]
    np.testing.assert_array_equal(rows[2 * SIDE : 2 * SIDE + 128 : 8, :128:8], first)
    assert probe(Path("walk.mp4")).frame_rate == 24
    film = list(decode(Path("walk.mp4")))
    assert len(film) == 3 * 24
    assert film[0].shape == (128, 2 * SIDE - 4, 3)  # both classes side by side
    assert_refused(vidpred(*words), "walk.png exists")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (("interpolate", "plain", "--num", 3, "--video", "walk.mp4"), "vidpred.video.write_video"),
        (("sample", "plain", "--num", 3, "--files", "each"), "vidpred.cli.numbered_images.make_folder"),
        (
            ("complete", "plain", "images/dogs/00.png", "--restarts", 1, "--steps", 1, "--files", "each"),
            "vidpred.cli.numbered_images.make_folder",
        ),
    ],
)
def test_of_a_picture_and_what_belongs_to_it_all_is_written_or_nothing(place, vidpred, monkeypatch, words, written):
    def full(path, *_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    command, run, *rest = words
    monkeypatch.setattr(written, full)
    rest = [place / word if str(word).startswith("images") else word for word in rest]
    assert_refused(vidpred(command, place / run, *rest), "No space left")
    assert not list(Path.cwd().iterdir())


def test_arithmetic_offers_numbered_samples_and_adds_some_up(place, vidpred):
    assert vidpred("arithmetic", place / "plain", "--out", "offer.png")[0] == 0
    assert Image.open("offer.png").size == (84 + 8 * SIDE, 8 * (128 + 18 + 4) + 4)
    assert vidpred("arithmetic", place / "plain", "1,2 - 3,4,5 + 6")[:2] == (0, "wrote arithmetic.png\n")
    assert Image.open("arithmetic.png").size == (84 + 4 * SIDE, 6 * (128 + 18 + 4) + 4)
    assert_refused(vidpred("arithmetic", place / "plain", "1 +", "--out", "a.png"), "'1 +' is not understood")
    for words in ((), ("1",)):
        assert_refused(vidpred("arithmetic", place / "classes", *words, "--out", "a.png"), "name one class")
    assert vidpred("arithmetic", place / "classes", "1", "--class", 1, "--out", "a.png")[0] == 0


def test_neighbours_shows_and_measures(place, vidpred):
    code, printed, _ = vidpred("neighbours", place / "plain", "--num", 3, "--measured", 20)
    assert code == 0
    for space in ("pixels", "random_convolution"):
        samples, held_out, ratio = map(float, re.search(rf"{space} +(\S+) +(\S+) +(\S+)\n", printed).groups())
        assert ratio == pytest.approx(samples / held_out, abs=0.02)
    assert "20 samples, 6 held-out and 54 training images" in printed
    assert (
        "note: 6 images are held out, fewer than the 20 of --measured: beside 20 samples, these are all that can be "
        "measured\n"
    ) in printed
    assert Image.open("neighbours.png").size == (84 + 3 * SIDE, 9 * (128 + 18 + 4) + 4)


@pytest.mark.parametrize("option", ["--num", "--measured"])
def test_neighbours_of_no_sample_are_refused(place, vidpred, option):
    assert_refused(vidpred("neighbours", place / "plain", option, 0), f"{option} is 0, but at least 1 sample is needed")


def test_neighbours_shows_how_far_it_has_come(place, vidpred, monkeypatch):
    monkeypatch.setattr("vidpred.machine.progress._JOURNAL", Journal(clock=itertools.count(0, 31).__next__))
    code, _, told = vidpred("neighbours", place / "plain", "--measured", 6)
    assert code == 0
    lines = {line.partition(";")[0] for line in told.splitlines()}
    assert {"sampling: 8 of 8 images", "computing features: 14 of 14 images"} < lines
    assert "searching by pixels, mirrored too: 108 of 108 training images" in lines


def test_neighbours_says_whether_mirrored_images_count(place, vidpred, monkeypatch):
    captions = []
    monkeypatch.setattr(
        "vidpred.frames.pictures.draw_rows",
        lambda rows, *_: (
            captions.extend(text for _, cells in rows[1:] for text, _ in cells.values())
            or np.zeros((4, 4, 3), np.uint8)
        ),
    )
    _, printed, _ = vidpred("neighbours", place / "plain", "--measured", 6)
    assert "6 held-out and 54 training images, each mirrored too, as in training\n" in printed
    assert {caption.partition(" ")[2] for caption in captions} == {"", "mirrored"}
    captions.clear()
    _, printed, _ = vidpred("neighbours", place / "unmirrored", "--measured", 6, "--out", "other.png")
    assert "6 held-out and 54 training images\n" in printed
    assert not any("mirrored" in caption for caption in captions)


def test_neighbours_takes_one_vector_per_image(place, vidpred):
    for name, told in (("raw_patches", "no single vector"), ("local_classifier", "without its weights")):
        assert_refused(vidpred("neighbours", place / "plain", "--extractor", name, "--measured", 4), told)


def test_no_held_out_image_is_its_own_neighbour_where_images_are_copied(place, vidpred, tmp_path):
    twice = tmp_path / "twice"
    for copy in ("a", "b"):
        shutil.copytree(place / "images", twice / copy)
    code, printed, _ = vidpred("neighbours", place / "plain", twice)
    assert code == 0
    assert re.search(r"\d+ images are copies of others", printed)


def test_project_and_complete_work_on_an_image_of_any_size(place, vidpred):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)).save("image.png")
    few = ("--restarts", 6, "--steps", 3)
    code, printed, _ = vidpred("project", place / "classes", "image.png", *few)
    assert code == 0
    assert re.fullmatch(
        r"best of 6: [\d.]+ dB, class [01]; worst: [\d.]+ dB, class [01]\nwrote projection.png\n", printed
    )
    assert Image.open("projection.png").size == (84 + 6 * SIDE, 128 + 18 + 8)
    code, printed, _ = vidpred("complete", place / "plain", "image.png", "--mask", "left", *few, "--files", "all")
    assert code == 0
    assert "by the best of 6" in printed
    assert Image.open("completions.png").size == (84 + 7 * SIDE, 128 + 18 + 8)
    completions = np.stack([np.asarray(Image.open(f"all/completion_00{number}.png")) for number in range(1, 7)])
    known = np.asarray(Image.open("completions.png"))[18:146:8, 84 : 84 + 128 : 8]
    np.testing.assert_array_equal(completions[:, :, 8:], np.broadcast_to(known[:, 8:], (6, 16, 8, 3)))
    assert (completions[:, :, :8] != known[:, :8]).any()


def test_project_and_complete_refuse_what_they_cannot_use(place, vidpred):
    assert_refused(vidpred("project", place / "plain", "missing.png"), "missing.png cannot be read as a picture")
    image = next((place / "images" / "cats").iterdir())
    assert_refused(vidpred("complete", place / "plain", image, "--mask", "centr"), "did you mean 'centre'")
    shutil.copy(image, "image.png")
    words = ("project", place / "plain", "image.png", "--out", "image.png", "--overwrite")
    assert_refused(vidpred(*words), "never replaced")


def test_export_dataset_writes_folders_that_are_new(place, vidpred):
    words = ("export-dataset", place / "classes", "--num", 5, "--out", "drawn")
    assert vidpred(*words) == (0, "wrote 5 images to drawn\n", "")
    assert sorted(path.parent.name for path in Path("drawn").glob("*/*")) == list("00011")
    assert_refused(vidpred(*words), "not empty")


def test_the_accuracy_score_stands_beside_that_of_real_images(place, vidpred):
    code, printed, _ = vidpred("accuracy-score", place / "classes", "--steps", 1)
    assert code == 0
    assert "accuracy on 6 held-out real images, after 1 step on 54 images" in printed
    assert re.search(r"generated +[\d.]+% .*\n +real +[\d.]+%\n", printed)
    assert_refused(vidpred("accuracy-score", place / "plain", "--steps", 1), "no classes")
    assert_refused(vidpred("accuracy-score", place / "classes", "--num", -1), "-1 images were asked for", "1 or more")


def test_probe_stands_beside_pixels(place, vidpred):
    code, printed, _ = vidpred("probe", place / "classes", "--out", "probe.png")
    assert code == 0
    assert "linear classifier of 54 images, accuracy on 6 held-out ones" in printed
    assert re.search(r"discriminator +[\d.]+% +\(192 features\)\n +pixels +[\d.]+% +\(768 features\)", printed)
    assert Image.open("probe.png").size == (600, 300)


def test_probe_of_a_classifier_from_few_labels_learns_from_these_each_once(place, vidpred, tmp_path):
    settings = (
        "task=semi_supervised",
        "task.latent_channels=6",
        "data.labelled_per_class=3",
        "discriminator=noisy_dense",
        "discriminator.hidden_channels=8",
        "train.ema_decay=0",
    )
    settings += tuple(each for each in SETTINGS if not each.startswith(("task", "discriminator")))
    config = load_config(find_presets()["dcgan"], (*settings, f"data.cache={place / 'cache'}"))
    start_run(config.on_data(place / "images"), tmp_path / "few", "cpu", say=lambda text: None)
    code, printed, _ = vidpred("probe", tmp_path / "few")
    assert code == 0
    assert "linear classifier of 6 images, accuracy on 6 held-out ones" in printed


def test_images_without_classes_to_learn_are_not_labelled_in_part(place, tmp_path):
    config = load_config(find_presets()["dcgan"], (*SETTINGS, "data.labelled_per_class=3"))
    with pytest.raises(VidpredError, match=r"data\.labelled_per_class .* leave it out, .* semi_supervised"):
        start_run(config.on_data(place / "images"), tmp_path / "run", "cpu", say=lambda text: None)
    assert not (tmp_path / "run").exists()


def test_a_walk_through_too_few_images_is_refused_before_anything_is_drawn(place, vidpred):
    words = ("interpolate", place / "classes", "--num", 2, "--video", "walk.mp4")
    assert_refused(vidpred(*words), "--num is 2, but the walk of --video needs at least 3 images")
    assert not Path("walk.png").exists()


def test_images_may_have_moved_but_must_be_those_of_the_run(place, vidpred, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(place / "images", moved)
    here, there = (vidpred("probe", place / "classes", *folder) for folder in ((), (moved,)))
    assert here == there
    assert here[0] == 0
    shutil.rmtree(moved / "cats")
    assert_refused(vidpred("probe", place / "classes", moved), "num_classes is 0, not 2", "name those, or another run")
    next((moved / "dogs").iterdir()).unlink()
    assert "note: " in vidpred("neighbours", place / "plain", moved, "--num", 1, "--measured", 3)[1]


def test_without_held_out_images_nothing_is_measured(place, vidpred):
    for command in ("neighbours", "accuracy-score", "probe"):
        assert_refused(vidpred(command, place / "all"), "kept no images for validation")


def test_a_run_on_videos_draws_no_images(tmp_path, vidpred):
    path = save_checkpoint(tmp_path / "videos.safetensors")
    for command in ("interpolate", "probe"):
        assert_refused(vidpred(command, path), "was trained for 'frame_prediction'")

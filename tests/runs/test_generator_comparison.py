"""``vidpred.compare_generators`` compares generators with images that none of them was trained on."""

from functools import partial

import numpy as np
import pytest
from material import draw_images, draw_video, save_checkpoint

import vidpred
from vidpred.errors import VidpredError
from vidpred.runs.fit import fit_mixture
from vidpred.runs.images import open_run_images
from vidpred.runs.settings import load_config

SETTINGS = ["task=image_synthesis", "data=image_folder", "data.resolution=16", "data.labels=false"]
MIXTURE = ["network=gaussian_mixture", "network.num_components=2", "task.latent_channels=6"]


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_images(tmp_path / "images", number=60)
    return tmp_path / "images"


@pytest.fixture
def run(tmp_path, images):
    """The folder of a mixture that was fitted to 54 of the 60 images."""
    config = load_config(None, [*SETTINGS, *MIXTURE, "log.best_by=kernel_distance"]).on_data(images)
    return fit_mixture(config, tmp_path / "run", say=lambda _: None).folder


@pytest.fixture
def notes():
    """What was said."""
    return []


@pytest.fixture
def compare(notes):
    return partial(vidpred.compare_generators, device="cpu", say=notes.append)


def test_training_images_are_compared_as_a_row_of_their_own_only(compare, run, images, capsys):
    data = open_run_images(run, None, say=lambda _: None)
    report = compare(images, {"mixture": run})
    rows = report.pictures
    assert list(rows) == ["unseen images", "training images", "mixture"]
    held_out = data.held_out.gather(range(len(data.held_out)))[:, 0]
    assert np.array_equal(rows["unseen images"], held_out)
    assert not any((each == held_out).all(axis=(1, 2, 3)).any() for each in rows["training images"])
    assert "6 images of 16 x 16 pixels" in report.table()
    assert capsys.readouterr().out == ""


def test_part_of_the_training_folder_is_compared_with_a_note(compare, run, images, notes):
    compare(images / "cats", run)
    assert [note for note in notes if "some of these images may be known to it" in note]


def test_predictors_and_generators_are_compared_apart(compare, run, images, tmp_path):
    predictor = save_checkpoint(tmp_path / "predictor" / "best.safetensors").parent
    with pytest.raises(VidpredError, match="predictor predicts frames and run generates images"):
        compare(images, [predictor, run])
    with pytest.raises(VidpredError, match="linear predicts frames, but run generates images"):
        compare(images, ["linear", run])
    with pytest.raises(VidpredError, match=r"none of these generates images.*vidpred\.compare"):
        compare(images, predictor)
    draw_video(tmp_path / "videos" / "0.mp4")
    with pytest.raises(VidpredError, match=r"run generates images.*vidpred\.compare_generators"):
        vidpred.compare(tmp_path / "videos", [run])

"""``vidpred.compare_generators`` compares generators with images that none of them was trained on."""

import shutil
from functools import partial

import numpy as np
import pytest
from material import draw_images, draw_video, save_checkpoint

import vidpred
from vidpred.errors import VidpredError
from vidpred.generators import DcganGenerator
from vidpred.runs.checkpoint import Checkpoint
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
    assert repr(report).startswith("<GeneratorReport of training images, mixture; protocol ")
    assert capsys.readouterr().out == ""


def test_training_images_do_not_count_wherever_they_lie_now(compare, run, images, notes):
    here = compare(images, {"mixture": run})
    (images / "cats").rename(images / "tigers")
    moved = images.rename(images.parent / "moved")
    there = compare(moved, {"mixture": run})
    assert "mixture was trained on 54 of these 60 images, not counted here" in notes
    assert "6 images of 16 x 16 pixels of" in there.table()
    assert "that training did not see" in " ".join(there.table().split())
    assert list(there.pictures) == ["unseen images", "training images", "mixture"]
    unseen = (each.pictures["unseen images"] for each in (here, there))
    assert len({tuple(sorted(image.tobytes() for image in each)) for each in unseen}) == 1


def test_part_of_the_training_folder_is_known_image_by_image(compare, run, images, notes):
    report = compare(images, run, 3)
    data = open_run_images(run, None, say=lambda _: None)
    cats = sum(data.training.video(row).startswith("cats") for row in range(len(data.training)))
    compare(images / "cats", run)
    assert f"run was trained on {cats} of these 30 images, not counted here" in notes
    assert not [note for note in notes if "may be known to it" in note]
    assert "3 images" in report.table()


def test_images_that_are_all_known_leave_none_to_compare(compare, run, images, tmp_path):
    data = open_run_images(run, None, say=lambda _: None)
    for row in range(len(data.held_out)):
        (images / data.held_out.video(row)).unlink()
    with pytest.raises(VidpredError, match="run was trained on all of"):
        compare(images, run)
    with pytest.raises(VidpredError, match="none is left to compare them on; give other images"):
        compare(images.rename(tmp_path / "moved"), run)


@pytest.mark.parametrize(("where", "told"), [("cats", "was trained on"), ("../moved", "did not record which images")])
def test_without_a_record_nothing_is_said_to_be_unseen(compare, run, images, notes, where, told):
    saved = Checkpoint.load(run / "checkpoints" / "last.safetensors")
    facts = {key: value for key, value in saved.facts.items() if key != "known_split"}
    Checkpoint(saved.config, facts, saved.step, saved.state, saved.scores).save(run / "checkpoints/last.safetensors")
    shutil.copytree(images, images.parent / "moved")
    report = compare(images / where, run)
    assert "of which it is not known whether training saw them" in " ".join(report.table().split())
    assert "did not see" not in " ".join(report.table().split())
    assert [note for note in notes if told in note and "may be known to it" in note]
    assert "6 images" in compare(images, run).table()
    draw_images(images, number=120)
    assert "did not see" not in " ".join(compare(images, run).table().split())


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


@pytest.mark.parametrize("wrapped", [lambda network: {"mine": network}, lambda network: [network]])
def test_an_object_is_answered_with_what_is_compared(compare, images, wrapped):
    network = DcganGenerator(latent_channels=4, frame_channels=3, height=16, width=16, hidden_channels=8)
    with pytest.raises(VidpredError, match="an object of the class DcganGenerator is to be compared, but only runs"):
        compare(images, wrapped(network))

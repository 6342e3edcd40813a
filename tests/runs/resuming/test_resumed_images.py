"""A run on images that goes on though its folder has changed."""

import pytest
from material import draw_images

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.images import open_run_images
from vidpred.runs.settings import load_config
from vidpred.runs.train import resume_run, start_run

SETTINGS = (
    *("data.resolution=16", "data.labels=false", "train.steps=1", "train.batch_size=4", "log.validation_clips=4"),
    *("network.hidden_channels=4", "discriminator.hidden_channels=4", "log.sample_every=100"),
)


def test_images_that_a_run_validated_on_are_not_trained_on_after_others_are_added(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    images, run, last = tmp_path / "images", tmp_path / "run", tmp_path / "run" / "checkpoints" / "last.safetensors"
    draw_images(images)
    start_run(load_config("dcgan", SETTINGS).on_data(images), run, "cpu", say=lambda _: None)
    before = Checkpoint.load(last, only=()).facts["known_split"]["validation"]
    draw_images(images, number=70)
    resume_run(run, "cpu", steps=2, say=(said := []).append)
    assert Checkpoint.load(last, only=()).facts["known_split"]["validation"] == before
    assert any("note: the images have changed since the run began (added to training: " in text for text in said)
    open_run_images(run, None, say=(said := []).append)
    assert not any("note: " in text for text in said)


def test_images_of_other_classes_than_a_run_has_learned_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    images, others, run = tmp_path / "images", tmp_path / "images" / "cats", tmp_path / "run"
    draw_images(images)
    settings = [setting for setting in SETTINGS if not setting.startswith("data.labels")]
    start_run(load_config("dcgan", settings).on_data(images), run, "cpu", say=lambda _: None)
    with pytest.raises(VidpredError) as error:
        resume_run(run, "cpu", steps=2, source=others, say=lambda _: None)
    assert str(error.value).startswith(
        f"num_classes of {others} is 0, but 2 of what the run in {run} has learned from, "
    )

"""A run on images that goes on though its folder has changed."""

from material import draw_images

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

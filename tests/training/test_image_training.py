"""Image synthesis through the same loop, trainer and checkpoint as frame prediction."""

import numpy as np
import pytest
import torch
from material import draw_images, run_command
from PIL import Image

from vidpred import load_generator, sample
from vidpred.build import build_data, build_task, build_trainer
from vidpred.config import load_config
from vidpred.config_files import find_presets
from vidpred.errors import VidpredError
from vidpred.run import resume_run, start_run
from vidpred.training import Checkpoint, Engine

SMALL = (
    "task.latent_channels=6",
    "data.resolution=16",
    "network.hidden_channels=8",
    "discriminator.hidden_channels=8",
    "train.batch_size=4",
    "train.steps=4",
    "train.precision=fp32",
    "log.validate_every=2",
    "log.sample_every=4",
    "log.metrics_every=1",
)
PRESETS = ("dcgan", "r3_tiny")


@pytest.fixture(params=PRESETS)
def config(request, tmp_path, monkeypatch):
    """Settings of a tiny run on drawn pictures of two classes."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_images(tmp_path / "images")
    return load_config(find_presets()[request.param], SMALL).on_data(tmp_path / "images")


def trainer_of(config):
    task = build_task(config)
    return build_trainer(config, task, {**task.facts, **build_data(config, task).train.facts}, Engine("cpu", "fp32"))


def test_a_step_moves_both_players_and_tells_every_penalty(config):
    trainer = trainer_of(config)
    players = (trainer.generator, trainer.adversary.player)
    before = [[weight.detach().clone() for weight in player.network.parameters()] for player in players]
    for _ in range(2):  # at first the blocks of one recipe are nothing
        terms = trainer.step(torch.rand(4, 1, 3, 16, 16) * 2 - 1, torch.tensor([0, 1, 1, 0]))
    assert {"discriminator", "adversarial", "loss", *config.objective.penalties} <= set(terms)
    torch.testing.assert_close(terms["loss"], terms["adversarial"])
    for old, player in zip(before, players, strict=True):
        assert all((weight != was).any() for weight, was in zip(player.network.parameters(), old, strict=True))


def test_a_run_that_stops_and_resumes_is_the_run_that_did_not(config, tmp_path):
    constant = {"schedule": "constant"}  # a rate that falls depends on the length of the run
    players = {name: getattr(config, name).model_copy(update=constant) for name in ("generator", "adversary")}
    whole = config.model_copy(update=players)
    short = whole.model_copy(update={"train": config.train.model_copy(update={"steps": 2})})
    start_run(whole, tmp_path / "whole", "cpu", say=lambda text: None)
    start_run(short, tmp_path / "parts", "cpu", say=lambda text: None)
    resume_run(tmp_path / "parts", "cpu", steps=4, say=lambda text: None)
    files = [tmp_path / name / "checkpoints" / "last.safetensors" for name in ("whole", "parts")]
    one, other = (Checkpoint.load(path).state for path in files)
    for part in ("generator", "discriminator"):
        differing = [name for name, weight in one[part].items() if not torch.equal(weight, other[part][name])]
        assert differing == []
    assert (tmp_path / "whole" / "samples" / "step_0000004.png").is_file()


def test_a_checkpoint_alone_draws_the_same_images_again(config, tmp_path, monkeypatch, capsys):
    run = start_run(config, tmp_path / "run", "cpu", say=lambda text: None)
    assert run.usage == f"vidpred sample {tmp_path / 'run'}"
    images = sample(load_generator(tmp_path / "run", "cpu"), 3, seed=5, labels=1)
    assert images.shape == (3, 3, 16, 16)
    arguments = ["--num", 3, "--seed", 5, "--class", 1, "--device", "cpu"]
    out, files = tmp_path / "grid.png", tmp_path / "files"
    code, printed, _ = run_command(
        monkeypatch, capsys, "sample", tmp_path / "run", *arguments, "--out", out, "--files", files
    )
    assert (code, printed) == (0, f"wrote {out}\nwrote {files}\n")
    written = [np.asarray(Image.open(path)) for path in sorted(files.iterdir())]
    expected = ((images.permute(0, 2, 3, 1) + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()
    np.testing.assert_array_equal(np.stack(written), expected)
    assert Image.open(out).size == (2 * 132 - 4, 2 * 132 - 4)
    code, _, errors = run_command(monkeypatch, capsys, "sample", tmp_path / "run", *arguments, "--out", out)
    assert code == 1
    assert "exists; choose another name" in errors


def test_a_generator_needs_something_to_learn_from(config):
    nothing = config.objective.model_copy(update={"adversarial_weight": 0.0})
    with pytest.raises(VidpredError, match=r"objective\.terms is empty and objective\.adversarial_weight is 0"):
        trainer_of(config.model_copy(update={"objective": nothing}))

"""Image synthesis through the same loop, trainer and checkpoint as frame prediction."""

import json

import numpy as np
import pytest
import torch
from material import draw_images, run_command
from PIL import Image

from vidpred import load_generator, sample
from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import describe_run, resume_run, start_run
from vidpred.training import Loop
from vidpred.training.settings import AugmentationSettings

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
CONTROLLED = {"policy": ["colour", "translation", "cutout"], "target_accuracy": 0.6, "clips_to_full": 40}


@pytest.fixture(params=PRESETS)
def config(request, tmp_path, monkeypatch):
    """Settings of a tiny run on drawn pictures of two classes."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_images(tmp_path / "images")
    return load_config(find_presets()[request.param], SMALL).on_data(tmp_path / "images")


def trainer_of(config):
    task = build_task(config)
    return build_trainer(config, task, {**task.facts, **build_data(config, task).train.facts}, Engine("cpu", "fp32"))


def test_a_run_on_images_speaks_of_images(config, tmp_path):
    said = "\n".join(describe_run(config, "cpu"))
    assert "M parameters, 20 images\n" in said
    assert " of 4 images on cpu" in said
    assert "clip" not in said


def test_images_that_cannot_be_divided_are_called_so(config):
    trainer = trainer_of(config)
    with pytest.raises(VidpredError, match="0 images cannot be divided among"):
        trainer.step(torch.rand(0, 1, 3, 16, 16))


def test_weights_that_make_noise_are_never_the_best_once_there_are_others(config, tmp_path, monkeypatch):
    monkeypatch.setattr("vidpred.runs.train._is_better", lambda parts, scores, best: False)
    said = []
    start_run(config, tmp_path / "run", device="cpu", say=said.append)
    assert Checkpoint.load(tmp_path / "run" / "checkpoints" / "best.safetensors").step == 2
    assert not [line for line in said if "nothing learned here" in line]


def test_a_step_moves_both_players_and_tells_every_penalty(config):
    trainer = trainer_of(config)
    players = (trainer.generator, trainer.adversary.player)
    before = [[weight.detach().clone() for weight in player.network.parameters()] for player in players]
    for _ in range(2):  # at first the blocks of one recipe are nothing
        terms = trainer.step(torch.rand(4, 1, 3, 16, 16) * 2 - 1, torch.tensor([0, 1, 1, 0]))
    assert {"discriminator", "adversarial", "loss", *config.objective.penalties} <= set(terms)
    assert ("augmentation" in terms) == bool(config.objective.augmentation.policy)
    torch.testing.assert_close(terms["loss"], terms["adversarial"])
    for old, player in zip(before, players, strict=True):
        assert all((weight != was).any() for weight, was in zip(player.network.parameters(), old, strict=True))


@pytest.mark.parametrize("augmentation", [None, CONTROLLED], ids=["as_it_is", "controlled"])
def test_a_run_that_stops_and_resumes_is_the_run_that_did_not(config, augmentation, tmp_path, monkeypatch):
    if augmentation:
        settings = AugmentationSettings(**augmentation, strength=0.5)
        objective = config.objective.model_copy(update={"augmentation": settings})
        config = config.model_copy(
            update={"objective": objective, "train": config.train.model_copy(update={"steps": 6})}
        )
    start_run(config, tmp_path / "whole", "cpu", say=lambda text: None)
    run = Loop.run
    with monkeypatch.context() as cut_short:
        cut_short.setattr(Loop, "run", lambda self, first, last, best: run(self, first, 3, best))
        start_run(config, tmp_path / "parts", "cpu", say=lambda text: None)
    resume_run(tmp_path / "parts", "cpu", say=lambda text: None)
    whole, parts = (tmp_path / name for name in ("whole", "parts"))
    one, other = (flat(Checkpoint.load(folder / "checkpoints" / "last.safetensors").state) for folder in (whole, parts))
    assert one.keys() == other.keys()
    assert [name for name, value in one.items() if not same(value, other[name])] == []
    assert trained(whole) == trained(parts)
    if augmentation:
        assert len({entry["augmentation"] for entry in trained(whole)}) > 1
    assert (whole / "samples" / f"step_{config.train.steps:07d}.png").is_file()


def flat(tree, name="state"):
    if isinstance(tree, dict | list):
        parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return {key: value for part, below in parts for key, value in flat(below, f"{name}.{part}").items()}
    return {name: tree}


def same(one, other):
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


def trained(folder):
    entries = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [entry for entry in entries if entry["kind"] == "train"]


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
    assert (code, printed) == (0, f"wrote {files}\nwrote {out}\n")
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

"""The weights that the package ships, and the ways to use them without naming a file."""

import json
from functools import partial

import numpy as np
import pytest
import torch
from material import draw_video, run_command
from safetensors import safe_open

from vidpred import load_predictor
from vidpred.frames import to_model
from vidpred.metrics import METRICS
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import frames_of_use, rollout
from vidpred.runs.checkpoint import find_checkpoint
from vidpred.runs.shipped import CLIP, DEFAULT, SHIPPED
from vidpred.video import decode

WEIGHTS = SHIPPED / "default.safetensors"
CARD = SHIPPED / "default.md"


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return partial(run_command, monkeypatch, capsys)


def scores(predictor, horizon=5):
    """Return the PSNR per frame of the last frames of the shipped clip, which no training has seen."""
    frames = to_model(np.stack(list(decode(CLIP))))[None]
    seen = frames[:, :-horizon][:, -frames_of_use(predictor) :]
    with torch.inference_mode():
        return METRICS["psnr"].function(rollout(predictor, seen, horizon), frames[:, -horizon:])[0]


def test_they_are_small_and_come_with_a_card():
    assert WEIGHTS.stat().st_size < 10e6
    card = CARD.read_text()
    for heading in ("Data", "Licences", "Recipe", "Scores", "Limits"):
        assert f"## {heading}\n" in card


def test_they_tell_nothing_of_the_machine_that_made_them():
    with safe_open(WEIGHTS, framework="pt") as file:
        header = file.metadata()
    assert not {"source", "validation_source", "only", "cache"} & json.loads(header["config"])["data"].keys()
    assert "command" not in json.loads(header["environment"])
    assert not [text for text in header.values() if "/" in text.replace("https://", "")]


def test_without_a_name_they_are_what_predicts():
    named, unnamed = load_predictor(WEIGHTS), load_predictor()
    assert all(torch.equal(*pair) for pair in zip(named.parameters(), unnamed.parameters(), strict=True))


def test_on_a_film_they_have_not_seen_they_beat_what_needs_no_training():
    predictor = load_predictor()
    facts = {"num_context_frames": predictor.num_context_frames}
    ours = scores(predictor)
    copies, moved = (scores(PREDICTORS.build(name, facts)) for name in ("copy_last", "optical_flow"))
    assert (ours > copies + 1).all()
    assert ours.mean() > moved.mean()


@pytest.mark.parametrize("size", [(270, 480), (97, 131)], ids=str)
def test_they_predict_frames_of_any_size(command, tmp_path, size):
    draw_video(tmp_path / "clip.mp4", num_frames=6, height=size[0], width=size[1])
    code, printed, _ = command("predict", "clip.mp4", "--horizon", 2)
    assert code == 0
    assert "wrote clip_future.mp4" in printed


def test_evaluation_takes_them_by_default_and_comparison_by_name(command, tmp_path):
    for seed in range(2):
        draw_video(tmp_path / "videos" / f"{seed}.mp4", num_frames=12, height=160, width=176, seed=seed)
    code, printed, _ = command("evaluate", "videos", "--horizon", 2, "--windows", 1)
    assert code == 0
    assert "\n  default " in printed
    row = next(line for line in printed.splitlines() if line.startswith("  default "))
    code, compared, _ = command("compare", "videos", "default", "linear", "--horizon", 2, "--windows", 1)
    assert code == 0
    assert row in compared


def test_a_run_can_start_from_them(command, tmp_path):
    draw_video(tmp_path / "videos" / "one.mp4", num_frames=12, height=64, width=80)
    small = ["data.resolution=64", "data.crop=32", "objective.adversarial_weight=0"]
    code, _, problem = command("train", "videos", "--from", "default", "--steps", 1, "--out", "run", *small)
    assert code == 0, problem
    origin = json.loads((tmp_path / "run" / "environment.json").read_text())["start_from"]
    assert origin["path"] == str(WEIGHTS)


def test_what_a_user_calls_default_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "default").write_bytes(b"mine")
    assert find_checkpoint(DEFAULT) == DEFAULT

"""The shipped weights: named by words, better than the last frame, stable for a hundred frames."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from vidpred import load_predictor, rollout
from vidpred.frames import to_model
from vidpred.metrics.psnr import psnr
from vidpred.runs.checkpoint import find_checkpoint
from vidpred.runs.shipped import CLIP, DEFAULT, WORDS, shipped_word
from vidpred.video.sources import decode

MOST_BYTES = 8_000_000
LEVEL = 1 / 127.5


@pytest.fixture(scope="module", params=["default", "learned_motion"])
def predictor(request):
    return load_predictor(request.param, device="cpu")


@pytest.fixture(scope="module")
def film():
    """The first frames of the shipped clip, (1, T, C, H, W), at half of the size."""
    frames = to_model(np.stack(list(islice(decode(CLIP), 12))))[None]
    return torch.nn.functional.avg_pool2d(frames.flatten(0, 1), 2).unflatten(0, (1, -1))


def strength(frames):
    return (frames[..., 1:] - frames[..., :-1]).abs().mean()


def test_words_name_shipped_weights_that_fit_in_eight_megabytes_and_have_cards():
    assert find_checkpoint(Path("learned_motion")) == WORDS["learned_motion"]
    shipped = set(WORDS.values())
    assert all(path.is_file() and path.with_suffix(".md").is_file() for path in shipped)
    assert sum(path.stat().st_size for path in shipped) < MOST_BYTES


def test_is_better_than_the_repeated_last_frame(predictor, film):
    future, truth = rollout(predictor, film[:, :9], horizon=3), film[:, 9:12]
    assert psnr(future, truth).mean() > psnr(film[:, 8:9].expand_as(truth), truth).mean() + 1


def test_a_hundred_frames_on_light_and_edges_are_those_of_the_last_known_frame(predictor, film):
    known = film[:, :9]
    last = rollout(predictor, known, horizon=100)[:, -1:]
    assert (last - known[:, -1:]).mean().abs() <= 2 * LEVEL
    assert 0.8 <= strength(last) / strength(known[:, -1:]) <= 1.2


def test_a_hundred_frames_on_so_are_those_of_samples(film):
    known = film[:, :9]
    last = rollout(load_predictor("motion_sampler", device="cpu"), known, horizon=100, num_samples=2)[:, :, -1]
    for sample in last.unbind(1):
        assert (sample - known[:, -1]).mean().abs() <= 3 * LEVEL
        assert 0.75 <= strength(sample) / strength(known[:, -1:]) <= 1.25


def test_the_first_default_predicts_as_it_did_with_the_weights_of_todays(film):
    first, today = (load_predictor(word, device="cpu") for word in ("default-0.1", "default"))
    assert all(torch.equal(*pair) for pair in zip(first.parameters(), today.parameters(), strict=True))
    known = film[:, :9]
    with torch.inference_mode():
        was, now = (rollout(predictor, known, horizon=2) for predictor in (first, today))
        today.details = False
        torch.testing.assert_close(was, rollout(today, known, horizon=2), atol=1e-4, rtol=0)
    assert strength(now) > 1.01 * strength(was)


def test_samples_part_and_none_is_far_worse_than_the_last_frame_again(film):
    known, truth = film[:, :9], film[:, 9:12]
    futures = rollout(load_predictor("motion_sampler", device="cpu"), known, horizon=3, num_samples=8)  # (1, 8, 3, ...)
    scores = torch.stack([psnr(future, truth).mean() for future in futures[0, :, None]])
    assert futures.std(dim=1).mean() > LEVEL
    assert scores.min() > psnr(known[:, -1:].expand_as(truth), truth).mean() - 3
    plain = psnr(rollout(load_predictor(device="cpu"), known, horizon=3), truth).mean()
    assert scores.max() > plain - 0.2


def test_samples_are_drawn_by_the_sampler_where_no_weights_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shipped_word(DEFAULT, 8) == Path("motion_sampler")
    assert shipped_word(DEFAULT, None) == DEFAULT
    assert shipped_word(Path("runs/mine"), 8) == Path("runs/mine")
    (tmp_path / "default").mkdir()  # somebody's own run
    assert shipped_word(DEFAULT, 8) == DEFAULT

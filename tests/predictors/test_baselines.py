"""The baselines against futures that are known exactly."""

import importlib

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import psnr
from vidpred.predictors import CopyLast, Linear, Mean, OpticalFlow
from vidpred.predictors.rollout.rollout import rollout

optical_flow = importlib.import_module("vidpred.predictors.optical_flow")


def brightness(*values):
    """A clip of one-pixel frames."""
    return torch.tensor(values).reshape(1, -1, 1, 1, 1)


def test_copy_last_repeats_the_last_frame_at_any_lead(clip):
    for lead in (1, 5):
        (prediction,) = CopyLast(num_context_frames=5, lead=lead)(clip)
        assert torch.equal(prediction, clip[:, -1:])


@pytest.mark.parametrize(("lead", "expected"), [(1, 0.3), (2, 0.4), (3, 0.5)])
def test_linear_adds_the_last_change_once_per_frame_of_lead(lead, expected):
    (prediction,) = Linear(num_context_frames=3, lead=lead)(brightness(-0.9, 0.1, 0.2))
    assert prediction.item() == pytest.approx(expected)


@pytest.mark.parametrize(("before", "last", "expected"), [(0.0, 0.8, 1.0), (0.0, -0.8, -1.0)])
def test_linear_stays_in_range(before, last, expected):
    (prediction,) = Linear(num_context_frames=2)(brightness(before, last))
    assert prediction.item() == expected


def test_linear_refuses_a_context_that_shows_no_change():
    with pytest.raises(VidpredError, match=r"num_context_frames is 1.*at least 2"):
        Linear(num_context_frames=1)


def texture(height, width, moved):
    """A frame (1, H, W) of waves of several lengths, ``moved`` by pixels to the right and downwards."""
    y, x = torch.arange(height)[:, None] - moved[1], torch.arange(width) - moved[0]
    waves = [(0.21, 0.13), (-0.17, 0.24), (0.31, -0.06), (0.05, 0.33), (-0.11, -0.19), (0.4, 0.37)]
    return torch.stack([torch.sin(a * x + b * y + 1.7 * n) for n, (a, b) in enumerate(waves)]).mean(dim=0)[None]


def translating(velocity, num_frames, size=(96, 112)):
    """One clip of a texture that moves by ``velocity`` pixels per frame, to the right and downwards."""
    return torch.stack([texture(*size, [time * v for v in velocity]) for time in range(num_frames)])[None]


def inside(clip, margin=24):
    """What neither came into view nor is predicted from beyond the border."""
    return clip[..., margin:-margin, margin:-margin]


@pytest.mark.parametrize("velocity", [(1, 0), (0, -2), (3, 2), (-4, 4)], ids=str)
@pytest.mark.parametrize("lead", [1, 2, 4])
def test_optical_flow_continues_a_shift_by_whole_pixels_exactly(velocity, lead):
    clip = translating(velocity, 3 + lead)
    (prediction,) = OpticalFlow(num_context_frames=3, lead=lead)(clip[:, :3])
    torch.testing.assert_close(inside(prediction), inside(clip[:, -1:]), atol=0.02, rtol=0)


@pytest.mark.parametrize("velocity", [(1.5, 0.25), (-2.3, 1.7)], ids=str)
def test_optical_flow_beats_copy_last_by_10_db_where_a_texture_translates(velocity):
    clip = translating(velocity, 8)
    context, future = clip[:, :4], clip[:, 4:]
    moved, still = (rollout(predictor(4), context, 4) for predictor in (OpticalFlow, CopyLast))
    gain = psnr(inside(moved), inside(future)) - psnr(inside(still), inside(future))
    assert gain.min() > 10


def test_optical_flow_far_ahead_is_one_warp_of_the_last_real_frame():
    clip = translating((0.5, 0.5), 4)
    future = rollout(OpticalFlow(num_context_frames=4), clip, 5)
    for steps in range(1, 6):
        (directly,) = OpticalFlow(num_context_frames=4, lead=steps)(clip)
        assert torch.equal(future[:, steps - 1 : steps], directly)


def test_optical_flow_with_a_lead_still_rolls_out_from_the_first_frame_on():
    clip = translating((2, 1), 6)
    ahead = [rollout(OpticalFlow(num_context_frames=2, lead=lead), clip, 3) for lead in (1, 3)]
    assert torch.equal(*ahead)


def test_optical_flow_estimates_once_however_far_it_looks(monkeypatch):
    calls = []
    estimate = optical_flow.estimate_flow
    monkeypatch.setattr(optical_flow, "estimate_flow", lambda *frames: calls.append(frames) or estimate(*frames))
    rollout(OpticalFlow(num_context_frames=2), translating((1, 1), 2), 6)
    assert len(calls) == 1


def test_optical_flow_of_what_stands_still_repeats_it():
    still = translating((0, 0), 3)
    torch.testing.assert_close(rollout(OpticalFlow(3), still, 3), still, atol=1e-4, rtol=0)


def test_optical_flow_refuses_a_context_that_shows_no_motion():
    with pytest.raises(VidpredError, match=r"num_context_frames is 1.*at least 2"):
        OpticalFlow(num_context_frames=1)


@pytest.mark.parametrize("lead", [1, 3])
def test_mean_averages_the_frames_that_it_is_given(lead):
    (prediction,) = Mean(num_context_frames=3, lead=lead)(brightness(-0.9, 0.1, 0.2))
    assert prediction.item() == pytest.approx(-0.2)


@pytest.mark.parametrize("lead", [1, 2])
def test_mean_stays_that_of_the_last_real_frames(lead):
    future = rollout(Mean(num_context_frames=2, lead=lead), brightness(0.9, -0.5, 0.1, 0.3), 4)
    assert future.flatten().tolist() == pytest.approx([0.2] * 4)

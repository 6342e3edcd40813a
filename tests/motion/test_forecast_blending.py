"""Blends of motion hypotheses, weighted by back-tests on the frames already known."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from skimage.filters import gaussian

from vidpred.motion import forecast_blending
from vidpred.motion.cache import MotionCache
from vidpred.motion.forecast_blending import blend_weights, extrapolate, frames_for_back_tests, unsteady_motion

SIZE = 48
MARGIN = 40
NUM_FORECASTS = 4
MIDDLE = np.s_[..., 12:-12, 12:-12]


def moving(places, seed=0):
    """Draw a smooth texture seen at whole horizontal ``places``, one frame each (1, T, 3, H, W)."""
    noise = np.random.default_rng(seed).standard_normal((SIZE, SIZE + 2 * MARGIN, 3))
    texture = gaussian(noise, 2, channel_axis=-1)
    texture = torch.from_numpy(texture / np.abs(texture).max()).float().movedim(-1, 0)
    frames = [texture[..., MARGIN + place : MARGIN + place + SIZE] for place in places]
    return torch.stack(frames)[None]


def error(frame, truth):
    return float((frame - truth)[MIDDLE].pow(2).mean())


def test_weights_are_those_of_a_solver_of_quadratic_programs():
    draw = torch.Generator().manual_seed(0)
    errors = torch.randn(3, 5, NUM_FORECASTS, 200, generator=draw, dtype=torch.float64)
    errors += torch.randn(3, 5, 1, 200, generator=draw, dtype=torch.float64)
    errors[1, :, 2] *= 3
    products = errors @ errors.mT / 200
    found = blend_weights(products).numpy()
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    for clip, weights in zip(products.numpy(), found, strict=True):
        steady = clip[:, 0, 0] + forecast_blending.ERROR_FLOOR
        share = np.minimum(forecast_blending.SURPRISE * np.median(steady) / steady, 1)
        mean = (share[:, None, None] * clip).sum(axis=0) / share.sum()
        pull = forecast_blending.RIDGE * (mean.diagonal().min() + forecast_blending.ERROR_FLOOR)

        def loss(weights, mean=mean, pull=pull):
            return weights @ mean @ weights + pull * ((weights[0] - 1) ** 2 + (weights[1:] ** 2).sum())

        sums = {"type": "eq", "fun": lambda weights: weights.sum() - 1}
        even = np.full(NUM_FORECASTS, 1 / NUM_FORECASTS)
        solved = minimize(
            loss, even, method="SLSQP", bounds=[(0, 1)] * NUM_FORECASTS, constraints=sums, options={"ftol": 1e-12}
        )
        np.testing.assert_allclose(weights, solved.x, atol=1e-4)


def test_nothing_grows_in_a_long_rollout():
    """A still texture with noise that is another in every frame, as in dark scenes, stays as strong as it was."""
    noise = 0.1 * torch.randn(1, 9, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    known = moving([2 * t for t in range(9)]) * 0.5 + noise
    frames = list(known.split(1, dim=1))
    for _ in range(20):
        window = torch.cat(frames[-9:], dim=1)
        frames.append((extrapolate(window, 1)[0] + unsteady_motion(window, 1, 6))[:, None])
    assert frames[-1].std() <= known[:, -1].std()


def test_steady_motion_is_left_alone():
    added = unsteady_motion(moving([3 * t for t in range(9)]), lead=1, num_back_tests=6)
    assert added[MIDDLE].abs().max() < 0.02


def test_a_still_video_is_left_alone():
    torch.testing.assert_close(unsteady_motion(moving([0] * 9), 1, 6), torch.zeros(1, 3, SIZE, SIZE), atol=1e-5, rtol=0)


def test_too_few_frames_for_a_back_test_add_nothing():
    assert not unsteady_motion(moving([0, 2, 2]), 1, 6).any()
    assert not unsteady_motion(moving([0, 2, 2, 4]), 2, 6).any()


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([2, 2, 4, 4, 6, 6, 8, 8, 10, 10], id="frames that are shown twice"),
        pytest.param([0, 2, 0, 2, 0, 2, 0, 2, 0, 2], id="a camera that shakes"),
        pytest.param([0, 6, 11, 15, 18, 20, 21], id="a stop"),
    ],
)
def test_unsteady_motion_is_predicted_better(places):
    clip = moving(places)
    known, truth = clip[:, :-1], clip[:, -1]
    steady = extrapolate(known, 1)[0]
    assert error(steady + unsteady_motion(known, 1, 6), truth) < 0.7 * error(steady, truth)


def test_it_works_several_frames_ahead():
    clip = moving([0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8])
    known, truth = clip[:, :-2], clip[:, -1]
    steady = extrapolate(known, 2)[0]
    assert error(steady + unsteady_motion(known, 2, 6), truth) < error(steady, truth)


def test_no_more_frames_are_looked_at_than_it_says():
    clip = moving([0, 2, 3, 6, 6, 9, 10, 13, 13, 17, 18])
    for lead in (1, 2):
        seen = frames_for_back_tests(3, lead)
        torch.testing.assert_close(unsteady_motion(clip, lead, 3), unsteady_motion(clip[:, -seen:], lead, 3))


def test_clips_of_a_batch_do_not_affect_each_other():
    one, other = moving([0, 2, 2, 4, 4, 6, 6]), moving([0, 1, 3, 6, 7, 9, 12], seed=1)
    both = unsteady_motion(torch.cat([one, other]), 1, 6)
    torch.testing.assert_close(both[:1], unsteady_motion(one, 1, 6), atol=1e-5, rtol=0)
    torch.testing.assert_close(both[1:], unsteady_motion(other, 1, 6), atol=1e-5, rtol=0)


def test_another_scene_in_the_context_hardly_matters():
    clip, before = moving([0, 2, 2, 4, 4, 6, 6, 8, 8]), moving([0], seed=1)
    steady = extrapolate(clip, 1)[0]
    truth = moving([0, 2, 2, 4, 4, 6, 6, 8, 8, 10])[:, -1]
    cut = torch.cat([before, clip[:, 1:]], dim=1)
    assert error(steady + unsteady_motion(cut, 1, 6), truth) < error(steady, truth) + 1e-3


def test_what_a_cache_has_kept_is_what_would_be_computed():
    clip = moving([0, 2, 3, 6, 6, 9, 10])
    computed = unsteady_motion(clip, 1, 6)
    with MotionCache().in_use():
        unsteady_motion(clip[:, :-1], 1, 6)
        torch.testing.assert_close(unsteady_motion(clip, 1, 6), computed, rtol=0, atol=0)


ERRORS = np.eye(6)[None]


@pytest.mark.parametrize("thorough", [True, False])
def test_back_tests_side_by_side_tell_the_same_from_flows_that_are_estimated_once(thorough):
    clip, threads = moving([0, 2, 3, 6, 6, 9, 10]), torch.get_num_threads()
    cache, found = MotionCache(), []
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            with cache.in_use() if number == 2 else nullcontext():
                found.append(forecast_blending.forecast_shares(clip, 1, 4, thorough))
    finally:
        torch.set_num_threads(threads)
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-7)
    assert len(cache.flows.kept) == 5  # between frames 1 to 6, of which four back-tests look at three each
    assert len(cache.errors.kept) == 4


def test_large_frames_are_made_smaller_before_back_tests_unless_thoroughness_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(forecast_blending, "LARGE_ENOUGH", 24)
    monkeypatch.setattr(forecast_blending, "_errors", lambda frames, *_: asked.append(frames.shape) or ERRORS)
    for size, made in (((47, 60), (47, 60)), ((48, 60), (24, 30)), ((101, 96), (26, 24))):
        asked.clear()
        shares = forecast_blending.forecast_shares(torch.zeros(1, 9, 3, *size), 1, 2, thorough=False)
        assert {shape[-2:] for shape in asked} == {made}
        assert shares.shape == (1, 6)
    asked.clear()
    forecast_blending.forecast_shares(torch.zeros(1, 9, 3, 101, 96), 1, 2)
    assert {shape[-2:] for shape in asked} == {(101, 96)}

"""Samples of one clip: each a consistent future, steady far ahead, without noise the plain prediction."""

from itertools import islice

import pytest
import torch

from vidpred.motion.uncertainty import NUM_DRAWN, SPEED
from vidpred.predictors import FlowPyramid, MotionSampler
from vidpred.predictors.rollout.rollout import _slide, rollout


@pytest.fixture
def sampler():
    return MotionSampler(widths=(8, 8, 8, 8)).eval()


@pytest.fixture
def panning():
    """A texture (1, 6, 3, 32, 40) that pans by two pixels per frame."""
    canvas = torch.rand(1, 3, 10, 16, generator=torch.Generator().manual_seed(3)) * 1.6 - 0.8
    canvas = torch.nn.functional.interpolate(canvas, size=(40, 64), mode="bicubic").clamp(-1, 1)
    return torch.stack([canvas[..., 4:36, 2 * step : 2 * step + 40] for step in range(6)], dim=1)


def slid(sampler, known, latents, steps):
    return torch.cat([pyramid[-1] for pyramid in islice(_slide(sampler, known, latents), steps)], dim=1)


def test_without_noise_it_predicts_what_flow_pyramid_does(sampler, panning):
    plain = FlowPyramid(widths=(8, 8, 8, 8)).eval()
    plain.load_state_dict(sampler.predictor.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(rollout(sampler, panning, horizon=4), rollout(plain, panning, horizon=4))


@torch.no_grad()
def test_the_noise_of_the_first_frame_decides_a_future(sampler, panning):
    first, other = torch.randn(2, 1, NUM_DRAWN, generator=torch.Generator().manual_seed(1))
    future = slid(sampler, panning, [first] * 4, 4)
    torch.testing.assert_close(slid(sampler, panning, [first, other, other, other], 4), future)
    assert not torch.allclose(slid(sampler, panning, [other] * 4, 4), future, atol=0.01)


@torch.no_grad()
def test_a_future_goes_ever_further_from_the_plain_one(sampler, panning):
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 0] = 1
    sampler.uncertainty.by_pixels[0] = 0.0  # a pixel
    away = (slid(sampler, panning, [drawn] * 3, 3) - rollout(sampler, panning, horizon=3)).abs().mean(dim=(0, 2, 3, 4))
    assert away[0] > 0.02
    assert away[2] > away[1] > away[0]


@torch.no_grad()
def test_a_thing_goes_off_where_it_is_by_then(sampler):
    """A dark square goes 3 pixels per frame to the right before a light wall; in the last frame, it is at 37 to 48."""
    ahead, draw = 6, torch.Generator().manual_seed(8)
    square, wall = torch.rand(1, 3, 12, 12, generator=draw) - 1, torch.rand(1, 1, 3, 24, 72, generator=draw) / 4
    known = wall.repeat(1, 6, 1, 1, 1)
    for time in range(6):
        known[:, time, :, 6:18, 4 + 3 * time : 16 + 3 * time] = square
    faster = torch.zeros(1, NUM_DRAWN)
    faster[0, 4] = 1
    sampler.uncertainty.by_speed[SPEED] = -1.0
    away = slid(sampler, known, [faster] * ahead, ahead)[0, -1] - rollout(sampler, known, horizon=ahead)[0, -1]
    change = away.abs().mean(dim=(0, 1))  # by column
    assert change[36:52].mean() > 2 * change[20:34].mean()


@torch.no_grad()
def test_at_a_larger_lead_every_frame_is_displaced_by_itself(panning):
    sampler = MotionSampler(lead=2, widths=(8, 8, 8, 8)).eval()
    futures = rollout(sampler, panning, horizon=3, num_samples=2)
    assert futures.shape == (1, 2, 3, 3, 32, 40)
    assert not torch.allclose(futures[:, 0], futures[:, 1], atol=0.01)


@torch.no_grad()
def test_samples_of_a_still_scene_do_not_part(sampler):
    still = torch.rand(1, 1, 3, 24, 24).expand(-1, 4, -1, -1, -1) * 2 - 1
    futures, plain = rollout(sampler, still, horizon=5, num_samples=2), rollout(sampler, still, horizon=5)
    torch.testing.assert_close(futures, plain[:, None].expand_as(futures), atol=2 / 255, rtol=0)


@torch.no_grad()
def test_many_futures_come_from_one_rollout_and_are_those_of_a_rollout_of_each(sampler, panning, monkeypatch):
    drawn = torch.randn(3, 1, NUM_DRAWN, generator=torch.Generator().manual_seed(2))
    each = [slid(sampler, panning, [noise] * 4, 4) for noise in drawn]
    asked, follow = [], sampler.predictor.follow
    monkeypatch.setattr(sampler.predictor, "follow", lambda *words: asked.append(1) or follow(*words))
    together = torch.cat(list(islice(sampler.sample_ahead(panning, list(drawn)), 4)), dim=2)  # (1, 3, 4, C, H, W)
    torch.testing.assert_close(together, torch.stack(each, dim=1))
    assert len(asked) == 4


@torch.no_grad()
def test_a_rollout_asks_for_all_samples_at_once_but_not_at_a_larger_lead(sampler, panning, monkeypatch):
    monkeypatch.setattr(sampler, "follow", None)
    assert rollout(sampler, panning, horizon=2, num_samples=3).shape[:3] == (1, 3, 2)
    further = MotionSampler(lead=2, widths=(8, 8, 8, 8)).eval()
    monkeypatch.setattr(further, "sample_ahead", None)
    assert rollout(further, panning, horizon=2, num_samples=3).shape[:3] == (1, 3, 2)


@torch.no_grad()
def test_a_clip_without_noise_is_predicted_plainly_beside_one_with_noise(sampler, panning):
    drawn = torch.randn(2, NUM_DRAWN, generator=torch.Generator().manual_seed(4))
    drawn[0] = 0
    both = slid(sampler, panning.expand(2, -1, -1, -1, -1), [drawn] * 3, 3)
    for clip, noise in enumerate(drawn.split(1)):
        torch.testing.assert_close(both[clip : clip + 1], slid(sampler, panning, [noise] * 3, 3), atol=1e-5, rtol=0)
    for together, alone in zip(sampler(panning.expand(2, -1, -1, -1, -1), drawn), sampler(panning), strict=True):
        torch.testing.assert_close(together[:1], alone)


def test_fifteen_weights_say_how_far_motion_may_go_off(sampler):
    assert sum(weight.numel() for weight in sampler.uncertainty.parameters()) == 15

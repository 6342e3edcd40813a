"""Motion that is learned: what holds whatever has been learned."""

import torch
from torch.nn import functional as F

from vidpred.predictors.learned_motion import LearnedMotion
from vidpred.predictors.rollout.rollout import frames_seen, rollout

LEVEL = 1 / 127.5
SMALL = {"history": 3, "width_multiplier": 0.1}


def wild(**options):
    """Return a network with large random weights, as if it had learned nonsense."""
    torch.manual_seed(0)
    network = LearnedMotion(**{**SMALL, **options})
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return network.requires_grad_(False).eval()


def texture(frames, height=24, width=32, speed=2):
    """Frames (1, T, 3, H, W) of a texture that moves to the left."""
    torch.manual_seed(1)
    coarse = torch.rand(1, 3, height // 4, (width + speed * frames) // 4 + 1)
    wide = F.interpolate(coarse, scale_factor=4, mode="bicubic").clamp(0, 1) * 2 - 1
    return torch.stack([wide[..., :height, speed * k : speed * k + width] for k in range(frames)], dim=1)


def strength(frames):
    return (frames[..., 1:] - frames[..., :-1]).abs().mean()


def test_what_stands_still_stays_for_a_hundred_frames_whatever_was_learned():
    still = texture(1).expand(-1, 4, -1, -1, -1)
    future = rollout(wild(), still, horizon=100)
    assert (future - still[:, :1]).abs().max() <= LEVEL


def test_a_rollout_keeps_within_the_levels_of_the_known_frames_whatever_was_learned():
    known = texture(4)
    future = rollout(wild(), known, horizon=40)
    assert future.min() >= known.min() - 1e-5
    assert future.max() <= known.max() + 1e-5


def test_a_rollout_grows_neither_lighter_nor_darker():
    known, network = texture(4), wild()
    for stage in network.stages:
        torch.nn.init.zeros_(stage.head.weight)
        torch.nn.init.zeros_(stage.head.bias)
    torch.nn.init.constant_(network.stages[-1].head.bias[12:24], 10 * LEVEL)  # learned: ten levels lighter at a step
    future = rollout(network, known, horizon=40)
    assert (future[:, -1] - known[:, -1]).mean().abs() <= 2 * LEVEL


def test_details_are_as_strong_at_the_end_of_a_long_rollout_as_in_the_known_frames():
    network = wild()
    for stage in network.stages:  # nothing learned: at rest, with nothing added
        torch.nn.init.zeros_(stage.head.weight)
        torch.nn.init.zeros_(stage.head.bias)
    known = texture(4)
    future = rollout(network, known, horizon=30)
    assert 0.95 < strength(future[:, -1]) / strength(known[:, -1]) < 1.05


def test_a_rollout_in_one_is_the_same_frames_followed_by_hand():
    network, known = wild(), texture(4)
    (*_, first), trail = network.follow(known)
    (*_, second), trail = network.follow(torch.cat([known[:, 1:], first], dim=1), trail)
    torch.testing.assert_close(rollout(network, known, horizon=2), torch.cat([first, second], dim=1))
    assert trail.steps == 2
    assert torch.equal(trail.source, known[:, -1])


def test_steps_by_tensors_alone_are_the_rollout():
    network, known = wild(), texture(5, height=27, width=40)
    for weight in network.parameters():
        weight *= 0.2  # so that motion is small, and roundings do not grow
    frame, memory = network.first_step(known)
    frames = [frame]
    for _ in range(12):  # into the predictions in which motion comes to rest
        frame, memory = network.next_step(frame, *memory)
        frames.append(frame)
    assert len(memory) == len(network.remembered)
    torch.testing.assert_close(torch.cat(frames, dim=1), rollout(network, known, horizon=13), atol=1e-4, rtol=0)


def test_predicting_two_ahead_starts_a_trail_at_each_known_frame():
    future = rollout(wild(lead=2), texture(5), horizon=4)
    assert future.shape == (1, 4, 3, 24, 32)


def test_two_frames_are_enough_and_more_than_its_history_are_not_looked_at():
    network = wild()
    assert frames_seen(network) == 4  # a history of three, and one more for the back-test
    known = texture(7)
    torch.testing.assert_close(network(known)[-1], network(known[:, -4:])[-1])
    assert network(known[:, -2:])[-1].shape == (1, 1, 3, 24, 32)


def test_gradients_reach_every_weight_through_a_rollout():
    network = wild().requires_grad_(True).train()
    rollout(network, texture(4), horizon=2).square().mean().backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in network.parameters())


def test_a_fade_is_seen_in_fewer_known_frames_than_are_compared():
    still = texture(1) / 2
    known = torch.cat([still + 6 * LEVEL * step for step in range(4)], dim=1)
    network = wild(history=6)
    _, trail = network.follow(known)
    torch.testing.assert_close(trail.fade, torch.full((1, 3, 1, 1), 6 * LEVEL))
    memory = dict(zip(network.remembered, network.first_step(known)[1], strict=True))
    torch.testing.assert_close(memory["fade"], trail.fade)

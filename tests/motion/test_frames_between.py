"""What lies between two frames: moved as far as the time says, and at rest where it rests."""

import numpy as np
import pytest
import torch
from drawing import pan

import vidpred.motion.interpolation as between
from vidpred.frames import to_model, to_uint8
from vidpred.motion.interpolation import Between, interpolate

SIZE, SQUARE, STEP = (48, 80), 20, 8
PLACES = np.mgrid[: SIZE[0], : SIZE[1]]


def square_at(left):
    """A patterned square on a patterned ground, whose left edge is at a column; (1, 3, H, W)."""
    y, x = PLACES
    ground = 0.3 * np.sin(x / 5) * np.cos(y / 4) - 0.3
    inside = (y >= 14) & (y < 14 + SQUARE) & (x >= left) & (x < left + SQUARE)
    frame = np.where(inside, 0.3 * np.sin((x - left) / 3) * np.sin(y / 3) + 0.6, ground)
    return torch.from_numpy(frame.astype(np.float32)).expand(1, 3, *SIZE)


def distance(some, others):
    return float((some - others).abs().mean())


@pytest.mark.parametrize("time", [0.25, 0.5, 0.75])
def test_a_square_that_moves_is_where_the_time_says(time):
    drawn = interpolate(square_at(24), square_at(24 + STEP), time)
    bright = (drawn[0, 0] > 0.15).float()
    columns = torch.arange(SIZE[1])
    centre = float((bright.sum(dim=0) * columns).sum() / bright.sum())
    assert centre == pytest.approx(24 + STEP * time + (SQUARE - 1) / 2, abs=0.3)
    errors = [distance(drawn, square_at(24 + shift)) for shift in (STEP * time, 0, STEP)]
    assert errors[0] < 0.35 * min(errors[1:])


def test_the_ends_are_the_frames_themselves():
    before, after = square_at(24), square_at(28)
    motion = Between(before, after)
    assert distance(motion.at(0), before) < 1e-3
    assert distance(motion.at(1), after) < 1e-3


def test_a_pan_goes_on_evenly_up_to_the_edge_of_the_picture():
    frames = to_model(pan(3, speed=3))[:, None]
    drawn, mean = interpolate(frames[0], frames[2]), (frames[0] + frames[2]) / 2
    assert distance(drawn, frames[1]) < 0.1 * distance(mean, frames[1])
    edge = (drawn - frames[1])[..., :3].abs().mean()
    assert edge < 0.3 * (mean - frames[1])[..., :3].abs().mean()


def test_what_is_the_same_in_both_frames_stays_to_the_last_level():
    frame = pan(1)
    assert np.array_equal(to_uint8(interpolate(to_model(frame), to_model(frame), 0.3)), frame)


def test_a_title_over_a_moving_picture_stays_in_its_place():
    frames = to_model(pan(3, speed=4))[:, None].clone()
    title = to_model(pan(1, 16, 24, seed=5))
    frames[..., 20:36, 20:44] = title
    drawn = interpolate(frames[0], frames[2])[..., 24:32, 26:38]
    assert distance(drawn, title[..., 4:12, 6:18]) < 0.02


def test_every_clip_of_a_batch_is_drawn_as_if_it_were_alone():
    before, after = torch.cat([square_at(24), square_at(40)]), torch.cat([square_at(28), square_at(36)])
    together = interpolate(before, after)
    for index in range(2):
        assert torch.allclose(together[index], interpolate(before[index, None], after[index, None])[0], atol=1e-6)


def test_of_large_frames_motion_is_found_at_a_smaller_size(monkeypatch):
    monkeypatch.setattr(between, "LARGE_FRAME", 1500)  # pixels: a third of the sides
    frames = to_model(pan(3, 49, 67, speed=4))[:, None]
    motion = Between(frames[0], frames[2])
    assert motion.shrink == 2
    assert motion.there.shape == (1, 2, 25, 34)
    drawn, mean = motion.at(0.5), (frames[0] + frames[2]) / 2
    assert drawn.shape == (1, 3, 49, 67)
    assert distance(drawn, frames[1]) < 0.3 * distance(mean, frames[1])


def test_no_gradient_is_kept():
    frames = torch.rand(2, 1, 3, 32, 32, requires_grad=True)
    assert not interpolate(frames[0], frames[1]).requires_grad

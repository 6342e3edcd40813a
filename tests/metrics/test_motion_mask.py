"""The motion mask where it is known what moves."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import motion_mask


def scene(offsets, side=96):
    """A clip (1, T, 1, side, side): a textured square of 40 pixels at column 24 + offset, on still texture."""
    y, x = torch.arange(float(side))[:, None], torch.arange(float(side))
    background = 0.4 * torch.sin(0.5 * x + 0.3 * y) * torch.cos(0.4 * y - 0.2 * x)
    frames = []
    for offset in offsets:
        square = 0.9 * torch.sin(0.7 * (x - offset) + 1) * torch.sin(0.6 * y + 2)
        there = (x - offset >= 24) & (x - offset < 64) & (y >= 28) & (y < 68)
        frames.append(torch.where(there, square, background))
    return torch.stack(frames)[None, :, None]


def test_what_moves_is_found_where_it_starts_from():
    clip = scene([0, 2])
    mask = motion_mask(clip[:, :1], clip[:, 1:])
    assert mask.shape == (1, 1, 96, 96)
    assert mask.dtype == torch.bool
    inner, outer = mask[0, 0, 34:62, 30:58], mask[0, 0].clone()
    outer[20:76, 14:76] = False
    assert inner.float().mean() > 0.95
    assert outer.float().mean() < 0.02


def test_motion_is_that_since_the_real_frame_before():
    clip = scene([0, 2, 2, 4])  # the square rests from the second to the third frame
    mask = motion_mask(clip[:, :1], clip[:, 1:])
    assert mask[0, 0].any()
    assert not mask[0, 1].any()
    assert torch.equal(mask[:, 2:], motion_mask(clip[:, 2:3], clip[:, 3:]))


def test_the_threshold_is_in_pixels():
    clip = scene([0, 2])
    shares = [
        motion_mask(clip[:, :1], clip[:, 1:], threshold)[0, 0, 34:62, 30:58].float().mean()
        for threshold in (0, 1.5, 2.5)
    ]
    assert shares[0] > 0.99
    assert shares[1] > 0.9
    assert shares[2] < 0.05


def test_less_than_the_default_threshold_stands_still():
    clip = scene([0, 0.5])
    assert motion_mask(clip[:, :1], clip[:, 1:]).float().mean() < 0.02


@pytest.mark.parametrize("threshold", [-0.1, float("nan")])
def test_a_threshold_below_nothing_is_refused(threshold):
    with pytest.raises(VidpredError, match=f"threshold is {threshold}"):
        motion_mask(torch.zeros(1, 1, 1, 16, 16), torch.zeros(1, 2, 1, 16, 16), threshold)


def test_more_than_one_last_frame_is_refused():
    frames = torch.zeros(1, 2, 1, 16, 16)
    with pytest.raises(VidpredError, match=r"last context frame is \(1, 2, 1, 16, 16\)"):
        motion_mask(frames, frames)

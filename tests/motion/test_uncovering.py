"""What lies behind moving things."""

import torch

from vidpred.motion.trajectories import Trajectories
from vidpred.motion.uncovering import behind, filled, moving_things


def passing(velocity, num_frames=9, pan=0):
    """A light square (12 x 12) passes a dark wall: frames (1, T, 3, H, W), the flow back, and the wall of the last."""
    wall = torch.rand(1, 3, 24, 60, generator=torch.Generator().manual_seed(1)) / 4 - 1
    wall = torch.nn.functional.interpolate(wall, scale_factor=2, mode="bilinear")
    frames = []
    for time in range(num_frames):
        frame = wall[..., pan * time : pan * time + 80].clone()
        left = 6 + velocity * time
        frame[..., 18:30, left : left + 12] = 1
        frames.append(frame)
    back = torch.full((1, 2, 48, 80), 0.0)
    back[:, 0] = pan
    back[:, 0, 18:30, left : left + 12] = -velocity
    return torch.stack(frames, dim=1), back, wall[..., pan * (num_frames - 1) :][..., :80]


def without_things(frames, back):
    ways = Trajectories.of(frames[:, -1], back)
    return behind(frames, ways, moving_things(ways))


def test_earlier_frames_show_what_a_thing_hides():
    frames, back, wall = passing(4)
    found = without_things(frames, back)
    torch.testing.assert_close(found, wall, atol=0.02, rtol=0)


def test_so_they_do_while_the_camera_pans():
    frames, back, wall = passing(3, pan=2)
    found = without_things(frames, back)
    inside = (..., slice(0, 70))
    torch.testing.assert_close(found[inside], wall[inside], atol=0.05, rtol=0)


def test_what_no_frame_shows_is_like_what_is_around():
    frames, back, wall = passing(4, num_frames=2)
    found = without_things(frames, back)
    assert found.max() < -0.6
    assert not torch.equal(found, wall)


def test_where_nothing_moves_nothing_is_hidden():
    frames, back, _ = passing(0)
    ways = Trajectories.of(frames[:, -1], back)
    assert not moving_things(ways).any()
    assert torch.equal(without_things(frames, back), frames[:, -1])


def test_filling_keeps_what_is_known_and_goes_smoothly_between():
    shown = torch.linspace(-1, 1, 32).expand(1, 1, 16, -1)
    known = torch.ones(1, 1, 16, 32)
    known[..., 4:10, 12:18] = 0
    full = filled(shown * known, known)
    assert torch.equal(full[known > 0], shown[known > 0])
    assert (full - shown).abs().max() < 0.25


def test_nothing_known_is_filled_with_zeros():
    assert not filled(torch.zeros(1, 2, 5, 7), torch.zeros(1, 1, 5, 7)).any()

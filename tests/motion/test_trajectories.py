"""How everything in a frame goes on."""

import pytest
import torch

from vidpred.motion.trajectories import KEPT, Trajectories, affine, alike, medians

STEADY = torch.ones(1)


def pan(velocity, height=40, width=60):
    """The flow from a frame to the one before it, where all moves by ``velocity``."""
    return -torch.tensor(velocity, dtype=torch.float32)[None, :, None, None].expand(1, 2, height, width)


def test_an_affine_motion_is_found_in_spite_of_a_thing_that_moves_otherwise():
    y, x = torch.meshgrid(torch.linspace(-1, 1, 40), torch.linspace(-1, 1, 60), indexing="ij")
    truth = torch.stack([1 + 0.5 * x - y, 2 * x + 0.25 * y - 3])[None]
    motion = truth.clone()
    motion[..., 10:20, 20:35] = 8
    torch.testing.assert_close(affine(motion), truth, atol=0.02, rtol=0)


def test_motion_is_averaged_over_what_looks_alike():
    looks = torch.where(torch.arange(40) < 20, -1.0, 1.0).expand(1, 3, 16, -1)
    moves = torch.where(torch.arange(40) < 20, 0.0, 0.4).expand(1, 2, 16, -1)
    noisy = moves + 0.2 * torch.randn(moves.shape, generator=torch.Generator().manual_seed(2))
    averaged = alike(noisy, looks, ((1, 1), (1, 2), (2, 3)), (0.5, 5.0))
    assert (averaged - moves).abs().mean() < 0.4 * (noisy - moves).abs().mean()
    assert averaged[..., :20].mean() < 0.1
    assert averaged[..., 20:].mean() > 0.3


def test_a_pan_goes_on_and_slows_down_little():
    ways = Trajectories.of(torch.rand(1, 3, 40, 60), pan((3.0, -2.0)))
    for time in (1, 4):
        flow = ways.seen(time, STEADY).flow[..., 15:-15, 20:-20]
        frames = sum(KEPT[0] ** step for step in range(time))
        torch.testing.assert_close(flow, -frames * torch.tensor([3.0, -2.0])[None, :, None, None].expand_as(flow))


def test_where_back_tests_saw_less_motion_there_is_less():
    ways = Trajectories.of(torch.rand(2, 3, 40, 60), pan((3.0, 0.0)).expand(2, -1, -1, -1))
    far = ways.displacement(2, torch.tensor([1.0, 0.5]))[:, 0, 20, 30]
    assert far[0] == pytest.approx(3 * (1 + KEPT[0]), rel=1e-4)
    assert far[1] == pytest.approx(1.5 * (1 + KEPT[0] * 0.5**0.3), rel=1e-4)


def test_a_thing_that_moves_otherwise_is_in_front_and_hides_what_it_comes_to():
    frame, back = torch.full((1, 3, 48, 64), -0.5), torch.zeros(1, 2, 48, 64)
    frame[..., 18:30, 20:32], back[:, 0, 18:30, 20:32] = 0.5, -4.0
    ways = Trajectories.of(frame, back)
    assert ways.in_front[..., 20:28, 22:30].min() > ways.in_front[..., :10, :].max() + 2
    seen = ways.seen(2, STEADY)
    assert (seen.flow[0, 0, 22:26, 30:36] < -6).all()
    assert (seen.flow[0, 0, 22:26, 46:60].abs() < 0.5).all()
    assert seen.empty[0, 0, 22:26, 21:25].all()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 300), (130, 250)])
def test_frames_of_any_size_go_on(size):
    ways = Trajectories.of(torch.rand(1, 1, *size), torch.randn(1, 2, *size))
    flow = ways.seen(3, STEADY).flow
    assert flow.shape == (1, 2, *size)
    assert flow.isfinite().all()


@pytest.mark.parametrize("size", [(7, 9), (1, 5), (1, 1), (40, 33)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_outliers_of_a_flow_give_way_to_the_median_of_nine_round_by_round(size, dtype):
    flow = torch.randn(3, 2, *size, generator=torch.Generator().manual_seed(5)).to(dtype)
    expected = flow
    for _ in range(3):
        padded = torch.nn.functional.pad(expected, (1, 1, 1, 1), mode="replicate")
        expected = padded.unfold(2, 3, 1).unfold(3, 3, 1).flatten(-2).median(dim=-1).values
    assert torch.equal(medians(flow), expected)
    assert torch.equal(medians(flow.flip(-1)), expected.flip(-1)), "nor does it matter how it lies in memory"

"""Optical flow on motions that are known exactly."""

import sys

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.motion.flow import blend, estimate_flow, luma, warp, warp_each

WAVES = torch.tensor([[0.21, 0.13], [-0.17, 0.24], [0.31, -0.06], [0.05, 0.33], [-0.11, -0.19], [0.4, 0.37]])


def texture(height, width, moved=(0.0, 0.0)):
    """A frame (3, H, W) of waves of several lengths, ``moved`` by pixels to the right and downwards."""
    y = torch.arange(height, dtype=torch.float64)[:, None] - moved[1]
    x = torch.arange(width, dtype=torch.float64) - moved[0]
    waves = [torch.sin(a * x + b * y + 1.7 * number) for number, (a, b) in enumerate(WAVES.tolist())]
    grey = torch.stack(waves).mean(dim=0)
    return torch.stack([grey, 0.8 * grey + 0.1, 0.9 * grey - 0.1]).float()


@pytest.mark.parametrize("moved", [(1, 0), (0, -3), (4, 5), (-0.5, 2.25)], ids=str)
def test_it_finds_how_far_a_texture_moved(moved):
    flow = estimate_flow(texture(96, 120)[None], texture(96, 120, moved)[None])
    assert flow.shape == (1, 2, 96, 120)
    inside = flow[0, :, 12:-12, 12:-12]
    expected = torch.tensor(moved, dtype=torch.float32)[:, None, None].expand_as(inside)
    torch.testing.assert_close(inside, expected, atol=0.15, rtol=0)


def test_what_stands_still_has_no_flow():
    frames = texture(40, 50)[None]
    assert not estimate_flow(frames, frames).any()


def test_every_pair_is_estimated_by_itself():
    start = torch.stack([texture(40, 40), texture(40, 40, (7, 3))])
    end = torch.stack([texture(40, 40, (2, 0)), texture(40, 40, (7, 1))])
    both = estimate_flow(start, end)
    for item in range(2):
        assert torch.equal(both[item : item + 1], estimate_flow(start[item : item + 1], end[item : item + 1]))


@pytest.mark.parametrize("size", [(1, 1), (2, 90), (7, 40), (16, 16), (15, 200), (200, 15), (33, 18)], ids=str)
def test_frames_of_any_size_have_a_flow(size):
    start, end = torch.rand(2, 1, 3, *size) * 2 - 1
    flow = estimate_flow(start, end)
    assert flow.shape == (1, 2, *size)
    assert flow.isfinite().all()


@pytest.mark.parametrize("size", [(2, 40_000), (32_767, 2)], ids=str)
def test_frames_that_are_longer_than_opencv_takes_are_refused(size):
    frames = torch.zeros(1, 1, *size)
    with pytest.raises(
        VidpredError, match=f"frames of {size[0]:,} x {size[1]:,} pixels are too large for optical flow"
    ):
        estimate_flow(frames, frames)


def test_a_missing_opencv_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    frames = torch.zeros(1, 3, 16, 16)
    with pytest.raises(VidpredError, match=r"cannot be imported .*pip install opencv-python-headless.*libGL"):
        estimate_flow(frames, frames)


def test_luma_weighs_three_colours_and_averages_any_other_number():
    colours = torch.eye(3)[:, :, None, None]
    assert luma(colours).flatten().tolist() == pytest.approx([0.299, 0.587, 0.114])
    assert luma(torch.tensor([0.5])[:, None, None]).item() == 0.5
    assert luma(torch.tensor([0.2, 0.4, 0.6, 0.8])[:, None, None]).item() == pytest.approx(0.5)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (6, 8)], ids=str)
def test_warping_by_nothing_changes_nothing(size):
    frames = torch.rand(2, 3, *size) * 2 - 1
    torch.testing.assert_close(warp(frames, torch.zeros(2, 2, *size)), frames, atol=1e-5, rtol=0)


def test_warping_fetches_from_where_the_flow_points_and_from_the_border_beyond_it():
    frames = torch.arange(12.0).reshape(1, 1, 3, 4)
    flow = torch.tensor([1.0, 1.0])[None, :, None, None].expand(1, 2, 3, 4)
    torch.testing.assert_close(
        warp(frames, flow)[0, 0], torch.tensor([[5.0, 6, 7, 7], [9, 10, 11, 11], [9, 10, 11, 11]])
    )


def test_warping_by_half_a_pixel_averages_two():
    frames = torch.tensor([0.0, 1.0, 4.0]).reshape(1, 1, 1, 3)
    flow = torch.tensor([0.5, 0.0])[None, :, None, None].expand(1, 2, 1, 3)
    assert warp(frames, flow).flatten().tolist() == pytest.approx([0.5, 2.5, 4.0])


def test_warping_keeps_the_type_of_the_frames():
    for dtype in (torch.bfloat16, torch.float32, torch.float64):
        assert warp(torch.zeros(1, 1, 4, 4, dtype=dtype), torch.zeros(1, 2, 4, 4)).dtype == dtype


def test_warping_undoes_a_motion():
    """The last frame, fetched along the flow to an earlier one, is that earlier one."""
    before, last = texture(96, 120)[None], texture(96, 120, (3, -2))[None]
    undone = warp(last, estimate_flow(before, last))
    torch.testing.assert_close(undone[..., 12:-12, 12:-12], before[..., 12:-12, 12:-12], atol=0.02, rtol=0)


def test_what_lies_outside_is_the_border_or_the_picture_mirrored():
    row = torch.tensor([1.0, 2.0, 4.0, 8.0]).view(1, 1, 1, 4)
    right = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
    for outside, beyond in (("border", 8.0), ("reflection", 4.0)):
        expected = torch.tensor([2.0, 4.0, 8.0, beyond])
        torch.testing.assert_close(warp(row, right, outside=outside).flatten(), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(3, 3), (5, 40), (33, 20), (2, 9)], ids=str)
def test_pictures_are_mirrored_as_torch_mirrors_them(mode, size):
    generator = torch.Generator().manual_seed(0)
    frames, flow = (torch.rand(2, number, *size, generator=generator, dtype=torch.float64) for number in (3, 2))
    flow = (flow * 2 - 1) * 9 * max(size)  # mirrored many times, as after long rollouts
    down, across = torch.meshgrid(*(torch.linspace(-1, 1, side, dtype=torch.float64) for side in size), indexing="ij")
    places = torch.stack([across + flow[:, 0] * 2 / (size[1] - 1), down + flow[:, 1] * 2 / (size[0] - 1)], dim=-1)
    mirrored = F.grid_sample(frames, places, mode=mode, padding_mode="reflection", align_corners=True)
    torch.testing.assert_close(warp(frames, flow, mode=mode, outside="reflection"), mirrored, atol=1e-12, rtol=0)


def test_fetching_is_the_same_after_memory_was_estimated_by_fake_tensors():
    frames, flow = torch.rand(1, 3, 19, 37), torch.rand(1, 2, 19, 37)
    with FakeTensorMode():
        assert warp(torch.rand(1, 3, 19, 37), torch.rand(1, 2, 19, 37)).shape == frames.shape
    assert warp(frames, flow).isfinite().all()


def test_bicubic_warping_by_half_a_pixel_weighs_four():
    row = torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]).view(1, 1, 1, 6)
    half = torch.tensor([0.5, 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 6)
    expected = torch.tensor([-0.09375, 0.59375, 0.59375, -0.09375])  # of the cubic kernel with a = -0.75
    torch.testing.assert_close(warp(row, half, mode="bicubic").flatten()[:4], expected, atol=1e-5, rtol=0)


def test_every_frame_goes_along_its_own_flow():
    frames = torch.arange(8.0).view(1, 2, 1, 1, 4)
    flows = torch.zeros(1, 2, 2, 1, 4)
    flows[:, 1, 0] = -1
    expected = torch.tensor([0.0, 1, 2, 3, 4, 4, 5, 6])
    torch.testing.assert_close(warp_each(frames, flows).flatten(), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [(1, 3, 128, 130), (3, 2, 130, 128), (2, 3, 131, 128), (4, 1, 160, 120)])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_rows_that_threads_share_out_are_fetched_as_by_one(size, mode, monkeypatch):
    frames, flow = torch.randn(size), 3 * torch.randn(size[0], 2, *size[2:])
    alone = warp(frames, flow, mode=mode)
    given = []
    fetch = torch.nn.functional.grid_sample
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    monkeypatch.setattr(
        torch.nn.functional, "grid_sample", lambda *each, **told: given.append(len(each[1])) or fetch(*each, **told)
    )
    assert torch.equal(warp(frames, flow, mode=mode), alone)
    shared = {1: [4], 3: [2] * 3, 2: [2], 4: [4]}  # 130 rows make two equal shares, 131 none, and four clips need none
    assert given == shared[size[0]]
    assert warp(frames.requires_grad_(), flow, mode=mode).requires_grad


def test_frames_are_blended_by_the_softmax_of_their_logits():
    frames = torch.tensor([1.0, 5.0]).view(1, 2, 1, 1, 1)
    logits = torch.tensor([3.0, 1.0]).log().view(1, 2, 1, 1)  # weights 3/4 and 1/4
    assert blend(frames, logits).item() == pytest.approx(2.0)

"""The same frames at several resolutions."""

from functools import partial

import pytest
import torch
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid, detach, halved, upsample


def test_a_coarser_pixel_is_the_mean_of_four():
    frames = torch.tensor([[1.0, 3.0, 0.0, 8.0], [5.0, 7.0, 4.0, 0.0]]).reshape(1, 1, 1, 2, 4)
    coarse, fine = build_pyramid(frames, 2)
    assert coarse.tolist() == [[[[[4.0, 3.0]]]]]
    assert fine is frames


def test_at_an_odd_side_the_last_row_and_column_are_averaged_with_themselves():
    frames = torch.tensor([[1.0, 3.0, 2.0], [5.0, 7.0, 4.0], [6.0, 2.0, 9.0]]).reshape(1, 1, 1, 3, 3)
    assert build_pyramid(frames, 2)[0].tolist() == [[[[[4.0, 3.0], [4.0, 9.0]]]]]


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((32, 32), [(4, 4), (8, 8), (16, 16), (32, 32)]),
        ((33, 45), [(5, 6), (9, 12), (17, 23), (33, 45)]),
        ((1, 1), [(1, 1)] * 4),
        ((2, 9), [(1, 2), (1, 3), (1, 5), (2, 9)]),
    ],
)
def test_each_level_is_half_the_next_rounded_up_and_the_last_is_the_original(size, sizes):
    pyramid = build_pyramid(torch.rand(2, 3, 1, *size), 4)
    assert [tuple(level.shape) for level in pyramid] == [(2, 3, 1, *level) for level in sizes]


def test_even_sizes_are_plain_average_pooling(clip):
    coarse, middle, fine = build_pyramid(clip, 3)
    torch.testing.assert_close(middle.flatten(0, 1), F.avg_pool2d(fine.flatten(0, 1), 2))
    torch.testing.assert_close(coarse.flatten(0, 1), F.avg_pool2d(fine.flatten(0, 1), 4))


@pytest.mark.parametrize("size", [(8, 10), (7, 9)])
def test_halving_is_average_pooling_with_its_gradients_in_any_precision(size):
    frames = torch.rand(2, 3, *size, requires_grad=True)
    for like in (frames, frames.double(), frames.bfloat16()):
        pooled = F.avg_pool2d(like, 2, ceil_mode=True, count_include_pad=False)
        torch.testing.assert_close(halved(like), pooled)
    (ours,), (theirs,) = (
        torch.autograd.grad(of(frames).square().sum(), frames)
        for of in (halved, partial(F.avg_pool2d, kernel_size=2, ceil_mode=True, count_include_pad=False))
    )
    torch.testing.assert_close(ours, theirs)


def test_frames_and_channels_are_not_mixed(clip):
    alone = build_pyramid(clip[1:, 2:3, 1:2], 3)
    for level, of_one in zip(build_pyramid(clip, 3), alone, strict=True):
        torch.testing.assert_close(level[1:, 2:3, 1:2], of_one)


def test_one_scale_is_the_frames_themselves(clip):
    (only,) = build_pyramid(clip, 1)
    assert only is clip


def test_upsampling_repeats_every_pixel_twice_each_way():
    frames = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 1, 1, 2, 2)
    assert upsample(frames, 4, 4)[0, 0, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_upsampling_to_an_odd_size_drops_the_last_repetition():
    frames = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 1, 1, 2, 2)
    assert upsample(frames, 3, 3)[0, 0, 0].tolist() == [[1, 1, 2], [1, 1, 2], [3, 3, 4]]


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (1, 1)])
def test_a_coarser_level_grows_back_to_the_size_of_the_next(size):
    coarse, fine = build_pyramid(torch.rand(2, 3, 3, *size), 2)
    assert upsample(coarse, *size).shape == fine.shape


@pytest.mark.parametrize("size", [(4, 6), (5, 3)])
def test_growing_and_averaging_again_changes_nothing(size):
    frames = torch.rand(1, 2, 3, *size)
    grown = upsample(frames, 2 * size[0], 2 * size[1])
    torch.testing.assert_close(build_pyramid(grown, 2)[0], frames)


def test_gradients_reach_every_pixel_through_the_coarsest_level():
    frames = torch.rand(1, 1, 1, 5, 7, requires_grad=True)
    build_pyramid(frames, 3)[0].sum().backward()
    assert frames.grad.gt(0).all()


def test_detached_levels_are_equal_and_carry_no_gradient():
    pyramid = build_pyramid(torch.rand(1, 2, 3, 8, 8, requires_grad=True), 3)
    cut = detach(pyramid)
    assert all(level.requires_grad for level in pyramid)
    assert not any(level.requires_grad for level in cut)
    assert all(torch.equal(a, b) for a, b in zip(pyramid, cut, strict=True))


@pytest.mark.parametrize("number", [0, -1])
def test_a_pyramid_has_the_full_size_at_least(number):
    with pytest.raises(VidpredError, match=f"num_scales is {number}, but a pyramid has at least the full size"):
        build_pyramid(torch.rand(1, 1, 3, 8, 8), number)

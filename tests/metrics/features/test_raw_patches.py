"""Patches hold the pixels that they should."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics.features import RawPatches


def test_patches_are_squares_side_by_side_and_leave_out_the_rest(clip):
    patches = RawPatches(side=10)(clip)
    assert patches.shape == (2 * 5 * 9, 300)
    cut = [
        clip[b, t, :, y : y + 10, x : x + 10].flatten()
        for b in range(2)
        for t in range(5)
        for y in (0, 10, 20)
        for x in (0, 10, 20)
    ]
    assert torch.equal(patches, torch.stack(cut).double())


def test_the_digest_depends_on_the_side():
    assert RawPatches(4).digest != RawPatches(8).digest == RawPatches().digest


def test_impossible_sides_are_refused(clip):
    with pytest.raises(VidpredError, match="side is 0"):
        RawPatches(side=0)
    with pytest.raises(VidpredError, match="32 x 32 are smaller than a patch of 33 x 33"):
        RawPatches(side=33)(clip)

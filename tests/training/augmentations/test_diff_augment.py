"""The augmentations of DiffAugment against their definitions."""

import pytest
import torch

from vidpred.frames.pyramid import build_pyramid
from vidpred.training.augmentations import colour, cutout, translation

ALL = torch.ones(64, dtype=torch.bool)


def test_colour_moves_brightness_by_at_most_a_quarter_of_the_range():
    level = torch.full((64, 1, 1, 8, 8), 0.1)
    (changed,) = colour([level], ALL)
    added = (changed - level)[:, 0, 0, 0, 0]
    torch.testing.assert_close(changed, changed[..., :1, :1].expand_as(changed))
    assert -0.5 <= added.min() < -0.4
    assert 0.4 < added.max() <= 0.5


def test_colour_multiplies_distances_from_grey_and_from_the_mean():
    level = torch.rand(1, 2, 3, 4, 4, dtype=torch.float64).expand(512, -1, -1, -1, -1)
    (changed,) = colour([level], torch.ones(512, dtype=torch.bool))
    grey = [clip.mean(dim=2, keepdim=True) for clip in (level, changed)]
    rich = (grey[1] - grey[1].mean(dim=(1, 2, 3, 4), keepdim=True)) / (grey[0] - grey[0].mean((1, 2, 3, 4), True))
    both = (changed - grey[1]) / (level - grey[0])
    for factors, lowest, highest in ((rich, 0.5, 1.5), (both / rich, 0.0, 2.0)):
        torch.testing.assert_close(factors, factors[:, :1, :1, :1, :1].expand_as(factors))
        assert lowest <= factors.min() < lowest + 0.1
        assert highest - 0.1 < factors.max() <= highest


def test_translation_moves_by_every_whole_number_of_pixels_up_to_an_eighth_and_leaves_grey():
    level = torch.rand(1, 2, 3, 16, 24) + 0.1
    (moved,) = translation([level.expand(64, -1, -1, -1, -1)], ALL)
    found = set()
    for clip in moved:
        shifts = [
            (down, right) for down in range(-2, 3) for right in range(-3, 4) if is_moved(level[0], clip, down, right)
        ]
        assert len(shifts) == 1
        found |= set(shifts)
    assert {down for down, _ in found} == set(range(-2, 3))
    assert {right for _, right in found} == set(range(-3, 4))


def is_moved(clip, moved, down, right):
    expected = torch.zeros_like(clip)
    height, width = clip.shape[-2:]
    expected[..., max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = clip[
        ..., max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)
    ]
    return torch.equal(moved, expected)


def test_cutout_takes_a_patch_of_half_the_sides_whose_middle_is_anywhere():
    rows, columns = [], []
    for clip in cutout([torch.ones(512, 1, 3, 8, 12)], torch.ones(512, dtype=torch.bool))[0]:
        cut = (clip == 0)[0]
        assert cut.all(dim=0).equal(cut.any(dim=0))
        down, right = cut[0].any(dim=1), cut[0].any(dim=0)
        assert cut[0].equal(down[:, None] & right)
        assert 2 <= down.sum() <= 4
        assert 3 <= right.sum() <= 6
        rows.append(down)
        columns.append(right)
    for cuts, side in ((rows, 8), (columns, 12)):  # side + 1 places for the middle, all as likely
        middles = [range(place - side // 4 + 1, place + side // 4 + 1) for place in range(side)]
        expected = [sum(0 <= middle <= side for middle in near) / (side + 1) for near in middles]
        torch.testing.assert_close(torch.stack(cuts).float().mean(dim=0), torch.tensor(expected), atol=0.08, rtol=0)


def test_cutout_takes_the_same_share_of_a_coarse_pixel_as_of_the_pixels_in_it():
    coarse, fine = cutout(build_pyramid(torch.ones(64, 1, 1, 8, 8), 2), ALL)
    torch.testing.assert_close(build_pyramid(fine, 2)[0], coarse)


@pytest.mark.parametrize(("height", "width"), [(1, 12), (12, 1)])
def test_cutout_takes_a_patch_of_pictures_of_a_single_row_or_column_too(height, width):
    (cut,) = cutout([torch.ones(64, 1, 3, height, width)], ALL)
    assert (cut == 0)[:, 0, 0].sum(dim=(1, 2)).min() >= 3
    assert (cut == 0)[:, 0, 0].sum(dim=(1, 2)).max() == 6

"""What any augmentation must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.frames.pyramid import build_pyramid
from vidpred.training.augmentations import AUGMENTATIONS, augment

SCALES = 3


@pytest.fixture(params=sorted(AUGMENTATIONS))
def augmentation(request):
    return AUGMENTATIONS[request.param]


@pytest.fixture
def clips():
    return build_pyramid(torch.rand(4, 3, 3, 16, 24, dtype=torch.float64) * 2 - 1, SCALES)


def everyone(clips):
    return torch.ones(len(clips[-1]), dtype=torch.bool)


def test_changes_clips_and_keeps_their_shapes(augmentation, clips):
    changed = augmentation(clips, everyone(clips))
    assert [level.shape for level in changed] == [level.shape for level in clips]
    for old, new in zip(clips, changed, strict=True):
        assert new.dtype == old.dtype
        assert (old != new).flatten(1).any(dim=1).all()


def test_leaves_clips_that_are_not_chosen_exactly_as_they_are(augmentation, clips):
    chosen = torch.tensor([True, False, False, True])
    for old, new in zip(clips, augmentation(clips, chosen), strict=True):
        assert torch.equal(old[~chosen], new[~chosen])
        assert (old[chosen] != new[chosen]).flatten(1).any(dim=1).all()


def test_all_frames_of_a_clip_are_changed_in_the_same_way(augmentation, clips):
    still = [level[:, :1].expand(-1, 3, -1, -1, -1) for level in clips]
    for level in augmentation(still, everyone(clips)):
        torch.testing.assert_close(level, level[:, :1].expand_as(level))


def test_every_clip_is_changed_in_its_own_way(augmentation, clips):
    alike = [level[:1].expand_as(level) for level in clips]
    finest = augmentation(alike, everyone(clips))[-1]
    assert all(not torch.allclose(finest[0], other) for other in finest[1:])


def test_all_scales_are_changed_in_the_same_way(augmentation):
    rows, columns = (torch.linspace(-1, 1, side, dtype=torch.float64) for side in (64, 64))
    slopes = torch.stack([rows[:, None] + columns, rows[:, None] - columns, 0 * rows[:, None] + columns]) / 4
    changed = augmentation(build_pyramid(slopes.expand(8, 2, 3, 64, 64), SCALES), torch.ones(8, dtype=torch.bool))
    pooled = build_pyramid(changed[-1], SCALES)
    for level, expected in zip(changed, pooled, strict=True):
        apart = (level - expected).abs()
        assert (apart < 0.03).double().mean() > 0.85  # borders that move by parts of a pixel are blurred
        assert apart.mean() < 0.02


def test_gradients_are_those_of_finite_differences(augmentation):
    clips = torch.rand(2, 1, 3, 4, 6, dtype=torch.float64, requires_grad=True)

    def change(level):
        torch.manual_seed(1)
        return augmentation([level], torch.tensor([True, True]))[0]

    assert torch.autograd.gradcheck(change, clips)


@pytest.mark.parametrize("shape", [(2, 1, 1, 16, 16), (1, 5, 3, 17, 9), (3, 1, 3, 1, 1)], ids=str)
def test_takes_any_number_of_frames_channels_and_pixels(augmentation, shape):
    clips = build_pyramid(torch.rand(shape), 2)
    changed = augmentation(clips, everyone(clips))
    assert [level.shape for level in changed] == [level.shape for level in clips]


def test_half_precision_is_widened_and_autocast_left_aside(augmentation, clips):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        changed = augment([level.bfloat16() for level in clips], [augmentation], 1.0)
    assert {level.dtype for level in changed} == {torch.float32}
    assert [level.shape for level in changed] == [level.shape for level in clips]


def test_the_strength_is_the_share_of_clips_that_are_changed(augmentation):
    clips = torch.rand(2000, 1, 3, 4, 4)
    (changed,) = augment([clips], [augmentation], torch.tensor(0.3))
    share = (changed != clips).flatten(1).any(dim=1).double().mean()
    farthest = 0.04 if augmentation is not AUGMENTATIONS["translation"] else 0.31  # 4 pixels move by none
    assert abs(share - 0.3) < farthest
    assert augment([clips], [augmentation], 0.0)[0].equal(clips)

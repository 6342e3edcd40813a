"""How strongly clips are augmented: always alike, along a schedule, or so that an accuracy is held."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.training.augmenter import INTERVAL, Augmenter
from vidpred.training.game_statistics import GameStatistics
from vidpred.training.settings import AugmentationSettings

ENGINE = Engine("cpu", "fp32")
POLICY = ("colour", "translation", "cutout")


def observed(share_right):
    """Return the statistics of ten real logits, of which so many tenths are right."""
    statistics = GameStatistics(0.0)
    real = torch.where(torch.arange(10) < round(10 * share_right), 1.0, -1.0)
    statistics.observe([(real, -torch.ones(10))])
    return statistics


def augmenter(**settings):
    return Augmenter(AugmentationSettings(**{"policy": POLICY, **settings}))


def strengths_under(adapting, accuracies, num_clips=10):
    strengths = []
    for accuracy in accuracies:
        adapting.observe(observed(accuracy), num_clips)
        adapting.update(0.0, ENGINE)
        strengths.append(round(float(adapting.strength), 6))
    return strengths


def test_the_strength_rises_above_the_target_and_falls_below_it_by_the_clips_that_went_by():
    adapting = augmenter(strength=0.0, target_accuracy=0.8, clips_to_full=400)
    assert strengths_under(adapting, [0.9] * 8) == [0.0, 0.0, 0.0, 0.1, 0.1, 0.1, 0.1, 0.2]
    assert strengths_under(adapting, [0.1] * 12)[INTERVAL - 1 :: INTERVAL] == [0.1, 0.0, 0.0]


def test_the_accuracy_is_averaged_over_an_interval_before_it_is_compared():
    adapting = augmenter(strength=0.5, target_accuracy=0.8, clips_to_full=400)
    assert strengths_under(adapting, [1.0, 0.1, 1.0, 1.0])[-1] == 0.4
    assert strengths_under(adapting, [1.0, 0.3, 1.0, 1.0])[-1] == 0.5


def test_the_strength_never_exceeds_1():
    assert strengths_under(augmenter(strength=0.95, target_accuracy=0.8, clips_to_full=40), [1.0] * 8)[-1] == 1.0


def test_without_a_target_the_strength_follows_half_a_cosine():
    adapting = augmenter(strength=0.0, final_strength=0.6)
    strengths = []
    for progress in (0.0, 0.25, 0.5, 1.0, 2.0):
        adapting.update(progress, ENGINE)
        strengths.append(float(adapting.strength))
    assert strengths == pytest.approx([0.0, 0.6 * 0.146447, 0.3, 0.6, 0.6], abs=1e-6)


def test_what_is_counted_between_two_changes_is_kept_with_the_strength():
    whole = augmenter(strength=0.5, target_accuracy=0.8, clips_to_full=400)
    first = augmenter(strength=0.5, target_accuracy=0.8, clips_to_full=400)
    accuracies = [0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9, 0.9]
    expected = strengths_under(whole, accuracies)
    before = strengths_under(first, accuracies[:6])
    second = augmenter(strength=0.5, target_accuracy=0.8, clips_to_full=400)
    second.load_state_dict(first.state_dict())
    assert before + strengths_under(second, accuracies[6:]) == expected


def test_nothing_is_done_and_nothing_kept_without_augmentations():
    clips = [torch.rand(2, 1, 3, 4, 4)]
    assert Augmenter()(clips) is clips
    assert Augmenter().state_dict() is None


def test_a_schedule_and_a_target_at_once_are_refused():
    with pytest.raises(VidpredError, match=r"final_strength is 0\.5 and .*target_accuracy 0\.8.*leave one of them"):
        augmenter(strength=0.0, final_strength=0.5, target_accuracy=0.8)


def test_an_unknown_augmentation_names_those_there_are():
    with pytest.raises(VidpredError, match=r"no augmentation is named 'color' \(did you mean 'colour'\?\)"):
        augmenter(policy=["color"])

"""Which windows are trained on."""

import numpy as np
import pytest
from drawing import pan

from vidpred.data.training_windows import TrainingChoice
from vidpred.data.transitions import Transitions
from vidpred.data.windows import WindowRule, find_windows


def differences(frames):
    return np.abs(np.diff(frames.astype(np.float32), axis=0)).mean(axis=(1, 2, 3))


def transitions(frames, breaks=()):
    """Return what lies between frames that go on but after those whose numbers are given."""
    broken = np.isin(np.arange(len(frames) - 1), breaks)
    return Transitions(differences(frames), broken)


def choose(frames, rule, breaks=(), **options):
    starts, strides = TrainingChoice(**options).choose(frames, transitions(frames, breaks), rule)
    return list(zip(starts.tolist(), strides.tolist(), strict=True))


def test_default_is_what_the_rule_finds():
    frames = pan(12)
    found = find_windows(transitions(frames), WindowRule(3, stride=2)).starts.tolist()
    assert choose(frames, WindowRule(3, stride=2)) == [(start, 2) for start in found]
    assert len(found) == 8


def test_windows_of_every_stride_are_united():
    expected = [(start, stride) for stride in (1, 2, 3) for start in range(12 - 2 * stride)]
    assert choose(pan(12), WindowRule(3), max_stride=3) == expected
    assert choose(pan(12), WindowRule(3, stride=2), max_stride=3) == [pair for pair in expected if pair[1] > 1]


def test_stride_that_the_video_is_too_short_for_adds_nothing():
    assert choose(pan(6), WindowRule(3), max_stride=9) == [(0, 1), (1, 1), (2, 1), (3, 1), (0, 2), (1, 2)]


def test_no_window_of_any_stride_crosses_a_cut():
    frames = np.concatenate([pan(9) // 4, 255 - pan(9) // 4])
    chosen = choose(frames, WindowRule(3), max_stride=3)
    assert {stride for _, stride in chosen} == {1, 2, 3}
    assert all(start + 2 * stride < 9 or start >= 9 for start, stride in chosen)


@pytest.mark.parametrize("limits", [{}, {"max_motion": 200.0}, {"max_windows": 4}], ids=["all", "motion", "number"])
def test_no_window_of_any_stride_crosses_a_break(limits):
    chosen = choose(pan(14), WindowRule(3), breaks=[6], max_stride=3, **limits)
    assert {stride for _, stride in chosen} == {1, 2, 3}
    assert all(start + 2 * stride <= 6 or start >= 7 for start, stride in chosen)


def test_windows_that_move_too_much_between_their_own_frames_are_left_out():
    rng = np.random.default_rng(0)
    frames = np.concatenate([pan(10), np.roll(pan(1), 20, axis=2) // 2, rng.integers(0, 256, (3, 48, 64, 3))])
    rule = WindowRule(3, min_motion=0, scene_cut=300)
    limit = 35.0  # the camera moves by 19, 32 and 38 grey levels at the three strides
    expected = [
        (start, stride)
        for stride in (1, 2, 3)
        for start in range(len(frames) - 2 * stride)
        if differences(frames[start : start + 2 * stride + 1 : stride]).mean() <= limit
    ]
    chosen = choose(frames.astype(np.uint8), rule, max_stride=3, max_motion=limit)
    assert chosen == expected
    assert 0 < len(chosen) < len(choose(frames.astype(np.uint8), rule, max_stride=3))
    assert {stride for start, stride in chosen if start < 4} == {1, 2}


def test_motion_there_and_back_counts_as_far_as_it_gets():
    still, moved = pan(2, speed=8)
    frames = np.stack([still, moved] * 5)  # at stride 2 nothing moves
    rule = WindowRule(3, scene_cut=300)
    chosen = choose(frames, rule, max_stride=2, max_motion=float(differences(frames)[0]) / 2)
    assert {stride for _, stride in chosen} == {2}


def test_frames_beyond_the_differences_are_not_looked_at():
    frames = pan(14)
    frames[8:] = 255
    starts, strides = TrainingChoice(2, 50.0).choose(frames, transitions(frames).among_first(8), WindowRule(3))
    assert (starts + 2 * strides).max() == 7


def test_windows_are_thinned_evenly_per_stride():
    chosen = choose(pan(32), WindowRule(3), max_stride=2, max_windows=3)
    assert chosen == [(5, 1), (15, 1), (25, 1), (4, 2), (14, 2), (23, 2)]  # thirds of 30 and of 28 windows


def test_fewer_windows_than_allowed_are_all_kept():
    assert choose(pan(8), WindowRule(3), max_windows=6) == choose(pan(8), WindowRule(3))


def test_clips_of_one_frame_never_move_too_much():
    assert len(choose(pan(8), WindowRule(1, min_motion=0), max_motion=0.0)) == 8

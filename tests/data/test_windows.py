"""Which windows serve as clips, and how they are cut out."""

import numpy as np
import pytest
from drawing import pan
from hypothesis import given
from hypothesis import strategies as st

from vidpred.data.augmentation import Augmentation
from vidpred.data.moving_still import fill_with_moving_still
from vidpred.data.scene_cuts import scene_cuts
from vidpred.data.transitions import Transitions
from vidpred.data.windows import REPEATED, Framing, WindowRule, Windows, find_windows


def differences(frames):
    return np.abs(np.diff(frames.astype(np.float32), axis=0)).mean(axis=(1, 2, 3))


def transitions(frames, breaks=()):
    """Return what lies between frames that go on but after those whose numbers are given."""
    broken = np.isin(np.arange(len(frames) - 1), breaks)
    return Transitions(differences(frames), broken)


def draws(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def test_jump_above_the_threshold_is_a_cut():
    assert scene_cuts(np.array([2.0, 2, 31, 2, 2]), threshold=30).tolist() == [False, False, True, False, False]


def test_jump_below_the_threshold_is_no_cut():
    assert not scene_cuts(np.array([2.0, 2, 29, 2, 2]), threshold=30).any()


def test_lasting_fast_motion_is_no_cut():
    assert not scene_cuts(np.array([40.0, 45, 90, 50, 41, 44]), threshold=30).any()  # 90 < 3 x 44


def test_single_difference_is_judged_by_the_threshold_alone():
    assert scene_cuts(np.array([31.0]), threshold=30).tolist() == [True]
    assert scene_cuts(np.zeros(0), threshold=30).shape == (0,)


@given(
    values=st.lists(st.tuples(st.floats(0, 100), st.sampled_from([False] * 5 + [True])), min_size=0, max_size=40),
    length=st.integers(1, 5),
    stride=st.integers(1, 3),
    min_motion=st.floats(0, 20),
)
def test_windows_are_the_ones_a_plain_loop_finds(values, length, stride, min_motion):
    breaks = np.array([broken for _, broken in values], bool)
    values = np.array([value for value, _ in values], np.float32)
    rule = WindowRule(length, stride, min_motion, scene_cut=30)
    cuts = scene_cuts(values, 30)
    gaps = (length - 1) * stride
    whole = [start for start in range(len(values) + 1 - gaps) if not (cuts | breaks)[start : start + gaps].any()]
    moving = [
        start
        for start in whole
        if values[start : start + gaps].sum(dtype=float) >= min_motion * gaps - 1e-6
        and not (values[start : start + gaps] < min_motion * REPEATED).any()
    ]
    found = find_windows(Transitions(values, breaks), rule)
    assert found.starts.tolist() == moving
    assert (found.num_cuts, found.num_breaks) == (cuts.sum(), breaks.sum())
    assert found.static_share == pytest.approx(1 - len(moving) / len(whole) if whole else 0)


def test_windows_do_not_cross_cuts():
    frames = np.concatenate([pan(10) // 4, 255 - pan(8) // 4])
    found = find_windows(transitions(frames), WindowRule(clip_length=4))
    assert found.num_cuts == 1
    assert found.starts.tolist() == [*range(7), *range(10, 15)]


def test_windows_do_not_cross_breaks_in_time():
    found = find_windows(transitions(pan(12), breaks=[6]), WindowRule(clip_length=3, stride=2))
    assert found.starts.tolist() == [0, 1, 2, 7]  # 2 ends with frame 6, and 7 begins after the break
    assert (found.num_cuts, found.num_breaks, found.static_share) == (0, 1, 0.0)


def test_longer_windows_do_not_cross_breaks_either():
    frames, rule = pan(12), WindowRule(clip_length=2)
    between = transitions(frames, breaks=[3])
    starts = find_windows(between, rule).starts
    windows = Windows([frames], [starts], ["film"], rule, Framing(16), transitions=[between])
    assert windows.longer(4).first_frames.tolist() == [0, 4, 5, 6, 7, 8]
    assert windows.longer(9) is None


def test_static_windows_are_left_out():
    frames = np.concatenate([np.repeat(pan(10)[:1], 10, axis=0), pan(10)]) // 4
    found = find_windows(transitions(frames), WindowRule(clip_length=4))
    assert found.starts.tolist() == [*range(10, 17)]
    assert found.static_share == pytest.approx(10 / 17)


def test_windows_with_a_repeated_frame_are_left_out():
    frames = pan(12)[[0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10]] // 4
    found = find_windows(transitions(frames), WindowRule(clip_length=3))
    assert found.starts.tolist() == [0, 1, 2, 3, 6, 7, 8, 9]
    assert found.num_repeating == 2  # those that would start at 4 and 5
    assert not find_windows(transitions(pan(12) // 4), WindowRule(clip_length=3)).num_repeating
    assert not find_windows(transitions(np.repeat(pan(1), 9, axis=0)), WindowRule(clip_length=3)).num_repeating


def data_set(frames, crop=16, clip_length=3, stride=1, **framing):
    rule = WindowRule(clip_length, stride)
    starts = find_windows(transitions(frames), rule).starts
    return Windows([frames], [starts], ["film"], rule, Framing(crop, **framing))


def test_without_draws_the_middle_is_cut_out():
    frames = pan(10)
    clips = data_set(frames).gather([4, 0])
    np.testing.assert_array_equal(clips, [frames[4:7, 16:32, 24:40], frames[0:3, 16:32, 24:40]])


def test_stride_skips_frames():
    frames = pan(12)
    np.testing.assert_array_equal(data_set(frames, stride=3).full_frames(1), frames[[1, 4, 7]])


def test_crop_and_flip_are_the_same_for_all_frames_of_a_clip():
    rows, columns = np.mgrid[:48, :64].astype(np.uint8)
    times = np.arange(5, dtype=np.uint8)[:, None, None] * 40
    frames = np.stack(np.broadcast_arrays(rows, columns, times), axis=-1)  # a pixel tells where and when it is from
    clips = data_set(frames, clip_length=5).gather([0] * 40, draws(*range(40)))
    origins = set()
    for clip in clips:
        step = int(clip[0, 0, 1, 1]) - int(clip[0, 0, 0, 1])
        top, left = int(clip[0, 0, 0, 0]), int(clip[0, 0, :, 1].min())
        across = np.arange(left, left + 16)[::step]
        np.testing.assert_array_equal(clip[..., 1], np.broadcast_to(across, (5, 16, 16)))
        np.testing.assert_array_equal(clip[..., 0], np.broadcast_to(np.arange(top, top + 16)[:, None], (5, 16, 16)))
        np.testing.assert_array_equal(clip[:, 0, 0, 2], [0, 40, 80, 120, 160])
        origins.add((top, left, step))
    assert len({origin[:2] for origin in origins}) > 30
    assert {origin[2] for origin in origins} == {1, -1}


def test_flip_can_be_switched_off():
    ramp = (
        np.broadcast_to(np.arange(64, dtype=np.uint8)[:, None], (5, 48, 64, 3))
        + np.arange(5, dtype=np.uint8)[:, None, None, None]
    )
    clips = data_set(ramp, flip=False).gather([0] * 20, draws(*range(20)))
    assert (np.diff(clips.astype(int), axis=3) == 1).all()


def test_same_draws_give_the_same_clips():
    windows = data_set(pan(10))
    np.testing.assert_array_equal(windows.gather([1, 2], draws(5, 6)), windows.gather([1, 2], draws(5, 6)))


def test_moving_crops_are_preferred():
    frames = np.zeros((5, 64, 64, 3), np.uint8)
    frames[:, :24, :24] = pan(5, height=24, width=24)
    patient = data_set(frames, moving_crop_attempts=50).gather([0] * 100, draws(*range(100)))
    hasty = data_set(frames, moving_crop_attempts=1).gather([0] * 100, draws(*range(100)))
    moving = [sum(differences(clip).mean() >= 1 for clip in clips) for clips in (patient, hasty)]
    assert moving[0] >= 99
    assert moving[1] < 50


def test_crop_is_drawn_no_more_often_than_allowed():
    still = np.zeros((5, 64, 64, 3), np.uint8)
    windows = Windows([still], [np.array([0])], ["film"], WindowRule(3), Framing(16, moving_crop_attempts=4))
    draw, same = draws(0, 0)
    windows.gather([0], [draw])
    same.random()
    for _ in range(4):
        same.integers(49), same.integers(49)
    assert draw.integers(1000) == same.integers(1000)


def test_windows_of_several_videos_are_numbered_in_turn():
    films = [pan(5, seed=1), pan(6, height=50, width=40, seed=2)]
    windows = Windows(films, [np.array([0, 2]), np.array([3])], ["a", "b"], WindowRule(3), Framing(16))
    assert len(windows) == 3
    assert [windows.video(index) for index in range(3)] == ["a", "a", "b"]
    np.testing.assert_array_equal(windows.full_frames(1), films[0][2:5])
    np.testing.assert_array_equal(windows.full_frames(2), films[1][3:6])


def test_clips_are_drawn_by_flip_then_place_and_nothing_else():
    frames = pan(6)
    for seed, clip in enumerate(data_set(frames).gather([1] * 20, draws(*range(20)))):
        (draw,) = draws(seed)
        mirrored, top, left = draw.random() < 1 / 2, draw.integers(33), draw.integers(49)
        cut = frames[1:4, top : top + 16, left : left + 16]
        np.testing.assert_array_equal(clip, cut[:, :, ::-1] if mirrored else cut)


def test_windows_may_have_strides_of_their_own():
    frames = pan(12)
    windows = Windows([frames], [np.array([0, 1])], ["film"], WindowRule(3), Framing(16), [np.array([1, 3])])
    np.testing.assert_array_equal(windows.full_frames(0), frames[[0, 1, 2]])
    np.testing.assert_array_equal(windows.full_frames(1), frames[[1, 4, 7]])
    np.testing.assert_array_equal(windows.gather([1]), frames[None, [1, 4, 7], 16:32, 24:40])


def test_asked_share_of_the_clips_is_made_from_stills():
    frames = np.broadcast_to(np.arange(6, dtype=np.uint8)[:, None, None, None] * 40, (6, 48, 64, 3))
    windows = Windows([frames], [np.array([0])], ["film"], WindowRule(6), Framing(16, still_share=0.25))
    clips = windows.gather([0] * 400, draws(*range(400)))
    still = [clip for clip in clips if np.ptp(clip) == 0]  # one frame of the six, and every frame is taken
    assert 70 < len(still) < 130
    assert {int(clip.max()) for clip in still} == {0, 40, 80, 120, 160, 200}


def test_clip_from_a_still_is_what_a_moving_crop_sees():
    frames = pan(5)
    clip = data_set(frames, still_share=1.0, flip=False).gather([2], draws(3))[0]
    (draw,) = draws(3)
    draw.random()
    expected = np.empty_like(clip)
    fill_with_moving_still(expected, frames[2 + draw.integers(3)], draw)
    np.testing.assert_array_equal(clip, expected)


def test_augmentation_follows_the_cut():
    frames = pan(6)
    plain, reverse = (data_set(frames, augmentation=Augmentation(reverse=on)) for on in (False, True))
    before, after = plain.gather([1] * 40, draws(*range(40))), reverse.gather([1] * 40, draws(*range(40)))
    backwards = [np.array_equal(one, other[::-1]) for one, other in zip(before, after, strict=True)]
    forwards = [np.array_equal(one, other) for one, other in zip(before, after, strict=True)]
    assert all(np.logical_xor(backwards, forwards))
    assert 10 < sum(backwards) < 30


def test_windows_say_in_short_what_they_hold():
    films = [pan(8, seed=seed) for seed in range(3)]
    starts = [np.arange(1000), np.array([3]), np.zeros(0, np.int64)]  # of the last film none
    windows = Windows(films, starts, ["a", "b", "c"], WindowRule(14), Framing(16))
    assert repr(windows) == "<Windows: 1,001 clips of 2 videos, each 14 frames of 16 x 16 pixels>"
    one = Windows(films[:1], [np.array([0])], ["a"], WindowRule(1), Framing(16))
    assert repr(one) == "<Windows: 1 clip of 1 video, each 1 frame of 16 x 16 pixels>"

"""Shapes with n ways to go on, all of them known."""

from collections import Counter

import numpy as np
import pytest

from vidpred.data import enumerable_futures


def centre(frame):
    """Return the middle (down, across) of the shape in one frame, in pixels."""
    shape = frame.astype(float).sum(axis=-1)
    shape -= shape.min()
    pixels = np.arange(len(shape)) + 0.5
    return np.array([(shape.sum(axis=1) * pixels).sum(), (shape.sum(axis=0) * pixels).sum()]) / shape.sum()


@pytest.fixture
def train():
    return enumerable_futures(7, seed=3, resolution=40).train


@pytest.mark.parametrize("num_ways", [1, 3, 4, 8])
def test_all_futures_are_equal_up_to_the_turn_and_all_differ_after_it(num_ways):
    train = enumerable_futures(6, num_ways=num_ways).train
    futures = train.futures(5)
    assert futures.shape == (num_ways, 6, 32, 32, 3)
    assert (futures[:, :4] == futures[:1, :4]).all()
    for way in range(num_ways):
        for other in range(way):
            assert not np.array_equal(futures[way, 4], futures[other, 4])


@pytest.mark.parametrize("turn", [0, 2, 3])
def test_the_turn_is_at_the_frame_that_is_asked_for(turn):
    futures = enumerable_futures(6, turn=turn).train.futures(2)
    same = [(futures[:, time] == futures[:1, time]).all() for time in range(6)]
    assert same == [time <= turn for time in range(6)]


@pytest.mark.parametrize("index", range(5))
def test_the_ways_are_down_right_up_and_left_by_the_speed(train, index):
    futures = train.futures(index)
    moves = [centre(clip[4]) - centre(clip[3]) for clip in futures]
    np.testing.assert_allclose(moves, [[10, 0], [0, 10], [-10, 0], [0, -10]], atol=0.15)


@pytest.mark.parametrize("index", range(10))
def test_no_two_futures_overlap_in_the_first_frame_after_the_turn(index):
    for resolution in (16, 32, 64):
        after = enumerable_futures(5, resolution=resolution).train.futures(index)[:, 4].astype(int)
        ground = after[0, 0, 0]  # no shape reaches the corner
        shapes = np.abs(after - ground).max(axis=-1)
        covered = shapes > shapes.max() / 2
        assert covered.sum(axis=0).max() == 1
        assert covered.any(axis=(1, 2)).all()


def test_a_clip_is_one_of_its_futures_and_its_number_settles_which(train):
    for index in range(8):
        assert np.array_equal(train.full_frames(index), train.futures(index)[train.way(index)])


def test_every_way_is_equally_likely_by_number_and_by_draw(train):
    by_number = Counter(train.way(index) for index in range(1000))
    draws = [np.random.default_rng(seed) for seed in range(400)]
    ends = Counter(clip.tobytes() for clip in train.gather([0] * 400, draws)[:, -1])
    for counts, total in ((by_number, 1000), (ends, 400)):
        assert len(counts) == 4
        assert all(abs(count / total - 0.25) < 0.06 for count in counts.values())


def test_a_drawn_clip_is_one_of_the_known_futures(train):
    futures = {clip.tobytes() for clip in train.futures(6)}
    draws = [np.random.default_rng(seed) for seed in range(20)]
    assert {clip.tobytes() for clip in train.gather([6] * 20, draws)} == futures


def test_shapes_keep_their_area_and_so_stay_inside(train):
    for index in range(30):
        clips = train.futures(index).astype(float)
        areas = (clips - np.median(clips, axis=(2, 3), keepdims=True)).sum(axis=(2, 3, 4))
        np.testing.assert_allclose(areas, areas[0, 0], rtol=0.03)

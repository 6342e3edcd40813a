"""Shapes that bounce around."""

import numpy as np
import pytest

from vidpred.data import moving_shapes
from vidpred.data.moving_shapes import MovingShapes, bounce


def one_shape(index, **settings):
    options = {"clip_length": 9, "seed": (0,), "resolution": 32, "num_clips": 50, "num_shapes": 1, "max_speed": 2.0}
    return MovingShapes(**{**options, "channels": 1, **settings}).full_frames(index)[..., 0].astype(float)


def test_path_folds_at_both_ends():
    assert bounce(np.array([2.0, 5, 8, 9, 14, 15, 1, -1]), 2, 8).tolist() == [2, 5, 8, 7, 2, 3, 3, 5]


def test_number_settles_the_clip():
    first, second = moving_shapes(5).train, moving_shapes(5).train
    np.testing.assert_array_equal(first.gather([7, 3]), second.gather([7, 3]))
    np.testing.assert_array_equal(first.gather([3])[0], first.gather([7, 3])[1])


def test_clips_differ_by_number_seed_and_side():
    split, other = moving_shapes(5), moving_shapes(5, seed=1)
    clips = [
        split.train.full_frames(0),
        split.train.full_frames(1),
        split.validation.full_frames(0),
        other.train.full_frames(0),
    ]
    for index, clip in enumerate(clips):
        assert not any(np.array_equal(clip, another) for another in clips[:index])


@pytest.mark.parametrize("index", range(20))
def test_shapes_keep_their_area_and_stay_inside(index):
    clip = one_shape(index)
    shape = clip - clip.min()
    assert shape.sum(axis=(1, 2)) == pytest.approx(shape[0].sum(), rel=0.03)
    assert np.abs(shape[:, 0]).max() < shape.max()


@pytest.mark.parametrize("index", range(20))
def test_shapes_move_by_parts_of_pixels_at_constant_speed_between_bounces(index):
    shape = one_shape(index, resolution=128, clip_length=4, max_speed=0.5)
    shape = shape - shape.min()
    centres = [(shape[time].sum(axis=1) * np.arange(128)).sum() / shape[time].sum() for time in range(4)]
    steps = np.abs(np.diff(centres))
    assert steps.max() <= 0.5 + 0.02
    assert np.sort(steps)[1:] == pytest.approx(np.sort(steps)[-1], abs=0.03)


def test_no_speed_means_no_motion():
    clip = one_shape(0, max_speed=0.0)
    np.testing.assert_array_equal(clip, np.broadcast_to(clip[:1], clip.shape))


def test_flip_mirrors_whole_clips():
    train = moving_shapes(5).train
    flips = 0
    for seed in range(20):
        (clip,) = train.gather([4], [np.random.default_rng(seed)])
        (still,) = train.gather([4])
        flipped = np.array_equal(clip, still[:, :, ::-1])
        assert flipped or np.array_equal(clip, still)
        flips += flipped
    assert 3 < flips < 17

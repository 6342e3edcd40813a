"""Clips made from one frame by a moving crop."""

import numpy as np
import pytest
from drawing import pan
from scipy.ndimage import map_coordinates

from vidpred.data.moving_still import ACCELERATION, FASTEST, SLOWEST, draw_path, fill_with_moving_still


def paths(number=200, num_frames=8, crop=(48, 48), frame=(400, 500)):
    return np.stack([draw_path(num_frames, crop, frame, np.random.default_rng(seed)) for seed in range(number)])


def gliding(every):
    return every[(every[:, :, :, :2] == np.eye(2)).all(axis=(1, 2, 3))]


def moving_still(frame, seed, size=24, num_frames=6):
    clip = np.zeros((num_frames, size, size, frame.shape[-1]), np.uint8)
    fill_with_moving_still(clip, frame, np.random.default_rng(seed))
    return clip


def test_speed_keeps_its_limits_and_changes_slightly():
    places = gliding(paths())[:, :, :, 2]
    speeds = np.diff(places, axis=1)
    first = np.abs(speeds[:, 0]) / (1 + ACCELERATION / 2)
    assert 60 < len(places) < 140  # the others zoom and turn
    assert first.max() <= 48 * FASTEST
    assert first.max() > 48 * FASTEST * 0.8
    assert np.abs(speeds[:, 0]).min() >= SLOWEST * (1 - ACCELERATION / 2)
    assert np.median(np.abs(speeds[:, 0])) == pytest.approx(np.sqrt(SLOWEST * 48 * FASTEST), rel=0.3)
    changes = np.diff(speeds, axis=1)
    np.testing.assert_allclose(changes, changes[:, :1].repeat(6, axis=1), atol=1e-9)
    assert (np.abs(changes) <= ACCELERATION * np.abs(speeds[:, :1]) * 1.05).all()


def test_both_directions_occur():
    right, down = (np.diff(gliding(paths())[:, :2, :, 2], axis=1)[:, 0] > 0).mean(axis=0)
    assert 0.3 < right < 0.7
    assert 0.3 < down < 0.7


def test_crop_stays_inside_a_frame_that_is_large_enough():
    corners = np.array([[0, 0, 1], [47, 0, 1], [0, 47, 1], [47, 47, 1]])
    seen = np.einsum("ntij,cj->ntci", paths(), corners)
    assert seen.min() >= -1e-9
    assert seen[..., 0].max() <= 499 + 1e-9
    assert seen[..., 1].max() <= 399 + 1e-9


def test_zoom_and_turn_are_steady_and_about_the_middle_of_the_crop():
    every = paths()
    turning = every[~(every[:, :, :, :2] == np.eye(2)).all(axis=(1, 2, 3))]
    rates = np.log(turning[:, :, 0, 0] + 1j * turning[:, :, 1, 0])
    np.testing.assert_allclose(rates, rates[:, 1:2] * np.arange(8), atol=1e-12)
    assert np.abs(rates[:, 1].real).max() <= 0.01
    assert np.abs(rates[:, 1].imag).max() <= 0.01
    middles = turning @ np.array([23.5, 23.5, 1])
    assert np.abs(np.diff(middles, n=3, axis=1)).max() < 1e-9  # they glide as smoothly as all others


@pytest.mark.parametrize("channels", [1, 3])
def test_frames_are_the_still_at_the_drawn_places(channels):
    frame = pan(1, height=80, width=90)[0, ..., :channels]
    for seed in range(6):
        path = draw_path(6, (24, 24), (80, 90), np.random.default_rng(seed))
        columns, rows = np.meshgrid(np.arange(24), np.arange(24))
        for seen, matrix in zip(moving_still(frame, seed), path, strict=True):
            x, y = np.einsum("ij,jrc->irc", matrix, np.stack([columns, rows, np.ones_like(rows)]))
            for channel in range(channels):
                exact = map_coordinates(frame[..., channel].astype(float), [y, x], order=3, mode="reflect")
                assert np.abs(seen[..., channel] - exact).mean() < 1


def test_small_frame_is_mirrored_at_its_borders():
    frame = pan(1, height=24, width=26)[0]
    clips = np.stack([moving_still(frame, seed) for seed in range(20)])
    assert clips.min() >= max(int(frame.min()) - 12, 0)  # no black border
    assert np.abs(np.diff(clips.astype(int), axis=3)).max() <= np.abs(np.diff(frame.astype(int), axis=1)).max() * 1.5


def test_sharpness_does_not_pulse():
    frame = np.random.default_rng(0).integers(0, 256, (120, 120, 1), np.uint8)
    detail = [np.abs(np.diff(clip.astype(float), axis=2)).mean(axis=(1, 2, 3)) for clip in glides(frame)]
    assert np.max([each.max() / each.min() for each in detail]) < 1.5  # 2.15 if the still is not enlarged first


def glides(frame):
    return [moving_still(frame, seed, size=64) for seed in range(12)]


def test_same_draw_gives_the_same_clip():
    frame = pan(1)[0]
    np.testing.assert_array_equal(moving_still(frame, 4), moving_still(frame, 4))
    assert not np.array_equal(moving_still(frame, 4), moving_still(frame, 5))

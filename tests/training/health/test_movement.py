"""Paths whose drift, reach and period are known."""

import numpy as np
import pytest

from vidpred.training.health.movement import describe_movement

TURNS = 2 * np.pi * np.arange(24)


@pytest.mark.parametrize("period", [4, 6, 10])
def test_a_circle_returns_after_its_period(period):
    points = np.stack([np.cos(TURNS / period), np.sin(TURNS / period)], axis=1)
    movement = describe_movement(points.tolist())
    assert movement.period % period == 0
    assert movement.periodicity == pytest.approx(1)
    assert movement.reach == pytest.approx(2)
    assert movement.drift == pytest.approx(2 * np.sin(np.pi / period))


def test_a_line_never_returns():
    movement = describe_movement([[3.0 * n, 4.0 * n] for n in range(20)])
    assert movement.drift == pytest.approx(5)
    assert (movement.periodicity, movement.period) == (0, 0)
    assert movement.reach == pytest.approx(5 * 16)


def test_what_stands_still_neither_moves_nor_returns():
    assert describe_movement([[1.0, 2.0]] * 12) == (0, 0, 0, 0)


def test_jitter_about_one_place_is_not_periodic():
    points = np.random.default_rng(0).normal(size=(20, 16))
    assert describe_movement(points.tolist()).periodicity < 0.4


def test_two_measurements_have_a_drift():
    assert describe_movement([[0.0], [3.0]]).drift == 3

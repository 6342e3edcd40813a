"""Grids are near to the shape that they are looked at in, and steps are evenly spaced."""

import pytest

from vidpred.frames.layout import class_columns, even_steps


@pytest.mark.parametrize(
    ("horizon", "most", "steps"),
    [
        (1, 10, [1]),
        (10, 10, [*range(1, 11)]),
        (12, 10, [2, 4, 6, 8, 10, 12]),
        (24, 10, [3, 6, 9, 12, 15, 18, 21, 24]),
        (25, 10, [1, 4, 7, 10, 13, 16, 19, 22, 25]),
        (100, 10, [*range(10, 101, 10)]),
        (7, 1, [7]),
    ],
)
def test_steps_are_evenly_spaced_and_end_with_the_last(horizon, most, steps):
    assert [step + 1 for step in even_steps(horizon, most)] == steps


@pytest.mark.parametrize(
    ("number", "num_classes", "columns"),
    [
        (64, 10, 10),  # of digits, as many columns as rows nearly
        (64, 2, 8),
        (40, 3, 6),  # not 3 columns and 14 rows
        (64, 1, 8),
        (8, 20, 20),  # a row that is not full
        (64, 0, 0),
        (64, 33, 0),
    ],
)
def test_every_column_shows_one_class_and_the_grid_is_nearly_square(number, num_classes, columns):
    assert class_columns(number, num_classes) == columns

"""Grids are near to the shape that they are looked at in, and steps are evenly spaced."""

import pytest

from vidpred.frames.layout import class_columns, even_steps, grid_columns


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


@pytest.mark.parametrize(
    ("number", "columns"),
    [
        (1, 1),
        (2, 2),
        (3, 2),
        (5, 3),
        (6, 3),
        (7, 4),
        (8, 4),
        (16, 4),
        (17, 6),
        (40, 8),
        (49, 7),
        (64, 8),
        (10_000, 100),
    ],
)
def test_a_grid_of_images_has_few_empty_cells_and_is_nearly_square(number, columns):
    assert grid_columns(number) == columns


def test_no_grid_is_higher_than_wide_or_more_than_twice_as_wide():
    for number in range(3, 300):
        columns = grid_columns(number)
        rows = -(-number // columns)
        assert rows <= columns <= 2 * rows
        assert rows * columns - number < columns

"""How pictures of many frames or images are laid out: in how many columns, and which steps ahead they show."""

import math

MOST_COLUMNS = 32  # of a grid of images
SCREEN = 16 / 9  # the aspect ratio that a grid of videos is aimed at


def even_steps(horizon: int, most: int) -> list[int]:
    """Return at most so many steps of a horizon, counted from 0, evenly spaced and up to the last."""
    stride = math.ceil(horizon / most)
    return list(range(horizon - 1, -1, -stride))[::-1]


def video_columns(number: int, height: int, width: int) -> int:
    """Return the number of columns that leaves few cells empty and comes close to the shape of a screen."""

    def cost(columns: int) -> float:
        rows = -(-number // columns)
        return abs(math.log(columns * width / (rows * height) / SCREEN)) + (rows * columns - number) / number

    return min(range(1, number + 1), key=cost)


def grid_columns(number: int) -> int:
    """Return in how many columns so many images leave the fewest cells empty, in a grid at most twice as wide as high.

    Of several such grids it is the one nearest to a square: 40 images come in 8 columns, 49 in 7.
    """
    least = math.ceil(math.sqrt(number))
    wide = [columns for columns in range(least, math.isqrt(2 * number) + 2) if columns <= 2 * -(-number // columns)]
    return min(wide or [least], key=lambda columns: (-number % columns, columns))


def class_columns(number: int, num_classes: int) -> int:
    """Return how many columns show one class each, the classes in turn, in a grid as near to a square as that gets.

    Args:
        number: of images, whose classes come in turn.
        num_classes: of which every column shows one; 0 where there are none.

    Returns:
        the columns, a multiple of ``num_classes``; 0, for any number, where so many have no room.
    """
    blocks = range(1, MOST_COLUMNS // num_classes + 1) if 0 < num_classes <= MOST_COLUMNS else ()

    def cost(columns: int) -> float:
        rows = -(-number // columns)
        return abs(math.log(columns / rows)) + (rows * columns - number) / number

    return min((num_classes * count for count in blocks), key=cost, default=0)

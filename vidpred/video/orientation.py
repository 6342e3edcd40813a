"""Turns and mirrors decoded frames as the display matrix of their file says."""

import struct
from collections.abc import Callable

import numpy as np

MATRIX = struct.Struct("=9i")  # (a, b, u, c, d, v, x, y, w): a pixel at (x, y) is shown at (ax + cy, bx + dy)

Turn = Callable[[np.ndarray], np.ndarray]


def upright(frame: np.ndarray, display_matrix: bytes | None) -> np.ndarray:
    """Return a frame (H, W, C) as it is to be shown: one of eight orientations, the nearest to what is stated.

    Args:
        frame: (H, W, C) as decoded.
        display_matrix: as FFmpeg gives it; None shows the frame as it is.
    """
    if display_matrix is None or len(display_matrix) != MATRIX.size:
        return frame
    a, b, _, c, d, *_ = MATRIX.unpack(display_matrix)
    if a * d == b * c:  # shows nothing
        return frame
    if abs(a) + abs(d) < abs(b) + abs(c):  # rows become columns
        frame, across, down = frame.swapaxes(0, 1), c, b
    else:
        across, down = a, d
    return frame[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]

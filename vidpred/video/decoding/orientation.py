"""Turns and mirrors decoded frames as the display matrix of their file says."""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vidpred.errors import note

STRAIGHT = 0.05  # of what a straight turn or mirroring moves, that a matrix may move aslant: some 3 degrees
MATRIX = struct.Struct("=9i")  # (a, b, u, c, d, v, x, y, w): a pixel at (x, y) is shown at (ax + cy, bx + dy)


class _Turn(NamedTuple):
    """Whether rows become columns, and then the steps down and across, 1 or -1."""

    swapped: bool
    down: int
    across: int


def upright(frame: np.ndarray, display_matrix: bytes | None) -> np.ndarray:
    """Return a frame (H, W, C) as it is to be shown: one of eight orientations, the nearest to what is stated.

    Args:
        frame: (H, W, C) as decoded.
        display_matrix: as FFmpeg gives it; None shows the frame as it is.
    """
    swapped, down, across = _turn(display_matrix)
    return (frame.swapaxes(0, 1) if swapped else frame)[::down, ::across]


def say_if_aslant(path: Path, display_matrix: bytes | None) -> None:
    """Say that a video is to be shown at an angle which is none of the eight orientations that are followed."""
    if display_matrix is None or len(display_matrix) != MATRIX.size:
        return
    a, b, _, c, d, *_ = map(abs, MATRIX.unpack(display_matrix))
    aslant, straight = sorted((a + d, b + c))
    if aslant > STRAIGHT * straight:
        note(f"{path} is to be shown at an odd angle; it is shown at the nearest of 0, 90, 180 and 270 degrees")


def as_coded(frame: np.ndarray, display_matrix: bytes | None) -> np.ndarray:
    """Return an upright frame (H, W, C) as its file keeps it: the inverse of :func:`upright`."""
    swapped, down, across = _turn(display_matrix)
    turned_back = frame[::down, ::across]
    return turned_back.swapaxes(0, 1) if swapped else turned_back


def _turn(display_matrix: bytes | None) -> _Turn:
    if display_matrix is None or len(display_matrix) != MATRIX.size:
        return _Turn(False, 1, 1)
    a, b, _, c, d, *_ = MATRIX.unpack(display_matrix)
    if a * d == b * c:  # shows nothing
        return _Turn(False, 1, 1)
    swapped = abs(a) + abs(d) < abs(b) + abs(c)  # rows become columns
    across, down = (c, b) if swapped else (a, d)
    return _Turn(swapped, -1 if down < 0 else 1, -1 if across < 0 else 1)

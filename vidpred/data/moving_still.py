"""Clips made from one frame by a crop that moves, zooms and rotates over it, so that the motion is exact."""

import math

import numpy as np

from vidpred.machine.opencv import import_opencv

FASTEST = 1 / 12  # of the crop per frame, along either axis
SLOWEST = 0.1  # pixels per frame
ACCELERATION = 0.05  # of the speed per frame, at most
ZOOM = 0.01  # per frame, at most
TURN = 0.01  # radians per frame, at most


def fill_with_moving_still(clip: np.ndarray, frame: np.ndarray, draw: np.random.Generator) -> None:
    """Fill ``clip`` with a moving crop of ``frame``.

    The speed along either axis is drawn log-uniformly and changes slightly from frame to frame; half of
    the clips zoom and turn slightly as well. The crop stays within the frame where that is large enough;
    else the frame is mirrored at its borders. Every frame, including the first, is interpolated at a sub-pixel
    position from the still at twice its size: interpolated from the still itself, frames nearer to half a
    pixel would be blurred more, and the sharpness would pulse.

    Args:
        clip: 8-bit (T, h, w, C), to be filled.
        frame: 8-bit (H, W, C).
        draw: determines the motion and the position.
    """
    cv2 = import_opencv("the motion of still frames")
    num_frames, height, width, _ = clip.shape
    larger = cv2.resize(frame, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    path = 2 * draw_path(num_frames, (height, width), frame.shape[:2], draw)
    path[:, :, 2] += 1 / 2  # the middle of a pixel is at 0, and at 1/2 between its two halves
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for index, matrix in enumerate(path):
        view = cv2.warpAffine(larger, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
        clip[index] = view.reshape(clip.shape[1:])


def draw_path(num_frames: int, crop: tuple[int, int], frame: tuple[int, int], draw: np.random.Generator) -> np.ndarray:
    """Return the view of each frame of a clip, as matrices (T, 2, 3) from its (x, y, 1) to the still's (x, y).

    Args:
        num_frames: of the clip.
        crop: height and width of the clip.
        frame: height and width of the still.
        draw: determines the motion and the position.
    """
    size, room = np.array(crop[::-1]), np.array(frame[::-1]) - 1.0  # x before y from here on
    times = np.arange(num_frames)[:, None]
    centre = (size - 1) / 2
    speeds = np.exp(draw.uniform(math.log(SLOWEST), np.log(np.maximum(size * FASTEST, SLOWEST)))) * draw.choice(
        [-1, 1], 2
    )
    shifts = speeds * (times + draw.uniform(-ACCELERATION, ACCELERATION, 2) / 2 * times**2)
    zoom, turn = draw.uniform(-1, 1, 2) * (ZOOM, TURN) * draw.integers(2)
    turned = _rotations(np.exp(zoom * times[:, 0]), turn * times[:, 0])
    offsets = centre - turned @ centre + shifts  # of the clip's first pixel
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * (size - 1)
    reached = offsets[:, None] + np.einsum("tij,cj->tci", turned, corners)
    lowest, highest = -reached.min(axis=(0, 1)), room - reached.max(axis=(0, 1))
    start = np.where(lowest <= highest, draw.uniform(size=2) * (highest - lowest) + lowest, (lowest + highest) / 2)
    return np.concatenate([turned, (offsets + start)[:, :, None]], axis=2)


def _rotations(scales: np.ndarray, angles: np.ndarray) -> np.ndarray:
    cosines, sines = scales * np.cos(angles), scales * np.sin(angles)
    return np.stack([np.stack([cosines, -sines], axis=1), np.stack([sines, cosines], axis=1)], axis=1)

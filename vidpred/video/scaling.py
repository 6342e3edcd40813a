"""Scales frames that are in memory already."""

import numpy as np
from PIL import Image


def shrunk_size(height: float, width: float, short_side: int | None) -> tuple[int, int]:
    """Return the height and width, at least 1, of a picture whose shorter side is shrunk to ``short_side`` pixels.

    Args:
        height: in pixels, or in parts of them.
        width: in pixels, or in parts of them.
        short_side: None, or more than the picture has, leaves its size, rounded.
    """
    shrink = min(1.0, (short_side or min(height, width)) / min(height, width))
    return max(1, round(height * shrink)), max(1, round(width * shrink))


def shrunk(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the 8-bit frame (H, W, C) at a smaller size, every pixel the average of those that it covers."""
    from skimage.transform import resize_local_mean  # here, because it imports half of SciPy and few frames need it

    averaged = resize_local_mean(frame, (height, width), preserve_range=True, channel_axis=-1)
    rounded: np.ndarray = averaged.round().astype(np.uint8)
    return rounded


def enlarged(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the 8-bit frame (H, W, C), C being 1 or 3, at a larger size, interpolated between its pixels."""
    grey = frame.shape[-1] == 1
    larger = Image.fromarray(frame[..., 0] if grey else frame).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(larger).reshape(height, width, frame.shape[-1])

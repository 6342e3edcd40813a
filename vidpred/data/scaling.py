"""Scales frames that are in memory already."""

import numpy as np
from PIL import Image


def resized(frame: np.ndarray, size: tuple[int, int], how: Image.Resampling) -> np.ndarray:
    """Return the 8-bit frame (H, W, C), C being 1 or 3, at another ``size`` (width, height)."""
    grey = frame.shape[-1] == 1
    scaled = np.asarray(Image.fromarray(frame[..., 0] if grey else frame).resize(size, how))
    return scaled[..., None] if grey else scaled

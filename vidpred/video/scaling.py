"""Scales frames that are in memory already."""

import numpy as np
from PIL import Image
from skimage.transform import resize_local_mean


def shrunk(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the 8-bit frame (H, W, C) at a smaller size, every pixel the average of those that it covers."""
    averaged = resize_local_mean(frame, (height, width), preserve_range=True, channel_axis=-1)
    rounded: np.ndarray = averaged.round().astype(np.uint8)
    return rounded


def enlarged(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the 8-bit frame (H, W, C), C being 1 or 3, at a larger size, interpolated between its pixels."""
    grey = frame.shape[-1] == 1
    larger = Image.fromarray(frame[..., 0] if grey else frame).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(larger).reshape(height, width, frame.shape[-1])

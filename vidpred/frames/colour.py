"""Says whether pictures show more than grey."""

import numpy as np

GREY = 8  # levels by which the channels of a pixel differ at most where there is no colour


def has_colour(frames: np.ndarray) -> bool:
    """Return whether 8-bit frames (..., H, W, C) are more than grey anywhere."""
    return bool(np.ptp(frames, axis=-1).max() > GREY)

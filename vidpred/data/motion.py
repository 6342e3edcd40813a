"""Motion measured as the difference between frames."""

import numpy as np


def mean_difference(some: np.ndarray, others: np.ndarray) -> float:
    """Return the mean absolute difference of two 8-bit arrays of one shape, in grey levels."""
    # Maximum minus minimum stays within 8 bits, and so needs neither a wider type nor its memory.
    return float((np.maximum(some, others) - np.minimum(some, others)).mean())

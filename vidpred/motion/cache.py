"""The latest results of a costly function, found again by the content of what it was given."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b

import numpy as np

DIGEST_BYTES = 16


class Recent:
    """Keep the arrays that were asked for last, as long as they fit.

    Args:
        most_bytes: that the kept arrays take together at most.
    """

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.num_bytes = 0
        self.kept: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def forget(self) -> None:
        """Keep nothing of what was asked for so far."""
        self.kept.clear()
        self.num_bytes = 0

    def get(self, key: bytes, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """Return what ``compute`` returns, or what it returned lately for the same ``key``; it may not be changed."""
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        result = compute()
        self.kept[key] = result
        self.num_bytes += result.nbytes
        while self.num_bytes > self.most_bytes:
            self.num_bytes -= self.kept.popitem(last=False)[1].nbytes
        return result


def digest(array: np.ndarray) -> bytes:
    """Return a short key that stands for the shape and the content of ``array``."""
    content = blake2b(np.ascontiguousarray(array).data, digest_size=DIGEST_BYTES, person=str(array.ndim).encode())
    content.update(np.array(array.shape).data)
    return content.digest()

"""Results of costly estimates of motion, kept by whoever asks for the same ones again, such as a rollout."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from threading import Lock
from typing import Optional

import numpy as np
from torch import Tensor

DIGEST_BYTES = 16
FLOW_BYTES = 70_000_000  # four flows of 1920 x 1080: a rollout asks for the last two again at every step
ERROR_BYTES = 1_000_000  # a rollout asks for all but one of the back-tests again at every step


class Recent:
    """Keep the arrays that were asked for last, as long as they fit; several threads may share it.

    Args:
        most_bytes: that the kept arrays take together at most.
    """

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.num_bytes = 0
        self.kept: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._lock = Lock()

    def get(self, key: bytes, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """Return what ``compute`` returns, or what it returned lately for the same ``key``; it may not be changed."""
        with self._lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        result = compute()  # outside the lock: two threads that ask at once both compute, and neither waits
        with self._lock:
            if key not in self.kept:
                self.kept[key] = result
                self.num_bytes += result.nbytes
            while self.num_bytes > self.most_bytes:
                self.num_bytes -= self.kept.popitem(last=False)[1].nbytes
        return result


class MotionCache:
    """Optical flows and errors of back-tests that were asked for last, by the content of the frames.

    It belongs to whoever makes it, and is used by what runs within ``with cache.in_use():``, in that thread alone.
    Results are the same with and without one.
    """

    def __init__(self, flow_bytes: int = FLOW_BYTES, error_bytes: int = ERROR_BYTES):
        self.flows = Recent(flow_bytes)
        self.errors = Recent(error_bytes)

    @contextmanager
    def in_use(self, window: Tensor | None = None, names: list[bytes | None] | None = None) -> Iterator[None]:
        """Have estimates of motion kept here, and found here again.

        Args:
            window: frames (B, T, C, H, W) of which somebody knows the names.
            names: of these frames, one for each time; those that are None are filled in where they are asked for.
        """
        before = _IN_USE.set((self, window, names))
        try:
            yield
        finally:
            _IN_USE.reset(before)

    def kept_between(self, steps: Iterator[Tensor]) -> Iterator[Tensor]:
        """Yield what ``steps`` yields; it uses this cache, those who take it do not."""
        while True:
            with self.in_use():
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step

    def name(self, frames: Tensor, at: int) -> bytes:
        """Return a key that stands for the content of ``frames[:, at]``, (B, T, C, H, W), whatever else there is."""
        _, window, names = _IN_USE.get() or (None, None, None)
        if names is None or frames is not window:
            return digest(frames[:, at].detach().cpu().numpy())
        name = names[at] = names[at] or digest(frames[:, at].detach().cpu().numpy())
        return name

    @staticmethod
    def current() -> Optional["MotionCache"]:
        """Return the cache in use; None where estimates are not kept."""
        in_use = _IN_USE.get()
        return in_use and in_use[0]


_InUse = tuple[MotionCache, Tensor | None, list[bytes | None] | None]
_IN_USE: ContextVar[_InUse | None] = ContextVar("motion cache", default=None)


def digest(array: np.ndarray) -> bytes:
    """Return a short key that stands for the shape and the content of ``array``."""
    content = blake2b(np.ascontiguousarray(array).data, digest_size=DIGEST_BYTES, person=str(array.ndim).encode())
    content.update(np.array(array.shape).data)
    return content.digest()

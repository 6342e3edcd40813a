"""Leaving a run cleanly when it is asked to stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Whether somebody has asked the run to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.signal is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.signal = signal.Signals(number)
        print(
            f"\n{self.signal.name}: saving after this step; once more to leave at once",
            file=sys.stderr,
            flush=True,
        )


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Take the first SIGINT or SIGTERM as a request to stop, and a second one as an order.

    Whoever listens within somebody who listens already shares the request.
    """
    if isinstance(outer := signal.getsignal(SIGNALS[0]), StopRequest):
        yield outer
        return
    request = StopRequest()
    before = {number: signal.signal(number, request) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Leaving a run cleanly when it is asked to stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from vidpred.machine.signals import HANGUP, asking, leave_lost_terminal


class StopRequest:
    """Whether somebody has asked the run to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        leave_lost_terminal(number)
        if self.signal is not None and number == HANGUP:  # a shell passes on what its programs were sent already
            return
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
    """Take the first SIGINT, SIGTERM or SIGHUP as a request to stop, and a second of the first two as an order.

    Whoever listens within somebody who listens already shares the request.
    """
    if isinstance(outer := signal.getsignal(signal.SIGINT), StopRequest):
        yield outer
        return
    request = StopRequest()
    before = {number: signal.signal(number, request) for number in asking()}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""The signals by which a program is asked to end, and what it prints to once its terminal is gone."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HANGUP = signal.Signals.__members__.get("SIGHUP")  # its terminal is gone; not every system knows it
ASKING = (signal.SIGINT, signal.SIGTERM, *([HANGUP] if HANGUP else []))


def asking() -> tuple[signal.Signals, ...]:
    """Return the signals that ask this process to end; ``nohup`` has it ignore the loss of its terminal."""
    return tuple(each for each in ASKING if each != HANGUP or signal.getsignal(each) != signal.SIG_IGN)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have these signals wait until what is done in here is done, where the system can, so that no half of it stays."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def finishing() -> Iterator[None]:
    """Have another Ctrl-C do nothing in here, whichever thread it reaches: what a first one ended is finished.

    Only the main thread can see to that; in others nothing changes.
    """
    usual = signal.getsignal(signal.SIGINT)
    if usual is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def leave_lost_terminal(number: int) -> None:
    """Let what is still printed go nowhere where the terminal it went to is gone, since writing there is an error.

    Args:
        number: of the signal that came.
    """
    if number != HANGUP:
        return
    for stream in (sys.__stdout__, sys.__stderr__):
        descriptor = stream.fileno() if stream is not None and not stream.closed else None
        if descriptor is None or os.isatty(descriptor) or not stat.S_ISCHR(os.fstat(descriptor).st_mode):
            continue
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)

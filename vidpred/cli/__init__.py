"""The command line: ``vidpred``."""

import os
import signal
import sys
import threading
from typing import NoReturn

INTERRUPTED = 130  # status of a program that Ctrl-C ended


def main() -> None:
    """Run the command line; see :mod:`vidpred.cli.program`, which takes a while to import. Ctrl-C ends it quietly.

    Once it has, another Ctrl-C does nothing, which would break into what Python does at its end.
    """
    open_closed_streams()
    try:
        from vidpred.cli.program import run

        run()
    except KeyboardInterrupt:
        _end_interrupted()
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        _end_interrupted()


def _end_interrupted() -> NoReturn:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(INTERRUPTED)


def open_closed_streams() -> None:
    """Lead standard streams that the shell closed (``2>&-``) nowhere, so that no file takes the place of one."""
    standard = {"stdin": "r", "stdout": "w", "stderr": "w"}
    if any(getattr(sys, name) is None for name in standard):
        while (opened := os.open(os.devnull, os.O_RDWR)) < len(standard):  # the lowest number that is free
            os.set_inheritable(opened, True)
        os.close(opened)
    for number, (name, mode) in enumerate(standard.items()):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, closefd=False))

"""The command line: ``vidpred``."""

import sys

INTERRUPTED = 130  # status of a program that Ctrl-C ended


def main() -> None:
    """Run the command line; see :mod:`vidpred.cli.program`, which takes a while to import. Ctrl-C ends it quietly."""
    try:
        from vidpred.cli.program import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)

"""Pictures drawn by matplotlib look the same everywhere, and need nothing that is not installed with it."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def default_style() -> Iterator[None]:
    """Draw, and save what is drawn, in matplotlib's own style, and not in that of the user's ``matplotlibrc``.

    It may ask for LaTeX, which is not always installed, or for a size or a format that these pictures do not have.
    """
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield

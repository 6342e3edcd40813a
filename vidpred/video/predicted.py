"""Tells from its name alone which video `vidpred predict` has written of another one."""

import re
from collections.abc import Sequence
from pathlib import Path

MADE = re.compile(r"(.+)_future(_compare|_spread|_\d+)?")  # the names of what `vidpred predict` writes


def predicted_among(paths: Sequence[Path]) -> list[Path]:
    """Return those of ``paths`` that are named as what was predicted of another one of them, in their order."""
    names = {path.stem for path in paths}
    return [path for path in paths if (made := MADE.fullmatch(path.stem)) and made[1] in names]

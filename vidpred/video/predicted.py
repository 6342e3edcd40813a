"""Tells from its name alone which video `vidpred predict` has written of another one."""

import re
from collections.abc import Sequence
from pathlib import Path

MADE = re.compile(r"(.+)_future(_compare|_spread|_\d+)?")  # the names of what `vidpred predict` writes


def set_predicted_apart(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return ``paths``, and apart from them those that are named as what was predicted of another one, in order."""
    names, others, predicted = {path.stem for path in paths}, list[Path](), list[Path]()
    for path in paths:
        made = MADE.fullmatch(path.stem)
        (predicted if made and made[1] in names else others).append(path)
    return others, predicted

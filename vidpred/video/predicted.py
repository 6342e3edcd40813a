"""Tells from names alone which videos `vidpred predict` has written of other ones: films, and folders of frames."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from vidpred.video.frame_folder import list_frames

MADE = re.compile(r"(.+)_future(_compare|_spread|_\d+)?")  # the names of what `vidpred predict` writes
FRAME = re.compile(r"future(_\d+)?_\d{4,}\.png")  # as predicted frames are called in a folder of their own
FIRST_FRAMES = ("future_0001.png", "future_1_0001.png")  # of one future, of the first of several


def set_predicted_apart(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return ``paths``, and apart from them those that are named as what was predicted of another one, in order.

    A folder of frames is apart where all of them are named so, unless there is nothing else.
    """
    names, folders = {path.stem for path in paths}, {path for path in paths if _holds_predicted_frames(path)}
    if len(folders) == len(paths):
        return list(paths), []
    others, predicted = list[Path](), list[Path]()
    for path in paths:
        made = MADE.fullmatch(path.stem)
        (predicted if path in folders or (made and made[1] in names) else others).append(path)
    return others, predicted


def _holds_predicted_frames(path: Path) -> bool:
    there = any(os.path.exists(path / first) for first in FIRST_FRAMES)  # noqa: PTH110 - of any length
    return there and all(FRAME.fullmatch(frame.name) for frame in list_frames(path))

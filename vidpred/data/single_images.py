"""Tells folders of single images from folders of frames by a few of their pictures, before any video is decoded."""

import os
from itertools import pairwise
from pathlib import Path
from shlex import quote

import numpy as np

from vidpred.data.motion import mean_difference
from vidpred.data.usable_videos import MOST_LEVELS, UNRELATED
from vidpred.errors import VidpredError
from vidpred.video.frame_folder import list_frames, read_picture
from vidpred.video.scaling import shrunk, shrunk_size
from vidpred.wording import counted

PAIRS = 24  # of neighbours that are compared in a folder
SIDE = 128  # pixels of the shorter side, at which they are


def refuse_single_images(source: Path, sources: list[Path], scene_cut: float) -> None:
    """Refuse what holds nothing but folders of pictures that have nothing to do with each other.

    Args:
        source: that was named.
        sources: the videos that were found there.
        scene_cut: grey levels above which a change may be a cut; of 255, all pictures are taken as frames.

    Raises:
        VidpredError: it holds single images alone.
    """
    all_folders = all(map(os.path.isdir, sources))  # what may not be looked at is no folder, and no error
    if scene_cut >= MOST_LEVELS or not all_folders:
        return
    folders = [list_frames(path) for path in sources]
    if all(map(_are_single, folders)):
        number = counted(sum(map(len, folders)), "image")
        raise VidpredError(
            f"{source} holds {number} that change by more than {UNRELATED:g} grey levels from one to the next, as "
            "single images do, and no video, which is what is inspected; `vidpred train "
            f"{quote(str(source))} --config r3_tiny --dry-run` says what a generator would learn from; "
            "data.scene_cut=255 takes them as a video"
        )


def _are_single(frames: list[Path]) -> bool:
    """Return whether the median change between neighbours, some of them, is more than that of any video."""
    pairs = list(pairwise(frames))
    chosen = np.unique(np.linspace(0, len(pairs) - 1, min(PAIRS, len(pairs))).round().astype(int))
    try:
        changes = [_change(*pairs[place]) for place in chosen]
    except (VidpredError, OSError):
        return False
    return bool(changes) and float(np.median(changes)) > UNRELATED


def _change(first: Path, second: Path) -> float:
    """Return how much a picture differs from another one in grey levels; without bound where their sizes differ."""
    one, other = read_picture(first), read_picture(second)
    if one.shape != other.shape:
        return np.inf
    height, width, _ = one.shape
    size = shrunk_size(height, width, SIDE)
    return mean_difference(shrunk(one, *size), shrunk(other, *size))

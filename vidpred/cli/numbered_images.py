"""Writes images one by one into a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

from vidpred.cli.claims import make_folder
from vidpred.cli.left_over import note_left, numbered_like
from vidpred.cli.outputs import say, say_written
from vidpred.machine.files import all_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np


def write_numbered(folder: Path, stem: str, digits: int, images: "Iterable[np.ndarray]") -> None:
    """Write images (H, W, C) as ``STEM_0001.png``, numbered from 1 in so many digits, and name what was left before.

    Raises:
        VidpredError: one cannot be written.
    """
    from vidpred.frames.pictures import write_png

    make_folder(folder)
    names = set[str]()
    with all_or_none() as announced:
        for number, image in enumerate(images, start=1):
            names.add(name := f"{stem}_{number:0{digits}}.png")
            write_png(announced(folder / name), image)
    say_written(folder)
    left = numbered_like(folder, rf"{stem}_\d{{{digits},}}\.png")
    if note := note_left([path for path in left if path.name not in names]):
        say(note)

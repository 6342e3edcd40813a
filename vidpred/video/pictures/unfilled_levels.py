"""Tells of 16-bit pictures that hold the levels of a camera of fewer bits, and are dark therefore."""

from pathlib import Path

import numpy as np

from vidpred.errors import note

CAMERAS = (8, 10, 12, 14)  # bits of theirs
ALL = 16
SPREAD = 257  # what levels of 8 bits are multiplied by to fill 16
UPPER = 4  # of which levels are multiples that stand in the upper 14 of 16 bits, or fewer
FEWEST = 2  # pictures that tell something


class UnfilledLevels:
    """What the pictures of a folder have in common; the levels are changed by nothing of it.

    Levels of fewer bits that stand in the upper ones of 16, or are spread over all, fill them: such pictures are dark
    by themselves.

    Args:
        folder: of the pictures, which the note names.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.number = 0
        self.used = 0  # bits that are 1 anywhere
        self.is_deep, self.is_spread = True, True

    def see(self, colours: np.ndarray) -> None:
        """Take in the samples of a picture, 8-bit or 16-bit (H, W, C)."""
        self.number += 1
        self.is_deep = self.is_deep and colours.dtype == np.uint16
        if self.is_deep and self.used.bit_length() <= CAMERAS[-1]:
            self.used |= int(np.bitwise_or.reduce(colours, axis=None))
            self.is_spread = self.is_spread and not (colours % SPREAD).any()

    def say(self) -> None:
        """Say once of a folder that its pictures leave bits empty, where they do."""
        bits = next((each for each in CAMERAS if self.used < 2**each), None)
        if bits is None or self.number < FEWEST or not self.is_deep or self.is_spread or self.used % UPPER == 0:
            return
        note(
            f"{self.folder} holds 16-bit pictures whose levels stay below {2**bits:,} of {2**ALL:,}, as those of a "
            f"{bits}-bit camera do; they are read as they are, dark; to fill 16 bits, multiply all levels by "
            f"{2 ** (ALL - bits)} (docs/pictures.md shows how)"
        )

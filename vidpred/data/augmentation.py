"""Random augmentations of a training clip: transposed, flipped, reversed in time, in another brightness."""

from dataclasses import dataclass

import numpy as np

from vidpred.frames import UINT8_MAX
from vidpred.machine.opencv import import_opencv

OFFSET = 64  # grey levels that the brightness shifts by at most, at strength 1
TINT = 1 / 3  # of the strength: by how much the colour channels change relative to each other


@dataclass(frozen=True)
class Augmentation:
    """Random changes of a training clip, the same for all its frames.

    Args:
        transpose: half of the clips have rows and columns exchanged; they are square.
        flip_vertical: half of the clips are mirrored, top to bottom.
        reverse: half of the clips run backwards.
        brightness: strength of a random change of brightness, contrast and colour balance, 0 to 1.
    """

    transpose: bool = False
    flip_vertical: bool = False
    reverse: bool = False
    brightness: float = 0.0

    def apply(self, clip: np.ndarray, draw: np.random.Generator) -> None:
        """Change the 8-bit ``clip`` (T, H, W, C) in place."""
        if self.transpose and draw.random() < 1 / 2:
            transpose = import_opencv("transposing").transpose  # many times as fast as numpy's
            for frame in clip:
                frame[:] = transpose(frame).reshape(frame.shape)
        if self.flip_vertical and draw.random() < 1 / 2:
            clip[:] = clip[:, ::-1].copy()
        if self.reverse and draw.random() < 1 / 2:
            clip[:] = clip[::-1].copy()
        if self.brightness:
            _look_up(clip, tone_curves(self.brightness, clip.shape[-1], draw))


def tone_curves(strength: float, channels: int, draw: np.random.Generator) -> np.ndarray:
    """Return the new value of each of the 256 levels of each channel, 8-bit (256, C).

    The contrast around mid-grey changes by a factor of 1 +- ``strength``, the brightness by
    +- ``strength`` * 64 grey levels, and each of several channels by a factor of 1 +- ``strength`` / 3.
    """
    middle = UINT8_MAX / 2
    contrast, offset = 1 + strength * draw.uniform(-1, 1), strength * OFFSET * draw.uniform(-1, 1)
    balance = 1 + strength * TINT * draw.uniform(-1, 1, channels) if channels > 1 else np.ones(1)
    curve = (np.arange(UINT8_MAX + 1) - middle) * contrast + middle + offset
    return np.rint(curve[:, None] * balance).clip(0, UINT8_MAX).astype(np.uint8)


def _look_up(clip: np.ndarray, curves: np.ndarray) -> None:
    pixels = clip.reshape(-1, clip.shape[-2], clip.shape[-1])
    clip[:] = import_opencv("the change of brightness").LUT(pixels, curves[None]).reshape(clip.shape)

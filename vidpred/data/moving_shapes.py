"""Discs and squares that bounce around, drawn on demand: a data set without files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

import numpy as np
from annotated_types import Ge, Le

from vidpred.interfaces import Split
from vidpred.machine.ranges import ClipLength, Clips, DrawnSide, Seed
from vidpred.registry import DATASETS
from vidpred.wording import counted

TRAINING, VALIDATION = 0, 1
SMALLEST, LARGEST = 0.1, 0.2  # radius of a shape, as a share of the picture's side
UINT8_MAX = 255


@DATASETS.register("moving_shapes")
def moving_shapes(
    clip_length: ClipLength,
    seed: Seed = 0,
    *,
    resolution: DrawnSide = 32,
    num_clips: Clips = 1000,
    num_validation_clips: Clips = 100,
    num_shapes: Annotated[int, Ge(1), Le(1000)] = 2,
    max_speed: Annotated[float, Ge(0), Le(1e6)] = 2.0,
    greyscale: bool = False,
) -> Split:
    """Clips of coloured discs and squares that move at constant speed and bounce off the borders.

    Args:
        clip_length: frames per clip; set by the task.
        seed: of all clips; set by the run.
        resolution: pixels, height and width.
        num_clips: how many different clips to train on.
        num_validation_clips: how many other clips to validate on.
        num_shapes: shapes per clip; later ones occlude earlier ones.
        max_speed: pixels per frame that a shape moves at most, each way.
        greyscale: one channel instead of three.
    """
    channels = 1 if greyscale else 3
    sides = [
        MovingShapes(clip_length, (seed, purpose), resolution, number, channels, num_shapes, max_speed)
        for purpose, number in ((TRAINING, num_clips), (VALIDATION, num_validation_clips))
    ]
    clips = counted(num_clips, "clip")
    report = f"moving shapes: {clips} to train on, {num_validation_clips} to validate on, drawn on demand"
    return Split(train=sides[0], validation=sides[1], report=report)


@dataclass(frozen=True)
class DrawnClips:
    """What data sets of clips that are drawn on demand have in common."""

    clip_length: int  # frames
    seed: tuple[int, ...]  # numbers that determine all clips
    resolution: int  # pixels, height and width
    num_clips: int
    channels: int  # 3 or 1

    @property
    def facts(self) -> Mapping[str, Any]:
        return {"frame_channels": self.channels, "height": self.resolution, "width": self.resolution}

    def __len__(self) -> int:
        return self.num_clips

    def number(self, index: int) -> int:
        """Return which clip stands at ``index``, counted from the end where that is negative, as in a list.

        Raises:
            IndexError: there is none.
        """
        return range(self.num_clips)[index]

    def longer(self, num_frames: int) -> Self:
        """Return the same clips, which go on until they have ``num_frames`` frames."""
        return replace(self, clip_length=num_frames)


@dataclass(frozen=True)
class MovingShapes(DrawnClips):
    """Clips of moving shapes, each determined by its number."""

    num_shapes: int  # per clip
    max_speed: float  # pixels per frame, each way

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        clips = np.stack([self.full_frames(index) for index in indices])
        for clip, draw in zip(clips, draws or (), strict=False):
            if draw.random() < 1 / 2:
                clip[:] = clip[:, :, ::-1].copy()
        return clips

    def full_frames(self, index: int) -> np.ndarray:
        """Return one clip, 8-bit (T, H, W, C)."""
        draw = np.random.default_rng([*self.seed, self.number(index)])
        frames = np.zeros((self.clip_length, self.resolution, self.resolution, self.channels))
        frames += draw.uniform(0, 0.3, self.channels)
        for _ in range(self.num_shapes):
            colour = draw.uniform(0.4, 1, self.channels)
            coverage = self._coverage(draw)[..., None]
            frames += coverage * (colour - frames)
        return (frames * UINT8_MAX + 1 / 2).astype(np.uint8)

    def video(self, index: int) -> str:
        """Return what to call the clip."""
        return f"shapes {self.number(index)}"

    def _coverage(self, draw: np.random.Generator) -> np.ndarray:
        """Return which share of every pixel a shape covers, (T, H, W)."""
        size = self.resolution
        radius = draw.uniform(SMALLEST, LARGEST) * size
        round_shape = draw.random() < 1 / 2
        start = draw.uniform(radius, size - radius, 2)
        velocity = draw.uniform(-self.max_speed, self.max_speed, 2)
        times = np.arange(self.clip_length)[:, None]
        centres = bounce(start + times * velocity, radius, size - radius)
        return coverage(centres, radius, size, round_shape)


def coverage(centres: np.ndarray, radius: float, size: int, round_shape: bool) -> np.ndarray:
    """Return which share of every pixel a disc or a square covers, (T, size, size).

    Args:
        centres: (T, 2), in pixels from the top left corner, down and across.
        radius: of the disc, or half of the square's side, in pixels.
        size: of the picture, in pixels.
        round_shape: whether it is a disc.
    """
    pixels = np.arange(size) + 1 / 2
    down, across = np.abs(pixels - centres[:, :1]), np.abs(pixels - centres[:, 1:])
    if round_shape:
        distance = np.hypot(down[:, :, None], across[:, None, :])
        return overlap(radius, distance)
    covered: np.ndarray = overlap(radius, down)[:, :, None] * overlap(radius, across)[:, None, :]
    return covered


def overlap(radius: float, distance: np.ndarray) -> np.ndarray:
    """Return which share of a pixel lies inside an edge ``radius`` away, for its ``distance`` from the centre."""
    inside: np.ndarray = np.clip(radius - distance + 1 / 2, 0, 1)
    return inside


def bounce(position: np.ndarray, low: float, high: float) -> np.ndarray:
    """Fold a straight path into the range from ``low`` to ``high``, reflected at both ends."""
    width = high - low
    folded: np.ndarray = high - np.abs((position - low) % (2 * width) - width)
    return folded

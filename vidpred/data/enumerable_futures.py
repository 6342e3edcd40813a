"""A shape that turns in one of n directions at a known frame, so that all of its futures can be enumerated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from vidpred.data.moving_shapes import TRAINING, UINT8_MAX, VALIDATION, DrawnClips, bounce, coverage
from vidpred.interfaces import Split
from vidpred.machine.ranges import ClipLength, Clips, DrawnSide, Seed
from vidpred.registry import DATASETS
from vidpred.wording import counted

SMALLEST, LARGEST = 0.09, 0.12  # radius of the shape, as a share of the picture's side
DARKEST_SHAPE, BRIGHTEST_GROUND = 0.7, 0.2


@DATASETS.register("enumerable_futures")
def enumerable_futures(
    clip_length: ClipLength,
    seed: Seed = 0,
    *,
    resolution: DrawnSide = 32,
    num_clips: Clips = 1000,
    num_validation_clips: Clips = 100,
    num_ways: Annotated[int, Ge(1), Le(1000)] = 4,
    turn: Annotated[int, Ge(0), Le(100_000)] = 3,
    speed: Annotated[float, Gt(0), Le(1000)] = 0.25,
    greyscale: bool = False,
) -> Split:
    """Clips of a disc or a square that comes from any direction, turns in one of n equally likely ones, and moves on.

    The n directions are evenly spaced: with four, down, right, up and left. At the defaults, the futures do not overlap
    in the first frame after the turn.

    Args:
        clip_length: frames per clip; set by the task.
        seed: of all clips; set by the run.
        resolution: pixels, height and width.
        num_clips: how many different clips to train on; the direction after the turn is drawn again every time.
        num_validation_clips: how many other clips to validate on.
        num_ways: n, how many futures there are.
        turn: the last frame before the turn, counted from 0; at 3, a context of four frames ends there.
        speed: how far the shape moves from one frame to the next, as a share of the picture's side.
        greyscale: one channel instead of three.
    """
    channels = 1 if greyscale else 3
    sides = [
        EnumerableFutures(clip_length, (seed, purpose), resolution, number, channels, num_ways, turn, speed)
        for purpose, number in ((TRAINING, num_clips), (VALIDATION, num_validation_clips))
    ]
    report = (
        f"enumerable futures: {counted(num_clips, 'clip')} to train on, {num_validation_clips} to validate on, each "
        f"with {counted(num_ways, 'equally likely future')}, drawn on demand"
    )
    return Split(train=sides[0], validation=sides[1], report=report)


@dataclass(frozen=True)
class EnumerableFutures(DrawnClips):
    """Clips of a shape that turns, each determined by its number except for its direction after the turn."""

    num_ways: int  # futures of each
    turn: int  # the last frame before it
    speed: float  # shares of the picture's side per frame

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        if draws is None:
            return np.stack([self.full_frames(index) for index in indices])
        ways = [int(draw.integers(self.num_ways)) for draw in draws]
        return np.stack([self._clip(index, way) for index, way in zip(indices, ways, strict=True)])

    def full_frames(self, index: int) -> np.ndarray:
        """Return one clip, 8-bit (T, H, W, C), with the future that its number determines."""
        return self._clip(index, self.way(index))

    def way(self, index: int) -> int:
        """Return which of its futures, from 0 to n - 1, a clip has where no random generator is given."""
        return int(np.random.default_rng([*self.seed, self.number(index), 1]).integers(self.num_ways))

    def futures(self, index: int) -> np.ndarray:
        """Return a clip with each of its futures, 8-bit (n, T, H, W, C), identical up to the turn."""
        return np.stack([self._clip(index, way) for way in range(self.num_ways)])

    def video(self, index: int) -> str:
        """Return what to call the clip."""
        return f"turn {self.number(index)}"

    def _clip(self, index: int, way: int) -> np.ndarray:
        draw = np.random.default_rng([*self.seed, self.number(index)])
        size, step = self.resolution, self.speed * self.resolution
        ground = draw.uniform(0, BRIGHTEST_GROUND, self.channels)
        colour = draw.uniform(DARKEST_SHAPE, 1, self.channels)
        radius, round_shape = draw.uniform(SMALLEST, LARGEST) * size, bool(draw.random() < 1 / 2)
        margin = min(radius + step, size / 2)  # so that the shape is still inside one frame after the turn
        corner = draw.uniform(margin, size - margin, 2)
        before, after = _direction(draw.random()), _direction(way / self.num_ways)
        since = (np.arange(self.clip_length) - self.turn)[:, None]  # frames since the turn
        path = corner + step * since * np.where(since < 0, before, after)
        shape = coverage(bounce(path, radius, size - radius), radius, size, round_shape)[..., None]
        frames = ground + shape * (colour - ground)
        return (frames * UINT8_MAX + 1 / 2).astype(np.uint8)


def _direction(turns: float) -> np.ndarray:
    """Return the unit vector (down, across) at an angle in full turns: 0 is down, a quarter is right."""
    return np.array([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)])

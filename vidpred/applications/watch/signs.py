"""What a frame shows beside the frames before it: how badly it was predicted, whether it moves, and which way."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.frames import to_model
from vidpred.interfaces import Predictor
from vidpred.machine.engine import device_of
from vidpred.motion.cache import MotionCache
from vidpred.motion.flow import estimate_flow
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use, rollout

GREY_LEVELS = 127.5  # per unit of [-1, 1]
BLOCKS = 8  # along the shorter side; they overlap by half
CACHED = 8_000_000  # bytes of flows: those between the frames that a predictor looks back on, which are small here
SIGNS = ("surprise", "direction", "stillness")
MOVES = 0.3  # pixels per frame, above which a block counts as moving
SEEN_OFTEN = 10.0  # moving frames of a place, at which its usual direction counts by half
LEAST_DEVIATION = 1e-3
LEAST_ERROR, LEAST_CHANGE = 1.0, 0.01  # grey levels squared, below which differences do not matter
LASTING = 0.2  # seconds over which nothing must change before it counts as stillness


@dataclass(frozen=True)
class Sight:
    """What one frame shows, by overlapping blocks in rows and columns (R, S).

    Args:
        error: mean squared error of its prediction, in grey levels squared (R, S).
        change: the largest mean squared difference of any block from the frame before, in grey levels squared.
        motion: in pixels per frame, across and down, in 16 bits (R, S, 2).
    """

    error: np.ndarray
    change: float
    motion: np.ndarray


Views = list[tuple[list[Sight], float]]  # unbroken stretches of one video, and its frames per second


class Observer:
    """Looks at the frames of one video, one by one; of what comes later it knows nothing.

    Args:
        predictor: predicts each frame from those before it.
    """

    def __init__(self, predictor: Predictor):
        self.predictor = predictor
        self.device = device_of(predictor, otherwise=torch.device("cpu"))
        self.needed = max(2, frames_needed(predictor))
        self._known: deque[Tensor] = deque(maxlen=max(2, frames_of_use(predictor)))
        self._cache = MotionCache(flow_bytes=CACHED)

    def forget(self) -> None:
        """Begin anew, since the next frame does not go on from those before."""
        self._known.clear()

    @torch.inference_mode()
    def see(self, frame: np.ndarray) -> Sight | None:
        """Look at the next frame, 8-bit (H, W, C); nothing can be said before the predictor has enough frames.

        A frame of another size than the one before begins anew.
        """
        now = to_model(frame).to(self.device)[None]
        if self._known and self._known[-1].shape != now.shape:
            self.forget()
        sight = self._compare(now) if len(self._known) >= self.needed else None
        self._known.append(now)
        return sight

    def _compare(self, now: Tensor) -> Sight:
        with self._cache.in_use():
            predicted = rollout(self.predictor, torch.stack(list(self._known), dim=1), 1)[:, 0]
            motion = -estimate_flow(now, self._known[-1])
        size = max(2, min(now.shape[-2:]) // BLOCKS)
        error = _by_block((predicted - now).square().mean(1, keepdim=True), size) * GREY_LEVELS**2
        change = _by_block((self._known[-1] - now).square().mean(1, keepdim=True), size) * GREY_LEVELS**2
        moved = _by_block(motion.transpose(0, 1), size)
        return Sight(error[0, 0].cpu().numpy(), float(change.max()), moved[:, 0].movedim(0, -1).half().cpu().numpy())


@dataclass
class Sums:
    """What is added up of normal frames at each place: (R, S), ways (R, S, 2)."""

    frames: int
    error: np.ndarray  # logarithms
    squared: np.ndarray
    moving: np.ndarray
    ways: np.ndarray


class Usual:
    """What is usual at each place of a fixed camera's picture: how large errors are, and which way things move.

    Where hardly anything moved, or as often one way as the other, no way is unusual. Of frames that have other numbers
    of blocks than the normal ones, nothing is known but how large errors are on the whole.

    Args:
        sights: of normal frames, at least one.
    """

    def __init__(self, sights: Iterable[Sight]):
        sums: dict[tuple[int, ...], Sums] = {}
        for sight in sights:
            shape = sight.error.shape
            if shape not in sums:
                sums[shape] = Sums(0, np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros((*shape, 2)))
            _add(sums[shape], sight)
        number = sum(each.frames * each.error.size for each in sums.values())
        mean = sum(each.error.sum() for each in sums.values()) / number
        square = sum(each.squared.sum() for each in sums.values()) / number
        self._everywhere = mean, np.sqrt(max(square - mean**2, 0.0)) + LEAST_DEVIATION
        self._ways = {
            shape: _around(each.ways) / (_around(each.moving[..., None]) + SEEN_OFTEN) for shape, each in sums.items()
        }
        self._errors = {shape: _distribution(each, self._everywhere[1]) for shape, each in sums.items()}

    def surprise(self, sight: Sight) -> np.ndarray:
        """Return how far the logarithm of each block's error is above the usual one there, in deviations (R, S)."""
        mean, deviation = self._errors.get(sight.error.shape, self._everywhere)
        above: np.ndarray = (_log(sight.error) - mean) / deviation
        return above

    def against(self, sight: Sight) -> np.ndarray:
        """Return how fast each block moves against the usual way, in pixels per frame (R, S); along it, below 0."""
        way = self._ways.get(sight.error.shape)
        if way is None:
            return np.zeros(sight.error.shape)
        against: np.ndarray = -(sight.motion * way).sum(axis=-1)
        return against


class Signs:
    """Turns what successive frames show into numbers, each of which is large where something is wrong.

    They are: ``surprise``, the error of the block that is farthest above the usual one there; ``direction``, the
    fastest motion against the usual way; ``stillness``, minus the logarithm of the largest change of any block within
    the last fifth of a second.

    Args:
        usual: which way things move.
        frame_rate: frames per second.
    """

    def __init__(self, usual: Usual, frame_rate: float):
        self.usual = usual
        self._changes: deque[float] = deque(maxlen=max(1, round(LASTING * frame_rate)))

    def forget(self) -> None:
        """Begin anew, since the next frame does not go on from those before."""
        self._changes.clear()

    def read(self, sight: Sight) -> np.ndarray:
        """Return the number of each of :data:`SIGNS` (3,); minus infinity is an unknown one."""
        self._changes.append(sight.change)
        whole = len(self._changes) == self._changes.maxlen
        return np.array(
            [
                self.usual.surprise(sight).max(),
                self.usual.against(sight).max(),
                -np.log10(max(self._changes) + LEAST_CHANGE) if whole else -np.inf,
            ]
        )


def place_of(sight: Sight, sign: str, usual: Usual) -> tuple[float, float] | None:
    """Return where in the picture a sign is strongest, as shares of width and height; stillness is everywhere: None."""
    if sign == "stillness":
        return None
    values = usual.surprise(sight) if sign == "surprise" else usual.against(sight)
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    rows, columns = values.shape
    return (float(column) + 1) / (columns + 1), (float(row) + 1) / (rows + 1)  # blocks overlap by half


def _add(sums: Sums, sight: Sight) -> None:
    error, speed = _log(sight.error), np.linalg.norm(sight.motion.astype(np.float32), axis=-1)
    moves = speed > MOVES
    sums.frames += 1
    sums.error += error
    sums.squared += error**2
    sums.moving += moves
    sums.ways += np.where(moves[..., None], sight.motion / np.maximum(speed, MOVES)[..., None], 0.0)


def _distribution(sums: Sums, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of the logarithms of errors at each place, with its neighbours (R, S).

    The deviation is at least half of that over all places, since some of them have shown nothing yet.
    """
    number = sums.frames * _around(np.ones((*sums.error.shape, 1)))
    mean, square = (_around(each[..., None]) / number for each in (sums.error, sums.squared))
    deviation = np.sqrt(np.maximum(square - mean**2, 0.0))
    return mean[..., 0], np.maximum(deviation, least / 2)[..., 0]


def _log(error: np.ndarray) -> np.ndarray:
    logarithm: np.ndarray = np.log10(error + LEAST_ERROR)
    return logarithm


def _by_block(values: Tensor, size: int) -> Tensor:
    """Average (N, 1, H, W) over square blocks that overlap by half: (N, 1, R, S)."""
    return F.avg_pool2d(values, size, max(1, size // 2))


def _around(values: np.ndarray) -> np.ndarray:
    """Add up each place (R, S, C) and its eight neighbours."""
    padded = np.pad(values.astype(float), [(1, 1), (1, 1), (0, 0)])
    rows, columns = values.shape[:2]
    total: np.ndarray = sum(  # type: ignore[assignment]
        padded[down : down + rows, across : across + columns] for down in range(3) for across in range(3)
    )
    return total

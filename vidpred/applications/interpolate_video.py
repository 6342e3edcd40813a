"""Gives a film more frames per second: the same film, and between its frames what lies between them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from vidpred.data.scene_cuts import scene_cuts
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.engine import Engine, device_of
from vidpred.machine.opencv import import_opencv
from vidpred.machine.progress import progress
from vidpred.motion.flow import luma
from vidpred.motion.interpolation import Between
from vidpred.predictors.rollout.tiling import Tiled, affordable_pixels, receptive_radius
from vidpred.tasks import FrameInterpolation
from vidpred.video.film_changes import film_changes
from vidpred.video.films.denser import DenserFilm, write_denser
from vidpred.video.films.longer import check_film

FEWEST, MOST = 2, 8  # times as many frames
SCENE_CUT = 10.0  # grey levels from which a change may be a cut: one too many repeats a frame, and hardly shows
REPEATED = 0.25  # grey levels: a change below that, or ...
SMALL = 0.1  # ... below this share of the changes before and after it, is that of a repeated frame
SAME = 2.5 / 127.5  # levels of -1 to 1, up to which no pixel of a frame differs from that which it repeats


class Interpolator(Protocol):
    """Draws the frames between those of a shot."""

    def check(self, times: int) -> None:
        """Refuse a number of frames that it cannot draw.

        Raises:
            VidpredError: it cannot draw ``times - 1`` frames between two.
        """
        ...

    def __call__(self, frames: Iterator[np.ndarray], times: int) -> Iterator[list[np.ndarray]]:
        """Yield, for each two successive frames (H, W, 3) in [-1, 1], the ``times - 1`` frames between."""
        ...


class FlowInterpolator:
    """Draws frames at any moment between two by optical flow: see :class:`vidpred.motion.interpolation.Between`.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """

    def __init__(self) -> None:
        import_opencv("interpolation")

    def check(self, times: int) -> None:
        """Refuse nothing."""

    def __call__(self, frames: Iterator[np.ndarray], times: int) -> Iterator[list[np.ndarray]]:
        """Yield, for each two successive frames (H, W, 3) in [-1, 1], the ``times - 1`` frames between."""
        before: np.ndarray | None = None
        for after in frames:
            if before is not None:
                yield self._between(before, after, times)
            before = after

    def _between(self, before: np.ndarray, after: np.ndarray, times: int) -> list[np.ndarray]:
        if repeats(before, after):
            return [before] * (times - 1)
        motion = Between(_tensor(before), _tensor(after))
        return [_array(motion.at(step / times)) for step in range(1, times)]


class NetworkInterpolator:
    """Draws the frame in the middle by a trained network, and those between by doing so again.

    Args:
        network: what a run of the task frame_interpolation trained.
        task: of that run.
    """

    def __init__(self, network: Predictor, task: FrameInterpolation):
        self.task, self.greyscale = task, frame_channels(network) == 1
        self.engine = Engine(device=str(device_of(network)), alone=True)
        bounded = receptive_radius(network) is not None
        self.network = Tiled(network, affordable_pixels(network, self.engine.dtype)) if bounded else network

    def check(self, times: int) -> None:
        """Refuse a number of frames that halving does not reach.

        Raises:
            VidpredError: ``times`` is no power of 2.
        """
        if times & (times - 1):
            raise VidpredError(
                f"a trained network draws the frame in the middle, and those in the middle of halves: --times 2, 4 or "
                f"8, not {times}; without --checkpoint, optical flow takes any number"
            )

    def __call__(self, frames: Iterator[np.ndarray], times: int) -> Iterator[list[np.ndarray]]:
        """Yield, for each two successive frames (H, W, 3) in [-1, 1], the ``times - 1`` frames between."""
        dense: Iterator[np.ndarray] = frames
        for _ in range(times.bit_length() - 1):
            dense = self._doubled(dense)
        next(dense, None)
        while between := list(islice(dense, times - 1)):
            next(dense)
            yield between

    def _doubled(self, frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for before, after in _surroundings(frames, self.task.frames_per_side):
            yield before[-1]
            if after:
                yield before[-1] if repeats(before[-1], after[0]) else self._middle(before, after)

    def _middle(self, before: list[np.ndarray], after: list[np.ndarray]) -> np.ndarray:
        """Draw the frame between two lists of frames; where a shot has too few, its outermost frame is repeated."""
        missing = self.task.frames_per_side
        around = [*before[:1] * (missing - len(before)), *before, *after, *after[-1:] * (missing - len(after))]
        known = torch.stack([_tensor(frame) for frame in around], dim=1).to(self.engine.device)
        with torch.inference_mode(), self.engine.autocast():
            seen = luma(known) if self.greyscale else known
            drawn = self.task.middle(self.network, seen)[-1][:, 0].float()
        if self.greyscale:
            coloured = Between(known[:, missing - 1], known[:, missing]).at(0.5)
            drawn = coloured + drawn - luma(coloured)
        return _array(drawn)


@checked
def interpolate_video(
    source: str | Path, out: str | Path, interpolator: Interpolator, times: int = 2, *, overwrite: bool = False
) -> DenserFilm:
    """Write a film of ``times`` as many frames, as :func:`vidpred.video.films.denser.write_denser` does.

    Cuts are found first; across them, and where a frame repeats the one before it, nothing is blended.

    Args:
        source: of the video file.
        out: of the file to write: mp4, m4v, mov or mkv.
        interpolator: draws.
        times: from 2 to 8.
        overwrite: replace an existing file.

    Raises:
        VidpredError: times out of bounds, an unreadable source, or an output that cannot or must not be written.
    """
    source, out = Path(source), Path(out)
    check_request(source, out, times, overwrite)
    interpolator.check(times)
    starts = [False, *find_cuts(film_changes(source)).tolist()]
    with progress(iter(starts), "drawing", "frame", len(starts)) as bar:
        fill = partial(_counted, lambda frames: interpolator(frames, times), bar.update)
        return write_denser(source, out, fill, times, starts, overwrite=overwrite)


def check_request(source: Path, out: Path, times: int, overwrite: bool) -> None:
    """Refuse what :func:`interpolate_video` cannot do, before anything is loaded.

    Raises:
        VidpredError: times out of bounds, a source that is no file, or an output that cannot or must not be written.
    """
    if not FEWEST <= times <= MOST:
        raise VidpredError(f"a film cannot get {times} times as many frames; ask for {FEWEST} to {MOST}")
    check_film(source, out, overwrite)


def find_cuts(changes: np.ndarray) -> np.ndarray:
    """Return between which frames of a film there is a cut, as booleans (N - 1,).

    Repeated frames do not count: else, where every second frame repeats one, every change would seem to be a cut.

    Args:
        changes: mean absolute differences of successive frames in grey levels (N - 1,).
    """
    beside = np.pad(changes, 1)
    repeated = changes < np.maximum(REPEATED, SMALL * np.maximum(beside[:-2], beside[2:]))
    cuts = np.zeros(len(changes), bool)
    cuts[~repeated] = scene_cuts(changes[~repeated], SCENE_CUT)
    return cuts


def repeats(before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether a frame repeats the one before it, as films do that are drawn or converted at a lower rate."""
    return bool(np.abs(after - before).max() <= SAME)


def _counted(
    fill: Callable[[Iterator[np.ndarray]], Iterator[list[np.ndarray]]],
    count: Callable[[], object],
    frames: Iterator[np.ndarray],
) -> Iterator[list[np.ndarray]]:
    """Yield what ``fill`` does, and count the frames that it reads."""

    def read() -> Iterator[np.ndarray]:
        for frame in frames:
            count()
            yield frame

    return fill(read())


def _surroundings(frames: Iterable[np.ndarray], reach: int) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
    """Yield for every frame the last ``reach`` up to it, itself last, and as many after it; fewer at the ends."""
    source = iter(frames)
    before: deque[np.ndarray] = deque(maxlen=reach)
    after = deque(islice(source, reach))
    while after:
        if (coming := next(source, None)) is not None:
            after.append(coming)
        before.append(after.popleft())
        yield list(before), list(after)


def _tensor(frame: np.ndarray) -> Tensor:
    """Return a frame (H, W, C) as (1, C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(frame)).movedim(-1, 0)[None].contiguous()


def _array(frames: Tensor) -> np.ndarray:
    """Return the only one of frames (1, C, H, W) as (H, W, C)."""
    array: np.ndarray = frames[0].movedim(0, -1).cpu().numpy()
    return array

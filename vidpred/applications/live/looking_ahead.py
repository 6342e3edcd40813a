"""Predicts the frame that is some steps ahead, fast enough for live video: by optical flow, or by any predictor."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np

from vidpred.frames.colour import has_colour
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.opencv import import_opencv
from vidpred.motion.cache import MotionCache
from vidpred.predictors.rollout.continuing import continued
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use

SMALLEST_SIDE = 16  # pixels, which the search for a flow needs
MOST_SIZES = 8  # whose grids are kept
SLOWEST_SIZE = 0.125  # of the sides: no smaller working size is tried


class LookAhead(Protocol):
    """Predicts from known frames.

    ``num_frames`` are looked at where there are so many; with fewer than ``fewest`` nothing can be predicted.
    ``scale`` is the share of the sides at which it works: less is faster. ``lost_colour`` is whether it has made grey
    ones of coloured frames.
    """

    num_frames: int
    fewest: int
    scale: float
    lost_colour: bool

    def __call__(self, known: Sequence[np.ndarray], steps: float) -> np.ndarray:
        """Return the frame (H, W, 3) that comes so many steps after the last of 8-bit frames (H, W, 3)."""
        ...


class FlowAhead:
    """Carries the last frame on along the optical flow from it back to the frame before.

    The flow is estimated by dense inverse search (OpenCV's preset "fast", down to pairs of pixels) at the working size;
    the frame that is moved keeps its own. A pixel of the future moves as fast as what the flow brings there.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """

    num_frames, fewest = 2, 2
    lost_colour = False

    def __init__(self) -> None:
        self.cv2 = import_opencv("live video")
        self.search = self.cv2.DISOpticalFlow_create(self.cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self.search.setFinestScale(1)
        self.scale = 1.0
        self.grids: dict[tuple[int, int], np.ndarray] = {}

    def __call__(self, known: Sequence[np.ndarray], steps: float) -> np.ndarray:
        """Return the frame (H, W, 3) that comes so many steps after the last."""
        last = known[-1]
        size = last.shape[1], last.shape[0]
        small = _working_size(*size, self.scale)
        back = self.search.calc(self._grey(last, small), self._grey(known[-2], small), None)
        velocity = self._fetched(back, np.float32(steps) * back)
        if small != size:
            velocity = self.cv2.resize(velocity, size) * np.array([size[0] / small[0], size[1] / small[1]], np.float32)
        return self._fetched(last, np.float32(steps) * velocity)

    def _grey(self, frame: np.ndarray, size: tuple[int, int]) -> Any:
        grey = self.cv2.cvtColor(frame, self.cv2.COLOR_RGB2GRAY)
        return grey if size == grey.shape[::-1] else self.cv2.resize(grey, size, interpolation=self.cv2.INTER_AREA)

    def _fetched(self, picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
        """Return a picture (H, W, C) whose pixels are fetched from where a flow (H, W, 2) points to."""
        height, width = picture.shape[:2]
        if (width, height) not in self.grids:
            if len(self.grids) > MOST_SIZES:
                self.grids.clear()
            grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height)))
            self.grids[width, height] = grid.astype(np.float32)
        places, cv2 = self.grids[width, height] + flow, self.cv2
        fetched: np.ndarray = cv2.remap(picture, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return fetched


class RolloutAhead:
    """Rolls a predictor out to the frame that is wanted; at a smaller working size, its picture is enlarged again.

    Args:
        predictor: what :func:`vidpred.load_predictor` returns, or any other.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """

    def __init__(self, predictor: Predictor):
        self.cv2 = import_opencv("live video")
        self.predictor, self.cache = predictor, MotionCache()
        self.num_frames, self.fewest = frames_of_use(predictor), frames_needed(predictor)
        self.greyscale = frame_channels(predictor) == 1
        self.scale, self.lost_colour = 1.0, False

    def __call__(self, known: Sequence[np.ndarray], steps: float) -> np.ndarray:
        """Return the frame (H, W, 3) that comes so many steps after the last; whole steps, at least one."""
        cv2 = self.cv2
        height, width = known[-1].shape[:2]
        small = _working_size(width, height, self.scale)
        shrunk = np.stack([cv2.resize(frame, small, interpolation=cv2.INTER_AREA) for frame in known])
        if self.greyscale:
            self.lost_colour = self.lost_colour or has_colour(shrunk[-1])
            shrunk = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)[..., None] for frame in shrunk])
        with self.cache.in_use():  # most motion was found for the frame before
            frame = next(islice(continued(self.predictor, shrunk), max(1, round(steps)) - 1, None))
        coloured = frame if not self.greyscale else cv2.cvtColor(frame, cv2.COLOR_GRAY2RGB)
        predicted: np.ndarray = cv2.resize(coloured, (width, height), interpolation=cv2.INTER_LINEAR)
        return predicted


def _working_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Return the width and height at which motion is found in frames of a size."""
    return max(SMALLEST_SIDE, round(width * scale)), max(SMALLEST_SIDE, round(height * scale))

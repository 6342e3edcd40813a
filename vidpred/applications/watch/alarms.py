"""Raises alarms where a video is unlike normal ones: prediction error with a calibrated threshold, frame by frame."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidpred.applications.watch.calibration import Calibration
from vidpred.applications.watch.signs import SIGNS, Observer, Signs, place_of
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import GivenPath, checked
from vidpred.video.sources import probe, shown_frames


@dataclass(frozen=True)
class Reading:
    """What is to be said of one frame.

    Args:
        time: seconds from the first frame.
        scores: of each sign, by :class:`Scale`; nan where nothing can be said yet.
        alarm: whether the largest is above the threshold.
        place: where in the picture the largest is, as shares of width and height; None where it is everywhere.
    """

    time: float
    scores: tuple[float, ...]
    alarm: bool
    place: tuple[float, float] | None

    @property
    def score(self) -> float:
        """The largest of the scores."""
        return max((value for value in self.scores if not math.isnan(value)), default=math.nan)

    @property
    def sign(self) -> str:
        """The name of the sign with the largest score."""
        return SIGNS[int(np.nanargmax(self.scores))] if not all(map(math.isnan, self.scores)) else ""


class Watcher:
    """Judges the frames of one video as they come.

    Args:
        calibration: what is normal.
        predictor: that it was calibrated with.
        frame_rate: frames per second.
    """

    def __init__(self, calibration: Calibration, predictor: Predictor, frame_rate: float):
        self.calibration = calibration
        self.frame_rate = frame_rate
        self._observer = Observer(predictor)
        self._signs = Signs(calibration.scale.usual, frame_rate)
        self._number = 0

    def see(self, frame: np.ndarray, continues: bool = True, time: float | None = None) -> Reading:
        """Judge the next frame by itself and those before it.

        Args:
            frame: 8-bit (H, W, C), whose shorter side is that of the calibration.
            continues: whether it goes on from the one before.
            time: seconds from the first frame; None counts the frames.
        """
        if not continues:
            self._observer.forget()
            self._signs.forget()
        time, self._number = self._number / self.frame_rate if time is None else time, self._number + 1
        sight = self._observer.see(frame)
        if sight is None:
            return Reading(time, (math.nan,) * len(SIGNS), False, None)
        scale = self.calibration.scale
        scores = scale.scores(self._signs.read(sight))
        highest = SIGNS[int(scores.argmax())]
        alarm = bool(scores.max() > self.calibration.threshold)
        shown = tuple(float(score) if np.isfinite(score) else math.nan for score in scores)
        return Reading(time, shown, alarm, place_of(sight, highest, scale.usual))


@checked
def watch_video(
    path: GivenPath, calibration: Calibration, predictor: Predictor
) -> Iterator[tuple[Reading, np.ndarray]]:
    """Yield what is to be said of each frame of a video as it is decoded, and the frame, 8-bit (H, W, C).

    Raises:
        VidpredError: it cannot be read.
    """
    path = Path(path)
    watcher = Watcher(calibration, predictor, float(probe(path).frame_rate))
    for frame in shown_frames(path, short_side=calibration.side, greyscale=frame_channels(predictor) == 1):
        yield watcher.see(frame.pixels, frame.continues, frame.time), frame.pixels

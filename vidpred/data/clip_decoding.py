"""Decodes one video as a store keeps it, and says beforehand how much that will be."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from vidpred.data.motion import mean_difference
from vidpred.errors import VidpredError, first_line
from vidpred.video import sources
from vidpred.video.pace import as_rate
from vidpred.video.scaling import enlarged
from vidpred.video.window import ShownFrame, VideoInfo

MOST_REPEATED = 2  # times that a frame may be shown, to reach a frame rate
LEAVING_OUT = ("least_change", "rest")  # settings that say which frames are left out
LONGEST_SIDE = 2**14  # in pixels, to which frames are enlarged
LEAST_FRAME_BYTES = 8  # that a frame takes in any file, whatever the file says of their number


class SeveralSizesError(VidpredError):
    """The frames of a video are not of one size."""


@dataclass(frozen=True)
class Settings:
    """How a video is decoded for the store.

    Args:
        resolution: pixels of the shorter side; smaller videos are not enlarged to it.
        frame_rate: frames per second to sample; None for the video's own.
        greyscale: one channel instead of three.
        min_size: pixels; a video whose shorter side is smaller is enlarged to it.
        least_change: mean absolute difference in grey levels from the frame kept last; frames that change less are
            left out.
        rest: times that a picture has to be repeated to be at rest, which ends what goes on; it counts only where
            frames are left out.
    """

    resolution: int
    frame_rate: float | None = None
    greyscale: bool = False
    min_size: int = 1
    least_change: float = 0.0
    rest: float = 0.0

    def without_enlarging(self) -> "Settings":
        """Return the same settings, with no least size."""
        return replace(self, min_size=1)

    def wording(self) -> dict[str, Any]:
        """Return what tells how frames were decoded, as plain values: but for what they were not asked to change."""
        facts = asdict(self)
        return facts if self.least_change else {name: facts[name] for name in facts if name not in LEAVING_OUT}


class Decoding:
    """One video that is to be decoded.

    Args:
        path: of a video file or of a folder of frames.
        settings: how to decode it.

    Raises:
        VidpredError: it cannot be read, or is so much slower than the frame rate asked for that every frame would
            be repeated.
    """

    def __init__(self, path: Path, settings: Settings):
        self.path = path
        self.settings = settings
        with _explained(path):
            self._info: VideoInfo = sources.probe(path)
        asked = None if path.is_dir() else settings.frame_rate  # the pictures of a folder have no times
        if asked and asked > MOST_REPEATED * self._info.frame_rate:
            raise VidpredError(
                f"{path} has {float(self._info.frame_rate):.3g} frames per second, and data.frame_rate={asked:g} would "
                "repeat every one of them; lower it, or leave it out"
            )

    def without_enlarging(self) -> "Decoding":
        """Return the same, with no least size."""
        plain = copy(self)
        plain.settings = self.settings.without_enlarging()
        return plain

    @property
    def frame_rate(self) -> Fraction:
        """Frames per second, as they are decoded."""
        asked = self.settings.frame_rate
        return as_rate(asked) if asked else self._info.frame_rate

    @property
    def mean_rate(self) -> float:
        """Frames per second on average, as they are decoded, which is another where the rate changes midway."""
        mean = None if self.settings.frame_rate else self._info.mean_rate
        return float(mean or self.frame_rate)

    @property
    def expected_bytes(self) -> int:
        """About how much the decoded frames take; 0 where the video does not say how many there are."""
        info = self._info
        if not info.num_frames:
            return 0
        num_frames = info.num_frames
        if not self.path.is_dir():
            num_frames = min(num_frames, self.path.stat().st_size // LEAST_FRAME_BYTES)
            num_frames = round(num_frames * min(1.0, float(self.frame_rate / info.frame_rate)))
        shorter = min(info.width, info.height)
        scale = max(min(1.0, self.settings.resolution / shorter), self.settings.min_size / shorter)
        return round(num_frames * info.width * info.height * scale**2) * (1 if self.settings.greyscale else 3)

    @property
    def enlarges(self) -> bool:
        """Whether the size that the video says it has is enlarged to the least one."""
        return min(self._info.width, self._info.height, self.settings.resolution) < self.settings.min_size

    @property
    def num_frames(self) -> int | None:
        """How many frames the video says it has, if it does."""
        return self._info.num_frames

    def frames(self) -> Iterator[ShownFrame]:
        """Yield every frame as it is stored, all of one size.

        Raises:
            VidpredError: it cannot be decoded, whatever the decoder raises, or has no frames, or of several sizes.
        """
        settings, size, goes_on, num_repeats = self.settings, None, True, 0
        kept: np.ndarray | None = None  # where frames may be left out, the one before
        with _explained(self.path):
            shown = sources.shown_frames(
                self.path,
                short_side=settings.resolution,
                frame_rate=settings.frame_rate,
                greyscale=settings.greyscale,
            )
            for frame in shown:
                pixels = self._enlarged(frame.pixels)
                size = size or pixels.shape
                if pixels.shape != size:
                    raise SeveralSizesError(f"{self.path} has frames of several sizes; cut it up, or take it away")
                goes_on = goes_on and frame.continues
                if kept is not None and mean_difference(pixels, kept) < settings.least_change:
                    num_repeats += 1
                    continue
                yield ShownFrame(pixels, goes_on and not 0 < settings.rest <= num_repeats)
                kept, goes_on, num_repeats = pixels if settings.least_change else None, True, 0
        if size is None:
            raise VidpredError(f"{self.path} has no frames; take it away")

    def _enlarged(self, frame: np.ndarray) -> np.ndarray:
        height, width, _ = frame.shape
        least = self.settings.min_size
        growth = least / min(height, width)
        if growth <= 1:
            return frame
        size = max(least, round(height * growth)), max(least, round(width * growth))
        if max(size) > LONGEST_SIDE:
            raise VidpredError(
                f"{self.path} is {width} x {height} pixels, and would be {max(size):,} long, enlarged to data.crop="
                f"{least}, but at most {LONGEST_SIDE:,} are taken; cut it up, or lower data.crop"
            )
        return enlarged(frame, *size)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises into what it means: that this one video cannot be used."""
    try:
        yield
    except VidpredError:
        raise
    except Exception as error:
        raise VidpredError(f"{path} cannot be decoded ({first_line(error)}); convert it, or take it away") from error

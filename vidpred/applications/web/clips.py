"""Looks at a clip that somebody gave to the page: whether it is within the limits, and where to begin."""

import math
from dataclasses import dataclass
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.video import VideoInfo, probe

TICKS = 1000  # of a second, in which moments are picked
TICK = 1 / TICKS  # seconds
ROUNDING = 1e-6  # of a tick


@dataclass(frozen=True)
class Limits:
    """What the page takes.

    Args:
        longest: seconds that a clip may last.
        largest: pixels that a frame may have.
        furthest: frames that are predicted at most.
    """

    longest: float = 60.0
    largest: int = 1920 * 1080
    furthest: int = 40


@dataclass(frozen=True)
class Clip:
    """A clip that was looked at.

    Args:
        path: of the file.
        info: what it says of itself.
        duration: seconds.
    """

    path: Path
    info: VideoInfo
    duration: float

    @property
    def last_moment(self) -> float:
        """The end, in whole ticks; nothing is known of what follows."""
        return math.floor(self.duration * TICKS + ROUNDING) / TICKS

    def moment_before(self, horizon: int) -> float:
        """Return the moment of the frame that ``horizon`` frames follow; half the clip where that is too early."""
        last_known = self.duration - (horizon + 1) / float(self.info.frame_rate)
        return math.ceil(max(last_known, self.duration / 2) * TICKS - ROUNDING) / TICKS

    def at(self, moment: float) -> float | None:
        """Return the moment as readers of videos take it: None for the end.

        Raises:
            VidpredError: the clip does not reach it.
        """
        if not 0 <= moment <= self.duration + TICK:
            raise VidpredError(
                f"the moment {moment:.2f} s is outside of {self.path.name}, which lasts {self.duration:.2f} s; "
                "choose one within it"
            )
        return None if moment >= self.last_moment - TICK / 2 else moment


def look_at(path: Path, limits: Limits) -> Clip:
    """Return what is known of a clip.

    Raises:
        VidpredError: it is no video, or beyond the limits.
    """
    try:
        info = probe(path)
    except VidpredError as error:
        raise told_by_name(error, path) from None
    if info.width * info.height > limits.largest:
        raise VidpredError(
            f"the frames of {path.name} have {info.width} x {info.height} pixels, but this page takes at most "
            f"{limits.largest:,} of them; scale it down, or start the page with a larger --largest"
        )
    if info.duration is None:
        raise VidpredError(f"{path.name} does not say how long it is; convert it to mp4")
    if info.duration > limits.longest:
        raise VidpredError(
            f"{path.name} lasts {info.duration:.1f} s, but this page takes clips of at most {limits.longest:g} s; "
            "cut a part out of it, or start the page with a larger --longest"
        )
    return Clip(path, info, info.duration)


def told_by_name(error: VidpredError, path: Path) -> VidpredError:
    """Return the error with the name of the file where it gives the path of the page's copy, which nobody knows."""
    return VidpredError(str(error).replace(str(path.absolute()), path.name).replace(str(path), path.name))

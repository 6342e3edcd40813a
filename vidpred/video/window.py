"""What is known of a video, and a stretch of it, whether it is a file or a folder of frames."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Colours(NamedTuple):
    """How the levels of frames are to be shown, by the numbers of ITU-T H.273; those of BT.709, unless said otherwise.

    Args:
        primaries: the red, green and blue that are mixed; 9 are those of BT.2020.
        transfer: from levels to light; 16 is PQ and 18 HLG, both of HDR.
    """

    primaries: int = 1
    transfer: int = 1


BT_709 = Colours()


@dataclass(frozen=True)
class VideoInfo:
    """What a video says of itself.

    Args:
        path: of the file, or of the folder of frames.
        width: in pixels as shown: turned upright, pixels made square.
        height: in pixels as shown.
        frame_rate: frames per second; the average where the times of the frames are irregular.
        duration: seconds; None where the file does not say.
        num_frames: None where the file does not say.
        mean_rate: frames per second on average, but for pauses, where the rate changes midway and ``frame_rate`` is
            that of most frames; None where it does not.
        colours: how its levels are to be shown, as it says.
    """

    path: Path
    width: int
    height: int
    frame_rate: Fraction
    duration: float | None
    num_frames: int | None
    mean_rate: Fraction | None = None
    colours: Colours = BT_709


@dataclass(frozen=True)
class ShownFrame:
    """One frame of a video, and whether it goes on from the one before.

    Args:
        pixels: 8-bit (H, W, C); C is 3, or 1 for greyscale. The caller's to change.
        continues: False for the first frame of all, and after a break: a pause, a restart of the time stamps,
            lost frames, or the beginning of another sequence. No clip may cross it.
        time: seconds from the first frame, where the video says it.
    """

    pixels: np.ndarray
    continues: bool
    time: float | None = None


@dataclass(frozen=True)
class Window:
    """Successive frames of one video, around a timestamp.

    Args:
        frames: 8-bit (N, H, W, C), oldest first; C is 3, or 1 for greyscale.
        num_before: how many of them come before it.
        info: the video that they come from.
    """

    frames: np.ndarray
    num_before: int
    info: VideoInfo

"""Reads a folder of numbered pictures as if it were a video."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vidpred.errors import VidpredError
from vidpred.video.pace import as_rate
from vidpred.video.pictures.kinds import is_animation
from vidpred.video.pictures.picture import SUFFIXES as SUFFIXES
from vidpred.video.pictures.picture import USUAL_SUFFIXES
from vidpred.video.pictures.picture import read_picture as read_picture
from vidpred.video.scaling import shrunk, shrunk_size
from vidpred.video.timestamps import check_enough, check_timestamp, held_back
from vidpred.video.window import ShownFrame, VideoInfo, Window
from vidpred.wording import are, counted

if TYPE_CHECKING:
    from vidpred.video.frame_names.order import OrderedFrame

DEFAULT_FRAME_RATE = Fraction(25)
MASKS_EACH = 4  # masks or layers of rarer formats that a frame of a usual one may have beside it, at most


def list_frames(folder: Path) -> list[Path]:
    """Return the numbered pictures directly in ``folder``, in the order of time; see :func:`order_frames`."""
    return [frame.path for frame in _ordered(_still_pictures(folder))]


def probe(folder: Path, frame_rate: float | None = None) -> VideoInfo:
    """Say what the folder holds; its first picture is read to know.

    Args:
        folder: of numbered pictures.
        frame_rate: how many of them make a second; 25 by default.

    Raises:
        VidpredError: there is no numbered picture, the first cannot be read, or a number comes twice.
    """
    frames = _some_frames(folder)
    rate = as_rate(frame_rate) if frame_rate else DEFAULT_FRAME_RATE
    return _describe(folder, len(frames), rate, read_picture(frames[0].path))


def decode(folder: Path, *, short_side: int | None = None, greyscale: bool = False) -> Iterator[np.ndarray]:
    """Yield every picture, 8-bit (H, W, C), C = 3 or 1, one sequence after the other.

    Args:
        folder: of numbered pictures.
        short_side: pixels of the shorter side, reached by averaging; never enlarges.
        greyscale: one channel instead of three.

    Raises:
        VidpredError: there is no numbered picture, one cannot be read, their sizes differ, or a number comes twice.
    """
    return (frame.pixels for frame in shown_frames(folder, short_side=short_side, greyscale=greyscale))


def shown_frames(folder: Path, *, short_side: int | None = None, greyscale: bool = False) -> Iterator[ShownFrame]:
    """Yield what :func:`decode` yields, and whether each picture goes on from the one before.

    It does not where numbers are missing, or another sequence begins.
    """
    frames = _some_frames(folder)
    for frame, picture in zip(frames, _read_all(frames, greyscale), strict=True):
        height, width, _ = picture.shape
        size = shrunk_size(height, width, short_side)
        try:
            pixels = shrunk(picture, *size) if size != (height, width) else picture
        except MemoryError:
            raise VidpredError(f"{frame.path} needs more memory to be scaled than there is; make it smaller") from None
        yield ShownFrame(pixels, frame.continues)


def read_window(
    folder: Path,
    num_before: int,
    num_after: int = 0,
    at: float | None = None,
    greyscale: bool = False,
    enough: int | None = None,
) -> Window:
    """Read the pictures around a timestamp, at native size, and no others.

    All come from one stretch without missing numbers; without a timestamp, from the last of the folder.

    Args:
        folder: of numbered pictures.
        num_before: how many to read up to ``at``, at least 1.
        num_after: how many to read after it; fewer where the folder ends.
        at: seconds from the first picture; None for the end less ``num_after`` pictures.
        greyscale: one channel instead of three.
        enough: how many before will do where there are no more; None insists on ``num_before``.

    Raises:
        VidpredError: a picture cannot be read, ``at`` is outside, or too few pictures come before.
    """
    frames, rate = _some_frames(folder), DEFAULT_FRAME_RATE
    check_timestamp(folder, at, float(len(frames) / rate))
    middle = len(frames) if at is None else min(len(frames), int(at * rate + 0.1) + 1)
    start = _start_of_stretch(frames, middle)
    if at is None:
        middle = max(start, len(frames) - num_after)
    found = min(middle - start, num_before)
    if start and found < (enough or num_before):
        there = counted((len(frames) if at is None else middle) - start, "frame")
        until = f" up to second {at:g}" if at is not None else ""
        needed = f"{are(enough or num_before)} needed{held_back(num_after, at)}"
        raise _too_few_after_a_break(folder, frames, start, f"{there}{until}", needed)
    check_enough(folder, found, enough or num_before, num_after, at, after=len(frames) - middle)
    after = [frame.continues for frame in frames[middle : middle + num_after]]
    num_after = after.index(False) if False in after else len(after)
    pictures = np.stack(list(_read_all(frames[middle - found : middle + num_after], greyscale)))
    return Window(pictures, found, _describe(folder, len(frames), rate, pictures[0]))


def _start_of_stretch(frames: "Sequence[OrderedFrame]", end: int) -> int:
    """Return the first of the frames that lead to the one before ``end`` without a break."""
    start = max(0, end - 1)
    while start > 0 and frames[start].continues:
        start -= 1
    return start


def _too_few_after_a_break(
    folder: Path, frames: "Sequence[OrderedFrame]", start: int, found: str, needed: str
) -> VidpredError:
    before, first = frames[start - 1].path.name, frames[start].path.name
    return VidpredError(
        f"{folder} breaks off between {before} and {first}, and has {found} from there on, but {needed}; "
        "choose a time in a longer sequence, or put the sequence that is meant into a folder of its own"
    )


def _describe(folder: Path, num_frames: int, rate: Fraction, shown: np.ndarray) -> VideoInfo:
    """Say what the folder holds, whose pictures are (H, W, C)."""
    height, width, _ = shown.shape
    return VideoInfo(folder, width, height, rate, float(num_frames / rate), num_frames)


def _read_all(frames: "Sequence[OrderedFrame]", greyscale: bool) -> Iterator[np.ndarray]:
    from vidpred.video.pictures.unfilled_levels import (
        UnfilledLevels,  # here, because videos in one file have no use for it
    )

    shape, levels = None, UnfilledLevels(frames[0].path.parent)
    for frame in frames:
        picture = read_picture(frame.path, greyscale, levels.see)
        shape = shape or picture.shape
        if picture.shape != shape:
            raise VidpredError(
                f"{frame.path} is {picture.shape[1]} x {picture.shape[0]}, but {frames[0].path.name} is "
                f"{shape[1]} x {shape[0]}; the frames of a folder must have one size"
            )
        yield picture
    levels.say()


def _some_frames(folder: Path) -> "list[OrderedFrame]":
    # Here, because videos in one file have no use for them.
    from vidpred.video.frame_names.labels import say_if_interleaved, say_left_out
    from vidpred.video.stray_pictures import without_strays

    pictures = _still_pictures(folder)
    frames = _ordered(pictures)
    if not frames:
        raise VidpredError(
            f"{folder} is a folder without numbered pictures ({', '.join(SUFFIXES)}); "
            "give a video file or a folder of frames"
        )
    frames = without_strays(frames)
    for before, after in pairwise(frames):
        if (before.sequence, before.number) == (after.sequence, after.number):
            raise VidpredError(
                f"{folder} holds one frame twice, as {before.path.name} and as {after.path.name}; keep one kind of "
                "picture and take the other away"
            )
    say_if_interleaved(frames)
    say_left_out(frames, pictures)
    return frames


def _still_pictures(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]
    return [path for path in found if not is_animation(path)]


def _ordered(pictures: Sequence[Path]) -> "list[OrderedFrame]":
    from vidpred.video.frame_names.order import (  # here, because videos in one file have no use for it
        numbered,
        order_frames,
    )
    from vidpred.video.frame_wraps import unwrapped

    usual = numbered([path for path in pictures if path.suffix.lower() in USUAL_SUFFIXES])
    others = numbered([path for path in pictures if path.suffix.lower() not in USUAL_SUFFIXES])
    most_masks = MASKS_EACH * len(usual) if len(usual) > 1 else len(usual)  # one picture is a preview
    return unwrapped(order_frames(usual if len(others) <= most_masks else others))

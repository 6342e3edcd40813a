"""Reads video files: what they are, all their frames, or the few frames around a timestamp."""

import math
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from av.video.frame import VideoFrame

from vidpred.errors import VidpredError
from vidpred.video.codec import StreamFacts, read_facts, timed_frames
from vidpred.video.convert import FrameConverter
from vidpred.video.timestamps import check_enough, check_timestamp
from vidpred.video.window import ShownFrame, VideoInfo, Window

SAME_RATE = 0.01  # a file this near to the rate asked for passes frame by frame
SLACK = 0.1  # of the time between two frames: containers round their time stamps

Item = TypeVar("Item")


def probe(path: Path) -> VideoInfo:
    """Say what the video file holds; its first frame is decoded to know.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    facts = read_facts(path)
    convert = FrameConverter(facts.pixel_aspect)
    for _, frame in timed_frames(path, facts):
        return _describe(path, facts, convert(frame))
    raise _no_frame(path)


def decode(
    path: Path, *, short_side: int | None = None, frame_rate: float | None = None, greyscale: bool = False
) -> Iterator[np.ndarray]:
    """Yield every frame, 8-bit (H, W, C), upright, C = 3 or 1.

    A file with a constant rate passes frame by frame, untouched. Where another rate is asked for, or
    where the times of the frames are irregular, the frame nearest to every timestamp of a constant rate
    is taken: the rate asked for, else the average of the file. A rate above the file's repeats frames.

    Args:
        path: of the video file.
        short_side: pixels of the shorter side, reached by averaging; never enlarges.
        frame_rate: frames per second to take.
        greyscale: one channel instead of three.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    for shown in shown_frames(path, short_side=short_side, frame_rate=frame_rate, greyscale=greyscale):
        yield shown.pixels


def shown_frames(
    path: Path, *, short_side: int | None = None, frame_rate: float | None = None, greyscale: bool = False
) -> Iterator[ShownFrame]:
    """Yield what :func:`decode` yields, and whether each frame goes on from the one before."""
    facts = read_facts(path)
    convert = FrameConverter(facts.pixel_aspect, short_side, greyscale)
    empty = True
    for _, frame in _steady(path, facts, frame_rate):
        yield ShownFrame(convert(frame), continues=not empty)
        empty = False
    if empty:
        raise _no_frame(path)


def read_window(
    path: Path,
    num_before: int,
    num_after: int = 0,
    at: float | None = None,
    greyscale: bool = False,
    enough: int | None = None,
) -> Window:
    """Read the frames around a timestamp, at native size, decoding hardly more than them.

    The frames are the very ones that :func:`decode` yields. Decoding begins at the last whole picture
    before the window; no more frames are held than the window has. The file is opened twice: for its time
    stamps and for the frames; once more only where these turn out to lie further back than it says.

    Args:
        path: of the video file.
        num_before: how many frames to read up to ``at``, at least 1.
        num_after: how many frames to read after it; fewer where the file ends.
        at: seconds from the first frame; None for the end of the file less ``num_after`` frames.
        greyscale: one channel instead of three.
        enough: how many before will do where there are no more; None insists on ``num_before``.

    Raises:
        VidpredError: the file cannot be read, ``at`` is outside it, or too few frames come before.
    """
    facts = read_facts(path)
    check_timestamp(path, at, facts.duration)
    period = float(1 / facts.frame_rate)
    end = facts.duration if at is None else at
    reach = (num_before + num_after + 2) * period
    while True:
        start = 0.0 if end is None else max(0.0, end - reach)
        before, after, last = _around(_steady(path, facts, start=start), num_before, num_after, at, period)
        if len(before) == num_before or start == 0:
            break
        reach *= 4  # the picture sought was late, or the file ends early: search further back
    if last is None:
        raise _no_frame(path)
    if at is not None and not after:
        check_timestamp(path, at, last + period)
    check_enough(path, len(before), enough or num_before, num_after, at)
    convert = FrameConverter(facts.pixel_aspect, greyscale=greyscale)
    frames = np.stack([convert(frame) for frame in [*before, *after]])
    return Window(frames, len(before), _describe(path, facts, frames[0]))


def at_constant_rate(timed: Iterator[tuple[float, Item]], rate: float) -> Iterator[tuple[float, Item]]:
    """Yield for every k / ``rate`` seconds, from the first item on, that time and the item nearest to it."""
    earlier: tuple[float, Item] | None = None
    tick = 0
    for time, item in timed:
        if earlier is None:
            tick = math.ceil(time * rate - SLACK)
        else:
            while tick / rate < (earlier[0] + time) / 2:
                yield tick / rate, earlier[1]
                tick += 1
        earlier = time, item
    while earlier is not None and tick / rate <= earlier[0] + SLACK / rate:
        yield tick / rate, earlier[1]
        tick += 1


def _steady(
    path: Path, facts: StreamFacts, frame_rate: float | None = None, start: float = 0.0
) -> Iterator[tuple[float, VideoFrame]]:
    timed = timed_frames(path, facts, start)
    own = float(facts.frame_rate)
    if facts.regular and (frame_rate is None or abs(frame_rate / own - 1) <= SAME_RATE):
        return timed
    return at_constant_rate(timed, frame_rate or own)


def _around(
    timed: Iterator[tuple[float, Item]], num_before: int, num_after: int, at: float | None, period: float
) -> tuple[list[Item], list[Item], float | None]:
    """Return the items before and after ``at``, and the time of the last item read."""
    before: deque[Item] = deque(maxlen=num_before if at is not None else num_before + num_after)
    after: list[Item] = []
    last = None
    for last, item in timed:
        if at is None or last <= at + SLACK * period:
            before.append(item)
        elif len(after) < num_after:
            after.append(item)
        if at is not None and last > at and len(after) == num_after:
            break
    if at is None and num_after:
        kept = list(before)
        return kept[: max(0, len(kept) - num_after)], kept[-num_after:], last
    return list(before), after, last


def _describe(path: Path, facts: StreamFacts, shown: np.ndarray) -> VideoInfo:
    """Say what the file holds, whose frames are shown as (H, W, C)."""
    height, width, _ = shown.shape
    return VideoInfo(path, width, height, facts.frame_rate, facts.duration, facts.num_frames)


def _no_frame(path: Path) -> VidpredError:
    return VidpredError(f"{path} holds no readable frame; check that a player shows it, or copy it again")

"""Reads video files: what they are, all their frames, or the few frames around a timestamp."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.frame import VideoFrame

from vidpred.errors import VidpredError
from vidpred.video.decoding.codec import StreamFacts, read_facts, timed_frames
from vidpred.video.decoding.convert import FrameConverter, display_matrix
from vidpred.video.decoding.orientation import say_if_aslant
from vidpred.video.pace import SLACK, Break, Pace, Timed, at_constant_rate
from vidpred.video.timestamps import check_enough, check_timestamp
from vidpred.video.window import ShownFrame, VideoInfo, Window

SAME_RATE = 0.01  # a file this near to the rate asked for passes frame by frame


def probe(path: Path) -> VideoInfo:
    """Say what the video file holds; its first frame is decoded to know.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    facts = read_facts(path)
    for shown in _shown(path, facts, timed_frames(path, facts)):
        return _describe(path, facts, shown.pixels)
    raise _no_frame(path)


def decode(
    path: Path, *, short_side: int | None = None, frame_rate: float | None = None, greyscale: bool = False
) -> Iterator[np.ndarray]:
    """Yield every frame, 8-bit (H, W, C), upright, C = 3 or 1.

    A file with a constant rate passes frame by frame, untouched, whatever frames it lost. Where another rate is
    asked for, or where the times of the frames are irregular, the frame nearest to every timestamp of a constant
    rate is taken: the rate asked for, else that of the file. A rate above the file's repeats frames, but never
    fills a pause. Frames whose size changes within the file are scaled to the size that the file states.

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
    empty = True
    for shown in _shown(path, facts, _steady(path, facts, frame_rate), short_side, greyscale):
        yield shown
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

    The frames are the very ones that :func:`decode` yields, none from beyond a pause or a restart of the time
    stamps: there the window is cut. Decoding begins at the last whole picture
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
    period = facts.pace.period
    end = facts.duration if at is None else at
    reach = (num_before + num_after + 2) * period
    while True:
        start = 0.0 if end is None else max(0.0, end - reach)
        found = _around(_steady(path, facts, start=start), num_before, num_after, at, SLACK * period)
        if len(found.before) == num_before or found.paused_at is not None or start == 0:
            break
        reach *= 4  # the picture sought was late, or the file ends early: search further back
    if found.last is None:
        raise _no_frame(path)
    if at is not None and not found.after:
        check_timestamp(path, at, found.last + period)
    check_enough(path, len(found.before), enough or num_before, num_after, at, found.paused_at, len(found.after))
    timed = [*found.before, *found.after]
    shown = [each.pixels for each in _shown(path, facts, timed, greyscale=greyscale)]
    if any(pixels.shape != shown[0].shape for pixels in shown):
        raise VidpredError(f"{path} changes its turn midway, amid these frames; cut it there, and give one part")
    frames = np.stack(shown)
    info = replace(_describe(path, facts, frames[0]), frame_rate=facts.pace.at(found.before[-1].time).frame_rate)
    return Window(frames, len(found.before), info)


def _steady(
    path: Path, facts: StreamFacts, frame_rate: float | None = None, start: float = 0.0
) -> Iterator[Timed[VideoFrame]]:
    own = float(facts.pace.frame_rate)
    if facts.pace.regular and (frame_rate is None or _is_near(facts.pace, frame_rate)):
        return timed_frames(path, facts, start)
    rate = frame_rate or own
    return at_constant_rate(timed_frames(path, facts, start, 1 / rate), rate)


def _is_near(pace: Pace, frame_rate: float) -> bool:
    """Return whether a video runs at about that rate all the way."""
    paces = [each for _, each in pace.stretches] or [pace]
    return all(abs(frame_rate / float(each.frame_rate) - 1) <= SAME_RATE for each in paces)


def _shown(
    path: Path,
    facts: StreamFacts,
    timed: Iterable[Timed[VideoFrame]],
    short_side: int | None = None,
    greyscale: bool = False,
) -> Iterator[ShownFrame]:
    """Convert decoded frames.

    Raises:
        VidpredError: one cannot be converted.
    """
    convert = FrameConverter(facts.pixel_aspect, short_side, greyscale, facts.size)
    size = None
    for time, frame, before in timed:
        if size is None:
            say_if_aslant(path, display_matrix(frame))
        try:
            pixels = convert(frame)
        except (VidpredError, av.error.FFmpegError, OSError, ValueError, MemoryError) as error:
            reason = str(error) or type(error).__name__
            raise VidpredError(f"{path} has a frame that cannot be converted: {reason}") from None
        yield ShownFrame(pixels, before is Break.NONE and size == (frame.width, frame.height), time)
        size = frame.width, frame.height


class _Found(NamedTuple):
    """Frames around a timestamp, the time of the last one read, and of the pause that the ones before begin after."""

    before: list[Timed[VideoFrame]]
    after: list[Timed[VideoFrame]]
    last: float | None
    paused_at: float | None


def _around(
    timed: Iterator[Timed[VideoFrame]], num_before: int, num_after: int, at: float | None, slack: float
) -> _Found:
    before: deque[Timed[VideoFrame]] = deque(maxlen=num_before if at is not None else num_before + num_after)
    after: list[Timed[VideoFrame]] = []
    last = paused_at = None
    for frame in timed:
        last, earlier = frame.time, at is None or frame.time <= at + slack
        if frame.before is Break.PAUSE:
            if not earlier:
                break
            before.clear()
            paused_at = frame.time
        if earlier:
            before.append(frame)
        elif len(after) < num_after:
            after.append(frame)
        if at is not None and last > at and len(after) == num_after:
            break
    if at is None and num_after:
        kept = list(before)
        return _Found(kept[: max(0, len(kept) - num_after)], kept[-num_after:], last, paused_at)
    return _Found(list(before), after, last, paused_at)


def _describe(path: Path, facts: StreamFacts, shown: np.ndarray) -> VideoInfo:
    """Say what the file holds, whose frames are shown as (H, W, C)."""
    height, width, _ = shown.shape
    duration = facts.duration
    if duration is None and facts.num_frames:  # frames without times are counted
        duration = facts.num_frames * facts.pace.period
    pace = facts.pace
    return VideoInfo(path, width, height, pace.frame_rate, duration, facts.num_frames, pace.mean_rate, facts.colours)


def _no_frame(path: Path) -> VidpredError:
    return VidpredError(f"{path} holds no readable frame; check that a player shows it, or copy it again")

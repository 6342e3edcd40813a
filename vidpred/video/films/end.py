"""Reads the last frames of a video file as it keeps them: at its coded size, in evenly spaced steps."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from vidpred.errors import VidpredError
from vidpred.video.decoding.codec import StreamFacts, read_facts, timed_frames
from vidpred.video.decoding.convert import FrameConverter
from vidpred.video.pace import SLACK, Break, Timed
from vidpred.video.timestamps import check_enough

FURTHER = 4  # times as far back is searched, where too little was found


def last_frames(path: Path, most: int, enough: int, greyscale: bool = False) -> np.ndarray:
    """Return the last frames, 8-bit (N, H, W, C), upright; pixels that are not square are left so.

    The last of them is the last of the file. Where frames come at an irregular rate, those are taken that are
    nearest to even steps back from it. None come from before a pause.

    Args:
        path: of the video file.
        most: how many frames to return at most, at least 1.
        enough: how many will do where there are no more.
        greyscale: one channel instead of three.

    Raises:
        VidpredError: the file cannot be read, or holds too few frames.
    """
    facts = read_facts(path)
    period = facts.pace.last.period
    reach = (most + 2) * period
    while True:
        start = max(0.0, facts.duration - reach) if facts.duration is not None else 0.0
        found, paused_at = _ending(path, facts, start, most)
        chosen = found[-most:] if facts.pace.regular else _even_steps(found, most, period)
        if len(chosen) == most or paused_at is not None or start == 0:
            break
        reach *= FURTHER
    check_enough(path, len(chosen), enough, 0, None, paused_at)
    convert = FrameConverter(None, None, greyscale, facts.size)
    try:
        return np.stack([convert(timed.item) for timed in chosen])
    except (VidpredError, av.error.FFmpegError, ValueError) as error:
        raise VidpredError(f"{path} has a frame that cannot be converted: {error}") from None


def _ending(path: Path, facts: StreamFacts, start: float, most: int) -> tuple[list[Timed[VideoFrame]], float | None]:
    """Return the last frames, so many or of so many steps, and the time of the pause that they come after, if any."""
    held: deque[Timed[VideoFrame]] = deque(maxlen=most if facts.pace.regular else None)
    paused_at = None
    for timed in timed_frames(path, facts, start):
        if timed.before is Break.PAUSE:
            held.clear()
            paused_at = timed.time
        held.append(timed)
        while timed.time - held[0].time > (most + 1) * facts.pace.period and not facts.pace.regular:
            held.popleft()
    return list(held), paused_at


def _even_steps(found: Sequence[Timed[VideoFrame]], most: int, period: float) -> list[Timed[VideoFrame]]:
    """Return the frames nearest to even steps back from the last one, as far as they reach, oldest first."""
    if not found:
        return []
    last, first = found[-1].time, found[0].time
    wanted = [last - step * period for step in range(most) if last - step * period >= first - SLACK * period]
    return [min(found, key=lambda timed: abs(timed.time - time)) for time in reversed(wanted)]

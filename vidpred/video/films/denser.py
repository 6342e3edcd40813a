"""Writes a film again with more frames per second, and with its sound, kept as the file has it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, groupby
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from vidpred.video.films.longer import Track, rewritten
from vidpred.video.films.pixels import FilmPixels
from vidpred.video.pace import Break, Timed

Fill = Callable[[Iterator[np.ndarray]], Iterator[Sequence[np.ndarray]]]


@dataclass(frozen=True)
class DenserFilm:
    """What was written.

    Args:
        num_known: frames that the source has.
        num_frames: that were written.
        frame_rate: of the film that was written; the average, where the source's is irregular.
        notes: what is not as in the source, in words.
    """

    num_known: int
    num_frames: int
    frame_rate: Fraction
    notes: tuple[str, ...]


def write_denser(
    source: Path, out: Path, fill: Fill, times: int, starts: Sequence[bool], *, overwrite: bool = False
) -> DenserFilm:
    """Write the film of ``source`` as H.264 with ``times`` as many frames, evenly spaced between each two of its own.

    Size, time of every frame, shape of the pixels, colour coding, turn, title and chapters are kept, and sound is
    copied. Across a cut the nearer frame is repeated; in a pause of the recording there is no new frame. The last frame
    stays as long as it did.

    Args:
        source: of the video file.
        out: of the file to write: mp4, m4v, mov or mkv.
        fill: is given the frames of a shot, upright RGB in [-1, 1], float32 (H, W, 3), and yields for each two of them
            the ``times - 1`` between; it reads no further than it needs to.
        times: how many times as many frames, at least 2.
        starts: for every frame of the source, whether a shot begins with it; later ones go on.
        overwrite: replace an existing file.

    Raises:
        VidpredError: the source cannot be read, or the output exists, has another ending or cannot be written.
    """
    with rewritten(source, out, overwrite, times) as (facts, known, track, sound):
        dense = _Dense(track, fill, times, facts.pace.last.period)
        num_frames = track.write(dense.frames(known, starts), sound)
        sound.finish(track.end)
        return DenserFilm(dense.num_known, num_frames, facts.pace.frame_rate * times, (*track.notes, *sound.notes))


class _Dense:
    """All frames of a film: its own, and those between.

    Args:
        track: that they are written to.
        fill: see :func:`write_denser`.
        times: likewise.
        period: seconds between two frames of the source.
    """

    def __init__(self, track: Track, fill: Fill, times: int, period: float):
        self.coder, self.pixels = track.coder, FilmPixels(track.code)
        self.fill, self.times, self.period = fill, times, period
        self.num_known = 0

    def frames(self, known: Iterable[Timed[VideoFrame]], starts: Sequence[bool]) -> Iterator[Timed[VideoFrame]]:
        """Yield them, each in the code of the film and at its time."""
        last: Timed[VideoFrame] | None = None
        for _, shot in groupby(self._numbered(known, starts), key=lambda pair: pair[0]):
            waiting: deque[Timed[VideoFrame]] = deque()
            is_first = True
            for new in chain(self.fill(self._read(shot, waiting)), [None]):
                current = waiting.popleft()
                if is_first and last is not None and current.before is not Break.PAUSE:
                    nearer = [last if 2 * step <= self.times else current for step in range(1, self.times)]
                    yield from self._spaced(last.time, current.time, [near.item for near in nearer])
                yield current
                if new is not None:
                    yield from self._spaced(current.time, waiting[0].time, map(self.pixels.write, new))
                last, is_first = current, False
        if last is not None:
            yield from self._spaced(last.time, last.time + self.period, [last.item] * (self.times - 1))

    def _numbered(
        self, known: Iterable[Timed[VideoFrame]], starts: Sequence[bool]
    ) -> Iterator[tuple[int, Timed[VideoFrame]]]:
        """Yield the film's own frames in its code, each with the number of its shot."""
        shot = 0
        for index, timed in enumerate(known):
            shot += timed.before is Break.PAUSE or (index < len(starts) and starts[index])
            self.num_known += 1
            yield shot, timed._replace(item=self.coder.known(timed.item))

    def _read(
        self, shot: Iterable[tuple[int, Timed[VideoFrame]]], waiting: deque[Timed[VideoFrame]]
    ) -> Iterator[np.ndarray]:
        """Yield the pixels of a shot's own frames, and have these wait for their turn."""
        for _, timed in shot:
            waiting.append(timed)
            yield self.pixels.read(timed.item)

    def _spaced(self, start: float, end: float, frames: Iterable[VideoFrame]) -> Iterator[Timed[VideoFrame]]:
        for step, frame in enumerate(frames, start=1):
            yield Timed(start + (end - start) * step / self.times, frame)

"""Makes whole pictures of interlaced frames, whose even rows show another moment than their odd ones."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import av
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.video.decoding.container import frames_of, opened
from vidpred.video.decoding.filters import in_a_row
from vidpred.video.pace import Break, Timed

LOOKED_AT = 3  # frames before one, on which it depends what becomes of that: two, and one to spare
# Fields of one moment are put together again: films that are stored in fields without being taken so, and films of 24
# pictures a second stretched to 60 fields. A frame is left combed if fewer than 20 pixels of any 16 x 16 differ from
# the rows above and below by more than 5 levels; FFmpeg's own limits, 80 and 9, leave much of slow motion combed.
FIELDS = ("fieldmatch", "order=auto:combmatch=full:cthresh=5:combpel=20:blockx=16:blocky=16")
MATCHED = ("yuv420p", "yuv422p", "yuv411p", "yuv410p", "yuv444p")  # pixels of which it can do so
ROWS = ("bwdif", "mode=send_frame:parity=auto:deint=interlaced")  # draws the rows of the later field anew
IN_PLANES = {"nv12": "yuv420p", "uyvy422": "yuv422p", "yuyv422": "yuv422p"}  # the same values, by name of pixels
PROGRESSIVE = 1  # FFmpeg's number of the order of fields where there are none
Kind = tuple[int, int, str]


def is_interlaced(path: Path) -> bool:
    """Return whether the first frame of a video is marked as interlaced.

    Raises:
        VidpredError: it cannot be read as a video.
    """
    with opened(path) as (container, stream):
        return any(frame.interlaced_frame for frame in islice(frames_of(container, stream), 1))


def time_ahead(stream: VideoStream, period: float) -> float:
    """Return how many seconds before a frame decoding is to begin, so that it comes out as from the beginning on.

    Args:
        stream: of the frame.
        period: seconds between two frames.
    """
    order = stream.field_order  # type: ignore[attr-defined]  # which its stubs leave out
    return 0.0 if order == PROGRESSIVE else LOOKED_AT * period


def deinterlaced(frames: Iterable[Timed[VideoFrame]]) -> Iterator[Timed[VideoFrame]]:
    """Yield as many frames at the same times, of which those marked as interlaced show the moment of their first field.

    Others pass as they are, and so do interlaced ones of a size or of pixels that FFmpeg cannot deinterlace.

    Args:
        frames: in the order of showing; up to two are held back.
    """
    stretch: _Stretch | None = None
    for timed in frames:
        if stretch is not None and (timed.before is not Break.NONE or _kind(timed.item) != stretch.kind):
            yield from stretch.rest()
            stretch = None
        if stretch is None and timed.item.interlaced_frame:
            stretch = _Stretch.of(timed.item)
        if stretch is None:
            yield timed
        else:
            yield from stretch.put(timed)
    if stretch is not None:
        yield from stretch.rest()


class _Stretch:
    """Frames of one kind without a break, on their way through the filters.

    Args:
        kind: width, height and pixels of the frames that are put in.
        graph: the filters.
    """

    def __init__(self, kind: Kind, graph: Graph):
        self.kind, self.graph = kind, graph
        self.waiting: deque[Timed[VideoFrame]] = deque()

    @classmethod
    def of(cls, first: VideoFrame) -> "_Stretch | None":
        """Return one that begins with a frame; None where there are no filters for frames like it."""
        pixels = IN_PLANES.get(first.format.name, first.format.name)
        steps = [FIELDS, ROWS] if pixels in MATCHED else [ROWS, ("format", pixels)]
        try:
            graph = in_a_row(first.width, first.height, first.format, ("format", pixels), *steps, tick=first.time_base)
        except (av.error.FFmpegError, ValueError):
            return None
        return cls(_kind(first), graph)

    def put(self, timed: Timed[VideoFrame]) -> Iterator[Timed[VideoFrame]]:
        """Put in a frame; yield what comes out."""
        self.waiting.append(timed)
        self.graph.push(timed.item)
        yield from self._out()

    def rest(self) -> Iterator[Timed[VideoFrame]]:
        """Yield what is still held back."""
        self.graph.push(None)
        yield from self._out()

    def _out(self) -> Iterator[Timed[VideoFrame]]:
        while self.waiting:
            try:
                whole = self.graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(whole, VideoFrame)
            timed = self.waiting.popleft()
            yield timed._replace(item=_like(whole, timed.item)) if timed.item.interlaced_frame else timed


def _kind(frame: VideoFrame) -> Kind:
    return frame.width, frame.height, frame.format.name


def _like(whole: VideoFrame, frame: VideoFrame) -> VideoFrame:
    """Return a whole picture with what a frame says of its time and colours, which filters do not keep."""
    whole.pts = frame.pts
    if frame.time_base is not None:
        whole.time_base = frame.time_base
    whole.colorspace, whole.color_range = frame.colorspace, frame.color_range
    return whole

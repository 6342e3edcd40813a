"""Says of frames whose file does not where colours lie that two or four pixels of a row share: amid the left one."""

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from vidpred.video.filters import ANY_TICK, in_a_row, through
from vidpred.video.levels import FULL

LEFT = "left"
SOME = 4  # pixels


def usual_place(pixels: VideoFormat | None, colour_range: int) -> str | None:
    """Return where colours lie by the standards of television (BT.601, BT.709), if those are what holds.

    Args:
        pixels: the format of the frames; None if unknown.
        colour_range: AVCOL_RANGE; full range is that of pictures, whose colours lie amid the pixels that share them.
    """
    if pixels is None or colour_range == FULL or pixels.name.startswith("yuvj"):
        return None
    return LEFT if _shares_along_rows(pixels) else None


class ChromaPlacer:
    """Marks frames of one video, so that swscale does not take their colours to lie amid the pixels that share them.

    Args:
        place: as FFmpeg names it; frames are only marked as ``left``.
    """

    def __init__(self, place: str | None):
        self.place = place
        self.marking: tuple[Graph, tuple[int, int, str]] | None = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame whose rows share colours with its mark, and others as they are."""
        if self.place != LEFT or not _shares_along_rows(frame.format):
            return frame
        kind = (frame.width, frame.height, frame.format.name)
        if self.marking is None or self.marking[1] != kind:
            tick = frame.time_base or ANY_TICK
            mark = ("setparams", f"chroma_location={LEFT}")
            self.marking = in_a_row(frame.width, frame.height, frame.format, mark, tick=tick), kind
        marked = through(self.marking[0], frame)
        marked.colorspace, marked.color_range = frame.colorspace, frame.color_range
        return marked


def _shares_along_rows(pixels: VideoFormat) -> bool:
    """Return whether pixels of a row share a colour, but none of two rows: 4:2:2 and 4:1:1."""
    is_coloured = not pixels.is_rgb and len(pixels.components) > 1
    return is_coloured and pixels.chroma_width(SOME) < SOME and pixels.chroma_height(SOME) == SOME

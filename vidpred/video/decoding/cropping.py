"""Cuts off decoded frames the edges that are not to be shown."""

from av.filter import Graph
from av.video.frame import VideoFrame

from vidpred.video.decoding.description import Edges
from vidpred.video.decoding.filters import in_a_row, through


class Cropper:
    """Cuts the edges off the frames of one video.

    Args:
        edges: what to cut off; None leaves frames as they are, and so does more than a frame has.
    """

    def __init__(self, edges: Edges | None):
        self.edges = edges
        self.cut: tuple[Graph, tuple[int, int, str]] | None = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return what is shown of a frame, in memory of its own; colours that pixels share are those of the first."""
        size = self.edges.shown(frame.width, frame.height) if self.edges else None
        if self.edges is None or size is None:
            return frame
        whole = frame.reformat(format="gray") if frame.format.is_bit_stream else frame  # which are not cut by bits
        kind = (whole.width, whole.height, whole.format.name)
        if self.cut is None or self.cut[1] != kind:
            self.cut = _cut(whole, self.edges, size), kind
        shown = through(self.cut[0], whole)
        shown.colorspace, shown.color_range = frame.colorspace, frame.color_range
        return shown


def _cut(frame: VideoFrame, edges: Edges, size: tuple[int, int]) -> Graph:
    crop = f"{size[0]}:{size[1]}:{edges.left}:{edges.top}:exact=1"
    return in_a_row(frame.width, frame.height, frame.format, ("crop", crop), ("copy", ""), tick=frame.time_base)

"""Says of frames whose file does not where colours lie that two or four pixels of a row share: amid the left one."""

from av.filter import Graph
from av.video.frame import VideoFrame

from vidpred.video.decoding.description import LEFT, shares_along_rows
from vidpred.video.decoding.filters import in_a_row, through


class ChromaPlacer:
    """Marks frames of one video, so that swscale does not take their colours to lie amid the pixels that share them."""

    def __init__(self) -> None:
        self.marking: tuple[Graph, tuple[int, int, str]] | None = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame whose rows share colours with its mark, and others as they are."""
        if not shares_along_rows(frame.format):
            return frame
        kind = (frame.width, frame.height, frame.format.name)
        if self.marking is None or self.marking[1] != kind:
            mark = ("setparams", f"chroma_location={LEFT}")
            self.marking = in_a_row(frame.width, frame.height, frame.format, mark, tick=frame.time_base), kind
        marked = through(self.marking[0], frame)
        marked.colorspace, marked.color_range = frame.colorspace, frame.color_range
        return marked

"""FFmpeg's filters, one after another, and a frame through them."""

from fractions import Fraction

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from vidpred.video.decoding.description import Ratio, exact

ANY_TICK = Fraction(1, 25)  # seconds, of time stamps that nobody looks at


def in_a_row(width: int, height: int, pixels: VideoFormat, *steps: tuple[str, str], tick: Ratio | None = None) -> Graph:
    """Return filters through which frames go one after another.

    Args:
        width: of the frames that are put in.
        height: likewise.
        pixels: their format.
        steps: of every filter, its name and what it is told.
        tick: seconds of one unit of the frames' time stamps; None where nobody looks at these.
    """
    graph = Graph()
    source = graph.add_buffer(width=width, height=height, format=pixels, time_base=exact(tick) or ANY_TICK)
    graph.link_nodes(source, *(graph.add(*step) for step in steps), graph.add("buffersink"))
    graph.configure()
    return graph


def colour_coding(width: int, height: int, matrix: str, pixels: str, chroma_place: str = "left") -> Graph:
    """Return what turns RGB into luma and colours in limited range that lie where players expect them in H.264.

    Colours are the averages of the pixels around the left column of each block of 2 x 2, unless said otherwise;
    averages of the blocks themselves would come out half a pixel to the right.

    Args:
        width: of the frames.
        height: likewise.
        matrix: swscale's name of that from RGB.
        pixels: the format to turn into.
        chroma_place: where the colours of 4:2:0 lie, as FFmpeg names it.
    """
    form = f"out_color_matrix={matrix}:out_range=tv:out_chroma_loc={chroma_place}"
    scale = f"{width}:{height}:flags=area+accurate_rnd+full_chroma_inp:{form}:threads=1"
    return in_a_row(width, height, VideoFormat("rgb24"), ("scale", scale), ("format", pixels))


def through(graph: Graph, frame: VideoFrame) -> VideoFrame:
    """Return what comes out of filters when a frame is put in."""
    graph.push(frame)
    filtered = graph.pull()
    assert isinstance(filtered, VideoFrame)
    return filtered

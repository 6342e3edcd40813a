"""Turns decoded frames into upright 8-bit arrays, scaled on the way."""

from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.sidedata.sidedata import SideData, SideDataContainer
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from vidpred.errors import VidpredError
from vidpred.video.decoding.container import LARGE_FRAME, LARGEST_FRAME, frames_of
from vidpred.video.decoding.filters import ANY_TICK, in_a_row, through
from vidpred.video.decoding.levels import (
    EIGHT_BITS,
    as_eight_bits,
    has_few_levels,
    in_channels,
    loses_levels,
    spread,
)
from vidpred.video.decoding.orientation import upright
from vidpred.video.scaling import shrunk_size

# Averages when it shrinks, interpolates the colours of 4:2:0. Without FULL_CHR_H_INT, ACCURATE_RND rounds down:
# pictures come out darker by up to two levels.
AVERAGE = Interpolation.AREA | Interpolation.ACCURATE_RND
AVERAGE |= Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
UNSTATED_COLOURS = {0, 2, 3}  # AVCOL_SPC_RGB (which no YUV has), AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_RESERVED
REFUSED_COLOURS = {
    8: "YCgCo",
    10: "BT.2020 with constant luminance",
    11: "SMPTE ST 2085",
    12: "chromaticity-derived",
    13: "chromaticity-derived with constant luminance",
    14: "ICtCp",
    15: "IPT-C2",
    16: "YCgCo-Re",
    17: "YCgCo-Ro",
}
HIGH_DEFINITION = (1280, 577)  # columns or rows, from which players take unlabelled colours for BT.709, not BT.601
LONGEST_PIXEL = 10  # a pixel stated to be longer than this is a mistake in the file
NEWER_KINDS = 16  # of what goes along with frames, that FFmpeg may know and PyAV does not
OPAQUE = 255
ONCE_STATED = ("h264", "hevc")  # codes that have a message on display orientation, which holds for many frames
DEEP_STEP = 257  # 16-bit levels per 8-bit level
WITHOUT_OPACITY = {"yuva": "yuv", "ya8": "gray", "ya16": "gray16"}  # by how the names of pixel formats begin


class FrameConverter:
    """Converts the frames of one video, all to one size.

    Pixels are made square, the picture upright, transparency is laid over black, and any colour coding (limited or
    full range, BT.601, BT.709 or BT.2020, 8 bits or more) becomes 8-bit RGB, or grey: the luma of that RGB by
    BT.601. Levels are within 1 of the formulas of these standards.

    Args:
        pixel_aspect: width of a pixel over its height; None if not stated.
        short_side: pixels of the shorter side after scaling; a smaller picture is not enlarged.
        greyscale: one channel instead of three.
        coded_size: width and height of the frames; those of another size are scaled as if they had it. None takes
            those of the first frame.
    """

    def __init__(
        self,
        pixel_aspect: Fraction | None,
        short_side: int | None = None,
        greyscale: bool = False,
        coded_size: tuple[int, int] | None = None,
    ):
        stated = pixel_aspect is not None and 1 / LONGEST_PIXEL <= pixel_aspect <= LONGEST_PIXEL
        self.pixel_aspect = float(pixel_aspect) if stated and pixel_aspect is not None else 1.0
        self.short_side = short_side
        self.greyscale = greyscale
        self.reformatter = VideoReformatter()  # one for all frames: each sets up its scaling tables once
        self.coded_size = coded_size
        self.padding: tuple[Graph, tuple[int, int, str]] | None = None

    def __call__(self, frame: VideoFrame) -> np.ndarray:
        """Return the frame as 8-bit (H, W, C), which is the caller's to change.

        Raises:
            VidpredError: its colours cannot be converted, or it is too large.
        """
        _check(frame)
        self.coded_size = self.coded_size or (frame.width, frame.height)
        width, height = self._scaled_size(*self.coded_size)
        whole = self._whole_colours(self._over_black(frame))
        pixels = np.atleast_3d(self._reformatted(whole, width, height, self.greyscale))
        return np.require(upright(pixels, display_matrix(frame)), requirements=["C", "W"])

    def _reformatted(self, frame: VideoFrame, width: int, height: int, greyscale: bool) -> np.ndarray:
        """Return the frame as 8-bit (height, width) or (height, width, 3), in memory of its own."""
        unstated = int(frame.colorspace) in UNSTATED_COLOURS and not frame.format.is_rgb
        high = frame.width >= HIGH_DEFINITION[0] or frame.height >= HIGH_DEFINITION[1]
        deep, own_grey = loses_levels(frame), len(frame.format.components) == 1
        planes = "gray" if (greyscale and not deep) or own_grey else "gbrp"  # twice as fast as whole pixels
        converted = self.reformatter.reformat(
            frame,
            width,
            height,
            format=f"{planes}16le" if deep else planes,
            src_colorspace=(Colorspace.ITU709 if high else Colorspace.ITU601) if unstated else None,
            interpolation=AVERAGE,
            threads=2 if width * height >= LARGE_FRAME else 1,  # as for decoding; the pixels are the same
        )
        if deep or own_grey:
            return in_channels(as_eight_bits(converted.to_ndarray(), frame), greyscale)
        return np.asarray(converted.to_ndarray(), np.uint8)  # planes come interleaved, in new memory

    def _scaled_size(self, coded_width: int, coded_height: int) -> tuple[int, int]:
        height, width = shrunk_size(coded_height, coded_width * self.pixel_aspect, self.short_side)
        return width, height

    def _over_black(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame with opacity as RGB over black, one of few levels as RGB of 8 bits, and others as they are."""
        name = frame.format.name
        if has_few_levels(frame):
            rgb = self._reformatted(frame, frame.width, frame.height, greyscale=False)
            return VideoFrame.from_ndarray(spread(rgb, frame), "rgb24")
        if name != "pal8" and not any(part.is_alpha for part in frame.format.components):
            return frame
        colours, opacity = _colours_and_opacity(frame)
        if plain_name := _without_opacity(name):
            plain = frame.reformat(format=plain_name, threads=1)
            plain.colorspace, plain.color_range = frame.colorspace, frame.color_range
            colours = self._reformatted(self._whole_colours(plain), plain.width, plain.height, greyscale=False)
        rgb = colours * opacity + np.float32(0.5)
        return VideoFrame.from_ndarray(rgb.astype(np.uint8), "rgb24")

    def _whole_colours(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame that ends amid pixels that share a colour as RGB of its size, and others as they are.

        The last colours of 4:2:0 reach beyond an odd picture. swscale would squeeze all colours into it, so it is
        given a picture with that row and column.
        """
        if not _cuts_colours(frame):
            return frame
        kind = (frame.width, frame.height, frame.format.name)
        if self.padding is None or self.padding[1] != kind:
            self.padding = _padding(frame), kind
        padded = through(self.padding[0], frame)
        padded.colorspace, padded.color_range = frame.colorspace, frame.color_range
        rgb = self._reformatted(padded, padded.width, padded.height, greyscale=False)
        return VideoFrame.from_ndarray(np.ascontiguousarray(rgb[: frame.height, : frame.width]), "rgb24")


class HeldTurn:
    """Gives frames the turn that the last one before them states that states any.

    FFmpeg gives it with the one frame that states it, and none with a frame that states that there is none. By the
    standard it ends with the next sequence of H.264, but many films state it with their first frame alone; so it holds
    until another is stated, as players have it.

    Args:
        stream: that the frames are decoded from.
        container: of it, where decoding is to begin amid it: its first frame is decoded here to know.
    """

    def __init__(self, stream: VideoStream, container: InputContainer | None = None):
        self.is_held = stream.codec_context.name in ONCE_STATED
        self.turn = _first_turn(container, stream) if container is not None and self.is_held else None

    def marked(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame with the turn that :func:`display_matrix` is to find; they come in the order of showing."""
        stated = display_matrix(frame) if self.is_held else None
        self.turn = stated or self.turn
        if self.turn is not None and stated is None:
            frame.opaque = bytearray(self.turn)  # new: PyAV lets go of an object with the first frame that has it
        return frame


def _first_turn(container: InputContainer, stream: VideoStream) -> bytes | None:
    """Return the turn that the first frame of a video states, if it does, and go back to where that begins."""
    try:
        turn = next((display_matrix(frame) for frame in frames_of(container, stream)), None)
        container.seek(stream.start_time or 0, stream=stream)
    except (av.error.FFmpegError, OSError, ValueError):
        return None
    return turn


def display_matrix(frame: VideoFrame) -> bytes | None:
    """Return how the frame is to be turned, as its file says with it or before it; None where it does not."""
    held = frame.opaque  # what :class:`HeldTurn` notes
    return side_data(frame, "DISPLAYMATRIX") or (bytes(held) if isinstance(held, bytearray) else None)


def side_data(frame: VideoFrame, kind: str) -> bytes | None:
    """Return what goes along with a frame, as FFmpeg keeps it, by PyAV's name of its kind; None where nothing does."""
    # frame.side_data would keep the frame alive until a search for garbage: container and frame hold each other there.
    try:
        found = SideDataContainer(frame).get(kind)  # type: ignore[call-arg]  # which its stubs leave out
    except ValueError:  # beside it is a kind that PyAV does not know, such as EXIF
        found = SideDataContainer(_with_known_side_data(frame)).get(kind)  # type: ignore[call-arg]
    return bytes(found) if isinstance(found, SideData) else None


def _with_known_side_data(frame: VideoFrame) -> VideoFrame:
    """Return a frame without what goes along with it of kinds that are newer than PyAV's list."""
    newest = max(cast(int, kind.value) for kind in SideDataType)
    newer = range(newest + 1, newest + 1 + NEWER_KINDS)
    removals = [("sidedata", f"mode=delete:type={kind}") for kind in newer]
    return through(in_a_row(frame.width, frame.height, frame.format, *removals, tick=frame.time_base), frame)


def _check(frame: VideoFrame) -> None:
    if frame.width * frame.height > LARGEST_FRAME:
        raise VidpredError(f"a frame has {frame.width} x {frame.height} pixels, but at most {LARGEST_FRAME:,} are read")
    name = REFUSED_COLOURS.get(int(frame.colorspace))
    if name is not None and not frame.format.is_rgb and len(frame.format.components) > 1:
        raise VidpredError(
            f"its colours are coded by the matrix {name}, which cannot be converted; re-encode it with BT.709, BT.601 "
            "or BT.2020"
        )


def _colours_and_opacity(frame: VideoFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return colours (H, W, 3) from 0 to 255, with fractions where they are deep, and opacity (H, W, 1) from 0 to 1."""
    if frame.format.components[0].bits > EIGHT_BITS:  # to 8 bits, swscale would not round them
        deep = frame.to_ndarray(format="rgba64le", threads=1) * np.float32(1 / DEEP_STEP)
        return deep[..., :3], deep[..., 3:] / OPAQUE
    rgba = frame.to_ndarray(format="rgba", interpolation=AVERAGE, threads=1)
    return rgba[..., :3], rgba[..., 3:] / np.float32(OPAQUE)


def _without_opacity(name: str) -> str | None:
    """Return the pixel format without opacity that has the same luma and colours; None for other formats."""
    for start, plain in WITHOUT_OPACITY.items():
        if name.startswith(start):
            return plain + name.removeprefix(start)
    return None


def _cuts_colours(frame: VideoFrame) -> bool:
    """Return whether the picture ends amid the pixels that share a colour."""
    planar_yuv = len(frame.planes) == len(frame.format.components) == len("YUV") and not frame.format.is_rgb
    if not planar_yuv:
        return False
    across, down = _colour_block(frame)
    return bool(frame.width % across or frame.height % down)


def _colour_block(frame: VideoFrame) -> tuple[int, int]:
    """Return how many pixels across and down share a colour."""
    some = 16
    return some // frame.format.chroma_width(some), some // frame.format.chroma_height(some)


def _padding(frame: VideoFrame) -> Graph:
    """Return what repeats the last column and row of the luma until the frame ends with its colours."""
    across, down = _colour_block(frame)
    right, bottom = -frame.width % across, -frame.height % down
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=ANY_TICK)
    apart = graph.add("extractplanes", "y+u+v")
    grown = graph.add("pad", f"{frame.width + right}:{frame.height + bottom}")
    repeated = graph.add("fillborders", f"right={right}:bottom={bottom}:mode=smear")
    together = graph.add("mergeplanes", f"0x001020:{frame.format.name}")
    source.link_to(apart)
    apart.link_to(grown, 0)
    grown.link_to(repeated)
    repeated.link_to(together, 0, 0)
    apart.link_to(together, 1, 1)
    apart.link_to(together, 2, 2)
    together.link_to(graph.add("buffersink"))
    graph.configure()
    return graph

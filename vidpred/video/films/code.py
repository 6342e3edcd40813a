"""How a film that is written again is coded: in the size, pixels, colours and turn of the file that it comes from."""

import re
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.codec import CodecContext
from av.codec.context import Flags
from av.filter import Graph
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from vidpred.errors import VidpredError
from vidpred.video.decoding.codec import StreamFacts
from vidpred.video.decoding.convert import HIGH_DEFINITION, UNSTATED_COLOURS, FrameConverter, display_matrix
from vidpred.video.decoding.filters import colour_coding, through
from vidpred.video.decoding.levels import EIGHT_BITS, in_full_range
from vidpred.video.decoding.orientation import as_coded
from vidpred.video.films.light import light_settings
from vidpred.video.writer import ENCODING, LARGE_FRAME

ENCODER = "libx264"
MATRICES = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020"}  # swscale's, by AVCOL_SPC
FULL_RANGE = 2  # AVCOL_RANGE_JPEG
LEFT, CENTRE = "left", "center"  # where the colour of 2 x 2 pixels lies: amid the left column, or amid all
COLOUR_CHANNELS = 3
OTHERWISE_KEPT = re.compile(r"yuvj?4\d\dp|nv\d\d|p[024]1\d|uyvy422|yuyv422|yvyu422")  # luma and colours without opacity
SHARED = {(2, 2): "yuv420p", (2, 1): "yuv422p", (1, 1): "yuv444p"}  # by how many pixels share a colour, across and down


@dataclass(frozen=True)
class FilmCode:
    """How every frame of a film is coded.

    Args:
        width: of the coded frames, in pixels.
        height: of the coded frames, in pixels.
        pixels: FFmpeg's name of the pixel format.
        untouched: whether decoded frames keep their luma and colours, at most of 10 bits; else they go through RGB.
        matrix: of the colours, as the file states it (AVCOL_SPC).
        colour_range: likewise (AVCOL_RANGE).
        primaries: likewise (AVCOL_PRI).
        transfer: likewise (AVCOL_TRC).
        pixel_aspect: width of a pixel over its height; None if not stated.
        turn: the display matrix, as FFmpeg gives it; None shows frames as they are.
        chroma_place: where the colours of 4:2:0 lie, as FFmpeg names it.
        light: which light HDR is made for, as settings of x264.
    """

    width: int
    height: int
    pixels: str
    untouched: bool
    matrix: int
    colour_range: int
    primaries: int
    transfer: int
    pixel_aspect: Fraction | None
    turn: bytes | None
    chroma_place: str = LEFT
    light: tuple[str, ...] = ()

    @staticmethod
    def like(frame: VideoFrame, context: VideoCodecContext, facts: StreamFacts) -> "FilmCode":
        """Return the code that is nearest to that of a decoded frame, of those that H.264 has.

        Args:
            frame: the first of the film.
            context: of its decoder.
            facts: what the file says of its pictures.
        """
        width, height = facts.size or (frame.width, frame.height)
        pixels, untouched = _pixel_format(frame, width, height, facts.chroma_place)
        is_rgb = frame.format.is_rgb or frame.format.name == "pal8"  # which states no matrix
        return FilmCode(
            width=width,
            height=height,
            pixels=pixels,
            untouched=untouched,
            matrix=int(Colorspace.ITU709 if is_rgb else frame.colorspace),
            colour_range=int(ColorRange.MPEG if is_rgb else frame.color_range),
            primaries=int(ColorPrimaries.BT709 if is_rgb else context.color_primaries),
            transfer=int(ColorTrc.BT709 if is_rgb else context.color_trc),
            pixel_aspect=facts.pixel_aspect or None,
            turn=display_matrix(frame),
            chroma_place=(facts.chroma_place or CENTRE) if untouched else LEFT,  # unstated, readers take the centre
            light=() if is_rgb else light_settings(frame),
        )

    @property
    def colours(self) -> str:
        """Swscale's name of the matrix that turns the colours into RGB, stated or not."""
        high = self.width >= HIGH_DEFINITION[0] or self.height >= HIGH_DEFINITION[1]
        unstated = "bt709" if high else "bt601"
        return unstated if self.matrix in UNSTATED_COLOURS else MATRICES.get(self.matrix, unstated)

    @property
    def full_range(self) -> bool:
        """Whether levels take all of their bits; else black and white leave room."""
        return self.colour_range == FULL_RANGE or self.pixels.startswith("yuvj")

    def encoder(self, tick: Fraction, rate: Fraction) -> VideoCodecContext:
        """Return an encoder of its own; two of them write what one decoder reads on end.

        Args:
            tick: seconds, the unit of the time stamps.
            rate: frames per second.
        """
        context = CodecContext.create(ENCODER, "w")
        assert isinstance(context, VideoCodecContext)
        context.flags |= Flags.global_header
        self.set_up(context, tick, rate)
        return context

    def set_up(self, context: VideoCodecContext, tick: Fraction, rate: Fraction) -> None:
        """Have an encoder write this code."""
        context.width, context.height, context.pix_fmt = self.width, self.height, self.pixels
        context.time_base, context.framerate = tick, rate
        context.colorspace, context.color_range = self.matrix, self.colour_range
        context.color_primaries, context.color_trc = self.primaries, self.transfer
        if self.pixel_aspect is not None:
            context.sample_aspect_ratio = self.pixel_aspect
        place = {} if self.chroma_place == LEFT else {"chroma_sample_location": self.chroma_place}  # left is understood
        light = {"x264-params": ":".join(self.light)} if self.light else {}
        context.options = ENCODING | place | light
        context.thread_count = 2 if self.width * self.height >= LARGE_FRAME else 1


class FrameCoder:
    """Turns decoded frames, and upright arrays, into frames for the encoder of a film.

    Args:
        code: of the film.
    """

    def __init__(self, code: FilmCode):
        self.code = code
        self.convert = FrameConverter(None, None, False, (code.width, code.height))
        self.graph: Graph | None = None

    def known(self, frame: VideoFrame) -> VideoFrame:
        """Return a decoded frame for the encoder, its pixels the same wherever H.264 has such ones.

        Raises:
            VidpredError: it is turned in another way than the film.
        """
        code = self.code
        if display_matrix(frame) != code.turn:
            raise VidpredError("the film changes its turn midway; cut it there, and give the parts apart")
        coded_alike = (int(frame.colorspace), int(frame.color_range)) == (code.matrix, code.colour_range)
        if code.untouched and coded_alike and (frame.width, frame.height) == (code.width, code.height):
            if frame.format.name == code.pixels:
                frame.pict_type = PictureType.NONE  # which the encoder is to choose
                return frame
            if _rearranged(frame.format) == code.pixels:
                return frame.reformat(format=code.pixels, threads=1)
        return self.drawn(self.convert(frame))

    def drawn(self, pixels: np.ndarray) -> VideoFrame:
        """Return an upright 8-bit array (H, W, C) for the encoder."""
        lying = np.repeat(as_coded(pixels, self.code.turn), COLOUR_CHANNELS // pixels.shape[2], axis=2)
        picture = VideoFrame.from_ndarray(np.ascontiguousarray(lying), "rgb24")
        picture.pts = 0
        code = self.code
        form = f"{code.pixels.replace('j', '')[: len('yuv420p')]}16le" if code.full_range else code.pixels
        self.graph = self.graph or colour_coding(code.width, code.height, code.colours, form, code.chroma_place)
        coded = through(self.graph, picture)
        return in_full_range(coded, code.pixels) if code.full_range else coded


def _pixel_format(frame: VideoFrame, width: int, height: int, chroma_place: str | None) -> tuple[str, bool]:
    """Return the pixel format to write, and whether frames of the film hold the same luma and colours."""
    own = frame.format
    taken = {kind.name for kind in av.codec.Codec(ENCODER, "w").video_formats or ()}
    across, down = own.chroma_width(2), own.chroma_height(2)  # of 2 pixels: 1 where two share a colour
    shared = not own.is_rgb and len(own.components) > 1
    fits = not shared or ((across > 1 or width % 2 == 0) and (down > 1 or height % 2 == 0))
    planar = own.name.startswith(("yuv4", "yuvj4"))
    kept = own.name if own.name in taken and planar else _rearranged(own)
    if kept is not None and fits:
        return kept, not (across < down and chroma_place == CENTRE)  # which H.264 cannot say of 4:2:2
    deep = own.components[0].bits > EIGHT_BITS
    shape = "yuv420p" if width % 2 == 0 and height % 2 == 0 else "yuv444p"
    return (f"{shape}10le" if deep else shape), False


def _rearranged(own: VideoFormat) -> str | None:
    """Return H.264's format of the same luma and colours, in another order or of fewer bits; None where it has none."""
    some = 4
    block = some // max(1, own.chroma_width(some)), some // max(1, own.chroma_height(some))
    if not OTHERWISE_KEPT.match(own.name) or block not in SHARED:
        return None
    return SHARED[block] + ("10le" if own.components[0].bits > EIGHT_BITS else "")

"""Says what a file states of itself: rate, length, shape of pixels, and what FFmpeg's description of it alone has."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import av
import av.logging
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.errors import note
from vidpred.video.window import BT_709, Colours

STREAM = re.compile(r"^ *Stream #\d+:(\d+)", re.MULTILINE)
CROPPING = re.compile(r"^ *Frame Cropping: (\d+)/(\d+)/(\d+)/(\d+)$", re.MULTILINE)
OWN_ORDER = re.compile(r": Audio: .*, \d+ channels \(")  # as in 8 channels (FL+FR+FC+LFE+SL+SR+BL+BR)
CHROMA_PLACE = re.compile(r": Video: .*\((?:[^()]*, )?((?:top|bottom)?left|top|bottom|center)\)")  # (tv, left)
DEFAULT_FRAME_RATE = Fraction(25)
LEFT = "left"  # amid the left one of the pixels that share a colour
FULL_RANGE = 2  # AVCOL_RANGE_JPEG
UNSTATED = (0, 2, 3)  # numbers of ITU-T H.273 that say nothing of colours
SOME = 4  # pixels
ALIKE = 0.02  # share by which two shapes of pixels differ that are one, stated otherwise
LOCK = Lock()  # the levels of the logs are the whole program's


class Ratio(Protocol):
    """What ``fractions.Fraction`` and ``av.AVRational`` have in common; false where there is none, as 0/1 or 1/0."""

    @property
    def numerator(self) -> int:
        """Return what stands above the line."""

    @property
    def denominator(self) -> int:
        """Return what stands below the line."""


@dataclass(frozen=True)
class Edges:
    """How many pixels at each edge of a coded frame are not to be shown."""

    left: int
    right: int
    top: int
    bottom: int

    def shown(self, width: int, height: int) -> tuple[int, int] | None:
        """Return the width and height that are left of a frame; None if nothing is."""
        left_over = width - self.left - self.right, height - self.top - self.bottom
        return left_over if min(left_over) > 0 else None


@dataclass(frozen=True)
class Description:
    """What FFmpeg says of a file.

    Args:
        edges: by number of stream, where its container (Matroska's PixelCrop, mp4's clean aperture) cuts edges off.
        own_order: streams of sound whose channels are in an order of their own, of which PyAV 18 can tell neither
            layout nor samples.
        chroma_places: by number of stream, where colours that several pixels share lie, as FFmpeg names it, if stated.
    """

    edges: dict[int, Edges]
    own_order: frozenset[int]
    chroma_places: dict[int, str]


def describe(container: InputContainer) -> Description:
    """Read FFmpeg's description of a file that was just opened."""
    _, *parts = STREAM.split(_dumped(container))  # a number and a text in turn
    texts = {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}
    found = {number: CROPPING.search(text) for number, text in texts.items()}
    places = {number: CHROMA_PLACE.search(text.partition("\n")[0]) for number, text in texts.items()}
    return Description(
        edges={number: Edges(*map(int, edges.groups())) for number, edges in found.items() if edges},
        own_order=frozenset(number for number, text in texts.items() if OWN_ORDER.search(text.partition("\n")[0])),
        chroma_places={number: place[1] for number, place in places.items() if place},
    )


def usual_place(pixels: VideoFormat | None, colour_range: int) -> str | None:
    """Return where colours lie by the standards of television (BT.601, BT.709), if those are what holds.

    Args:
        pixels: the format of the frames; None if unknown.
        colour_range: AVCOL_RANGE; full range is that of pictures, whose colours lie amid the pixels that share them.
    """
    in_full_range = colour_range == FULL_RANGE or (pixels is not None and pixels.name.startswith("yuvj"))
    return LEFT if shares_along_rows(pixels) and not in_full_range else None


def shares_along_rows(pixels: VideoFormat | None) -> bool:
    """Return whether pixels of a row share a colour, but none of two rows: 4:2:2 and 4:1:1."""
    if pixels is None or pixels.is_rgb or len(pixels.components) == 1:
        return False
    return pixels.chroma_width(SOME) < SOME and pixels.chroma_height(SOME) == SOME


def _dumped(container: InputContainer) -> str:
    """Return the description, which FFmpeg writes into its log only."""
    with LOCK:
        level = av.logging.get_level()
        av.logging.set_level(av.logging.INFO)
        av.logging.set_libav_level(av.logging.VERBOSE)  # below it, FFmpeg does not say where colours lie
        try:
            unstubbed: Any = container  # PyAV 18's stubs leave out what follows
            return str(unstubbed.dumps_format())
        finally:
            av.logging.set_libav_level(av.logging.INFO)  # FFmpeg's own
            av.logging.set_level(level)


def exact(ratio: Ratio | None) -> Fraction | None:
    """Return a ratio of PyAV, whose own numbers from 19 on do less, as a fraction; None where it states none, or 0."""
    return Fraction(ratio.numerator, ratio.denominator) if ratio else None


def stated_rates(stream: VideoStream, timed: bool) -> list[Fraction]:
    """Return the frame rates that the file states, best first: without times, the average is only a default."""
    rates = exact(stream.average_rate), exact(stream.guessed_rate)
    return [rate for rate in (rates if timed else reversed(rates)) if rate] or [DEFAULT_FRAME_RATE]


def stated_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the seconds that a track lasts, or else its file; None where neither says so."""
    if stream.duration is not None:
        return float(stream.duration * (stream.time_base or 0))
    return container.duration / av.time_base if container.duration is not None else None


def stated_colours(coded: VideoCodecContext) -> Colours:
    """Return how the levels of frames are to be shown; as those of BT.709 where that is not stated."""
    stated = int(coded.color_primaries), int(coded.color_trc)
    return Colours(*(usual if number in UNSTATED else number for number, usual in zip(stated, BT_709, strict=True)))


def pixel_shape(coded: VideoStream | VideoCodecContext) -> Fraction | None:
    """Return how many times as wide as high the pixels are, as it is stated; None where it is not."""
    return exact(coded.sample_aspect_ratio)


class PixelShape:
    """Says of a video that its pixels change their shape midway, as broadcasts do between 4:3 and 16:9 at one size.

    Args:
        path: of the video, which the note names.
        stream: that its frames are decoded from, just opened, so that it knows the shape at the beginning.
    """

    def __init__(self, path: Path, stream: VideoStream):
        self.path, self.context = path, stream.codec_context
        self.first = pixel_shape(self.context)
        self.size: tuple[int, int] | None = None

    def seen(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame as it is; note once where its pixels have another shape than the first, at the same size."""
        shape, size = pixel_shape(self.context), (frame.width, frame.height)
        self.first, self.size = self.first or shape, self.size or size
        if shape and self.first and size == self.size and abs(shape / self.first - 1) > ALIKE:
            note(
                f"{self.path} changes the shape of its pixels midway, from {_said(self.first)} to {_said(shape)}; all "
                "frames are shown as the first are, so cut it there, and give the parts as files of their own"
            )
            self.first = shape
        return frame


def _said(shape: Fraction) -> str:
    return f"{shape.numerator}:{shape.denominator}"

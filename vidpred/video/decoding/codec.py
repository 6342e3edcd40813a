"""Gives the frames of a video file in order, each with its time, as FFmpeg decodes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.video.decoding.container import longest_gap, opened, say_if_more_follows
from vidpred.video.decoding.convert import HeldTurn
from vidpred.video.decoding.cropping import Cropper
from vidpred.video.decoding.damage import Damage
from vidpred.video.decoding.deinterlacing import deinterlaced, time_ahead
from vidpred.video.decoding.description import (
    LEFT,
    Edges,
    PixelShape,
    describe,
    pixel_shape,
    shares_along_rows,
    stated_colours,
    stated_duration,
    stated_rates,
    usual_place,
)
from vidpred.video.decoding.track import decoded_frames, stamp_of, whole_packets
from vidpred.video.pace import Clock, Pace, Timed, measure_pace, with_changes
from vidpred.video.window import BT_709, Colours

EXAMINED_FRAMES = 20_000  # of a longer file, only the beginning is examined
ANEW = 5  # usual steps, by which decoding times must fall back to begin anew
CROWDED = Fraction(3, 2)  # packets per time stamp, from which it is looked what they are
COUNTED_PACKETS = 100  # that are decoded to know
ANIMATED_AVIF = "avis"
PALETTE = "pal8"  # FFmpeg's name of pixels that are numbers of colours


@dataclass(frozen=True)
class StreamFacts:
    """What a file says of its moving picture without a frame being decoded: above all, when frames are shown.

    Args:
        start: time stamp of the first frame, in seconds.
        pace: how its frames follow each other.
        duration: seconds, None if unknown.
        num_frames: None if unknown.
        stamped: whether the frames carry their times; else they are counted.
        searchable: whether a time can be sought: all frames carry their times, these do not begin anew, and no palette
            goes along with the first frame alone.
        pixel_aspect: width of a pixel over its height; None if not stated.
        size: width and height of the frames that are shown, before pixels are made square and frames are turned; None
            if not stated.
        edges: of the coded frames, which are not shown; None if all is.
        unsafe_sound: numbers of the streams of sound that can only be copied, see
            :class:`vidpred.video.decoding.description.Description`.
        chroma_place: where colours that several pixels share lie, as FFmpeg names it, stated or as is usual; None
            where neither is known.
        colours: how the levels of its frames are to be shown.
    """

    start: float
    pace: Pace
    duration: float | None
    num_frames: int | None
    stamped: bool
    searchable: bool
    pixel_aspect: Fraction | None
    size: tuple[int, int] | None
    edges: Edges | None = None
    unsafe_sound: frozenset[int] = frozenset()
    chroma_place: str | None = None
    colours: Colours = BT_709


def read_facts(path: Path) -> StreamFacts:
    """Read the time stamps of the file, and what it states beside them, without decoding.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    with opened(path) as (container, stream):
        aspect = pixel_shape(stream)
        size = stream.codec_context.width, stream.codec_context.height
        described = describe(container)
        edges = described.edges.get(stream.index)
        examined = islice(whole_packets(container, stream), EXAMINED_FRAMES)
        packets = [packet for packet in examined if packet.size and not packet.is_discard]
        tick = _tick(container, stream, packets)
        rates = stated_rates(stream, any(stamp_of(packet) is not None for packet in packets))
        complete = 0 < len(packets) < EXAMINED_FRAMES
        if complete:
            say_if_more_follows(path, container, packets[-1])
        num_frames = len(packets) if complete else stream.frames or None
        parts = [] if _misstamped(container, stream) else _parts(packets, tick, longest_gap(container))
        pace = measure_pace(parts, tick, rates) if parts else _pace_of_decoding(packets, tick, rates)
        if parts and (per_stamp := _packets_per_stamp(parts)) >= CROWDED and _are_frames(path, packets):
            pace = pace.shared(per_stamp, rates)
        else:
            pace = with_changes(pace, parts, tick, rates)
        unstamped = sum(stamp_of(packet) is None for packet in packets) if parts and stamp_of(packets[0]) is None else 0
        held = len(parts) * pace.last.period * float(pace.per_stamp)  # seconds, by the last frame of each
        duration = sum(float(np.ptp(part)) for part in parts) + held + unstamped * pace.period
        return StreamFacts(
            start=float(parts[0][0]) - unstamped * pace.period if parts else 0.0,
            pace=pace,
            duration=duration if parts and complete else stated_duration(container, stream) if parts else None,
            num_frames=num_frames,
            stamped=bool(parts),
            searchable=len(parts) == 1 and not unstamped and stream.codec_context.pix_fmt != PALETTE,
            pixel_aspect=aspect,
            size=(edges and edges.shown(*size)) or size if min(size) > 0 else None,
            edges=edges,
            unsafe_sound=described.own_order,
            chroma_place=described.chroma_places.get(stream.index)
            or usual_place(stream.codec_context.format, int(stream.codec_context.color_range)),
            colours=stated_colours(stream.codec_context),
        )


def timed_frames(path: Path, facts: StreamFacts, start: float = 0, period: float = 0) -> Iterator[Timed[VideoFrame]]:
    """Yield frames in the order of showing, with the seconds since the first, from a whole picture on.

    They are whole pictures, not pairs of fields, without the edges that are not to be shown. Damaged stretches are
    passed over, to the next whole picture; where the file breaks off, the frames end.

    Args:
        path: of the video file.
        facts: what :func:`read_facts` says of it.
        start: seconds; the first frame is at or before it wherever the file can be searched, else the very first one.
        period: seconds between two frames that are wanted, if more than those of the file.
    """
    with opened(path) as (container, stream):
        start = max(0.0, start - time_ahead(stream, facts.pace.period))
        turn = HeldTurn(stream, container if facts.searchable and start > 0 else None)
        sought = facts.searchable and start > 0 and _seek(container, stream, facts.start + start, facts.pace.tick)
        crop, placed = Cropper(facts.edges), _placer(facts, stream)
        clock = Clock(facts.pace, period, longest_gap(container))
        for timed in deinterlaced(_undamaged(container, stream, facts, clock, sought, PixelShape(path, stream))):
            yield timed._replace(item=turn.marked(placed(crop(timed.item))))


def _undamaged(
    container: InputContainer, stream: VideoStream, facts: StreamFacts, clock: Clock, sought: bool, shape: PixelShape
) -> Iterator[Timed[VideoFrame]]:
    """Yield the frames that are whole, as they were coded, each at its time."""
    damage = Damage(sought)
    for frame in decoded_frames(container, stream):
        if damage.leaves_out(frame) or frame is None:
            clock.skip()
            continue
        stamp = stamp_of(frame) if facts.stamped else None
        if stamp is None and sought:
            return
        time, before = clock.tell(None if stamp is None else stamp * facts.pace.tick - facts.start)
        yield Timed(time, shape.seen(frame), before)


def _placer(facts: StreamFacts, stream: VideoStream) -> Callable[[VideoFrame], VideoFrame]:
    """Return what marks frames with the place of their colours, where swscale would take another."""
    if facts.chroma_place != LEFT or not shares_along_rows(stream.codec_context.format):
        return lambda frame: frame
    from vidpred.video.decoding.chroma_place import ChromaPlacer  # here, because most videos have no use for it

    return ChromaPlacer()


def _parts(packets: "list[Packet[VideoStream]]", tick: float, longest: float) -> list[np.ndarray]:
    """Return the time stamps of the packets in seconds, ascending, of each part whose stamps begin anew."""
    timed = [(packet, stamp) for packet in packets if (stamp := stamp_of(packet)) is not None]
    if not timed:
        return []
    shown = np.array([stamp for _, stamp in timed]) * tick
    steps = np.diff([packet.dts if packet.dts is not None else stamp for packet, stamp in timed]) * tick
    forward = steps[steps > 0]
    anew = steps < -ANEW * np.median(forward) if len(forward) else steps < 0
    return [np.sort(part) for part in np.split(shown, np.flatnonzero(anew | (steps > longest)) + 1)]


def _packets_per_stamp(parts: list[np.ndarray]) -> Fraction:
    """Return how many packets share a time stamp, on average; those of a part's first and last may not all be there."""
    inner = [numbers[1:-1] for numbers in (np.unique(part, return_counts=True)[1] for part in parts)]
    packets, stamps = sum(int(numbers.sum()) for numbers in inner), sum(map(len, inner))
    return Fraction(packets, stamps) if stamps else Fraction(1)


def _are_frames(path: Path, packets: "list[Packet[VideoStream]]") -> bool:
    """Return whether packets are frames: not fields, two of which are one, and not of films joined end to end.

    The first are decoded.
    """
    decoded_at = [packet.dts for packet in packets if packet.dts is not None]
    if any(after < before for before, after in pairwise(decoded_at)):
        return False
    most = min(len(packets), COUNTED_PACKETS)
    with opened(path) as (container, stream):
        numbers = enumerate(decoded_frames(container, stream, most), start=1)
        return max((number for number, _ in numbers), default=0) > most / CROWDED


def _pace_of_decoding(packets: "list[Packet[VideoStream]]", tick: float, rates: list[Fraction]) -> Pace:
    """Return how frames are decoded one after the other: the pace of files in which only that can be trusted.

    An AVI may count fields, or have empty places between its frames, so that the rate that it states is a multiple.
    """
    times = [packet.dts * tick for packet in packets if packet.dts is not None]
    ascending = len(times) > 1 and len(times) == len(packets) and all(a < b for a, b in pairwise(times))
    return Pace(measure_pace([np.array(times)], tick, rates).frame_rate if ascending else rates[0])


def _tick(container: InputContainer, stream: VideoStream, packets: "list[Packet[VideoStream]]") -> float:
    """Return the seconds of a unit of the time stamps."""
    tick = float(stream.time_base or 0)
    if container.format.name not in ("gif", "apng") and container.metadata.get("major_brand") != ANIMATED_AVIF:
        return tick
    from vidpred.video.decoding.gif_times import viewers_tick  # here, because other videos have no use for it

    return viewers_tick([packet.pts for packet in packets], tick)


def _misstamped(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the container gives times that cannot be trusted: in decoding order, or wrong after a search."""
    in_decoding_order = container.format.name in ("avi", "asf") and bool(stream.codec_context.has_b_frames)
    return in_decoding_order or container.format.name == "mpeg"


def _seek(container: InputContainer, stream: VideoStream, seconds: float, tick: float) -> bool:
    try:
        container.seek(int(seconds / (tick or 1)), stream=stream, backward=True)
    except (av.error.FFmpegError, OSError, OverflowError):
        return False
    return True

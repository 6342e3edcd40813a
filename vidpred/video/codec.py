"""Gives the frames of a video file in order, each with its time, as FFmpeg decodes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.codec import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.video.container import longest_gap, opened, packets_of, say_if_more_follows, size_of
from vidpred.video.convert import HeldTurn
from vidpred.video.cropping import Cropper
from vidpred.video.damage import Damage, Losses
from vidpred.video.description import (
    LEFT,
    Edges,
    PixelShape,
    describe,
    pixel_shape,
    shares_along_rows,
    stated_duration,
    stated_rates,
    usual_place,
)
from vidpred.video.lost_pieces import with_losses
from vidpred.video.pace import Clock, Pace, Timed, measure_pace, with_changes

EXAMINED_FRAMES = 20_000  # of a longer file, only the beginning is examined
ANEW = 5  # usual steps, by which decoding times must fall back to begin anew
CROWDED = Fraction(3, 2)  # packets per time stamp, from which it is looked what they are
COUNTED_PACKETS = 100  # that are decoded to know
RAW_DV, ANIMATED_AVIF = "dv", "avis"
UNMARKED = ("gif", "mjpeg")  # codes in which FFmpeg does not mark a frame whose end is missing, at least in some files
PALETTE = "pal8"  # FFmpeg's name of pixels that are numbers of colours
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders drop the transparency


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
            :class:`vidpred.video.description.Description`.
        chroma_place: where colours that several pixels share lie, as FFmpeg names it, stated or as is usual; None
            where neither is known.
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
        examined = islice(_packets(container, stream), EXAMINED_FRAMES)
        packets = [packet for packet in examined if packet.size and not packet.is_discard]
        tick = _tick(container, stream, packets)
        rates = stated_rates(stream, any(_stamp(packet) is not None for packet in packets))
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
        unstamped = sum(_stamp(packet) is None for packet in packets) if parts and _stamp(packets[0]) is None else 0
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
        )


def timed_frames(path: Path, facts: StreamFacts, start: float = 0, period: float = 0) -> Iterator[Timed[VideoFrame]]:
    """Yield frames in the order of showing, with the seconds since the first, from a whole picture on.

    They are without the edges that are not to be shown. Damaged stretches are passed over, to the next whole picture;
    where the file breaks off, the frames end.

    Args:
        path: of the video file.
        facts: what :func:`read_facts` says of it.
        start: seconds; the first frame is at or before it wherever the file can be searched, else the very first one.
        period: seconds between two frames that are wanted, if more than those of the file.
    """
    with opened(path) as (container, stream):
        turn = HeldTurn(stream, container if facts.searchable and start > 0 else None)
        sought = facts.searchable and start > 0 and _seek(container, stream, facts.start + start, facts.pace.tick)
        tick, clock = facts.pace.tick, Clock(facts.pace, period, longest_gap(container))
        crop, placed = Cropper(facts.edges), _placer(facts, stream)
        damage, shape = Damage(sought), PixelShape(path, stream)
        for frame in _decoded(container, stream):
            if damage.leaves_out(frame) or frame is None:
                clock.skip()
                continue
            stamp = _stamp(frame) if facts.stamped else None
            if stamp is None and sought:
                return
            time, before = clock.tell(None if stamp is None else stamp * tick - facts.start)
            yield Timed(time, turn.marked(placed(crop(shape.seen(frame)))), before)


def _placer(facts: StreamFacts, stream: VideoStream) -> Callable[[VideoFrame], VideoFrame]:
    """Return what marks frames with the place of their colours, where swscale would take another."""
    if facts.chroma_place != LEFT or not shares_along_rows(stream.codec_context.format):
        return lambda frame: frame
    from vidpred.video.chroma_place import ChromaPlacer  # here, because most videos have no use for it

    return ChromaPlacer()


def _parts(packets: "list[Packet[VideoStream]]", tick: float, longest: float) -> list[np.ndarray]:
    """Return the time stamps of the packets in seconds, ascending, of each part whose stamps begin anew."""
    timed = [(packet, stamp) for packet in packets if (stamp := _stamp(packet)) is not None]
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
        numbers = enumerate(_decoded(container, stream, most), start=1)
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
    from vidpred.video.gif_times import viewers_tick  # here, because other videos have no use for it

    return viewers_tick([packet.pts for packet in packets], tick)


def _misstamped(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the container gives times that cannot be trusted: in decoding order, or wrong after a search."""
    in_decoding_order = container.format.name in ("avi", "asf") and bool(stream.codec_context.has_b_frames)
    return in_decoding_order or container.format.name == "mpeg"


def _stamp(timed: "Packet[VideoStream] | VideoFrame") -> int | None:
    return timed.pts if timed.pts is not None else timed.dts


def _seek(container: InputContainer, stream: VideoStream, seconds: float, tick: float) -> bool:
    try:
        container.seek(int(seconds / (tick or 1)), stream=stream, backward=True)
    except (av.error.FFmpegError, OSError, OverflowError):
        return False
    return True


def _packets(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    """Yield the packets as far as the file can be read, and an empty one that has a decoder give what it holds back.

    Where the file breaks off amid a frame, what is left of that is not among them.
    """
    before, last = None, None
    for packet in packets_of(container, [stream]):  # an empty one amid the file would end the decoding
        if last is not None:
            yield last
        before, last = last, packet
    if last is not None and not _is_part(last, before, container):
        yield last
    yield cast("Packet[VideoStream]", Packet())


def _is_part(last: "Packet[VideoStream]", before: "Packet[VideoStream] | None", container: InputContainer) -> bool:
    """Return whether the last packet of a file holds a part of a frame only."""
    if container.format.name == RAW_DV:  # frames of one size, of which FFmpeg fills up the last
        return size_of(container) % last.size != 0
    code = last.stream.codec_context.name
    if code in UNMARKED:
        from vidpred.video.cut_short import lacks_end  # here, because other videos have no use for it

        return last.is_corrupt or lacks_end(code, bytes(last), bytes(before) if before is not None else None)
    return last.is_corrupt


def _decoded(container: InputContainer, stream: VideoStream, most: int | None = None) -> Iterator[VideoFrame | None]:
    """Yield the frames; None in place of one that cannot be decoded, before those that are decoded after it.

    Args:
        container: of the video.
        stream: its pictures.
        most: packets to decode; None for all.
    """
    decoder = stream.codec_context
    if stream.metadata.get("alpha_mode") == "1" and decoder.name in ALPHA_DECODERS:
        decoder = _alpha_decoder(stream)
    losses = Losses()
    for packet, is_lossy in islice(with_losses(_packets(container, stream), container.format.name), most):
        frames = None if is_lossy else _decode(decoder, packet)
        if frames is None:
            if losses.add():
                yield None
            continue
        losses.pass_by(packet.pts)
        for frame in frames:
            if losses.precede(frame):
                yield None
            yield frame


def _decode(decoder: VideoCodecContext, packet: "Packet[VideoStream]") -> list[VideoFrame] | None:
    try:
        return decoder.decode(packet if packet.size else None)
    except (av.error.FFmpegError, OSError, ValueError):
        return None


def _alpha_decoder(stream: VideoStream) -> VideoCodecContext:
    try:
        decoder = CodecContext.create(ALPHA_DECODERS[stream.codec_context.name], "r")
    except av.error.FFmpegError:  # built without it
        return stream.codec_context
    return decoder if isinstance(decoder, VideoCodecContext) else stream.codec_context

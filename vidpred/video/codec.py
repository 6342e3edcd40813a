"""Opens video files with FFmpeg and gives their frames in order, each with its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.codec import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.errors import VidpredError

DEFAULT_FRAME_RATE = Fraction(25)
EXAMINED_FRAMES = 20_000  # of a longer file, only the beginning is examined
ODD_GAP = 0.25  # a gap further than this share from the median gap is irregular ...
ODD_GAPS_ALLOWED = 0.01  # ... and so is a file with more than this share of such gaps
MISSTATED_RATE = 0.05  # a file whose stated rate is further off is not believed
LARGE_FRAME = 640 * 360  # pixels, from which a second decoding thread pays
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders drop the transparency


@dataclass(frozen=True)
class StreamFacts:
    """What a file says of its moving picture without a frame being decoded: above all, when frames are shown.

    Args:
        start: time stamp of the first frame, in seconds.
        frame_rate: frames per second, on average.
        regular: whether the frames come at a constant rate, or near enough.
        duration: seconds, None if unknown.
        num_frames: None if unknown.
        stamped: whether the frames carry their times; else they are counted, and none can be sought.
        pixel_aspect: width of a pixel over its height; None if not stated.
    """

    start: float
    frame_rate: Fraction
    regular: bool
    duration: float | None
    num_frames: int | None
    stamped: bool
    pixel_aspect: Fraction | None


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the first moving picture in the file.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    if not path.exists():
        raise VidpredError(f"{path} does not exist; give the path of a video file or of a folder of frames")
    if path.is_file() and path.stat().st_size == 0:
        raise VidpredError(f"{path} is empty (0 bytes), not a video; copy or download it again")
    try:
        container = av.open(f"file:{path.absolute()}", container_options={"protocol_whitelist": "file"})
    except (av.error.FFmpegError, OSError) as error:
        raise _unreadable(path, error) from None
    with container:
        streams = [stream for stream in container.streams.video if _moves(stream)]
        if container.format.name == "tty":  # FFmpeg would draw any text
            raise VidpredError(f"{path} is a text, not a video; give a video file such as mp4, mkv, webm or gif")
        if not streams:
            raise VidpredError(f"{path} holds no moving picture (only sound or data); give a file with a video track")
        stream = streams[0]
        if stream.codec_context.width * stream.codec_context.height >= LARGE_FRAME:
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = 2
        yield container, stream


def read_facts(path: Path) -> StreamFacts:
    """Read the time stamps of the file, and what it states beside them, without decoding.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    with opened(path) as (container, stream):
        aspect = stream.sample_aspect_ratio
        tick = float(stream.time_base or 0)
        examined = islice(_packets(container, stream), EXAMINED_FRAMES)
        packets = [packet for packet in examined if packet.size and not packet.is_discard]
        stamps = sorted(stamp * tick for packet in packets if (stamp := _stamp(packet)) is not None)
        stated = stream.average_rate or stream.guessed_rate or DEFAULT_FRAME_RATE
        complete = 0 < len(packets) < EXAMINED_FRAMES
        num_frames = len(packets) if complete else stream.frames or None
        if not stamps or _misstamped(container, stream):
            return StreamFacts(0.0, stated, True, None, num_frames, stamped=False, pixel_aspect=aspect)
        frame_rate, regular = _pace(np.array(stamps), tick, stated)
        duration = stamps[-1] - stamps[0] + float(1 / frame_rate) if complete else _stated_duration(container, stream)
        return StreamFacts(stamps[0], frame_rate, regular, duration, num_frames, stamped=True, pixel_aspect=aspect)


def timed_frames(path: Path, facts: StreamFacts, start: float = 0.0) -> Iterator[tuple[float, VideoFrame]]:
    """Yield (seconds since the first frame, frame) in the order of showing, from a whole picture on.

    Damaged stretches are passed over; where the file breaks off, the frames end.

    Args:
        path: of the video file.
        facts: what :func:`read_facts` says of it.
        start: seconds; the first frame is at or before it wherever the file can be searched, else
            the very first one.
    """
    with opened(path) as (container, stream):
        sought = facts.stamped and start > 0 and _seek(container, stream, facts.start + start)
        tick = float(stream.time_base or 0)
        period = float(1 / facts.frame_rate)
        time = -period
        for frame in _decoded(container, stream):
            stamp = _stamp(frame) if facts.stamped else None
            if frame.is_corrupt:
                continue
            if stamp is None and sought:
                return
            time = time + period if stamp is None else stamp * tick - facts.start
            yield time, frame


def _stated_duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None:
        return float(stream.duration * (stream.time_base or 0))
    return container.duration / av.time_base if container.duration is not None else None


def _pace(stamps: np.ndarray, tick: float, stated: Fraction) -> tuple[Fraction, bool]:
    gaps = np.diff(stamps)
    if len(gaps) == 0 or stamps[-1] <= stamps[0]:
        return stated, True
    median = float(np.median(gaps))
    odd = np.abs(gaps - median) > max(ODD_GAP * median, 1.01 * tick if median > 2 * tick else 0)
    regular = bool(odd.mean() <= ODD_GAPS_ALLOWED)
    measured = len(gaps) / float(stamps[-1] - stamps[0])
    believed = regular and abs(float(stated) / measured - 1) <= MISSTATED_RATE
    return stated if believed else Fraction(measured).limit_denominator(1001), regular


def _moves(stream: VideoStream) -> bool:
    cover = stream.disposition & Disposition.attached_pic
    return stream.codec_context is not None and not cover


def _misstamped(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the container gives times that cannot be trusted: in decoding order, or wrong after a search."""
    in_decoding_order = container.format.name in ("avi", "asf") and bool(stream.codec_context.has_b_frames)
    return in_decoding_order or container.format.name == "mpeg"


def _stamp(timed: "Packet[VideoStream] | VideoFrame") -> int | None:
    return timed.pts if timed.pts is not None else timed.dts


def _seek(container: InputContainer, stream: VideoStream, seconds: float) -> bool:
    try:
        container.seek(int(seconds / (stream.time_base or 1)), stream=stream, backward=True)
    except (av.error.FFmpegError, OSError):
        return False
    return True


def _packets(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    packets = container.demux(stream)
    while True:
        try:
            yield next(packets)
        except (StopIteration, av.error.FFmpegError, OSError):
            return


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    decoder = stream.codec_context
    if stream.metadata.get("alpha_mode") == "1" and decoder.name in ALPHA_DECODERS:
        decoder = _alpha_decoder(stream)
    for packet in _packets(container, stream):
        last = packet.size == 0 and packet.dts is None
        if packet.size == 0 and not last:
            continue  # an empty packet amid the file would end the decoding
        try:
            yield from decoder.decode(None if last else packet)
        except (av.error.FFmpegError, OSError):
            continue


def _alpha_decoder(stream: VideoStream) -> VideoCodecContext:
    try:
        decoder = CodecContext.create(ALPHA_DECODERS[stream.codec_context.name], "r")
    except av.error.FFmpegError:  # built without it
        return stream.codec_context
    return decoder if isinstance(decoder, VideoCodecContext) else stream.codec_context


def _unreadable(path: Path, error: Exception) -> VidpredError:
    if isinstance(error, PermissionError):
        return VidpredError(f"{path} may not be read (permission denied); change its permissions")
    reason = getattr(error, "strerror", None) or error
    return VidpredError(
        f"{path} cannot be read as a video ({reason}): it is of another kind, damaged or cut short; "
        "check that a player shows it, or convert it to mp4"
    )

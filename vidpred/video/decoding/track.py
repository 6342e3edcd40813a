"""Decodes a video track, packet by packet, as far as the file can be read."""

from collections.abc import Iterator
from itertools import islice
from typing import cast

import av
from av.codec import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.video.decoding.container import packets_of, size_of
from vidpred.video.decoding.damage import Losses
from vidpred.video.decoding.lost_pieces import with_losses

RAW_DV = "dv"
UNMARKED = ("gif", "mjpeg")  # codes in which FFmpeg does not mark a frame whose end is missing, at least in some files
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders drop the transparency


def whole_packets(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
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


def decoded_frames(
    container: InputContainer, stream: VideoStream, most: int | None = None
) -> Iterator[VideoFrame | None]:
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
    lossy = with_losses(whole_packets(container, stream), container.format.name)
    for packet, lacks_pieces in islice(lossy, most):
        frames = None if lacks_pieces else _decode(decoder, packet)
        if frames is None:
            if losses.add():
                yield None
            continue
        losses.pass_by(packet.pts)
        for frame in frames:
            if losses.precede(frame):
                yield None
            yield frame


def stamp_of(timed: "Packet[VideoStream] | VideoFrame") -> int | None:
    """Return when it is shown, else when it is decoded, in units of its time base; None where neither is known."""
    return timed.pts if timed.pts is not None else timed.dts


def _is_part(last: "Packet[VideoStream]", before: "Packet[VideoStream] | None", container: InputContainer) -> bool:
    """Return whether the last packet of a file holds a part of a frame only."""
    if container.format.name == RAW_DV:  # frames of one size, of which FFmpeg fills up the last
        return size_of(container) % last.size != 0
    code = last.stream.codec_context.name
    if code in UNMARKED:
        from vidpred.video.decoding.cut_short import lacks_end  # here, because other videos have no use for it

        return last.is_corrupt or lacks_end(code, bytes(last), bytes(before) if before is not None else None)
    return last.is_corrupt


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

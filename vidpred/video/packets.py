"""Gives the packets of a file's pictures, without what is left of the last one where the file breaks off."""

from collections.abc import Iterator
from typing import cast

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

END_OF_JPEG = b"\xff\xd9"
GIF_HEADER, GIF_FLAGS, GIF_PICTURE = (
    13,
    10,
    10,
)  # bytes of a GIF's beginning, of them before its flags, and of a picture's
GIF_EXTENSION, GIF_SEPARATOR = b"!", b","  # begin what is said of a picture, and the picture
HAS_COLOUR_TABLE, COLOUR_TABLE_SIZE = 0x80, 0x07  # of a GIF's flags
PADDING = b"\x00"
RAW_DV = "dv"


def picture_packets(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    """Yield the packets as far as the file can be read, and an empty one that has a decoder give what it holds back.

    Args:
        container: of the video.
        stream: its pictures.
    """
    packets, before, held = container.demux(stream), None, None
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError, OSError):
            break
        if packet.size == 0:
            continue  # amid the file, it would end the decoding
        if held is not None:
            yield held
        before, held = held, packet
    if held is not None and not _is_half(held, before, container):
        yield held
    yield cast("Packet[VideoStream]", Packet())


def _is_half(last: "Packet[VideoStream]", before: "Packet[VideoStream] | None", container: InputContainer) -> bool:
    """Return whether the last packet of a file lacks its end, so that half of its picture would be made up.

    Args:
        last: the packet.
        before: the one before it, None if there is none.
        container: of both.
    """
    if container.format.name == RAW_DV:  # pictures of one size, of which FFmpeg fills up the last
        return container.size % last.size != 0
    code = last.stream.codec_context.name
    if code == "gif":
        return not _holds_whole_gif_picture(bytes(last))
    if code == "mjpeg" and before is not None and _ends_as_jpeg(before) and not _ends_as_jpeg(last):
        return True
    return last.is_corrupt


def _ends_as_jpeg(packet: "Packet[VideoStream]") -> bool:
    return bytes(packet).rstrip(PADDING).endswith(END_OF_JPEG)


def _holds_whole_gif_picture(content: bytes) -> bool:
    """Return whether a packet holds all blocks of its picture."""
    at = GIF_HEADER + _colour_table(content[GIF_FLAGS]) if content.startswith(b"GIF8") else 0
    while at < len(content) and content[at : at + 1] == GIF_EXTENSION:
        at = _after_blocks(content, at + 2)
    if content[at : at + 1] != GIF_SEPARATOR or at + GIF_PICTURE >= len(content):
        return False
    return _after_blocks(content, at + GIF_PICTURE + _colour_table(content[at + GIF_PICTURE - 1]) + 1) <= len(content)


def _after_blocks(content: bytes, at: int) -> int:
    """Return where blocks end that each begin with their length; beyond the end of the content, where it lacks some."""
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1


def _colour_table(flags: int) -> int:
    """Return how many bytes of colours follow."""
    return 3 << (flags & COLOUR_TABLE_SIZE) + 1 if flags & HAS_COLOUR_TABLE else 0

"""Tells of the last packet of a file whether it lacks its end, where the file does not say how long it should be."""

END_OF_JPEG = b"\xff\xd9"
PADDING = b"\x00"
GIF_HEADER, GIF_FLAGS, GIF_PICTURE = 13, 10, 10  # bytes: a file's beginning, before its flags, a picture's
GIF_EXTENSION, GIF_SEPARATOR = b"!", b","  # begin what is said of a picture, and the picture
HAS_COLOUR_TABLE, COLOUR_TABLE_SIZE = 0x80, 0x07  # of a GIF's flags


def lacks_end(code: str, last: bytes, before: bytes | None) -> bool:
    """Return whether a picture is only a part of one, so that a decoder would make up the rest.

    Args:
        code: FFmpeg's name of how it is coded: gif or mjpeg; others are taken to be whole.
        last: the last of a file.
        before: the one before it; None if there is none.
    """
    if code == "gif":
        return not _holds_whole_gif_picture(last)
    return code == "mjpeg" and before is not None and _ends_as_jpeg(before) and not _ends_as_jpeg(last)


def _ends_as_jpeg(content: bytes) -> bool:
    return content.rstrip(PADDING).endswith(END_OF_JPEG)


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

"""Says where a file holds several films joined end to end, of which FFmpeg reads the first only."""

import mmap
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from vidpred.errors import note

MOST_PARTS = 20_000  # of a file, that are looked at
MOVIE, LONG_BOX, BOX = b"moov", 1, 8  # of mp4: its contents, the size that says that 8 bytes of size follow, the start
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_START = 24  # bytes of an object that say what it is and how long
FLV, FLV_START, FLV_TAG = b"FLV\x01", 13, 15  # the start is followed by tags, each so much longer than its content
Y4M, FRAME = b"YUV4MPEG2 ", b"FRAME"
LONGEST_Y4M = 2**28  # bytes of a frame


def say_if_joined(path: Path, container: str) -> None:
    """Note once that a file holds several films, as after ``cat a.mp4 b.mp4``; those that are read whole need no note.

    Args:
        path: of the video file.
        container: FFmpeg's name of its format.
    """
    if container not in CONTAINERS or not path.is_file():
        return
    found = path.stat()
    if _is_joined(path.absolute(), container, found.st_mtime_ns, found.st_size):
        note(
            f"{path} holds several films joined end to end, of which only the first is read; give the others as files "
            "of their own"
        )


@lru_cache(maxsize=4096)  # a video is opened several times, and may have many parts
def _is_joined(path: Path, container: str, changed: int, size: int) -> bool:  # noqa: ARG001 - the last two tell files apart
    with path.open("rb") as file:
        return CONTAINERS[container](file)


def _several_movies(file: BinaryIO) -> bool:
    """Return whether an mp4 has a second description of its contents, which FFmpeg passes over."""
    number = at = 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        start = file.read(2 * BOX)
        number += start[4:BOX] == MOVIE
        size = int.from_bytes(start[:4], "big")
        size = int.from_bytes(start[BOX:], "big") if size == LONG_BOX else size
        if size < BOX or number > 1:
            break
        at += size
    return number > 1


def _several_asf(file: BinaryIO) -> bool:
    number = at = 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        start = file.read(ASF_START)
        number += start.startswith(ASF_HEADER)
        size = int.from_bytes(start[16:], "little")
        if size < ASF_START or number > 1:
            break
        at += size
    return number > 1


def _several_flv(file: BinaryIO) -> bool:
    at = FLV_START
    for _ in range(MOST_PARTS):
        file.seek(at)
        start = file.read(FLV_START)
        if len(start) < FLV_START or start.startswith(FLV):
            return start.startswith(FLV)
        at += FLV_TAG + int.from_bytes(start[1:4], "big")
    return False


def _several_y4m(file: BinaryIO) -> bool:
    """Return whether another header follows the last frame; all frames of a Y4M are as long as its first."""
    at = len(file.readline())
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:  # read as far as the second frame
        step = whole.find(FRAME, at + len(FRAME), at + LONGEST_Y4M) - at
    for _ in range(MOST_PARTS if step > 0 else 0):
        file.seek(at)
        start = file.read(len(Y4M))
        if not start.startswith(FRAME):
            return start == Y4M
        at += step
    return False


CONTAINERS = {
    "mov,mp4,m4a,3gp,3g2,mj2": _several_movies,
    "asf": _several_asf,
    "flv": _several_flv,
    "yuv4mpegpipe": _several_y4m,
}

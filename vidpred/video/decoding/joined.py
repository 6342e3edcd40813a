"""Says where a file holds several films joined end to end, of which FFmpeg reads the first only."""

import mmap
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from os import SEEK_END
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


def _parts(file: BinaryIO, length: int, size_of: Callable[[bytes], int], at: int = 0) -> Iterator[bytes]:
    """Yield how the parts of a file begin, one after the other.

    Args:
        file: opened to be read.
        length: bytes of the beginning of a part.
        size_of: returns from a beginning how many bytes the part takes; 0 where nothing follows that is known.
        at: byte at which the first part begins.
    """
    end, parts = file.seek(0, SEEK_END), 0
    while at < end and parts < MOST_PARTS:  # sizes may be larger than any file
        file.seek(at)
        start = file.read(length)
        yield start
        if not (size := size_of(start)):
            return
        at, parts = at + size, parts + 1


def _comes_twice(found: Iterable[bool]) -> bool:
    return len(list(islice(filter(None, found), 2))) > 1


def _several_movies(file: BinaryIO) -> bool:
    """Return whether an mp4 has a second description of its contents, which FFmpeg passes over."""

    def size_of(start: bytes) -> int:
        size = int.from_bytes(start[:4], "big")
        size = int.from_bytes(start[BOX:], "big") if size == LONG_BOX else size
        return size if size >= BOX else 0

    return _comes_twice(start[4:BOX] == MOVIE for start in _parts(file, 2 * BOX, size_of))


def _several_asf(file: BinaryIO) -> bool:
    def size_of(start: bytes) -> int:
        size = int.from_bytes(start[16:], "little")
        return size if size >= ASF_START else 0

    return _comes_twice(start.startswith(ASF_HEADER) for start in _parts(file, ASF_START, size_of))


def _several_flv(file: BinaryIO) -> bool:
    def size_of(start: bytes) -> int:
        is_tag = len(start) == FLV_START and not start.startswith(FLV)
        return FLV_TAG + int.from_bytes(start[1:4], "big") if is_tag else 0

    return any(start.startswith(FLV) for start in _parts(file, FLV_START, size_of, at=FLV_START))


def _several_y4m(file: BinaryIO) -> bool:
    """Return whether another header follows the last frame; all frames of a Y4M are as long as its first."""
    at, end = len(file.readline()), file.seek(0, SEEK_END)
    mapped = min(end, at + LONGEST_Y4M)  # a large file is not mapped whole: address space may be limited
    with mmap.mmap(file.fileno(), mapped, access=mmap.ACCESS_READ) as first:  # read as far as the second frame
        step = first.find(FRAME, at + len(FRAME)) - at
    return step > 0 and Y4M in _parts(file, len(Y4M), lambda start: step if start.startswith(FRAME) else 0, at)


CONTAINERS = {
    "mov,mp4,m4a,3gp,3g2,mj2": _several_movies,
    "asf": _several_asf,
    "flv": _several_flv,
    "yuv4mpegpipe": _several_y4m,
}

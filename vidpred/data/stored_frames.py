"""Frames in ``.npy`` files: written one by one, and mapped from the disk, few files at a time."""

import hashlib
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vidpred.data.motion import mean_difference
from vidpred.data.transitions import Transitions
from vidpred.errors import VidpredError
from vidpred.video.window import ShownFrame

try:
    import resource
except ImportError:  # a system that limits nothing of the kind
    resource = None  # type: ignore[assignment]

FEWEST_OPEN, MOST_OPEN = 16, 4096  # mapped files, each of which takes one of the process's file descriptors
LEFT_FOR_OTHERS = 128  # file descriptors


@dataclass(frozen=True)
class FrameFile:
    """A file of frames as it was when it was found; it is mapped when its frames are asked for.

    Args:
        path: of a ``.npy`` file that :func:`write_frames` wrote.
        shape: of the frames (T, H, W, C).
        offset: bytes before the first of them.
        stamp: tells the file from another that takes its name.
    """

    path: Path
    shape: tuple[int, ...]
    offset: int
    stamp: tuple[int, int]

    @classmethod
    def find(cls, path: Path) -> "FrameFile":
        """Read what a file says of its frames.

        Raises:
            OSError: it cannot be read.
            ValueError: it holds no frames.
        """
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            shape, _, _ = np.lib.format.read_array_header_1_0(file)
            status = path.stat()
            return cls(path, shape, file.tell(), (status.st_ino, status.st_mtime_ns))

    @property
    def frames(self) -> np.ndarray:
        """8-bit (T, H, W, C), to be read only.

        Raises:
            VidpredError: the file has gone.
        """
        return _map(self)


class FrameFiles(Sequence[np.ndarray]):
    """The frames of several videos, each 8-bit (T, H, W, C), whose files are opened when they are asked for.

    Args:
        files: of the videos.
    """

    def __init__(self, files: Sequence[FrameFile]):
        self.files = files

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> np.ndarray:  # type: ignore[override]  # no part of it is ever asked for
        return self.files[number].frames


@dataclass(frozen=True)
class Written:
    """What was learnt of frames while they were written.

    Args:
        transitions: between successive frames.
        pixels: a hash of all frames, in hexadecimal; copies of the frames share it, whatever file they were in.
    """

    transitions: Transitions
    pixels: str


def write_frames(file: BinaryIO, frames: Iterator[ShownFrame]) -> Written:
    """Write a ``.npy`` file frame by frame; there is at least one, and all have one size.

    Raises:
        OSError: it cannot be written.
    """
    first = next(frames).pixels
    previous, digest = first, hashlib.sha256(str(first.shape).encode())
    differences: list[float] = []
    breaks: list[bool] = []
    _write_header(file, 0, first)
    start = file.tell()
    _write(file, first, digest)
    for frame in frames:
        differences.append(mean_difference(frame.pixels, previous))
        breaks.append(not frame.continues)
        _write(file, frame.pixels, digest)
        previous = frame.pixels
    file.seek(0)
    _write_header(file, len(differences) + 1, first)
    if file.tell() != start:
        raise RuntimeError("the header of a .npy file grew with the number of frames")
    return Written(Transitions(np.array(differences, np.float32), np.array(breaks, bool)), digest.hexdigest())


def _write(file: BinaryIO, pixels: np.ndarray, digest: "hashlib._Hash") -> None:
    content = pixels.tobytes()
    file.write(content)
    digest.update(content)


def _write_header(file: BinaryIO, num_frames: int, frame: np.ndarray) -> None:
    header = {"descr": "|u1", "fortran_order": False, "shape": (num_frames, *frame.shape)}
    np.lib.format.write_array_header_1_0(file, header)  # numpy leaves room for any number of frames


def _most_open() -> int:
    """Return how many files may be mapped at once, by the limit of the process."""
    if resource is None:
        return MOST_OPEN
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MOST_OPEN
    return min(MOST_OPEN, max(FEWEST_OPEN, limit - LEFT_FOR_OTHERS))


@lru_cache(maxsize=_most_open())
def _map(file: FrameFile) -> np.ndarray:
    try:
        with file.path.open("rb", buffering=0) as opened:
            mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VidpredError(
            f"the decoded video {file.path} cannot be read any more ({reason}); leave the folder of decoded videos as "
            "it is while it is in use, and start again"
        ) from None
    count = int(np.prod(file.shape, dtype=np.int64))
    return np.frombuffer(mapped, np.uint8, count, file.offset).reshape(file.shape)

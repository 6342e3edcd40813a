"""What tells one video from another: its bytes, and what can be seen in it."""

import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.machine.closed_folders import closed_explained
from vidpred.video import frame_folder

HASHED_WHOLE = 64 * 2**20  # bytes; of larger files, evenly spaced samples are hashed
SAMPLES = 16
SAMPLE_SIZE = 2**20  # bytes
MOMENTS, CELLS = 16, 8  # evenly spaced frames, and cells along either side of each, whose brightness is compared
SAME_COURSE = 0.2  # of what changes in a video, that may differ in another encoding of it
SAME_CELL = 10.0  # grey levels that any cell may differ by
LEAST_COURSE = 1.0  # grey levels that a cell changes by, root mean square; below it, noise is all there is to compare


def content_key(path: Path) -> str:
    """Return a hash of the content of a file or a folder of frames; copies share it.

    Raises:
        VidpredError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for frame in frame_folder.list_frames(path):
                digest.update(frame.name.encode(errors="surrogateescape") + b"\0")
                _hash_file(frame, digest)
        else:
            _hash_file(path, digest)
    except OSError as error:
        if closed := closed_explained(error):
            raise VidpredError(closed) from None
        named = error.filename or path  # which picture of a folder it is
        raise VidpredError(f"{named} cannot be read ({error.strerror}); check the name and the permissions") from None
    return digest.hexdigest()


def course_of_light(frames: np.ndarray) -> np.ndarray:
    """Return how bright each part of a video is at several moments, 8-bit (moments, cells), whatever its size and rate.

    Args:
        frames: 8-bit (T, H, W, C).
    """
    moments = np.linspace(0, len(frames) - 1, MOMENTS).round().astype(int)
    return np.stack([_cells(frames[moment]) for moment in moments])


def find_same_footage(courses: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> dict[int, int]:
    """Say which videos show what others show, from beginning to end: encoded again, or in another size.

    What counts is what changes in them: two videos of one place differ, and two in which next to nothing changes
    are never taken for one.

    Args:
        courses: of the videos, by :func:`course_of_light`.
        others: of the videos to compare with.

    Returns:
        For those that show the same as another: the number of that other, by their own number.
    """
    if not len(courses) or not len(others):
        return {}
    here, there = np.stack(courses).astype(np.float32), np.stack(others).astype(np.float32)
    changes, theirs = _changes(here), _changes(there)
    lengths, their_lengths = (np.square(each).sum(axis=1) for each in (changes, theirs))
    found = {}
    for number, change in enumerate(changes):
        if lengths[number] < LEAST_COURSE**2 * change.size:
            continue
        apart = lengths[number] + their_lengths - 2 * (theirs @ change)
        near = apart <= SAME_COURSE**2 * np.minimum(lengths[number], their_lengths)
        for other in np.flatnonzero(near):
            if np.abs(here[number] - there[other]).max() <= SAME_CELL:
                found[number] = int(other)
                break
    return found


def _changes(courses: np.ndarray) -> np.ndarray:
    """Return what changes within each video (N, moments x cells), less what fades over the whole picture."""
    changes: np.ndarray = courses - courses.mean(axis=1, keepdims=True)
    changes -= changes.mean(axis=2, keepdims=True)
    return changes.reshape(len(courses), -1)


def _cells(frame: np.ndarray) -> np.ndarray:
    """Return the mean of each cell of an 8-bit frame (H, W, C), C being 1 or 3, in grey levels, 8-bit (cells,)."""
    picture = Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame)
    cells = np.asarray(picture.resize((CELLS, CELLS), Image.Resampling.BOX)).reshape(CELLS**2, -1)
    means: np.ndarray = cells.mean(axis=-1).round().astype(np.uint8)
    return means


def _hash_file(path: Path, digest: "hashlib._Hash") -> None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise VidpredError(f"{path} is no file, but a device, a pipe or the like, of which none is opened")
    digest.update(f"{status.st_size}\0".encode())
    with path.open("rb") as file:
        if status.st_size <= HASHED_WHOLE:
            while block := file.read(SAMPLE_SIZE):
                digest.update(block)
            return
        for sample in range(SAMPLES):
            file.seek((status.st_size - SAMPLE_SIZE) * sample // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_SIZE))

"""Videos decoded once, scaled, and stored in memory-mapped files."""

import errno
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from tqdm import tqdm

from vidpred.data.motion import mean_difference
from vidpred.errors import VidpredError
from vidpred.machine.files import replacing, write_text
from vidpred.video import frame_folder, sources
from vidpred.video.scaling import enlarged

FORMAT_VERSION = 1  # raise it when decoding the same file gives other frames
HASHED_WHOLE = 64 * 2**20  # bytes; of larger files, evenly spaced samples are hashed
SAMPLES = 16
SAMPLE_SIZE = 2**20  # bytes
ABANDONED = 86_400  # seconds, after which a temporary file is taken to belong to no running process
LONG_WAIT = 1.0  # seconds, after which progress is shown
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoreError(VidpredError):
    """The store cannot be written; the cause is not a video."""


@dataclass(frozen=True)
class StoredClip:
    """One decoded video.

    Args:
        frames: 8-bit (T, H, W, C), mapped from the disk.
        differences: float32 (T - 1,), the mean absolute difference of successive frames in grey levels.
        frame_rate: frames per second.
        reused: whether it was already in the store.
    """

    frames: np.ndarray
    differences: np.ndarray
    frame_rate: Fraction
    reused: bool


@dataclass(frozen=True)
class Settings:
    """How a video is decoded for the store.

    Args:
        resolution: pixels of the shorter side; smaller videos are not enlarged to it.
        frame_rate: frames per second to sample; None for the video's own.
        greyscale: one channel instead of three.
        min_size: pixels; a video whose shorter side is smaller is enlarged to it.
    """

    resolution: int
    frame_rate: float | None = None
    greyscale: bool = False
    min_size: int = 1


class ClipStore:
    """A folder of decoded videos, keyed by their content and by how they were decoded.

    Each is a ``.npy`` file and a ``.json`` file that is written last, both under a temporary name
    first: several processes may build one store at once, and what is incomplete is rebuilt.

    Args:
        folder: None for ``$VIDPRED_CACHE``, else ``$XDG_CACHE_HOME/vidpred``, else ``~/.cache/vidpred``.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder or default_folder()

    def open(self, path: Path, settings: Settings, content: str | None = None) -> StoredClip:
        """Return the video at ``path``, decoding it if it is not in the store yet.

        Args:
            path: of a video file or of a folder of frames.
            settings: how to decode it.
            content: its :func:`content_key`, if known.

        Raises:
            VidpredError: it cannot be read.
            StoreError: the store cannot be written.
        """
        content = content or content_key(path)
        wording = json.dumps([FORMAT_VERSION, content, asdict(settings)])
        frames_path = self.folder / f"{hashlib.sha256(wording.encode()).hexdigest()[:32]}.npy"
        facts = _read_facts(frames_path)
        reused = facts is not None
        if facts is None:
            with self._explained():
                self.folder.mkdir(parents=True, exist_ok=True)
                self._sweep()
                facts = _build(path, settings, frames_path)
        frames = np.asarray(np.load(frames_path, mmap_mode="r"))  # a plain array indexes faster than a memmap
        return StoredClip(
            frames, np.array(facts["differences"], np.float32), Fraction(str(facts["frame_rate"])), reused
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = "is full" if error.errno in NO_SPACE else f"cannot be written ({error.strerror})"
            raise StoreError(
                f"the folder for decoded videos {self.folder} {problem}; make room there or choose another "
                "folder with data.cache=DIR"
            ) from None

    def _sweep(self) -> None:
        for path in self.folder.glob(".*.npy"):
            try:
                if time.time() - path.stat().st_mtime > ABANDONED:
                    path.unlink()
            except FileNotFoundError:  # its process finished meanwhile
                continue


def default_folder() -> Path:
    """Return where decoded videos are stored by default."""
    if chosen := os.environ.get("VIDPRED_CACHE"):
        return Path(chosen)
    general = os.environ.get("XDG_CACHE_HOME")
    return (Path(general) if general else Path.home() / ".cache") / "vidpred"


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
        raise VidpredError(f"{path} cannot be read ({error.strerror}); check the name and the permissions") from None
    return digest.hexdigest()


def _hash_file(path: Path, digest: "hashlib._Hash") -> None:
    size = path.stat().st_size
    digest.update(f"{size}\0".encode())
    with path.open("rb") as file:
        if size <= HASHED_WHOLE:
            while block := file.read(SAMPLE_SIZE):
                digest.update(block)
            return
        for sample in range(SAMPLES):
            file.seek((size - SAMPLE_SIZE) * sample // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_SIZE))


def _read_facts(frames_path: Path) -> dict[str, object] | None:
    """Return the recorded facts of the stored frames, or None where anything is missing or incomplete."""
    try:
        facts = json.loads(frames_path.with_suffix(".json").read_text())
        complete = frames_path.stat().st_size == facts["bytes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return facts if complete else None


def _build(path: Path, settings: Settings, frames_path: Path) -> dict[str, object]:
    info = sources.probe(path)
    decoded = sources.decode(
        path, short_side=settings.resolution, frame_rate=settings.frame_rate, greyscale=settings.greyscale
    )
    shown = tqdm(decoded, path.name, info.num_frames, leave=False, unit="frame", delay=LONG_WAIT, disable=None)
    with replacing(frames_path) as temporary, temporary.open("wb") as file:
        differences = _write_frames(file, (_enlarged(frame, settings.min_size) for frame in shown))
    rate = Fraction(settings.frame_rate).limit_denominator(1001) if settings.frame_rate else info.frame_rate
    facts = {
        "source": path.name,
        "bytes": frames_path.stat().st_size,
        "frame_rate": str(rate),
        "differences": [round(difference, 4) for difference in differences],
    }
    write_text(frames_path.with_suffix(".json"), json.dumps(facts))
    return facts


def _write_frames(file: BinaryIO, frames: Iterator[np.ndarray]) -> list[float]:
    """Write a ``.npy`` file frame by frame, and return how much successive frames differ."""
    differences: list[float] = []
    previous = first = next(frames)
    _write_header(file, 0, first)
    start = file.tell()
    file.write(first.tobytes())
    for frame in frames:
        differences.append(mean_difference(frame, previous))
        file.write(frame.tobytes())
        previous = frame
    file.seek(0)
    _write_header(file, len(differences) + 1, first)
    if file.tell() != start:
        raise RuntimeError("the header of a .npy file grew with the number of frames")
    return differences


def _write_header(file: BinaryIO, num_frames: int, frame: np.ndarray) -> None:
    header = {"descr": "|u1", "fortran_order": False, "shape": (num_frames, *frame.shape)}
    np.lib.format.write_array_header_1_0(file, header)  # numpy leaves room for any number of frames


def _enlarged(frame: np.ndarray, min_size: int) -> np.ndarray:
    height, width, _ = frame.shape
    growth = min_size / min(height, width)
    if growth <= 1:
        return frame
    size = max(min_size, round(height * growth)), max(min_size, round(width * growth))
    return enlarged(frame, *size)

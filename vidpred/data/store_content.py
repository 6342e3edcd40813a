"""Lists what a folder of decoded videos and images holds, and of what was seen in videos; removes what is named."""

import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidpred.data.clip_store import OURS, WATCHED, default_folder

DAY = 86_400  # seconds


@dataclass(frozen=True)
class Stored:
    """One video, or one collection of images, as it was decoded; or what a normal video shows to `vidpred watch`.

    Args:
        name: of the file or folder that it was decoded from; empty where that is not recorded.
        files: that hold it, the one that is read first being first.
        num_bytes: of these files.
        shape: of the frames or images (N, H, W, C), or of what blocks of them show; empty where that cannot be told.
        decoded: when, in seconds since 1970.
    """

    name: str
    files: tuple[Path, ...]
    num_bytes: int
    shape: tuple[int, ...]
    decoded: float

    @property
    def is_images(self) -> bool:
        """Whether it is a collection of images, not a video."""
        return self.files[0].name.startswith("images_")

    @property
    def is_watched(self) -> bool:
        """Whether it is what a video showed, and no frames of it."""
        return self.files[0].name.startswith(WATCHED)

    def age(self) -> float:
        """Return how long ago it was decoded, in days."""
        return (time.time() - self.decoded) / DAY


def list_stored(folder: Path | None = None) -> list[Stored]:
    """Return what a store holds, largest first; nothing where there is none. Files of other names are left alone.

    Args:
        folder: of the store; None for the one that is used by default.

    Raises:
        OSError: the folder cannot be read.
    """
    folder = folder or default_folder()
    if not folder.is_dir():
        return []
    stems = {path.with_suffix("") for path in folder.iterdir() if OURS.fullmatch(path.name) and path.is_file()}
    found = [item for item in map(_stored, stems) if item.shape or item.name]  # what is neither was not written here
    return sorted(found, key=lambda item: (-item.num_bytes, item.files[0].name))


def remove(items: Iterable[Stored]) -> None:
    """Delete decoded videos and images; they are decoded again when they are needed.

    What describes the frames goes first, so that at any moment the store holds whole videos or what is decoded anew.

    Raises:
        OSError: a file cannot be deleted.
    """
    for item in items:
        for path in item.files:
            path.unlink(missing_ok=True)


def _stored(stem: Path) -> Stored:
    facts, frames = stem.with_suffix(".json"), stem.with_suffix(".npy")
    files, sizes, decoded = list[Path](), 0, 0.0
    for path in (facts, frames):
        with suppress(FileNotFoundError):  # another process may take it away
            status = path.stat()
            files.append(path)
            sizes, decoded = sizes + status.st_size, max(decoded, status.st_mtime)
    return Stored(_name(facts), tuple(files), sizes, _shape(frames), decoded)


def _name(facts: Path) -> str:
    try:
        source = json.loads(facts.read_text(encoding="utf-8", errors="surrogateescape"))["source"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ""
    return source if isinstance(source, str) else ""


def _shape(frames: Path) -> tuple[int, ...]:
    try:
        shape: tuple[int, ...] = np.load(frames, mmap_mode="r").shape
    except (OSError, ValueError, EOFError):
        return ()
    return shape

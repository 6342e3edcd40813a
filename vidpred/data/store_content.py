"""Lists what a folder of decoded videos and images holds, and of what was seen in videos; removes what is named."""

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vidpred.data.clip_store import OURS, WATCHED, default_folder

DAY = 86_400  # seconds
AXES = 4  # of frames and of images


@dataclass(frozen=True)
class Stored:
    """One video, or one collection of images, as it was decoded; or what a normal video shows to `vidpred watch`.

    Args:
        name: of the file or folder that it was decoded from; empty where that is not recorded.
        files: that hold it, the one that is read first being first.
        num_bytes: of these files.
        shape: of the frames or images (N, H, W, C), or of what blocks of them show; empty where that cannot be told.
        decoded: when, in seconds since 1970.
        settings: how a video was decoded, see :class:`~vidpred.data.clip_decoding.Settings`; empty where that is not
            recorded.
        folder: that the file lay in when it was decoded; empty where that is not recorded.
    """

    name: str
    files: tuple[Path, ...]
    num_bytes: int
    shape: tuple[int, ...]
    decoded: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""

    @property
    def is_images(self) -> bool:
        """Whether it is a collection of images, not a video."""
        return self.files[0].name.startswith("images_")

    @property
    def is_watched(self) -> bool:
        """Whether it is what a video showed, and no frames of it."""
        return self.files[0].name.startswith(WATCHED)

    @property
    def is_greyscale(self) -> bool:
        """Whether it has one channel."""
        return len(self.shape) == AXES and self.shape[-1] == 1

    @property
    def asked_resolution(self) -> int | None:
        """Pixels of the shorter side that were asked for, where the frames have others; None where they do not."""
        asked = self.settings.get("resolution")
        return asked if isinstance(asked, int) and asked != min(self.shape[1:3], default=asked) else None

    @property
    def asked_rate(self) -> float | None:
        """Frames per second that were asked for; None where it was the video's own."""
        asked = self.settings.get("frame_rate")
        return asked if isinstance(asked, float) else None

    @property
    def has_no_repeats(self) -> bool:
        """Whether frames that repeat the one before were left out."""
        return bool(self.settings.get("least_change"))

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
    recorded = _recorded(facts)
    source, settings, folder = (recorded.get(fact) for fact in ("source", "settings", "folder"))
    return Stored(
        name=source if isinstance(source, str) else "",
        files=tuple(files),
        num_bytes=sizes,
        shape=_shape(frames),
        decoded=decoded,
        settings=settings if isinstance(settings, dict) else {},
        folder=folder if isinstance(folder, str) else "",
    )


def _recorded(facts: Path) -> dict[str, Any]:
    """Return what is recorded beside the frames; nothing where that cannot be read."""
    try:
        recorded = json.loads(facts.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError, RecursionError):
        return {}
    return recorded if isinstance(recorded, dict) else {}


def _shape(frames: Path) -> tuple[int, ...]:
    try:
        shape: tuple[int, ...] = np.load(frames, mmap_mode="r").shape
    except (OSError, ValueError, EOFError):
        return ()
    return shape

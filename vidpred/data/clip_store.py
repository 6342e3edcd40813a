"""Videos decoded once, scaled, and stored in memory-mapped files."""

import base64
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from vidpred.data.clip_decoding import Decoding, Settings, SeveralSizesError
from vidpred.data.stored_frames import FrameFile, Written, write_frames
from vidpred.data.transitions import Transitions
from vidpred.data.video_identity import MOMENTS, content_key, course_of_light
from vidpred.errors import VidpredError
from vidpred.machine.files import NO_SPACE, from_home, replacing, sweep, write_text
from vidpred.machine.memory import in_words
from vidpred.machine.progress import progress

FORMAT_VERSION = 5  # raise it when decoding the same file gives other frames, or more of them has to be recorded
ELSEWHERE = "with VIDPRED_CACHE=DIR in the environment, or with data.cache=DIR for a new run"
WATCHED = "watched_"  # begins the names of what `vidpred watch` keeps of normal videos
OURS = re.compile(rf"(images_|{WATCHED})?[0-9a-f]{{32}}\.(npy|json)")  # the names of files in a store
ROUNDING = 1  # grey levels, by which another version of Pillow may average otherwise


class StoreError(VidpredError):
    """The store cannot be written; the cause is not a video."""


@dataclass(frozen=True)
class StoredClip:
    """One decoded video.

    Args:
        file: its frames.
        transitions: between successive frames.
        frame_rate: frames per second.
        pixels: a hash of the decoded frames, in hexadecimal.
        course: see :func:`~vidpred.data.video_identity.course_of_light`.
        reused: whether it was already in the store.
    """

    file: FrameFile
    transitions: Transitions
    frame_rate: Fraction
    pixels: str
    course: np.ndarray
    reused: bool

    @property
    def frames(self) -> np.ndarray:
        """8-bit (T, H, W, C), mapped from the disk, to be read only."""
        return self.file.frames

    @property
    def num_frames(self) -> int:
        return self.file.shape[0]


class ClipStore:
    """A folder of decoded videos, keyed by their content and by how they were decoded.

    Each is a ``.npy`` file and a ``.json`` file that is written last, both under a temporary name
    first: several processes may build one store at once, and what is incomplete is rebuilt.

    Args:
        folder: None for ``$VIDPRED_CACHE``, else ``$XDG_CACHE_HOME/vidpred``, else ``~/.cache/vidpred``.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder or default_folder()
        self._swept = False

    def open(self, path: Path, settings: Settings, content: str | None = None) -> StoredClip:
        """Return the video at ``path``, decoding it if it is not in the store yet.

        Args:
            path: of a video file or of a folder of frames.
            settings: how to decode it.
            content: its :func:`content_key`, if known.

        Raises:
            VidpredError: it cannot be read, or is slower than the frame rate that is asked for.
            StoreError: the store cannot be written.
        """
        content = content or content_key(path)
        stored = self._find(content, settings)
        if stored is not None:
            return stored
        decoding = Decoding(path, settings)
        plain = decoding.without_enlarging()
        if settings.min_size > 1 and not decoding.enlarges and _read(self._place(content, plain.settings)) is None:
            with suppress(SeveralSizesError):  # they may be enlarged to one
                stored = self._decode(plain, content)
                if _is_at_least(stored, settings.min_size):
                    return stored
        return self._decode(decoding, content)

    def _find(self, content: str, settings: Settings) -> StoredClip | None:
        """Return a video decoded so, or to the same frames: without enlarging, where that came out large enough."""
        stored = _read(self._place(content, settings))
        if stored is not None:
            return stored
        plain = _read(self._place(content, settings.without_enlarging()))
        return plain if plain is not None and _is_at_least(plain, settings.min_size) else None

    def _decode(self, decoding: Decoding, content: str) -> StoredClip:
        frames_path = self._place(content, decoding.settings)
        with writing_explained(self.folder, "videos"):
            self._prepare(decoding)
            _build(decoding, frames_path)
            built = _read(frames_path, reused=False)
        if built is None:
            raise StoreError(f"{frames_path} was changed as it was written; leave the folder of decoded videos alone")
        return built

    def _place(self, content: str, settings: Settings) -> Path:
        wording = json.dumps([FORMAT_VERSION, content, settings.wording()])
        return self.folder / f"{hashlib.sha256(wording.encode()).hexdigest()[:32]}.npy"

    def _prepare(self, decoding: Decoding) -> None:
        """Make the folder, clear away what killed processes left there, and see whether there is room."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            sweep(self.folder, OURS)
            self._swept = True
        free, needed = shutil.disk_usage(self.folder).free, decoding.expected_bytes
        if needed > free:
            raise StoreError(
                f"{decoding.path} takes about {in_words(needed)} when it is decoded, but the folder for decoded "
                f"videos {self.folder} has {in_words(free)} left; make room there, choose another folder {ELSEWHERE}, "
                "or a smaller data.resolution"
            )


def default_folder() -> Path:
    """Return where decoded videos are stored by default."""
    if chosen := os.environ.get("VIDPRED_CACHE"):
        return from_home(chosen)
    general = from_home(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    if str(general).startswith("~"):
        raise VidpredError(
            "this user has no home folder to keep decoded videos in; name a folder for them with VIDPRED_CACHE=DIR"
        )
    return general / "vidpred"


@contextmanager
def writing_explained(folder: Path, decoded: str) -> Iterator[None]:
    """Say what is wrong with the folder of a store; a decoder's errors are not to get here.

    Args:
        folder: that is written to.
        decoded: what is decoded into it: videos or images.

    Raises:
        StoreError: it cannot be written, or its disk is full.
    """
    try:
        yield
    except OSError as error:
        problem = "is full" if error.errno in NO_SPACE else f"cannot be written ({error.strerror})"
        raise StoreError(
            f"the folder for decoded {decoded} {folder} {problem}; make room there or choose another folder {ELSEWHERE}"
        ) from None


def is_store(folder: Path) -> bool:
    """Return whether a folder holds decoded videos or images already."""
    try:
        return any(OURS.fullmatch(path.name) for path in folder.iterdir())
    except (OSError, ValueError):
        return False


def _read(frames_path: Path, reused: bool = True) -> StoredClip | None:
    """Return what is stored there, or None where anything is missing or incomplete."""
    try:
        facts = json.loads(frames_path.with_suffix(".json").read_text())
        if frames_path.stat().st_size != facts["bytes"]:
            return None
        clip = _as_clip(FrameFile.find(frames_path), facts, reused)
        return clip if _is_as_written(frames_path, clip.course) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_as_written(frames_path: Path, course: np.ndarray) -> bool:
    """Return whether evenly spaced frames are as bright as when they were written: a power cut may leave zeros."""
    now = course_of_light(np.load(frames_path, mmap_mode="r"))
    return now.shape == course.shape and int(np.abs(now.astype(int) - course).max()) <= ROUNDING


def _is_at_least(clip: StoredClip, size: int) -> bool:
    return min(clip.file.shape[1:3]) >= size


def _as_clip(file: FrameFile, facts: Mapping[str, Any], reused: bool) -> StoredClip:
    differences = np.array(facts["differences"], np.float32)
    breaks = np.zeros(len(differences), bool)
    breaks[np.array(facts["breaks"], np.int64)] = True
    return StoredClip(
        file=file,
        transitions=Transitions(differences, breaks),
        frame_rate=Fraction(str(facts["frame_rate"])),
        pixels=facts["pixels"],
        course=np.frombuffer(base64.b64decode(facts["course"]), np.uint8).reshape(MOMENTS, -1),
        reused=reused,
    )


def _build(decoding: Decoding, frames_path: Path) -> None:
    """Decode a video into the store.

    Raises:
        VidpredError: it cannot be decoded.
        OSError: the store cannot be written.
    """
    with replacing(frames_path) as temporary:
        with temporary.open("wb") as file:
            shown = progress(decoding.frames(), decoding.path.name, "frame", decoding.num_frames)
            written = write_frames(file, iter(shown))
        course = course_of_light(np.load(temporary, mmap_mode="r"))
    write_text(frames_path.with_suffix(".json"), json.dumps(_facts(decoding, written, course, frames_path)))


def _facts(decoding: Decoding, written: Written, course: np.ndarray, frames_path: Path) -> dict[str, object]:
    """Return what is recorded beside the frames."""
    return {
        "source": decoding.path.name,
        "folder": str(decoding.path.absolute().parent),  # for people: where it lay when it was decoded
        "settings": decoding.settings.wording(),  # for people: the name of the file says which frames these are
        "bytes": frames_path.stat().st_size,
        "frame_rate": str(decoding.frame_rate),
        "differences": [round(difference, 4) for difference in written.transitions.differences.tolist()],
        "breaks": np.flatnonzero(written.transitions.breaks).tolist(),
        "pixels": written.pixels,
        "course": base64.b64encode(course.tobytes()).decode(),
    }

"""Finds and reads videos, be they files or folders of numbered frames."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from shlex import quote

import numpy as np

from vidpred.errors import VidpredError
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.files import not_there
from vidpred.machine.folders import walk
from vidpred.machine.regular_files import require_regular
from vidpred.video import frame_folder, reader
from vidpred.video.addresses import require_no_address
from vidpred.video.pictures.kinds import is_animation, is_still_gif
from vidpred.video.window import ShownFrame, VideoInfo, Window
from vidpred.wording import counted

SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".gif", ".mpg", ".mpeg", ".wmv"),
    *(".ts", ".mts", ".m2ts", ".flv", ".3gp", ".ogv", ".mxf", ".y4m", ".vob", ".asf", ".3g2", ".f4v", ".dv", ".divx"),
    *(".m2v", ".mjpeg", ".mjpg", ".h264", ".h265", ".hevc", ".ivf", ".nut", ".apng", ".rm", ".rmvb"),
)
FEWEST_FRAMES = 2  # a folder with a single picture is no video


@checked
def find_sources(path: GivenPath) -> list[Path]:
    """Return the videos at ``path``: itself, or all files and folders of frames below it, by name.

    Raises:
        VidpredError: there is no video.
    """
    path = Path(path)
    if path.is_file():
        return [path]
    if not path.exists():
        require_no_address(path)
        raise VidpredError(f"{not_there(path)}; give the path of a video file or of a folder of videos")
    require_regular(path, "the video")
    found = [source for folder, _, names in walk(path) for source in _sources_in(folder, names)]
    if not found:
        from vidpred.video.other_kinds import unread_pictures  # here, because videos have no use for it

        if pictures := _pictures_below(path):
            raise VidpredError(
                f"{path} holds no video, but {counted(pictures, 'picture')} whose names have no numbers that order "
                "them; number them if they are frames of a video; of single images, a generator learns: `vidpred train "
                f"{quote(str(path))} --config r3_tiny`"
            )
        raise VidpredError(
            f"{path} holds no video: neither files ({', '.join(SUFFIXES)}) nor folders of numbered frames "
            f"({', '.join(frame_folder.SUFFIXES)}){unread_pictures(path) or '; give a folder that does'}"
        )
    return sorted(found)


@checked
def probe(path: GivenPath) -> VideoInfo:
    """Say what the video at ``path`` holds.

    Raises:
        VidpredError: it cannot be read as a video.
    """
    path = Path(path)
    return frame_folder.probe(path) if path.is_dir() else reader.probe(path)


@checked
def decode(
    path: GivenPath, *, short_side: int | None = None, frame_rate: float | None = None, greyscale: bool = False
) -> Iterator[np.ndarray]:
    """Yield every frame of the video, 8-bit (H, W, C); see the readers of files and of folders.

    Args:
        path: of a video file, or of a folder of numbered frames.
        short_side: pixels of the shorter side, reached by averaging; never enlarges.
        frame_rate: frames per second to take from a file; a folder has no times, and all its frames are taken.
        greyscale: one channel instead of three.

    Raises:
        VidpredError: it cannot be read as a video.
    """
    path = Path(path)
    shown = shown_frames(path, short_side=short_side, frame_rate=frame_rate, greyscale=greyscale)
    return (frame.pixels for frame in shown)


def shown_frames(
    path: Path, *, short_side: int | None = None, frame_rate: float | None = None, greyscale: bool = False
) -> Iterator[ShownFrame]:
    """Yield what :func:`decode` yields, and whether each frame goes on from the one before.

    Raises:
        VidpredError: it cannot be read as a video.
    """
    if path.is_dir():
        return frame_folder.shown_frames(path, short_side=short_side, greyscale=greyscale)
    return reader.shown_frames(path, short_side=short_side, frame_rate=frame_rate, greyscale=greyscale)


@checked
def read_window(
    path: GivenPath,
    num_before: int,
    num_after: int = 0,
    at: float | None = None,
    greyscale: bool = False,
    enough: int | None = None,
) -> Window:
    """Read the frames around a timestamp, at native size, decoding hardly more than them.

    Args:
        path: of a video file, or of a folder of numbered frames.
        num_before: how many frames to read up to ``at``, at least 1.
        num_after: how many frames to read after it; fewer where the video ends.
        at: seconds from the first frame; None for the end of the video less ``num_after`` frames.
        greyscale: one channel instead of three.
        enough: how many before will do where there are no more; None insists on ``num_before``.

    Raises:
        VidpredError: it cannot be read, ``at`` is outside it, or too few frames come before.
    """
    path = Path(path)
    read = frame_folder.read_window if path.is_dir() else reader.read_window
    return read(path, num_before, num_after, at, greyscale, enough)


def is_named_as_film(path: Path) -> bool:
    """Return whether a file is a video by its ending, or by being an animation where its ending leaves that open."""
    return is_animation(path) or (path.suffix.lower() in SUFFIXES and not is_still_gif(path))


def films_in(folder: Path) -> list[Path]:
    """Return the files directly in a folder that are videos by name, but for hidden ones and its numbered frames."""
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    return _films_among(folder, names, _frames_of_film(folder))


def _pictures_below(path: Path) -> int:
    """Return how many files below a folder are pictures by name, but for hidden ones."""
    endings = (Path(name).suffix.lower() for _, _, names in walk(path) for name in names if not name.startswith("."))
    return sum(ending in frame_folder.SUFFIXES for ending in endings)


def _sources_in(folder: Path, names: list[str]) -> Iterator[Path]:
    frames = _frames_of_film(folder)
    yield from _films_among(folder, names, frames)
    if frames:
        yield folder


def _frames_of_film(folder: Path) -> set[Path]:
    """Return the numbered frames directly in a folder, if they are enough to be a video."""
    frames = frame_folder.list_frames(folder)
    return set(frames) if len(frames) >= FEWEST_FRAMES else set()


def _films_among(folder: Path, names: Iterable[str], frames: set[Path]) -> list[Path]:
    """Return which files of a folder are videos by name and not among its ``frames``, as damaged GIFs may be."""
    return [path for path in (folder / name for name in names) if path not in frames and is_named_as_film(path)]

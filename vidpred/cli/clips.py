"""Finds the clips that the words of a command mean: files, folders, folders of frames, and patterns such as *.mp4."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from vidpred.errors import VidpredError

PATTERN = "*?["
MADE = "_future"  # the end of the names of what `vidpred predict` writes


def find_clips(words: Sequence[str]) -> tuple[list[Path], bool]:
    """Return the clips that are meant, each once, and whether several may be meant.

    Several may be where there is more than one word, or where a word is a pattern or a folder that is no clip itself.
    What `vidpred predict` has written of another one of them is left out.

    Args:
        words: paths of video files, of folders of numbered frames and of folders of clips, and patterns.

    Raises:
        VidpredError: a word is an address, names nothing, or a folder without clips.
    """
    found: dict[Path, Path] = {}
    several = len(words) > 1
    for word in words:
        clips, is_many = _meant(word)
        several = several or is_many
        for clip in clips:
            found.setdefault(clip.resolve(), clip)
    clips = list(found.values())
    if not several:
        return clips, False
    names = {clip.stem for clip in clips}
    return [clip for clip in clips if not _made_of(clip.stem, names)], True


def _made_of(name: str, others: set[str]) -> bool:
    """Return whether a clip is named as what is predicted from one of the others."""
    source, made, _ = name.rpartition(MADE)
    return bool(made) and source in others


def _meant(word: str) -> tuple[list[Path], bool]:
    from vidpred.video.addresses import require_no_address

    path = Path(word)
    require_no_address(word)
    if path.is_dir():
        return _in_folder(path)
    if path.exists() or not any(sign in word for sign in PATTERN):
        if not path.exists():
            raise VidpredError(
                f"{path} does not exist; give the path of a video file or of a folder of numbered frames, or a pattern"
            )
        return [path], False
    matches = sorted(Path(match) for match in glob.glob(word, recursive=True))  # noqa: PTH207 - an absolute one too
    if not matches:
        raise VidpredError(f"nothing matches the pattern {word}; give one such as 'videos/*.mp4'")
    return [clip for match in matches for clip in (_in_folder(match)[0] if match.is_dir() else [match])], True


def _in_folder(folder: Path) -> tuple[list[Path], bool]:
    """Return the clips of a folder: itself if it holds frames and no video files, else those below it."""
    from vidpred.video import find_sources
    from vidpred.video.frame_folder import list_frames

    if list_frames(folder) and not _has_films(folder):
        return [folder], False
    sources = find_sources(folder)  # where a picture lies beside films, such as a contact sheet, it is no clip
    return [source for source in sources if not (source.is_dir() and _has_films(source))], True


def _has_films(folder: Path) -> bool:
    return any(True for _ in _films(folder))


def _films(folder: Path) -> Iterator[Path]:
    from vidpred.video.sources import SUFFIXES

    return (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))

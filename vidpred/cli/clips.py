"""Finds the clips that the words of a command mean: files, folders, folders of frames, and patterns such as *.mp4."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.machine.files import not_there, real_path
from vidpred.machine.processes import own_place

PATTERN = "*?["


@dataclass(frozen=True)
class Clips:
    """The clips that are meant.

    Args:
        paths: of video files and folders of frames, each once, in the order of the words.
        several: whether more than one may be meant, even if one was found.
        left_out: what `vidpred predict` has written of another one of several.
    """

    paths: list[Path]
    several: bool
    left_out: list[Path]


def find_clips(words: Sequence[str]) -> Clips:
    """Return the clips that are meant.

    Several may be where there is more than one word, or where a word is a pattern or a folder that is no clip itself.

    Args:
        words: paths of video files, of folders of numbered frames and of folders of clips, and patterns.

    Raises:
        VidpredError: the only word is an address, names nothing, or a folder without clips; of several words, and of
            what a pattern matches, such a one is a clip that cannot be read.
    """
    found: dict[Path, Path] = {}
    several = len(words) > 1
    for word in words:
        clips, is_many = _meant(word) if len(words) == 1 else _or_itself(word)
        several = several or is_many
        for clip in clips:
            found.setdefault(real_path(clip), clip)
    paths = list(found.values())
    if not several:
        return Clips(paths, several, [])
    from vidpred.video.predicted import set_predicted_apart

    others, left_out = set_predicted_apart(paths)
    return Clips(others, several, left_out)


def own_share(clips: Sequence[Path]) -> list[Path]:
    """Return the clips that are this process's to predict: all, or a share of them under ``torchrun``.

    Raises:
        VidpredError: RANK and WORLD_SIZE of the environment do not say which.
    """
    rank, number = own_place()
    return list(clips[rank::number])


def _or_itself(word: str) -> tuple[list[Path], bool]:
    try:
        return _meant(word)
    except VidpredError:
        return [Path(word)], False


def _meant(word: str) -> tuple[list[Path], bool]:
    from vidpred.video.addresses import require_no_address

    path = Path(word)
    require_no_address(word)
    if path.is_dir():
        return _in_folder(path)
    if path.exists() or not any(sign in word for sign in PATTERN):
        if not path.exists():
            raise VidpredError(
                f"{not_there(path)}; give the path of a video file or of a folder of numbered frames, or a pattern"
            )
        return [path], False
    matches = sorted(Path(match) for match in glob.glob(word, recursive=True))  # noqa: PTH207 - an absolute one too
    if not matches:
        raise VidpredError(f"nothing matches the pattern {word}; give one such as 'videos/*.mp4'")
    return [clip for match in matches for clip in _or_itself(str(match))[0]], True


def _in_folder(folder: Path) -> tuple[list[Path], bool]:
    """Return the clips of a folder: itself if it holds frames and no video files, else those below it."""
    from vidpred.video import find_sources
    from vidpred.video.frame_folder import list_frames

    if list_frames(folder) and not _has_films(folder):
        return [folder], False
    sources = find_sources(folder)  # where a picture lies beside films, such as a contact sheet, it is no clip
    return [source for source in sources if not (source.is_dir() and _has_films(source))], True


def _has_films(folder: Path) -> bool:
    from vidpred.video.sources import films_in

    return bool(films_in(folder))

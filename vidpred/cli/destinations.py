"""Where the files of a prediction go, for one clip or for each of several."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vidpred.cli.outputs import check_folder, check_outputs
from vidpred.cli.sample_files import sample_paths
from vidpred.errors import VidpredError
from vidpred.machine.files import given_stem, real_path

Place = TypeVar("Place")

NAME = "{name}"  # stands for the name of the clip
ENDINGS = (".mp4", ".gif", ".webp")


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Args:
        out: a file, a folder, or a pattern with ``{name}``; None takes NAME_future.mp4 in the current folder.
        sheet: a contact sheet, or a pattern for several.
        frames: a folder for predicted frames, or a pattern for several.
        compare: whether the prediction is compared with the truth.
        samples: how many futures are sampled; None samples none.
        overwrite: whether files that exist may be replaced.
    """

    out: str | None = None
    sheet: Path | None = None
    frames: Path | None = None
    compare: bool = False
    samples: int | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class Destination:
    """Where the files of one clip go; None is not written.

    Args:
        film: known frames and the future.
        single: each of several futures alone.
        spread: how far these differ.
        sheet: a contact sheet.
        pair: prediction and truth side by side.
        frames: folders for the predicted frames as PNG.
    """

    film: Path | None
    single: tuple[Path, ...]
    spread: Path | None
    sheet: Path | None
    pair: Path | None
    frames: tuple[Path, ...]

    @property
    def written(self) -> list[Path]:
        """All files and folders, in the order of writing."""
        return [path for path in (self.film, *self.single, self.spread, self.sheet, self.pair, *self.frames) if path]

    @property
    def is_there(self) -> bool:
        """Whether all of it has been written before."""
        return all(path.exists() for path in self.written)

    def check(self, overwrite: bool, clip: Path) -> None:
        """Refuse what cannot or must not be written.

        Raises:
            VidpredError: see :mod:`vidpred.cli.outputs` and :func:`vidpred.video.animation.check_film`.
        """
        from vidpred.video import probe
        from vidpred.video.animation import check_film

        films = [(path, path.suffix.lower()) for path in (self.film, self.spread, self.pair) if path]
        check_outputs([*films, (self.sheet, ".png")], overwrite, clip)
        check_outputs([(path, path.suffix.lower()) for path in self.single], overwrite, clip, claimed=False)
        for folder in self.frames:
            check_folder(folder, overwrite)
        if films:
            info = probe(clip)
            for path in self.single or filter(None, [self.film]):  # where there are several, the film is shrunk
                check_film(path, info.width, info.height, info.frame_rate)
            if self.pair:
                check_film(self.pair, 2 * info.width, info.height, info.frame_rate)


def destinations_of(clips: Sequence[Path], several: bool, wanted: Wanted) -> list[Destination]:
    """Return where the files of each clip go.

    Args:
        clips: what is predicted.
        several: whether more than one may have been meant, even if one was found.
        wanted: what is asked for.

    Raises:
        VidpredError: one name for several clips, or a name whose ending is not known.
    """
    for option, word in (("--out", wanted.out), ("--sheet", wanted.sheet), ("--frames", wanted.frames)):
        fits_all = word is None or NAME in str(word) or (option == "--out" and is_folder(str(word)))
        if several and not fits_all:
            raise VidpredError(
                f"{option} {word} is one name for several clips; put {NAME} into it, which stands for the name of each"
                + (", or give a folder: a name that ends in /" if option == "--out" else "")
            )
    found = each_its_own(clips, lambda name: _destination(name, several, wanted), lambda one: one.written)
    known = {real_path(clip) for clip in clips} if several else set()
    for path in (path for one in found for path in one.written):
        if real_path(path) in known:
            raise VidpredError(f"the output {path} is one of the videos, which are never replaced; choose another name")
    return found


def each_its_own(
    clips: Sequence[Path], made: Callable[[str], Place], written: Callable[[Place], Sequence[Path]]
) -> list[Place]:
    """Return where the files of each clip go; its name gets a number where an earlier one's files have the same names.

    Args:
        clips: of any names, also equal ones.
        made: returns where files go, by the name of their clip.
        written: returns which files these are.

    Raises:
        VidpredError: a number does not help, since what is asked for gives all clips one name.
    """
    seen = Counter[str]()
    owners: dict[str, Path] = {}  # of the files so far
    found = list[Place]()
    for clip in clips:
        name = given_stem(clip)
        for _ in range(len(owners) + 1):  # each file is in the way of one number
            seen[name] += 1
            one = made(name if seen[name] == 1 else f"{name}_{seen[name]}")
            files = [os.path.abspath(path) for path in written(one)]  # noqa: PTH100 - links are not followed
            _require_different(files)
            if owners.keys().isdisjoint(files):
                break
        else:
            file = next(file for file in files if file in owners)
            raise VidpredError(
                f"{file} is the output of both {owners[file]} and {clip}; put {NAME} where it gives each another file"
            )
        owners |= dict.fromkeys(files, clip)
        found.append(one)
    return found


def _require_different(files: Sequence[str]) -> None:
    """Refuse two outputs of one clip that have one name.

    Raises:
        VidpredError: there are such.
    """
    twice = next((file for file, number in Counter(files).items() if number > 1), None)
    if twice is not None:
        raise VidpredError(
            f"{twice} would be two outputs at once; give --out, --sheet and --frames names of their own, and leave "
            "--frames out where --out is a folder"
        )


def is_folder(word: str) -> bool:
    """Return whether a word names a folder: one that exists, or will since it ends in a slash."""
    return word.endswith(("/", os.sep)) or (NAME not in word and os.path.isdir(word))  # noqa: PTH112 - of any length


def _destination(name: str, several: bool, wanted: Wanted) -> Destination:
    word = (wanted.out if wanted.out is not None else f"{NAME}_future.mp4").replace(NAME, name)
    folder = is_folder(word)
    out = Path(word)
    if folder and several and NAME not in str(wanted.out):
        out, folder = out / f"{name}_future.mp4", False
    if not folder and out.suffix.lower() not in ENDINGS:
        raise VidpredError(
            f"the output {out} does not end in {', '.join(ENDINGS)}, which are what is written; rename it, or end it "
            "in / for a folder of PNG frames"
        )
    single, spread = sample_paths(out, wanted.samples) if wanted.samples and not folder else ([], None)
    sheet = Path(str(wanted.sheet).replace(NAME, name)) if wanted.sheet else None
    frames = [Path(str(wanted.frames).replace(NAME, name))] if wanted.frames else []
    ending = ".mp4" if folder else out.suffix
    return Destination(
        film=None if folder else out,
        single=tuple(single),
        spread=spread,
        sheet=sheet or (out.with_suffix(".png") if wanted.compare else None),
        pair=out.with_name(f"{out.stem}_compare{ending}") if wanted.compare else None,
        frames=tuple([out, *frames] if folder else frames),
    )

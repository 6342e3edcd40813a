"""Groups of videos to fine-tune on, one source each: found by their names or listed, and laid out in folders."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from vidpred.errors import VidpredError
from vidpred.video.sources import SUFFIXES

FEWEST, MOST = 3, 30  # clips of a group
NUM_GROUPS = 10
NUM_OTHERS = 12  # videos of other sources
HELD_OUT = 3  # one in so many videos of a group is held out


@dataclass(frozen=True)
class Groups:
    """Which videos stand for whose collection.

    Args:
        videos: files by the name of their group, in order.
        others: files of other sources, on which nothing may be lost.
        seen: names of groups whose videos the shipped weights were trained on.
    """

    videos: Mapping[str, Sequence[Path]]
    others: Sequence[Path]
    seen: frozenset[str] = field(default=frozenset())

    @classmethod
    def by_name(cls, folder: Path) -> "Groups":
        """Group the videos of ``folder`` by the letters that their names begin with.

        The ten largest groups of at least three clips count, with 30 clips each at most, evenly spaced; the others are
        twelve videos, evenly spaced, of those whose letters less than three share.
        """
        found: dict[str, list[Path]] = {}
        for path in _videos_in(folder):
            letters = re.match(r"[^\W\d_]*", path.stem)
            found.setdefault(letters.group() if letters else "", []).append(path)
        ranked = sorted((name for name in found if len(found[name]) >= FEWEST), key=lambda name: -len(found[name]))
        alone = [path for name, paths in found.items() if len(paths) < FEWEST for path in paths]
        chosen = {name: evenly(found[name], MOST) for name in ranked[:NUM_GROUPS]}
        return cls(chosen, evenly(alone, NUM_OTHERS))

    @classmethod
    def listed(cls, folder: Path, path: Path) -> "Groups":
        """Read which videos of ``folder`` make which group from a YAML file.

        Its keys: ``groups``, names of files (* and ? stand for anything) by group; ``others``, such names; and
        ``seen``, names of groups. Of more than 30 files, 30 count, evenly spaced.

        Raises:
            VidpredError: the file is no such one, or names a group of fewer than three videos.
        """
        try:
            tree = yaml.safe_load(path.read_text())
            files = _videos_in(folder)
            groups = {str(name): evenly(_matching(files, names), MOST) for name, names in tree["groups"].items()}
            others, seen = _matching(files, tree["others"]), frozenset(map(str, tree.get("seen", [])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            raise VidpredError(
                f"{path} lists no groups ({error!r}); write groups: {{NAME: [FILE]}}, others: [FILE]"
            ) from None
        for name, videos in groups.items():
            if len(videos) < FEWEST:
                raise VidpredError(
                    f"group {name} of {path} has {len(videos)} videos in {folder}; list {FEWEST} or more"
                )
        return cls(groups, others, seen)

    def lay_out(self, out: Path) -> None:
        """Link to the videos from ``out/groups/NAME/train``, ``out/groups/NAME/held_out`` and ``out/others``."""
        for name, videos in self.videos.items():
            for number, video in enumerate(videos):
                side = "held_out" if number % HELD_OUT == 1 else "train"
                _link(out / "groups" / name / side, video)
        for video in self.others:
            _link(out / "others", video)

    def describe(self, name: str) -> dict[str, Any]:
        """Return what a table says of a group."""
        number = len(self.videos[name])
        held_out = (number + 1) // HELD_OUT
        return {"train": number - held_out, "held_out": held_out, "seen": name in self.seen}


def evenly(items: Sequence[Path], number: int) -> list[Path]:
    """Return ``number`` of ``items``, evenly spaced; all where there are no more."""
    number = min(number, len(items))
    return [items[(2 * part + 1) * len(items) // (2 * number)] for part in range(number)]


def _videos_in(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise VidpredError(f"there is no video in {folder}; name a folder of them")
    return found


def _matching(files: Sequence[Path], names: Sequence[str]) -> list[Path]:
    return [path for path in files if any(fnmatch(path.name, name) for name in names)]


def _link(folder: Path, video: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / video.name
    if not link.is_symlink():
        link.symlink_to(video.resolve())

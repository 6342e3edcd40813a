"""Selects the videos that a text file names."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from vidpred.errors import VidpredError, did_you_mean, printable
from vidpred.machine.regular_files import decoded, require_regular
from vidpred.wording import listed

MOST_NAMED = 3  # unknown names that a message lists


def name_below(path: Path, source: Path) -> str:
    """Return what to call the video at ``path``, found in ``source``: printable, whatever somebody else named it."""
    return printable(path.name if path == source else str(path.relative_to(source)))


def select(paths: Sequence[Path], source: Path, listing: Path) -> list[Path]:
    """Return those of ``paths`` that ``listing`` names.

    Args:
        paths: of the videos found in ``source``.
        source: the folder, or the one video.
        listing: a text file with one name per line, relative to ``source``, as people, ``find .`` and Windows write
            them: with ./ before it or not, with / or \\, and with accents in either form of Unicode, in UTF-8 or with
            the mark of UTF-16; blank lines and lines that begin with # are skipped.

    Raises:
        VidpredError: the file cannot be read, names nothing, or names what is not in ``source``.
    """
    require_regular(listing, "the list of videos")
    try:
        lines = [line.strip() for line in decoded(listing.read_bytes()).splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text in UTF-8"
        raise VidpredError(
            f"the list of videos {listing} cannot be read ({reason}); give a text file with one file name per line"
        ) from None
    names = {line for line in lines if line and not line.startswith("#")}
    if not names:
        raise VidpredError(f"the list of videos {listing} names none; write one file name per line into it")
    found = {name_below(path, source): path for path in paths}
    plain = {_plain(name): name for name in found}
    names = {name if name in found else plain.get(_plain(name), name) for name in names}
    if unknown := sorted(names - found.keys()):
        raise VidpredError(
            f"{listing} names {listed(unknown, MOST_NAMED)}, but {source} holds no such video"
            f"{did_you_mean(unknown[0], found)}; correct the names or add the videos"
        )
    return [path for name, path in found.items() if name in names]


def _plain(name: str) -> str:
    """Return a name in the one form that all spellings of it share."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")

"""Tells addresses on a network, and the standard input, from paths, also where they have passed for a path."""

import re
from pathlib import Path
from urllib.parse import unquote

from vidpred.errors import VidpredError

STANDARD_INPUT = "-"
FILE = re.compile(r"(?:^|/)file:/+(?:localhost/+)?(?=[^/])", re.I)  # before the path of a file on this machine
ADDRESS = re.compile(r"(?:^|/)([a-z][a-z0-9+.-]+):/{1,2}(?=[^/])", re.I)  # of a drive, one letter stands before :


def address_in(word: str | Path) -> str | None:
    """Return the address, such as https://host/film.mp4, that a word is; None where it is a path.

    Where a path was made of it, two slashes have become one, and a folder may stand before it.
    """
    text = str(word)
    found = None if FILE.search(text) else ADDRESS.search(text)
    return f"{found[1].lower()}://{text[found.end() :]}" if found and not Path(word).exists() else None


def require_no_address(word: str | Path) -> None:
    """Refuse an address, and the standard input, where a file is to be read.

    Raises:
        VidpredError: it is one.
    """
    if str(word) == STANDARD_INPUT and not Path(word).exists():
        raise VidpredError(
            "- is the standard input, which only `vidpred live -` reads; write the video to a file, and give that"
        )
    if (found := FILE.search(str(word))) and not Path(word).exists():
        path = f"/{unquote(str(word)[found.end() :])}"
        raise VidpredError(f"file://{path} is the address of a file, and only paths are read; give its path, {path}")
    if address := address_in(word):
        raise VidpredError(f"{address} is an address, and only files and folders are read; download it, and give that")

"""Opens files: no named pipes, devices or sockets, since reading one may never end, and under any name."""

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vidpred.errors import VidpredError


def require_regular(path: Path, what: str) -> None:
    """Refuse what is there, but is neither a file nor a folder.

    Args:
        path: that is about to be opened; links are followed, and what is missing is left to the one who opens it.
        what: it is to be, for the message, such as ``the config``.

    Raises:
        VidpredError: it is a named pipe, a device or a socket.
    """
    try:
        special = path.exists() and not (path.is_file() or path.is_dir())
    except OSError:  # such as a name that is too long, of which opening says more
        return
    if special:
        raise VidpredError(
            f"{what} {path} is a named pipe, a device or a socket, which is never opened; copy what it gives into a "
            "file and name that"
        )


def read_small(path: Path, most: int) -> bytes:
    """Return the content of a file.

    Args:
        path: of the file.
        most: bytes that it may have.

    Raises:
        OSError: it cannot be read.
        OverflowError: it is larger; no more than that is read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(min(most, size) + 1)  # as much memory is taken as is asked for, however small the file
    if size > most or len(content) > most:
        raise OverflowError(f"more than {most:,} bytes")
    return content


def decoded(content: bytes) -> str:
    """Decode a text in UTF-8, or in the UTF-16 that Windows PowerShell writes, which begins with its byte order mark.

    Raises:
        UnicodeDecodeError: it is neither.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if marked else "utf-8-sig")


@contextmanager
def utf8_name(path: Path) -> Iterator[str]:
    """Yield a name by which a file can be opened: its own, or where that is no UTF-8 one of an open descriptor of it.

    Raises:
        OSError: the file cannot be opened.
    """
    name = str(path)
    if name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name):
        yield name
        return
    with path.open("rb") as file:
        yield f"/dev/fd/{file.fileno()}"

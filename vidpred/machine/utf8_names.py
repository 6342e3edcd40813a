"""Names of files for libraries that take names in UTF-8 alone, such as safetensors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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

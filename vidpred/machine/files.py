"""Files that appear whole or not at all, and what tells one file from another."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Offer a temporary path beside ``path`` to write to; it takes the name only when all went well.

    The content is on the disk before the name changes, so that a crash at any moment leaves either
    the old file or the new one. The suffix of ``path`` is kept, for writers that go by it.

    Raises:
        OSError: it cannot be written; ``filename`` says what, which a full disk by itself does not.
    """
    temporary = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        temporary.touch()
        permissions = temporary.stat().st_mode  # of any new file; some writers put a private one in its place
        yield temporary
        temporary.chmod(permissions)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.filename in (None, str(temporary)):
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all; names of files are kept byte by byte."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="surrogateescape")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Files that appear whole or not at all, what a killed process leaves of them, and what tells one file from another."""

import errno
import hashlib
import os
import re
import stat
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.machine.name_length import longest_name, shortened

try:
    import fcntl
except ImportError:  # a system without it, where the age of a file decides whether somebody still writes it
    fcntl = None  # type: ignore[assignment]

KNOWS_LOCKS = fcntl is not None
ABANDONED = 86_400  # seconds, after which a temporary file counts as left behind where nothing better tells
TEMPORARY = re.compile(r"\.(?P<stem>.+)\.[0-9a-f]{8}(?P<suffix>(\.[^.]+)?)")
USUAL_LONGEST = 255  # bytes of a name, where the system does not say
LONGEST_CHARACTER = 4  # bytes
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # errors of a full disk
ANY_NAME = re.compile(".+")
MADE = os.O_RDWR | os.O_CREAT
THERE = os.O_RDWR | (os.O_NOFOLLOW if KNOWS_LOCKS else 0)
NEW_FILE = 0o666  # the permissions of any new file, less what the process leaves out


class NameTakenError(VidpredError):
    """A file has come to a name while what was to have it was written."""


@contextmanager
def replacing(path: Path, overwrite: bool = True) -> Iterator[Path]:
    """Offer a temporary path beside ``path`` to write to; it takes the name only when all went well.

    The content is on the disk before the name changes, so that a crash at any moment leaves either
    the old file or the new one. The suffix of ``path`` is kept, for writers that go by it, and as much of its stem
    as makes a name that the disk takes. Where the process is killed, the temporary file is left: see :func:`sweep`.

    Args:
        path: of the file.
        overwrite: whether a file that has come there meanwhile is replaced.

    Raises:
        NameTakenError: one has, and must stay.
        OSError: it cannot be written; ``filename`` says what, which a full disk by itself does not.
    """
    temporary = path.with_name(_temporary_name(path))
    with ExitStack() as held:
        held.callback(temporary.unlink, missing_ok=True)
        try:
            held.enter_context(_held(temporary))
            permissions = temporary.stat().st_mode  # of any new file; some writers put a private one in its place
            yield temporary
            temporary.chmod(permissions)
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
            if overwrite or not _take_free_name(temporary, path):
                temporary.replace(path)
        except OSError as error:
            if error.filename in (None, str(temporary)):
                error.filename = str(path)
            raise


@contextmanager
def all_or_none() -> Iterator[Callable[[Path], Path]]:
    """Offer a function to call with the path of each of several files before it is written, which returns the path.

    Where not all come to be written, because of an error or a signal, those go again that were not there before,
    but not one that others have put there meanwhile. So do folders that were announced before they were made, if they
    are empty then.
    """
    new: list[Path] = []

    def announced(path: Path) -> Path:
        if not is_taken(path):
            new.append(path)
        return path

    try:
        yield announced
    except BaseException as error:
        for path in reversed(new[:-1] if isinstance(error, NameTakenError) else new):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise


def missing_folders(folder: Path) -> list[Path]:
    """Return which of a folder and those that it is in are not there, the innermost first."""
    return list(takewhile(lambda each: not os.path.exists(each), (folder, *folder.parents)))  # noqa: PTH110 - of any length


def take_away_empty(folders: Iterable[Path]) -> None:
    """Remove the folders that are empty, of those that are there; the innermost come first."""
    for folder in folders:
        with suppress(OSError):  # something is in it
            folder.rmdir()


def _take_free_name(temporary: Path, path: Path) -> bool:
    """Give a file another name, if nothing has it; return False where the disk cannot do so in one go.

    Raises:
        NameTakenError: something has that name.
    """
    try:
        os.link(temporary, path)
    except OSError:
        if is_taken(path):
            raise NameTakenError(f"{path} exists; choose another name, or allow it to be overwritten") from None
        return False
    return True


def is_taken(path: Path) -> bool:
    """Return whether anything has that name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def require_writable(folder: Path) -> None:
    """Refuse a folder that no file can be put into, found out by putting one there that has no name and soon is gone.

    Raises:
        VidpredError: none can.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        remedy = "free some space" if error.errno in NO_SPACE else "change its permissions"
        raise VidpredError(
            f"the folder {folder} may not be written to ({error.strerror}); choose another, or {remedy}"
        ) from None


def require_appendable(file: Path) -> None:
    """Refuse a file that nothing can be added to, which is not changed.

    Raises:
        VidpredError: nothing can.
    """
    try:
        file.open("ab").close()
    except OSError as error:
        raise VidpredError(f"{file} may not be written to ({error.strerror}); change its permissions") from None


def sweep(folder: Path, of: re.Pattern[str] = ANY_NAME) -> None:
    """Remove the temporary files that killed processes have left in ``folder``.

    Only files go that :func:`replacing` named, and only those that no process holds: the system lets go of what
    a process held when it ends, however it ends. Where a system or a disk cannot tell, they go when they are a
    day old. Whatever cannot be removed, or is no file of its own, is left.

    Args:
        folder: which is not searched below, and need not be there.
        of: the whole names that the files were to take.
    """
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    for path in paths:
        meant = TEMPORARY.fullmatch(path.name)
        if meant and of.fullmatch(meant["stem"] + meant["suffix"]):
            with suppress(OSError):
                _remove_unless_held(path)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all; names of files are kept byte by byte."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="surrogateescape")


def from_home(path: str | Path) -> Path:
    """Return a path with a ``~`` at its beginning replaced by the home folder that it means, if there is one.

    Shells do so for words, but not for what stands behind ``=``, nor do files of settings.
    """
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where there is none


def real_path(path: str | Path) -> Path:
    """Return where a path leads, links followed; a link that leads to itself is left as it is, so that it is missing.

    ``Path.resolve`` raises a RuntimeError of those before Python 3.13.
    """
    return Path(os.path.realpath(path))


def given_stem(path: Path) -> str:
    """Return the name of a file or folder without its ending: that of a link itself, and of what ``.`` means."""
    return Path(os.path.abspath(path)).stem  # noqa: PTH100 - links are not followed


def not_there(path: Path) -> str:
    """Return what to say of a path where nothing is: that it is a link which leads nowhere, or does not exist."""
    try:
        return f"{path} is a link to {path.readlink()}, which leads nowhere"
    except OSError:  # it is no link
        return f"{path} does not exist"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _temporary_name(path: Path) -> str:
    """Return a hidden name of its own for what will be ``path``, no longer than the disk takes."""
    mark = f".{uuid.uuid4().hex[:8]}"
    most = (longest_name(path.parent) or USUAL_LONGEST) - len(f".{mark}")
    suffix = shortened(path.suffix, most - LONGEST_CHARACTER)  # the stem is never empty
    return f".{shortened(path.stem, most - len(os.fsencode(suffix)))}{mark}{suffix}"


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Make a file, and hold it, so that others see that it is being written; not every system can do so."""
    if fcntl is None:
        path.touch()
        yield
        return
    descriptor = os.open(path, MADE, NEW_FILE)
    try:
        while not _is_ours(descriptor, path):  # swept by another process before it was held
            os.close(descriptor)
            descriptor = os.open(path, MADE, NEW_FILE)
        yield
    finally:
        os.close(descriptor)


def has_name(descriptor: int, path: Path) -> bool:
    """Return whether an open file still is what stands at ``path``, and no link to it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False


def can_be_held(descriptor: int) -> bool:
    """Hold an open file, if it can be told that nobody else does; the system lets go of it when the process ends.

    Returns:
        False where the system or the disk knows no such thing.

    Raises:
        BlockingIOError: another process holds it.
    """
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a disk that knows no such thing
        return False
    return True


def _is_ours(descriptor: int, path: Path) -> bool:
    """Hold an open file, and say whether it still has its name."""
    with suppress(OSError):  # of disks that know no such thing
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return has_name(descriptor, path)


def _remove_unless_held(path: Path) -> None:
    """Remove a file, unless a process writes it.

    Raises:
        OSError: it cannot be removed, or a process holds it.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        return
    descriptor = os.open(path, THERE)
    try:
        if not can_be_held(descriptor) and time.time() - os.fstat(descriptor).st_mtime <= ABANDONED:
            return
        path.unlink()
    finally:
        os.close(descriptor)

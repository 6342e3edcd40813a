"""Claims outputs, and refuses those that cannot or must not be written, before anything is computed."""

from collections.abc import Sequence
from pathlib import Path

import typer

from vidpred.cli.claims import claim
from vidpred.errors import VidpredError, printable, printable_lines
from vidpred.machine.files import is_taken, require_writable
from vidpred.machine.name_length import require_fitting
from vidpred.wording import folded


def check_folder(folder: Path, overwrite: bool = False) -> None:
    """Refuse a folder that files cannot be put into without touching others, and claim it.

    Raises:
        VidpredError: it is a file, has something in it, may not be written to, its name is too long, or another command
            writes to it.
    """
    require_fitting(folder)
    claim(folder)
    if is_taken(folder) and not folder.is_dir():
        what = "a file" if folder.exists() else "a link that leads nowhere"
        raise VidpredError(f"{folder} is {what}, but a folder is needed for the output; choose another name")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise VidpredError(f"the folder {folder} is not empty; choose a new one for the output, or empty it yourself")
    place = folder
    while not place.exists():
        place = place.parent
    require_writable(place)


def check_outputs(
    outputs: Sequence[tuple[Path | None, str]], overwrite: bool, video: Path | None = None, claimed: bool = True
) -> None:
    """Refuse files that cannot or must not be written, and claim them.

    Args:
        outputs: each with the suffix that it must have; None is not written.
        overwrite: whether files that exist may be replaced.
        video: what is read, which is never replaced.
        claimed: whether each is claimed; those that are named after a claimed one need not be.

    Raises:
        VidpredError: one has another suffix, a name that is too long, is a folder or the video itself, exists, has
            no place, or another command writes it.
    """
    for path, suffix in outputs:
        if path is None:
            continue
        if path.suffix.lower() != suffix:
            raise VidpredError(f"the output {path} does not end in {suffix}, which is what is written; rename it")
        require_fitting(path)
        if path.is_dir():
            raise VidpredError(f"the output {path} is a folder; choose the name of a file")
        if claimed:
            claim(path)
        if video is not None and path.exists() and video.exists() and path.samefile(video):
            raise VidpredError(f"the output {path} is the video itself, which is never replaced; choose another name")
        if is_taken(path) and not overwrite:
            raise VidpredError(f"the output {path} exists; choose another name, or replace it with --overwrite")
        if not path.parent.is_dir():
            raise VidpredError(f"there is no folder {path.parent} to write {path.name} to; create it or choose another")
        require_writable(path.parent)


def check_rewritten(film: str, out: Path, overwrite: bool) -> None:
    """Refuse a film that cannot be written again as ``out``, and claim that.

    Raises:
        VidpredError: the film is an address or no file, ``out`` cannot or must not be written, or another command
            writes it.
    """
    from vidpred.video.addresses import require_no_address
    from vidpred.video.films.longer import check_film

    require_no_address(film)
    claim(out)
    check_film(Path(film), out, overwrite)


def one_output(word: Path | None, option: Path | None) -> Path | None:
    """Return the output that is named by a word of its own or by ``--out``.

    Raises:
        VidpredError: it is named by both.
    """
    if word is not None and option is not None:
        raise VidpredError(f"the output is named twice, as {word} and as --out {option}; leave one of them out")
    return word or option


def say(text: str, err: bool = False) -> None:
    """Print lines with their control characters escaped, such as those that names of files may hold.

    Args:
        text: what is printed.
        err: whether to print it to stderr.
    """
    typer.echo(printable_lines(text), err=err)


def say_folded(text: str) -> None:
    """Print lines as :func:`say` does, long ones broken between words."""
    say(folded(text))


def say_written(path: Path, more: str = "", err: bool = False) -> None:
    """Say that ``path`` was written, and ``more`` about it, in one line."""
    typer.echo(printable(f"wrote {path}{more}"), err=err)

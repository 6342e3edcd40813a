"""``vidpred cache``: the videos and images that are kept decoded, and their size; removes those that are named."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.outputs import say
from vidpred.errors import VidpredError
from vidpred.wording import DAY, MINUTE, counted, say_time

if TYPE_CHECKING:
    from vidpred.data.store_content import Stored

LONGEST_NAME = 36  # characters


def cache(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only what was decoded from a file whose name contains a word.")
    ] = None,
    older_than: Annotated[
        float | None, typer.Option(help="Only what was decoded more than so many days ago.", min=0)
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove what is listed, after asking; your own files are never touched.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    folder: Annotated[
        Path | None, typer.Option(help="The folder; by default $VIDPRED_CACHE, else ~/.cache/vidpred.")
    ] = None,
) -> None:
    """List the decoded videos and images that training keeps, with their sizes; with --remove, clear them away.

    They are decoded again when they are needed, which takes a while; a run that is reading them now would stop. What
    normal videos showed to `vidpred watch` is kept there too, listed in one line where no word asks for their names,
    and looked at again when it is needed.
    """
    from vidpred.data.clip_store import default_folder
    from vidpred.data.store_content import list_stored
    from vidpred.data.store_content import remove as remove_stored

    if folder is not None and not folder.is_dir():
        raise VidpredError(f"there is no folder {folder}; name one that data.cache or VIDPRED_CACHE names, or none")
    place = folder or default_folder()
    everything = list_stored(place)
    chosen = [item for item in everything if _is_meant(item, words, older_than)]
    for line in _lines(chosen, grouped=not words):
        say(line)
    total = sum(item.num_bytes for item in everything)
    meant = sum(item.num_bytes for item in chosen)
    part = "" if len(chosen) == len(everything) else f", of {len(everything)} that {_take(everything)} {_size(total)}"
    say(f"{len(chosen)} in {place} {_take(chosen)} {_size(meant)}{part}")
    if not remove or not chosen:
        return
    if not yes and not sys.stdin.isatty():
        raise VidpredError("nothing was removed, since nobody can be asked here; add --yes to remove what is listed")
    if not yes and not typer.confirm(f"remove these {len(chosen)} ({_size(meant)})?"):
        typer.echo("nothing was removed")
        return
    remove_stored(chosen)
    typer.echo(f"removed {len(chosen)}, which took {_size(meant)}")


def _take(items: Sequence["Stored"]) -> str:
    return "takes" if len(items) == 1 else "take"


def _is_meant(item: "Stored", words: list[str] | None, older_than: float | None) -> bool:
    named = not words or any(word in item.name for word in words)
    return named and (older_than is None or item.age() > older_than)


def _lines(items: Sequence["Stored"], grouped: bool) -> list[str]:
    """Return a line for each item, largest first; where they are grouped, one for all normal videos."""
    alike = Counter(_look(item) for item in items)
    lines = [(item, _line(item, with_folder=alike[_look(item)] > 1)) for item in items]
    watched = [item for item in items if item.is_watched] if grouped else []
    if not watched[1:]:
        return [line for _, line in lines]
    sizes = [(item.num_bytes, line) for item, line in lines if not item.is_watched]
    sizes.append((sum(item.num_bytes for item in watched), _group(watched)))
    return [line for _, line in sorted(sizes, key=lambda sized: -sized[0])]


def _group(watched: Sequence["Stored"]) -> str:
    size, frames = (sum(numbers) for numbers in zip(*((i.num_bytes, (*i.shape, 0)[0]) for i in watched), strict=True))
    ages = sorted(item.age() for item in watched)
    old = " to ".join(dict.fromkeys((_time(ages[0]), _time(ages[-1]))))
    name = f"{len(watched)} normal videos"
    return f"{name:<{LONGEST_NAME}} {_size(size):>9}  {_shown(frames)}, {old} old"


def _look(item: "Stored") -> tuple[object, ...]:
    """Return what a line shows that tells its item from others, but for the age."""
    return item.name, item.shape, _how(item)


def _line(item: "Stored", with_folder: bool) -> str:
    from vidpred.data.usage import end_of_name

    name = end_of_name(item.name or ("images" if item.is_images else "(unknown)"), LONGEST_NAME)
    number, height, width = (*item.shape, 0, 0, 0)[:3]
    if item.is_watched:
        what = _shown(number)
    elif item.shape:
        what = f"{counted(number, 'image' if item.is_images else 'frame')} of {width} x {height}{_how(item)}"
    else:
        what = "no frames"
    place = f", of {end_of_name(item.folder, LONGEST_NAME)}" if with_folder and item.folder else ""
    return f"{name:<{LONGEST_NAME}} {_size(item.num_bytes):>9}  {what}{place}, {_time(item.age())} old"


def _how(item: "Stored") -> str:
    """Say what tells a copy apart from others of the same file, besides the size and the number of its frames."""
    asked, rate = item.asked_resolution, item.asked_rate
    remarks = (
        "grey" if item.is_greyscale else "",
        f"for data.resolution={asked}" if asked is not None else "",
        f"at {rate:g} frames/s" if rate is not None else "",
        "repeats left out" if item.has_no_repeats else "",
    )
    return "".join(f", {remark}" for remark in remarks if remark)


def _time(days: float) -> str:
    """Write "3 days", "5 hours", "12 minutes" or, as nobody counts them, "seconds"."""
    return "seconds" if days * DAY < MINUTE else say_time(days * DAY)


def _shown(frames: int) -> str:
    return f"what {counted(frames, 'frame')} {'shows' if frames == 1 else 'show'} vidpred watch"


def _size(num_bytes: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if num_bytes >= size:
            return f"{num_bytes / size:.1f} {unit}"
    return f"{num_bytes / 1e3:.1f} kB"

"""How sentences for people say how many there are of something, and which."""

import textwrap
from collections.abc import Sequence
from numbers import Integral

LONGEST_LIST = 12  # names
PAGE_WIDTH = 100  # characters of a line
CONTINUED = 4  # columns by which a line that goes on is indented
MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def counted(number: float, noun: str) -> str:
    """Return "1 clip", "1,200 clips", "2 classes" or "0.5 minutes": so many of what a regular noun names."""
    amount = f"{int(number):,}" if isinstance(number, Integral) else f"{number:g}"
    return f"{amount} {noun if number == 1 else _plural(noun)}"


def there_are(number: int, noun: str) -> str:
    """Return "there is 1 image" or "there are 3 images"."""
    return f"there {'is' if number == 1 else 'are'} {counted(number, noun)}"


def are(number: int) -> str:
    """Return "1 is" or "1,200 are": so many are."""
    return f"{number:,} {'is' if number == 1 else 'are'}"


def _plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def clip_or_image(clip_length: int) -> str:
    """Return what people call a clip of so many frames, in the singular."""
    return "image" if clip_length == 1 else "clip"


def percent(share: float) -> str:
    """Return "5%", "0.25%" or "0.001%": a share in percent, by three digits at most."""
    return f"{float(f'{100 * share:.3g}'):.12g}%"


def counted_clips(clips: int, videos: int) -> str:
    """Return "1 clip of 1 video", "40 clips of 20 videos"."""
    return f"{counted(clips, 'clip')} of {counted(videos, 'video')}"


def listed(names: Sequence[str], most: int = LONGEST_LIST) -> str:
    """Return the first of some names, ``most`` of them, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def without_effect(settings: Sequence[str], reason: str, most: int = LONGEST_LIST) -> str:
    """Return "a=1 has no effect, since ..." or "a=1, b=2 have no effect, since ...", at ``most`` so many of them."""
    return f"{listed(settings, most)} {'has' if len(settings) == 1 else 'have'} no effect, since {reason}"


def folded(text: str, width: int | None = PAGE_WIDTH) -> str:
    """Return text with its lines broken between words where they have more than ``width`` characters.

    What goes on is indented; a longer word, such as a path, stays whole. None breaks no line.
    """
    return text if width is None else "\n".join(_folded(line, width) for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + CONTINUED)
    return textwrap.fill(
        line, width, subsequent_indent=indent, expand_tabs=False, break_long_words=False, break_on_hyphens=False
    )


def say_time(seconds: float) -> str:
    """Write ``40 seconds``, ``12 minutes``, ``2.5 hours`` or ``3 days``; a second where it is less."""
    if seconds < 1.5 * MINUTE:
        return counted(max(1, round(seconds)), "second")
    if seconds < 1.5 * HOUR:
        return counted(round(seconds / MINUTE), "minute")
    unit, name = (HOUR, "hour") if seconds < 2 * DAY else (DAY, "day")
    return counted(round(seconds / unit, 1), name)

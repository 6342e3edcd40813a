"""Refuses timestamps that a video does not reach, in the same words for files and for folders."""

from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.wording import are, counted

ROUNDING = 1e-6  # seconds


def check_timestamp(path: Path, at: float | None, duration: float | None) -> None:
    """Refuse a timestamp outside the video.

    Raises:
        VidpredError: ``at`` is negative or beyond the ``duration``, both in seconds.
    """
    if at is not None and (not at >= 0 or (duration is not None and at > duration + ROUNDING)):
        lasts = f"lasts {duration:.2f} s" if duration is not None else "begins at 0 s"
        raise VidpredError(f"second {at:g} is outside {path}, which {lasts}; choose a time within it")


def check_enough(
    path: Path,
    found: int,
    num_before: int,
    num_after: int,
    at: float | None,
    since: float | None = None,
    after: int = 0,
) -> None:
    """Refuse a window that the video is too short for.

    Args:
        path: of the video.
        found: frames before.
        num_before: frames that are needed before.
        num_after: frames to hold back at the end.
        at: seconds; None for the end.
        since: seconds, of the pause after which the frames begin, if after one.
        after: frames found at the end, to hold back.

    Raises:
        VidpredError: fewer than ``num_before`` frames were found.
    """
    if found >= num_before:
        return
    number = found if at is not None else found + after
    places = [f"after the break at second {since:.2f}"] if since is not None else []
    places += [f"up to second {at:g}"] if at is not None else []
    there = f"{counted(number, 'frame')} {' and '.join(places)}".rstrip()
    remedies = [f"lower the horizon to {number - num_before}"] if at is None and number > num_before else []
    remedies += ["choose a later time"] if at is not None else []
    remedies += ["give a longer video"]
    remedies += ["choose a time before the break"] if since is not None else []
    remedies += ["use a predictor with a shorter context"] if num_before > 1 else []
    advice = " or ".join(filter(None, (", ".join(remedies[:-1]), remedies[-1])))
    raise VidpredError(f"{path} has {there}, but {are(num_before)} needed{held_back(num_after, at)}; {advice}")


def held_back(num_after: int, at: float | None) -> str:
    """Return what to say of frames before those that are held back at the end; an empty text where none are."""
    if at is not None or not num_after:
        return ""
    last = "one, which is" if num_after == 1 else f"{num_after}, which are"
    return f" before the last {last} held back to compare with"

"""Refuses timestamps that a video does not reach, in the same words for files and for folders."""

from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.wording import counted

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
    path: Path, found: int, num_before: int, num_after: int, at: float | None, since: float | None = None
) -> None:
    """Refuse a window that the video is too short for.

    Args:
        path: of the video.
        found: frames before.
        num_before: frames that are needed before.
        num_after: frames held back at the end.
        at: seconds; None for the end.
        since: seconds, of the pause after which the frames begin, if after one.

    Raises:
        VidpredError: fewer than ``num_before`` frames were found.
    """
    if found < num_before:
        place = f"up to second {at:g}" if at is not None else "before the end"
        if since is not None:
            place = f"after the break at second {since:.2f}" + (f" and {place}" if at is not None else "")
        held_back = f" besides the last {num_after}" if at is None and num_after else ""
        remedy = "choose a later time" if at is not None else "give a longer video"
        if since is not None:
            remedy += ", choose a time before the break"
        raise VidpredError(
            f"{path} has {counted(found, 'frame')} {place}{held_back}, but {num_before} are needed; {remedy} "
            "or use a predictor with a shorter context"
        )

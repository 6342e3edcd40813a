"""Puts pictures in the order of time where the counter of a camera began anew, as from IMG_9999 to IMG_0001."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

from vidpred.errors import VidpredError, note
from vidpred.video.frame_names.order import OrderedFrame
from vidpred.video.pictures.picture import taken_at

COUNTER = re.compile(r"(?<!\d)(\d{3,6})\D*")  # the last number of a name
OF_CAMERA = re.compile(  # the numbers of folder and picture by which cameras name, as in 100_0001
    r"(?P<before>.*?)(?<!\d)(?P<folder>[1-9]\d\d)(?!\d)(?P<between>.*?)(?<!\d)(?P<picture>\d{4})(?P<after>\D*)",
    re.DOTALL,
)
LAST = re.compile(r"9+|09999")  # the latter is that of DSC09999, after which cameras go on with DSC00001
LAST_OF_DRONE = re.compile(r"dji[-_ ]?0999\D*", re.IGNORECASE)  # after which comes DJI_0001
BY_CAMERA = re.compile(r"(?=.*[a-z])\w{4}\d{4}", re.IGNORECASE)  # as in IMG_9999 and DSC09999, of 8 characters


def unwrapped(frames: Sequence[OrderedFrame]) -> list[OrderedFrame]:
    """Return the frames with those of a sequence that were taken before its counter began anew before the others.

    So it is where numbers of one length reach up to the last there is (9999) and, after one gap, from 0 or 1 on, if the
    pictures say by EXIF that the high ones were taken first. Where they say nothing, the gap is to be longer than all
    that is there, since a shorter one may be of lost frames; and a note says it. After 100_9999, 101_0001 goes on.

    Args:
        frames: of a folder, one sequence after the other.
    """
    found = [frame for _, each in groupby(frames, lambda frame: frame.sequence) for frame in _unwrapped(list(each))]
    goes_on = [_is_in_next_folder(before.path.stem, after.path.stem) for before, after in pairwise(found)]
    return [
        *found[:1],
        *(replace(frame, continues=True) if goes else frame for goes, frame in zip(goes_on, found[1:], strict=True)),
    ]


def _is_in_next_folder(before: str, after: str) -> bool:
    """Return whether a picture is the first of the folder that a camera began when the one before was full."""
    last, first = OF_CAMERA.fullmatch(before), OF_CAMERA.fullmatch(after)
    return (
        last is not None
        and first is not None
        and (last["picture"], first["picture"]) == ("9999", "0001")
        and int(first["folder"]) == int(last["folder"]) + 1
        and last.group("before", "between", "after") == first.group("before", "between", "after")
    )


def _unwrapped(frames: list[OrderedFrame]) -> list[OrderedFrame]:
    are_two = _are_two_by_camera(frames)
    breaks = [index for index, frame in enumerate(frames) if are_two or not frame.continues]
    if len(breaks) != len((0, 1)) or not (last := _last_of_counter(frames)):
        return frames
    low, high = frames[: breaks[1]], frames[breaks[1] :]
    first = low[0]
    if first.number not in (0, 1) or high[-1].number != last:
        return frames
    taken = _time(first.path), _time(high[-1].path)
    is_said = all(taken) and taken[0] != taken[1]
    if taken[0] < taken[1] if is_said else high[0].number - low[-1].number <= len(frames):
        return frames
    if not is_said:
        note(
            f"in the folder {first.path.parent}, {first.path.name} is taken to follow {high[-1].path.name}, as where "
            "the counter of a camera begins anew; if that is wrong, put them into folders of their own"
        )
    after = [replace(frame, number=frame.number + last + 1 - first.number) for frame in low]
    return [replace(high[0], continues=False), *high[1:], replace(after[0], continues=True), *after[1:]]


def _are_two_by_camera(frames: Sequence[OrderedFrame]) -> bool:
    """Return whether there are two pictures, named as cameras do: others may be the first and last of a video."""
    if len(frames) != len((0, 1)) or frames[0].number != 1:
        return False
    return all(BY_CAMERA.fullmatch(frame.path.stem) for frame in frames)


def _last_of_counter(frames: Sequence[OrderedFrame]) -> int | None:
    """Return the last number that a counter of so many digits has; None where numbers are of several lengths."""
    found = [list(COUNTER.finditer(frame.path.stem)) for frame in frames]
    texts = [counters[-1][1] for counters in found if counters and counters[-1].end() == len(counters[-1].string)]
    is_counted = len(texts) == len(frames) and all(
        int(text) == frame.number for text, frame in zip(texts, frames, strict=True)
    )
    if not is_counted or len(set(map(len, texts))) > 1:
        return None
    is_last = LAST.fullmatch(texts[-1]) or LAST_OF_DRONE.fullmatch(frames[-1].path.stem)
    return int(texts[-1]) if is_last else None


def _time(path: Path) -> str:
    """Return when a picture was taken; nothing where it cannot be read, or does not say so."""
    try:
        return taken_at(path) or ""
    except (VidpredError, OSError):
        return ""

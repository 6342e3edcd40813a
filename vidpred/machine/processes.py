"""Which process of several this one is, as ``torchrun`` says it, and the names of devices; waits for no torch."""

import os
import re

from vidpred.errors import VidpredError, shown

RANK, WORLD_SIZE, LOCAL_RANK = "RANK", "WORLD_SIZE", "LOCAL_RANK"
MEETING_POINT = ("MASTER_ADDR", "MASTER_PORT")  # where processes find each other
DEVICE = re.compile(r"auto|(cpu|cuda|mps)(:[0-9]{1,3})?", re.ASCII)
LONGEST = 9  # digits of a number of processes


def require_device_name(name: str) -> str:
    """Return ``name``, if it is the name of a device, present or not.

    Raises:
        VidpredError: it is none.
    """
    if not DEVICE.fullmatch(name):
        raise VidpredError(f"there is no kind of device {shown(name)}; use auto, cpu, cuda, cuda:1 or mps")
    return name


def own_place() -> tuple[int, int]:
    """Return this process's number, from 0, and how many there are; 0 and 1 where it is alone.

    Raises:
        VidpredError: RANK and WORLD_SIZE of the environment do not say which.
    """
    rank, number = os.environ.get(RANK), os.environ.get(WORLD_SIZE)
    if rank is None and number in (None, "1"):
        return 0, 1
    place, most = _whole(rank), _whole("1" if number is None else number)
    if place is None or most is None or place >= most:
        raise VidpredError(
            f"RANK is {shown(rank)} and WORLD_SIZE {shown(number)}, but a process has a number below that of all; set "
            "both, as torchrun does, or neither"
        )
    return place, most


def own_gpu() -> int:
    """Return which of the machine's GPUs is this process's, from 0.

    Raises:
        VidpredError: LOCAL_RANK of the environment is no number.
    """
    place = _whole(told := os.environ.get(LOCAL_RANK, "0"))
    if place is None:
        raise VidpredError(
            f"LOCAL_RANK is {shown(told)}, but a GPU has a number; set it as torchrun does, or not at all"
        )
    return place


def require_meeting_point() -> None:
    """Refuse to wait for other processes where the environment does not say how they find each other.

    Raises:
        VidpredError: it does not.
    """
    if missing := [name for name in MEETING_POINT if not os.environ.get(name)]:
        raise VidpredError(
            f"WORLD_SIZE is {os.environ.get(WORLD_SIZE)}, but {' and '.join(missing)} is not set, by which processes "
            "find each other; start them with torchrun, or take WORLD_SIZE and RANK out of the environment"
        )


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST else None

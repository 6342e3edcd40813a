"""The ranges of numbers in settings and in options of parts: generous, but within what integers and floats can hold.

A product of any two of the floats is a single-precision float: none overflows where torch takes it for a scalar.
True and false are no numbers here, though Python takes them for 1 and 0.
"""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen

from vidpred.errors import VidpredError

UNIONS = (Union, types.UnionType)
MOST = 10**9  # of whatever is counted, such as steps
HEAVIEST = 1e30  # weights and learning rates; single precision ends at 3e38
SLOWEST = 0.9999999  # decays: half-lives of seven million steps

Count = Annotated[int, Ge(1), Le(MOST)]
Steps = Annotated[int, Ge(0), Le(MOST)]
Minutes = Annotated[float, Gt(0), Le(1e7)]  # of a run: up to nineteen years
Place = Annotated[int, Ge(0), Le(MOST)]  # of one among many, from 0 on
Seed = Annotated[int, Ge(0), Le(2**63 - 1)]
Weight = Annotated[float, Ge(0), Le(HEAVIEST)]
Share = Annotated[float, Ge(0), Le(1)]
Decay = Annotated[float, Ge(0), Le(SLOWEST)]

Frames = Annotated[int, Ge(1), Le(1000)]  # of a context, or of a future
ClipLength = Annotated[int, Ge(1), Le(100_000)]  # in frames
Side = Annotated[int, Ge(1), Le(1 << 14)]  # of a picture, in pixels
DrawnSide = Annotated[int, Ge(8), Le(1 << 14)]  # of a picture that something can move in
Clips = Annotated[int, Ge(1), Le(10**8)]  # of a data set
Channels = Annotated[int, Ge(1), Le(4096)]  # of frames
Width = Annotated[int, Ge(1), Le(1 << 16)]  # channels of a layer
Widths = Annotated[Sequence[Width], MaxLen(64)]
Kernels = Annotated[Sequence[Annotated[int, Ge(1), Le(255)]], MaxLen(64)]
Scales = Annotated[int, Ge(1), Le(16)]  # of a pyramid, of which each is half of the next
Factor = Annotated[float, Gt(0), Le(1000)]  # on the widths of a network
Noise = Annotated[int, Ge(1), Le(1_000_000)]  # numbers that a sample is made from
NoiseOrNone = Annotated[int, Ge(0), Le(1_000_000)]
Classes = Annotated[int, Ge(0), Le(1_000_000)]  # 0 is none


def require_countable(steps: int) -> None:
    """Refuse more steps of something that is computed than ever end.

    Raises:
        VidpredError: there are more than ``MOST``.
    """
    if steps > MOST:
        raise VidpredError(f"{steps} steps were asked for, which never end; ask for at most {MOST}")


def misplaced_switch(value: Any, annotation: Any) -> list[str | int] | None:
    """Return where a value is true or false, or holds one in lists and maps, for which its type has no place.

    Returns:
        The keys and numbers that lead there, none for the value itself; None where there is nothing wrong.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return misplaced_switch(value, arguments[0])
    if isinstance(value, bool):
        return None if _takes(value, annotation) else []
    if origin in UNIONS:
        return next((found for each in arguments if (found := misplaced_switch(value, each)) is not None), None)
    if not arguments or origin is Literal or not isinstance(value, list | tuple | Mapping):
        return None
    kind = arguments[-1] if arguments[-1] is not Ellipsis else arguments[0]
    for key, part in value.items() if isinstance(value, Mapping) else enumerate(value):
        if (found := misplaced_switch(part, kind)) is not None:
            return [key, *found]
    return None


def _takes(value: bool, annotation: Any) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _takes(value, arguments[0])
    if origin in UNIONS:
        return any(_takes(value, each) for each in arguments)
    return annotation in (bool, Any, object) or (origin is Literal and any(each is value for each in arguments))

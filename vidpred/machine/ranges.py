"""The ranges of numbers in settings and in options of parts: generous, but within what integers and floats can hold.

A product of any two of the floats is a single-precision float: none overflows where torch takes it for a scalar.
"""

from collections.abc import Sequence
from typing import Annotated

from annotated_types import Ge, Gt, Le, MaxLen

from vidpred.errors import VidpredError

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

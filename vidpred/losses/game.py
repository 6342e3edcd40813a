"""The two sides of an adversarial game."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

PlayerLoss = Callable[[Tensor, Tensor], Tensor]


class Game(NamedTuple):
    """What each player pays at one scale, given the logits of real and of fake clips, of any shape.

    ``undecided`` is the logit at which the discriminator calls a clip neither real nor fake: what it says
    everywhere once fakes are as good as real clips. One-sided smoothing, with real clips' target at alpha, moves it
    to log(alpha / (2 - alpha)). None where logits mean something only beside others.
    """

    discriminator: PlayerLoss
    generator: PlayerLoss
    generator_sees_real: bool = False  # whether the generator's loss looks at the real logits at all
    undecided: float | None = 0.0

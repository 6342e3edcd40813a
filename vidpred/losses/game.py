"""The two sides of an adversarial game."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

PlayerLoss = Callable[[Tensor, Tensor], Tensor]


class Game(NamedTuple):
    """What each player pays at one scale, given the logits of real and of fake clips, of any shape."""

    discriminator: PlayerLoss
    generator: PlayerLoss
    generator_sees_real: bool = False  # whether the generator's loss looks at the real logits at all

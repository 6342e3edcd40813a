"""What an adversarial game is: a loss for the discriminator and one for the generator."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

PlayerLoss = Callable[[Tensor, Tensor], Tensor]


class Game(NamedTuple):
    """The loss of each player at one scale, given the logits of real and of fake clips, of any shape.

    ``undecided`` is the logit at which the discriminator calls a clip neither real nor fake: its output
    everywhere once fakes are as good as real clips. One-sided smoothing, with the target of real clips at alpha, moves
    it to log(alpha / (2 - alpha)). None for games in which only differences of logits matter.
    """

    discriminator: PlayerLoss
    generator: PlayerLoss
    generator_sees_real: bool = False  # whether the generator's loss depends on the real logits
    undecided: float | None = 0.0

"""Hinge game (Lim and Ye 2017): the discriminator's loss is zero for logits beyond the margin."""

from torch import Tensor
from torch.nn.functional import relu

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of max(0, 1 - ``real`` logits) plus the mean of max(0, 1 + ``fake`` logits)."""
    return relu(1 - at_least_float32(real)).mean() + relu(1 + at_least_float32(fake)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:  # noqa: ARG001
    """Return the negative mean of the ``fake`` logits."""
    return -at_least_float32(fake).mean()


HINGE = GAMES.add("hinge", Game(discriminator_loss, generator_loss))

"""Least-squares game (Mao et al. 2017): the target logits are 1 for real and 0 for fake clips."""

from torch import Tensor

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return half the squared distance of ``real`` logits to 1 plus half that of ``fake`` ones to 0."""
    return ((at_least_float32(real) - 1).square().mean() + at_least_float32(fake).square().mean()) / 2


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:  # noqa: ARG001
    """Return half the squared distance of ``fake`` logits to 1."""
    return (at_least_float32(fake) - 1).square().mean() / 2


LEAST_SQUARES = GAMES.add("least_squares", Game(discriminator_loss, generator_loss, undecided=0.5))

"""Wasserstein game (Arjovsky et al. 2017): the difference of the mean logits, which is unbounded."""

from torch import Tensor

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of the ``fake`` logits minus that of the ``real`` ones; a penalty must keep it bounded."""
    return at_least_float32(fake).mean() - at_least_float32(real).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:  # noqa: ARG001
    """Return the negative mean of the ``fake`` logits."""
    return -at_least_float32(fake).mean()


WASSERSTEIN = GAMES.add("wasserstein", Game(discriminator_loss, generator_loss, undecided=None))

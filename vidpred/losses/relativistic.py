"""Relativistic pairing game (Jolicoeur-Martineau 2019): a real logit should exceed the fake one paired with it."""

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of the claim that each ``real`` logit exceeds the ``fake`` one paired with it."""
    return softplus(at_least_float32(fake) - at_least_float32(real)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of the claim that each ``fake`` logit exceeds the ``real`` one paired with it."""
    return softplus(at_least_float32(real) - at_least_float32(fake)).mean()


RELATIVISTIC = GAMES.add(
    "relativistic", Game(discriminator_loss, generator_loss, generator_sees_real=True, undecided=None)
)

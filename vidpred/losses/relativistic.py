"""Relativistic pairing game (Jolicoeur-Martineau 2019): real should look more real than fake."""

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of calling each ``real`` logit greater than the ``fake`` one beside it."""
    return softplus(at_least_float32(fake) - at_least_float32(real)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of calling each ``fake`` logit greater than the ``real`` one beside it."""
    return softplus(at_least_float32(real) - at_least_float32(fake)).mean()


RELATIVISTIC = GAMES.add(
    "relativistic", Game(discriminator_loss, generator_loss, generator_sees_real=True, undecided=None)
)

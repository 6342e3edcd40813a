"""The paper's game: binary cross-entropy, the generator aiming at "real" (Goodfellow et al. 2014)."""

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of calling ``real`` logits real plus that of calling ``fake`` ones fake."""
    return softplus(-at_least_float32(real)).mean() + softplus(at_least_float32(fake)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:  # noqa: ARG001
    """Return the cross-entropy of calling ``fake`` logits real, steepest where the fake is found out."""
    return softplus(-at_least_float32(fake)).mean()


NON_SATURATING = GAMES.add("non_saturating", Game(discriminator_loss, generator_loss))

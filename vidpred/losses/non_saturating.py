"""Non-saturating game (Goodfellow et al. 2014): binary cross-entropy, where the generator's target is "real"."""

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of ``real`` logits with the label real plus that of ``fake`` ones with fake."""
    return softplus(-at_least_float32(real)).mean() + softplus(at_least_float32(fake)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:  # noqa: ARG001
    """Return the cross-entropy of ``fake`` logits with the label real; its gradient is largest for detected fakes."""
    return softplus(-at_least_float32(fake)).mean()


NON_SATURATING = GAMES.add("non_saturating", Game(discriminator_loss, generator_loss))

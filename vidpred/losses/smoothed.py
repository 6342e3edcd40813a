"""The non-saturating game with one-sided label smoothing (Salimans et al. 2016): real clips have the label 0.9."""

import math

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.losses.game import Game
from vidpred.losses.non_saturating import generator_loss
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES

REAL_LABEL = 0.9  # fakes stay at 0: if they were smoothed too, the optimum would depend on the generator
UNDECIDED = math.log(REAL_LABEL / (2 - REAL_LABEL))


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of ``real`` logits with the label 0.9 plus that of ``fake`` ones with 0.

    An undecided discriminator gives a probability of 0.45 rather than 0.5.
    """
    real, fake = at_least_float32(real), at_least_float32(fake)
    return (softplus(-real) + (1 - REAL_LABEL) * real).mean() + softplus(fake).mean()


SMOOTHED = GAMES.add("smoothed", Game(discriminator_loss, generator_loss, undecided=UNDECIDED))

"""Relativistic pairing game (Jolicoeur-Martineau 2019): a real logit should exceed the fake one paired with it."""

from torch import Tensor
from torch.nn.functional import softplus

from vidpred.errors import VidpredError
from vidpred.losses.game import Game
from vidpred.losses.precision import at_least_float32
from vidpred.registry import GAMES


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of the claim that each ``real`` logit exceeds the ``fake`` one paired with it."""
    return softplus(-_margin(real, fake)).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the cross-entropy of the claim that each ``fake`` logit exceeds the ``real`` one paired with it."""
    return softplus(_margin(real, fake)).mean()


def _margin(real: Tensor, fake: Tensor) -> Tensor:
    """Return by how much each real logit exceeds the fake one paired with it.

    Raises:
        VidpredError: they are no pairs: logits (B,) and (B, 1) would be compared each with every other.
    """
    if real.shape != fake.shape:
        raise VidpredError(
            f"the real logits are {tuple(real.shape)} and the fake ones {tuple(fake.shape)}, but the relativistic game "
            "compares pairs of one shape; give as many of both"
        )
    return at_least_float32(real) - at_least_float32(fake)


RELATIVISTIC = GAMES.add(
    "relativistic", Game(discriminator_loss, generator_loss, generator_sees_real=True, undecided=None)
)

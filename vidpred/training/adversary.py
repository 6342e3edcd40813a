"""Everything the generator plays against."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn

from vidpred.losses.game import Game
from vidpred.pyramid import Pyramid, detach
from vidpred.training.gauge import Gauge
from vidpred.training.player import Player

Against = Literal["sum", "mean"]


class Adversary:
    """A discriminator that learns, and tells how well a generator fools it.

    Args:
        player: the discriminator and its optimiser.
        game: what each player pays.
        weight: of the generator's adversarial loss, beside its reconstruction losses.
        against: what the weight is measured against: reconstruction errors summed over the values of a
            frame, as Mathieu et al. write them, or averaged, as they are computed here. With
            the sum, the weight is divided by the number of values.
    """

    def __init__(self, player: Player, game: Game, weight: float = 0.05, against: Against = "sum"):
        self.player = player
        self.game = game
        self.weight = weight
        self.against = against
        self.gauge = Gauge(game.undecided)

    def weight_beside(self, frames: Tensor) -> float:
        """Return the weight of the adversarial loss beside averaged errors of ``frames`` (B, T, C, H, W)."""
        return self.weight / frames[0].numel() if self.against == "sum" else self.weight

    def study(self, real: Pyramid, fake: Pyramid, share: float = 1.0) -> Tensor:
        """Add ``share`` of the gradient that tells ``real`` from ``fake``; return the loss, summed over scales.

        Real and fake go through the network in one batch: two passes before one backward pass are not
        allowed to a distributed network.
        """
        both = [torch.cat(levels) for levels in zip(real, detach(fake), strict=True)]
        verdicts = [logits.chunk(2) for logits in self.player.distributed(both)]
        self.gauge.hear(verdicts)
        loss = torch.stack([self.game.discriminator(r, f) for r, f in verdicts]).sum()
        self.player.backward(share * loss)
        return loss.detach()

    def fooling_loss(self, real: Pyramid, fake: Pyramid) -> Tensor:
        """Return what a generator pays for ``fake``, summed over scales.

        The gradient reaches ``fake`` through the discriminator, and leaves none behind in it.
        """
        with frozen(self.player.network):
            fakes: Sequence[Tensor] = self.player.network(fake)
            reals: Sequence[Tensor] = fakes
            if self.game.generator_sees_real:
                with torch.no_grad():
                    reals = self.player.network(real)
        return torch.stack([self.game.generator(r, f) for r, f in zip(reals, fakes, strict=True)]).sum()


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Let gradients pass through ``network`` without stopping at its weights."""
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    try:
        for weight in weights:
            weight.requires_grad_(False)
        yield
    finally:
        for weight in weights:
            weight.requires_grad_(True)

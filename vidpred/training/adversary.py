"""Everything the generator plays against."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Literal

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.labels import num_classes
from vidpred.losses import PENALTIES, Penalty
from vidpred.losses.game import Game
from vidpred.pyramid import Pyramid, detach
from vidpred.training.augmenter import Augmenter
from vidpred.training.engine import Engine
from vidpred.training.gauge import Gauge
from vidpred.training.player import Player
from vidpred.training.schedule import along_cosine

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
        penalties: what the discriminator pays besides, by name (see ``PENALTIES``), each with its weight.
        final_penalties: weights of some of them at the last update, reached along half a cosine; others stay.
        augmenter: what happens to clips before the discriminator sees them; nothing, where none.

    Raises:
        VidpredError: an unknown penalty; a final weight of one that is not paid; or a penalty where verdicts depend on
            the rest of the batch.
    """

    def __init__(
        self,
        player: Player,
        game: Game,
        weight: float = 0.05,
        against: Against = "sum",
        penalties: Mapping[str, float] = MappingProxyType({}),
        final_penalties: Mapping[str, float] = MappingProxyType({}),
        augmenter: Augmenter | None = None,
    ):
        self.player = player
        self.game = game
        self.weight = weight
        self.against = against
        self.penalties: dict[str, Penalty] = {name: PENALTIES[name] for name, weight in penalties.items() if weight}
        self._weights = {name: (penalties[name], final_penalties.get(name, penalties[name])) for name in self.penalties}
        for name in final_penalties:
            if name not in self.penalties:
                raise VidpredError(
                    f"final_penalties names {name!r}, but the penalties that are paid are "
                    f"{', '.join(self.penalties) or 'none'}; give it a weight in objective.penalties as well"
                )
        self.augmenter = augmenter or Augmenter()
        self.mixes_batch = bool(getattr(player.network, "mixes_batch", False))
        if self.mixes_batch and self.penalties:
            raise VidpredError(
                f"the penalty {next(iter(self.penalties))!r} needs a gradient for every clip, but the discriminator "
                "normalises over the batch; take one that does not, with discriminator.normalisation=spectral or none"
            )
        self.gauge = Gauge(game.undecided)

    def weight_beside(self, frames: Tensor) -> float:
        """Return the weight of the adversarial loss beside averaged errors of ``frames`` (B, T, C, H, W)."""
        return self.weight / frames[0].numel() if self.against == "sum" else self.weight

    def penalty_weight(self, name: str) -> float:
        """Return the weight of a penalty at the player's next update."""
        return along_cosine(*self._weights[name], self.player.progress)

    def study(
        self, real: Pyramid, fake: Pyramid, share: float = 1.0, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Add ``share`` of the gradient that tells ``real`` from ``fake``; return the losses, summed over scales.

        Both are augmented first, and penalties are of the slope at augmented clips. Real and fake go through the
        network in one batch, unless its verdicts depend on what else is in it: two passes through a distributed
        network before one backward pass are not allowed.
        """
        real, fake = self.augmenter(real), self.augmenter(detach(fake))
        if self.mixes_batch:
            judge = self.player.distributed
            verdicts = [*zip(ask(judge, real, labels), ask(self.player.network, fake, labels), strict=True)]
        else:
            both = [torch.cat(levels) for levels in zip(real, fake, strict=True)]
            twice = torch.cat([labels, labels]) if labels is not None else None
            logits = ask(self.player.distributed, both, twice)
            verdicts = [(level[: len(level) // 2], level[len(level) // 2 :]) for level in logits]
        self.gauge.hear(verdicts)
        self.augmenter.hear(self.gauge, len(real[-1]))
        loss = torch.stack([self.game.discriminator(r, f) for r, f in verdicts]).sum()
        losses, total = {"discriminator": loss.detach()}, loss
        for name, penalty in self.penalties.items():
            paid = penalty(partial(ask, self.player.network, labels=labels), real, fake)
            losses[name], total = paid.detach(), total + self.penalty_weight(name) * paid
        self.player.backward(share * total)
        return losses

    def update(self, engine: Engine) -> dict[str, Tensor]:
        """Follow the gradient of :meth:`study`; return its norm, and how strongly clips were augmented if they were."""
        shown = {"augmentation": self.augmenter.strength} if self.augmenter.augmentations else {}
        norm = self.player.update()
        self.augmenter.update(self.player.progress, engine)
        return {"discriminator_gradient": norm, **{name: value.to(norm.device) for name, value in shown.items()}}

    def fooling_loss(self, real: Pyramid, fake: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Return what a generator pays for ``fake``, which is augmented, summed over scales.

        The gradient reaches ``fake`` through the discriminator, and leaves none behind in it.
        """
        with frozen(self.player.network):
            fakes = ask(self.player.network, self.augmenter(fake), labels)
            reals = fakes
            if self.game.generator_sees_real:
                with torch.no_grad():
                    reals = ask(self.player.network, self.augmenter(real), labels)
        return torch.stack([self.game.generator(r, f) for r, f in zip(reals, fakes, strict=True)]).sum()


def ask(network: nn.Module, clips: Pyramid, labels: Tensor | None) -> Sequence[Tensor]:
    """Ask for logits of ``clips``, whose labels only some networks take."""
    logits: Sequence[Tensor] = network(clips, labels) if num_classes(network) else network(clips)
    return logits


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

"""Everything the generator plays against."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, detach
from vidpred.interfaces import Batch, Classifier, FeatureProvider
from vidpred.losses import DiscriminatorPass, feature_matching
from vidpred.losses.discriminator_pass import halves
from vidpred.losses.game import Game
from vidpred.machine.engine import Engine
from vidpred.nn.labels import num_categories, num_classes
from vidpred.training.augmenter import Augmenter
from vidpred.training.gauge import Gauge
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player

Against = Literal["sum", "mean"]
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


class Adversary:
    """A discriminator that learns, and tells how well a generator fools it.

    Args:
        player: the discriminator and its optimiser.
        game: what each player pays.
        weight: of the generator's adversarial loss, beside its reconstruction losses.
        against: what the weight is measured against: reconstruction errors summed over the values of a
            frame, as Mathieu et al. write them, or averaged, as they are computed here. With
            the sum, the weight is divided by the number of values.
        penalties: what the discriminator pays besides; nothing, where none.
        augmenter: what happens to clips before the discriminator sees them; nothing, where none.
        feature_matching: weight of what the generator pays for the mean of the discriminator's features.
        classification_weight: of the discriminator's error in the classes of labelled clips, beside its game.

    Raises:
        VidpredError: a penalty on a discriminator with batch normalisation, or features are to match of a
            discriminator that shows none.
    """

    def __init__(
        self,
        player: Player,
        game: Game,
        weight: float = 0.05,
        against: Against = "sum",
        penalties: Penalties | None = None,
        augmenter: Augmenter | None = None,
        feature_matching: float = 0.0,
        classification_weight: float = 1.0,
    ):
        self.player = player
        self.game = game
        self.weight = weight
        self.against = against
        self.penalties = penalties or Penalties()
        self.augmenter = augmenter or Augmenter()
        self.mixes_batch = bool(getattr(player.network, "mixes_batch", False))
        if self.penalties.names and any(isinstance(layer, BATCH_NORMS) for layer in player.network.modules()):
            raise VidpredError(
                f"the penalty {self.penalties.names[0]!r} needs a gradient for every clip, but batch normalisation "
                "ties those of a batch to each other; use discriminator.normalisation=spectral, virtual or none"
            )
        self.gauge = Gauge(game.undecided)
        self.feature_matching = feature_matching
        self.classification_weight = classification_weight
        if feature_matching and not isinstance(player.network, FeatureProvider):
            raise VidpredError(
                f"objective.feature_matching is {feature_matching}, but {type(player.network).__name__} shows no "
                "features to match; set it to 0, or give the discriminator a method `features`"
            )

    def weight_beside(self, frames: Tensor) -> float:
        """Return the weight of the adversarial loss beside averaged errors of ``frames`` (B, T, C, H, W)."""
        return self.weight * self._unit(frames)

    def _unit(self, frames: Tensor) -> float:
        return 1 / frames[0].numel() if self.against == "sum" else 1.0

    def study(
        self,
        real: Pyramid,
        fake: Pyramid,
        share: float = 1.0,
        labels: Tensor | None = None,
        labelled: Batch | None = None,
    ) -> dict[str, Tensor]:
        """Add ``share`` of the gradient that tells ``real`` from ``fake``; return the losses, summed over scales.

        Both are augmented first, and penalties are of the slope at augmented clips; where none are due, those that
        were paid last are told. Where there is a ``labelled`` batch, its classes are learnt too.
        """
        real, fake = self.augmenter(real), self.augmenter(detach(fake))
        due = self.penalties.are_due(self.player.num_updates_done)
        verdicts, judged = self._judge(real, fake, labels, differentiable=due)
        self.gauge.hear(verdicts)
        self.augmenter.hear(self.gauge, len(real[-1]))
        total = torch.stack([self.game.discriminator(r, f) for r, f in verdicts]).sum()
        losses = {"discriminator": total.detach()}
        if due:
            total = total + self.penalties.pay(judged, self.player.progress)
        losses |= {name: paid.to(total.device) for name, paid in self.penalties.last_paid.items()}
        if labelled is not None and len(labelled.clips):
            missed = classification_loss(self.player.network, labelled)
            losses["classification"], total = missed.detach(), total + self.classification_weight * missed
        self.player.backward(share * total)
        return losses

    def _judge(
        self, real: Pyramid, fake: Pyramid, labels: Tensor | None, differentiable: bool
    ) -> tuple[list[tuple[Tensor, Tensor]], DiscriminatorPass]:
        """Return the logits of real and of fake clips per scale, and all that penalties want to know.

        Both go through the network in one batch, unless its verdicts depend on what else is in it: two passes through
        a distributed network before one backward pass are not allowed.

        Args:
            real: clips (B, T, C, h, w) at every scale, coarse to fine.
            fake: clips of the same shapes.
            labels: of both, where there are classes.
            differentiable: whether the slope at the clips will be asked for.
        """
        network, distributed = self.player.network, self.player.distributed
        both = [torch.cat(levels).requires_grad_(differentiable) for levels in zip(real, fake, strict=True)]
        if self.mixes_batch:
            reals, fakes = halves(both)
            apart = ask(distributed, reals, labels), ask(network, fakes, labels)
            logits: Sequence[Tensor] = [torch.cat(levels) for levels in zip(*apart, strict=True)]  # (2B,) or (2B, h, w)
        else:
            logits = ask(distributed, both, torch.cat([labels, labels]) if labels is not None else None)
        return [*zip(*halves(logits), strict=True)], DiscriminatorPass(
            both, logits, partial(ask, network, labels=labels)
        )

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

    def charge(
        self, real: Pyramid, fake: Pyramid, target: Tensor, labels: Tensor | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return all that a generator pays for ``fake`` beside averaged errors of ``target``, and every term by name.

        Terms are unweighted, the total is weighted; what weighs nothing is not computed.
        """
        paid = {}
        if self.weight:
            paid["adversarial"] = self.fooling_loss(real, fake, labels)
        if self.feature_matching:
            paid["feature_matching"] = self.matching_loss(real, fake, labels)
        weights = {"adversarial": self.weight_beside(target), "feature_matching": self.matching_weight_beside(target)}
        total = torch.zeros((), device=target.device)
        for name, loss in paid.items():
            total = total + weights[name] * loss
        return total, paid

    def matching_weight_beside(self, frames: Tensor) -> float:
        """Return the weight of feature matching beside averaged errors of ``frames`` (B, T, C, H, W)."""
        return self.feature_matching * self._unit(frames)

    def matching_loss(self, real: Pyramid, fake: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Return how far the mean features of ``fake`` are from those of ``real``, summed over scales.

        The gradient goes the way of :meth:`fooling_loss`.
        """
        network: Any = self.player.network
        told = (labels,) if num_classes(network) else ()
        with frozen(self.player.network):
            with torch.no_grad():
                wanted = network.features(self.augmenter(real), *told)
            return feature_matching(wanted, network.features(self.augmenter(fake), *told))


def classification_loss(network: nn.Module, labelled: Batch) -> Tensor:
    """Return the cross-entropy of the classes that ``network`` sees in the labelled clips.

    Raises:
        VidpredError: it tells no classes apart.
    """
    if not num_categories(network) or labelled.labels is None:
        raise VidpredError(
            f"there are labelled clips to learn from, but {type(network).__name__} tells no classes apart; take a "
            "discriminator that does: noisy_dense or dcgan"
        )
    return cross_entropy(cast(Classifier, network).classify([labelled.clips]).float(), labelled.labels)


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

"""Everything the generator plays against."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch, Classifier, Describing
from vidpred.labels import num_categories, num_classes
from vidpred.losses import PENALTIES, Judged, Penalty, feature_matching
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
        feature_matching: weight of what the generator pays for the mean of the discriminator's features.
        classification_weight: of the discriminator's error in the classes of labelled clips, beside its game.

    Raises:
        VidpredError: an unknown penalty; a final weight of one that is not paid; a penalty where verdicts depend on
            the rest of the batch; or features are to match of a discriminator that shows none.
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
        feature_matching: float = 0.0,
        classification_weight: float = 1.0,
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
                "judges the clips of a batch beside each other; take one that does not, with "
                "discriminator.normalisation=spectral or none, and without discriminator.minibatch_*"
            )
        self.gauge = Gauge(game.undecided)
        self.feature_matching = feature_matching
        self.classification_weight = classification_weight
        if feature_matching and not isinstance(player.network, Describing):
            raise VidpredError(
                f"objective.feature_matching is {feature_matching}, but {type(player.network).__name__} shows no "
                "features to match; set it to 0, or give the discriminator a method `features`"
            )

    def weight_beside(self, frames: Tensor) -> float:
        """Return the weight of the adversarial loss beside averaged errors of ``frames`` (B, T, C, H, W)."""
        return self.weight * self._unit(frames)

    def _unit(self, frames: Tensor) -> float:
        return 1 / frames[0].numel() if self.against == "sum" else 1.0

    def penalty_weight(self, name: str) -> float:
        """Return the weight of a penalty at the player's next update."""
        return along_cosine(*self._weights[name], self.player.progress)

    def study(
        self,
        real: Pyramid,
        fake: Pyramid,
        share: float = 1.0,
        labels: Tensor | None = None,
        lesson: Batch | None = None,
    ) -> dict[str, Tensor]:
        """Add ``share`` of the gradient that tells ``real`` from ``fake``; return the losses, summed over scales.

        Both are augmented first, and penalties are of the slope at augmented clips. Where there is a ``lesson``, its
        classes are learnt too. Real and fake go through the network in one batch, unless its verdicts depend on what
        else is in it: two passes through a distributed network before one backward pass are not allowed.
        """
        real, fake = self.augmenter(real), self.augmenter(detach(fake))
        paid: dict[str, Tensor] = {}
        if self.mixes_batch:
            judge = self.player.distributed
            verdicts = [*zip(ask(judge, real, labels), ask(self.player.network, fake, labels), strict=True)]
        else:
            both = [torch.cat(levels).requires_grad_(bool(self.penalties)) for levels in zip(real, fake, strict=True)]
            twice = torch.cat([labels, labels]) if labels is not None else None
            logits = ask(self.player.distributed, both, twice)
            verdicts = [(level[: len(level) // 2], level[len(level) // 2 :]) for level in logits]
            judged = Judged(both, logits, partial(ask, self.player.network, labels=labels))
            paid = {name: penalty(judged) for name, penalty in self.penalties.items()}
        self.gauge.hear(verdicts)
        self.augmenter.hear(self.gauge, len(real[-1]))
        loss = torch.stack([self.game.discriminator(r, f) for r, f in verdicts]).sum()
        losses = {"discriminator": loss.detach(), **{name: penalty.detach() for name, penalty in paid.items()}}
        total = loss + sum(self.penalty_weight(name) * penalty for name, penalty in paid.items())
        if lesson is not None and len(lesson.clips):
            missed = classification_loss(self.player.network, lesson)
            losses["classification"], total = missed.detach(), total + self.classification_weight * missed
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


def classification_loss(network: nn.Module, lesson: Batch) -> Tensor:
    """Return the cross-entropy of the classes that ``network`` sees in the lesson's clips.

    Raises:
        VidpredError: it tells no classes apart.
    """
    if not num_categories(network) or lesson.labels is None:
        raise VidpredError(
            f"there are labelled clips to learn from, but {type(network).__name__} tells no classes apart; take a "
            "discriminator that does: noisy_dense or dcgan"
        )
    return cross_entropy(cast(Classifier, network).classify([lesson.clips]).float(), lesson.labels)


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

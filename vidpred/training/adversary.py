"""The discriminator's side of the game: its own loss, and the losses that the generator takes from it."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, detach
from vidpred.interfaces import Batch, Classifier, FeatureProvider
from vidpred.losses import DiscriminatorPass, feature_matching
from vidpred.losses.discriminator_pass import halves
from vidpred.losses.game import Game
from vidpred.machine.engine import Engine, frozen
from vidpred.nn.labels import num_categories, num_classes
from vidpred.training.augmenter import Augmenter
from vidpred.training.game_statistics import GameStatistics
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


class Adversary:
    """A discriminator that learns, and the losses that it sets the generator.

    Args:
        player: the discriminator and its optimiser.
        game: the loss of each player.
        weight: of the generator's adversarial loss, beside its reconstruction losses, which are means over values; all
            are summed over scales.
        penalties: added to the discriminator's loss; none by default.
        augmenter: changes clips before the discriminator sees them; by default, nothing is changed.
        feature_matching: weight of the generator's loss on the mean of the discriminator's features.
        classification_weight: of the discriminator's cross-entropy on labelled clips, beside its game.

    Raises:
        VidpredError: a penalty on a discriminator with batch normalisation, or feature matching with a
            discriminator that offers no features.
    """

    def __init__(
        self,
        player: Player,
        game: Game,
        weight: float = 0.01,
        penalties: Penalties | None = None,
        augmenter: Augmenter | None = None,
        feature_matching: float = 0.0,
        classification_weight: float = 1.0,
    ):
        self.player = player
        self.game = game
        self.weight = weight
        self.penalties = penalties or Penalties()
        self.augmenter = augmenter or Augmenter()
        self.mixes_batch = bool(getattr(player.network, "mixes_batch", False))
        if self.penalties.names and any(isinstance(layer, BATCH_NORMS) for layer in player.network.modules()):
            raise VidpredError(
                f"the penalty {self.penalties.names[0]!r} needs a gradient for every example, but batch normalisation "
                "ties those of a batch to each other; use discriminator.normalisation=spectral, virtual or none"
            )
        self.statistics = GameStatistics(game.undecided)
        self.feature_matching = feature_matching
        self.classification_weight = classification_weight
        if feature_matching and not isinstance(player.network, FeatureProvider):
            raise VidpredError(
                f"objective.feature_matching is {feature_matching}, but {type(player.network).__name__} offers "
                "no features to match; set it to 0, or give the discriminator a method `features`"
            )

    def discriminator_backward(
        self,
        real: Pyramid,
        fake: Pyramid,
        share: float = 1.0,
        labels: Tensor | None = None,
        labelled: Batch | None = None,
        mismatched: Pyramid | None = None,
    ) -> dict[str, Tensor]:
        """Add ``share`` of the gradient of the discriminator's loss; return the losses by name, summed over scales.

        Clips are augmented first, and penalties are of the gradient at augmented clips; at updates where no penalty is
        due, its last value is returned. The loss includes the classes of ``labelled`` clips, if any.

        Args:
            real: clips (B, T, C, h, w) at every scale, coarse to fine.
            fake: clips of the same shapes, with which the game is played.
            share: of the loss, where a batch goes through in parts.
            labels: of the clips (B,), where there are classes.
            labelled: clips whose classes the discriminator learns.
            mismatched: real frames in the wrong context, shaped like ``fake``; with them the game is played once more.
        """
        size = len(real[-1])
        real, fake = self.augmenter(real), self.augmenter(detach(fake))
        if mismatched is not None:
            fake = joined(fake, self.augmenter(mismatched))
            real, labels = joined(real, real), torch.cat([labels, labels]) if labels is not None else None
        update = self.player.num_updates_done
        due = self.penalties.are_due(update)
        both, judged = self._judge(real, fake, labels, differentiable=due)
        logits = [(r[at : at + size], f[at : at + size]) for at in range(0, len(real[-1]), size) for r, f in both]
        self.statistics.observe(logits[: len(both)])
        self.augmenter.observe(self.statistics, size)
        total = torch.stack([self.game.discriminator(r, f) for r, f in logits]).sum()
        losses = {"discriminator": total.detach()}
        if due:
            penalty, values = self.penalties.weighted_sum(judged, self.player.progress, update, share)
            total = total + penalty
        losses |= values if due else self.penalties.values_on(total.device)
        if labelled is not None and len(labelled.clips):
            classification = classification_loss(self.player.network, labelled)
            losses["classification"] = classification.detach()
            total = total + self.classification_weight * classification
        self.player.backward(share * total)
        return losses

    def _judge(
        self, real: Pyramid, fake: Pyramid, labels: Tensor | None, differentiable: bool
    ) -> tuple[list[tuple[Tensor, Tensor]], DiscriminatorPass]:
        """Return the logits of real and of fake clips per scale, and what penalties are computed from.

        Both go through the network in one batch, unless its logits depend on what else is in it: two passes through
        a distributed network before one backward pass are not allowed.

        Args:
            real: clips (B, T, C, h, w) at every scale, coarse to fine.
            fake: clips of the same shapes.
            labels: of both (B,), where there are classes.
            differentiable: whether the gradient at the clips will be needed.
        """
        network, distributed = self.player.network, self.player.distributed
        both = [torch.cat(levels).requires_grad_(differentiable) for levels in zip(real, fake, strict=True)]
        if self.mixes_batch:
            reals, fakes = halves(both)
            apart = compute_logits(distributed, reals, labels), compute_logits(network, fakes, labels)
            logits: Sequence[Tensor] = [torch.cat(levels) for levels in zip(*apart, strict=True)]  # (2B,) or (2B, h, w)
        else:
            logits = compute_logits(distributed, both, torch.cat([labels, labels]) if labels is not None else None)
        judge = partial(compute_logits, network, labels=labels)
        return [*zip(*halves(logits), strict=True)], DiscriminatorPass(both, logits, judge)

    def update(self, engine: Engine) -> dict[str, Tensor]:
        """Update the discriminator by :meth:`discriminator_backward`'s gradient; return its norm by name.

        Where clips are augmented, the strength stands beside it.
        """
        norm = self.player.update()
        shown = {"augmentation": self.augmenter.strength_like(norm)} if self.augmenter.augmentations else {}
        self.augmenter.update(self.player.progress, engine)
        return {"discriminator_gradient": norm, **shown}

    def adversarial_loss(self, real: Pyramid, fake: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Return the generator's adversarial loss for ``fake``, which is augmented, summed over scales.

        The gradient reaches ``fake`` through the discriminator, whose weights receive none.
        """
        with frozen(self.player.network):
            fakes = compute_logits(self.player.network, self.augmenter(fake), labels)
            reals = fakes
            if self.game.generator_sees_real:
                with torch.no_grad():
                    reals = compute_logits(self.player.network, self.augmenter(real), labels)
        return torch.stack([self.game.generator(r, f) for r, f in zip(reals, fakes, strict=True)]).sum()

    def generator_loss(
        self, real: Pyramid, fake: Pyramid, labels: Tensor | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the generator's loss for ``fake``, to be added to means of errors, and every term by name.

        Terms are unweighted, the total is weighted; a term of weight 0 is not computed.
        """
        terms = {}
        if self.weight:
            terms["adversarial"] = self.adversarial_loss(real, fake, labels)
        if self.feature_matching:
            terms["feature_matching"] = self.feature_matching_loss(real, fake, labels)
        weights = {"adversarial": self.weight, "feature_matching": self.feature_matching}
        total = torch.zeros((), dtype=torch.float32, device=fake[-1].device)
        for name, loss in terms.items():
            total = total + weights[name] * loss
        return total, terms

    def feature_matching_loss(self, real: Pyramid, fake: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Return how far the mean features of ``fake`` are from those of ``real``, summed over scales.

        The gradient takes the way of that of :meth:`adversarial_loss`.
        """
        network: Any = self.player.network
        given = (labels,) if num_classes(network) else ()
        with frozen(self.player.network):
            with torch.no_grad():
                wanted = network.features(self.augmenter(real), *given)
            return feature_matching(wanted, network.features(self.augmenter(fake), *given))


def joined(first: Pyramid, second: Pyramid) -> Pyramid:
    """Return the clips of both, (A + B, T, C, h, w) at every scale."""
    return [torch.cat(levels) for levels in zip(first, second, strict=True)]


def classification_loss(network: nn.Module, labelled: Batch) -> Tensor:
    """Return the cross-entropy of the class logits of ``network`` on labelled clips.

    Raises:
        VidpredError: it tells no classes apart.
    """
    if not num_categories(network) or labelled.labels is None:
        raise VidpredError(
            f"there are labelled images to learn from, but {type(network).__name__} tells no classes apart; take a "
            "discriminator that does: noisy_dense or dcgan"
        )
    return cross_entropy(cast(Classifier, network).classify([labelled.clips]).float(), labelled.labels)


def compute_logits(network: nn.Module, clips: Pyramid, labels: Tensor | None) -> Sequence[Tensor]:
    """Compute the logits of ``clips`` per scale; ``labels`` are given to networks that take them.

    Raises:
        VidpredError: the discriminator returned no list of logits, those of every clip.
    """
    logits: Sequence[Tensor] = network(clips, labels) if num_classes(network) else network(clips)
    number = len(clips[-1])
    if not isinstance(logits, list | tuple) or not all(_are_logits(each, number) for each in logits):
        raise VidpredError(
            f"the discriminator returned {_in_words(logits)}, but a list of logits is needed, for each scale that it "
            f"judges ({number},), one per clip, or a map ({number}, h, w); return [logits] where there is one scale"
        )
    return logits


def _are_logits(logits: object, number: int) -> bool:
    return isinstance(logits, Tensor) and logits.ndim > 0 and len(logits) == number


def _in_words(returned: object) -> str:
    if isinstance(returned, Tensor):
        return f"a tensor {tuple(returned.shape)}"
    if isinstance(returned, list | tuple):
        return f"a {type(returned).__name__} of {', '.join(map(_in_words, returned)) or 'nothing'}"
    return f"an object of the class {type(returned).__name__}"

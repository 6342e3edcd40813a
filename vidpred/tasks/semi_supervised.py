"""Classification with few labels: a discriminator that learns classes from some images, and from all what is real."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import cast

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch, Classifier, Example
from vidpred.nn.labels import num_categories
from vidpred.registry import TASKS
from vidpred.tasks.image_synthesis import ImageSynthesis

SCORE = "test_error"
NUM_COMPARED = 500  # images that the generator is scored on, of all that the discriminator is examined on
BATCH_SIZE = 256


@TASKS.register("semi_supervised")
class SemiSupervised(ImageSynthesis):
    """Noise in, one image out; what is wanted is the adversary, as a classifier.

    Labelled images teach it classes, and unlabelled and drawn ones what is real. The data are told with
    ``data.labelled_per_class``.

    Args:
        latent_channels: numbers of noise per image.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """

    scores = MappingProxyType({SCORE: False, **ImageSynthesis.scores})

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Ask for images like the unlabelled ones, and make the labelled ones (label 0 and above) a labelled.

        Where all are labelled, as in validation, there is no labelled.
        """
        told = labels >= 0 if labels is not None else None
        if labels is None or told is None or told.all():
            return super().pose(batch, labels)
        example = super().pose(batch[~told])
        return Example(example.condition, example.target, labelled=Batch(batch[told], labels[told]))

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Compare drawn images as a set with some hundreds of real ones."""
        seen = list(batches)
        return super().score(network, seen[:: max(1, len(seen) // NUM_COMPARED)])

    def check(self, judge: nn.Module | None) -> None:
        """Refuse a discriminator that does not learn classes.

        Raises:
            VidpredError: it does not, or there is none.
        """
        if not num_categories(judge):
            raise VidpredError(
                "the task semi_supervised needs a discriminator that learns classes, and images of which some are "
                "labelled; set discriminator=noisy_dense or dcgan, and data.labelled_per_class=10"
            )

    @torch.no_grad()
    def evaluate_discriminator(self, judge: nn.Module, batches: Sequence[Batch]) -> Mapping[str, float]:
        """Return the share of images whose class the discriminator gets wrong."""
        wrong = 0
        for first in range(0, len(batches), BATCH_SIZE):
            part = batches[first : first + BATCH_SIZE]
            clips = torch.cat([batch.clips for batch in part])
            labels = torch.cat([cast(Tensor, batch.labels) for batch in part])
            wrong += int((cast(Classifier, judge).classify([clips]).argmax(dim=1) != labels).sum())
        return {SCORE: wrong / len(batches)}

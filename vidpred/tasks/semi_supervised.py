"""Semi-supervised classification: a discriminator that learns classes from a few labelled images."""

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
NUM_COMPARED = 500  # images that the generator is scored on, of all that the discriminator is scored on
BATCH_SIZE = 256


@TASKS.register("semi_supervised")
class SemiSupervised(ImageSynthesis):
    """Image synthesis whose discriminator is the result: a classifier trained with few labels.

    The discriminator learns classes from labelled images, and to tell real from fake from unlabelled and generated
    ones. Set the number of labels with ``data.labelled_per_class``.

    Args:
        latent_channels: length of the noise vector.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """

    scores = MappingProxyType({SCORE: False, **ImageSynthesis.scores})

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Take unlabelled images as real ones of the game, and labelled ones (label 0 and above) for classification.

        Where all images are labelled, as in validation, or by chance in a part of a batch, the game has them all too.
        """
        if labels is None:
            return super().pose(batch)
        labelled = labels >= 0
        example = super().pose(batch if labelled.all() else batch[~labelled])
        return Example(example.condition, example.target, labelled=Batch(batch[labelled], labels[labelled]))

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Compare generated images as a set with some hundreds of real ones."""
        known = list(batches)
        return super().score(network, known[:: max(1, len(known) // NUM_COMPARED)])

    def check_discriminator(self, discriminator: nn.Module | None) -> None:
        """Reject a discriminator that does not learn classes.

        Raises:
            VidpredError: it does not, or there is none.
        """
        if not num_categories(discriminator):
            raise VidpredError(
                "the task semi_supervised needs a discriminator that learns classes, and images of which some are "
                "labelled; set discriminator=noisy_dense or dcgan, and data.labelled_per_class=10"
            )

    @torch.no_grad()
    def evaluate_discriminator(self, discriminator: nn.Module, batches: Sequence[Batch]) -> Mapping[str, float]:
        """Return the fraction of images that the discriminator misclassifies."""
        wrong = 0
        for first in range(0, len(batches), BATCH_SIZE):
            part = batches[first : first + BATCH_SIZE]
            clips = torch.cat([batch.clips for batch in part])
            labels = torch.cat([cast(Tensor, batch.labels) for batch in part])
            wrong += int((cast(Classifier, discriminator).classify([clips]).argmax(dim=1) != labels).sum())
        return {SCORE: wrong / len(batches)}

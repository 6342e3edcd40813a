"""The classification accuracy score: how well a classifier trained on generated images does on real ones."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from torch import nn

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.generators.sampling import sample
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import require_countable
from vidpred.metrics.features import train_classifier
from vidpred.metrics.features.classifier_training import classification_accuracy
from vidpred.nn.labels import num_classes
from vidpred.wording import counted


@dataclass(frozen=True)
class AccuracyScore:
    """Accuracies of two classifiers on the same held-out real images."""

    of_generated: float  # after training on generated images: the score
    of_real: float  # after training on as many real ones
    num_images: int  # each classifier was trained on
    num_tested: int  # held-out images


@checked
def accuracy_score(
    generator: nn.Module,
    training: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray],
    steps: int = 500,
    seed: int = 0,
    device: str = "cpu",
) -> AccuracyScore:
    """Train the same small classifier on generated and on real images, and test both on held-out real ones.

    As many images are generated as there are real ones, with the same labels. Both classifiers have the same network,
    the same initial weights and the same schedule.

    Args:
        generator: in evaluation mode; it takes labels.
        training: real 8-bit images (N, H, W, C) and their labels (N,), whole numbers from 0 on.
        held_out: other real images and their labels, of the same classes.
        steps: batches of 128 images that each classifier learns from.
        seed: of the noise and of both classifiers.
        device: where the classifiers are trained.

    Raises:
        VidpredError: the generator takes no labels, the images are too few, or the steps never end.

    Source: Ravuri and Vinyals (2019), "Classification accuracy score for conditional generative models".
    """
    if not num_classes(generator):
        raise VidpredError(
            "the accuracy score needs images with labels, but this generator was trained without; name a run on "
            "images with classes"
        )
    require_countable(steps)
    images, labels = training
    classes = np.unique(labels)
    if not np.isin(held_out[1], classes).all():
        raise VidpredError(
            f"the {counted(len(images), 'training image')} cannot show each of the {num_classes(generator)} classes; "
            "take more images"
        )
    generated = to_uint8(sample(generator, len(images), seed, labels.tolist()))

    def accuracy(inputs: np.ndarray) -> float:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "classifier.safetensors"
            classifier = train_classifier(inputs, labels, path, steps=steps, seed=seed, device=device)
        targets = np.searchsorted(classes, held_out[1])
        return classification_accuracy(classifier.network, held_out[0], targets)

    return AccuracyScore(accuracy(generated), accuracy(images), len(images), len(held_out[0]))

"""A linear probe: what a discriminator's features say about classes, by a linear classifier on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.interfaces import Discriminator
from vidpred.machine.engine import evaluating
from vidpred.nn.labels import num_classes
from vidpred.wording import counted, there_are

POOLED = 4  # pixels, height and width, that every layer is pooled to
BATCH_SIZE = 64  # images per call of the discriminator
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)  # on the squared weights, to choose from
TUNED_ON = 5  # one image in five serves to choose the penalty
MAX_ITERATIONS = 200  # of L-BFGS
PARAMETRISATIONS = "parametrizations"  # part of the names of modules that compute weights
FEATURE_MAP_AXES = 4  # (B, C, h, w)
FEWEST_CLASSES = 2


@dataclass(frozen=True)
class LinearClassifier:
    """Logits from standardised features."""

    weight: Tensor  # (D, K)
    bias: Tensor  # (K,)
    mean: Tensor  # (D,), of the features
    deviation: Tensor  # (D,)
    penalty: float

    def __call__(self, features: Tensor) -> Tensor:
        """Map features (N, D) to logits (N, K)."""
        return (features.double() - self.mean) / self.deviation @ self.weight + self.bias


@torch.no_grad()
def pooled_features(discriminator: nn.Module, images: Tensor) -> Tensor:
    """Return the discriminator's feature maps, max-pooled to 4 x 4 and concatenated: (N, D), on the CPU.

    Of every resolution from 4 pixels on, the network's last feature maps are taken; where it has none, the features
    for feature matching. A discriminator that takes labels gets class 0 for every image, so that no image's own
    label is used.

    Args:
        discriminator: it judges in evaluation mode, and is put back as it was.
        images: (N, C, H, W) in [-1, 1].

    Source: Radford, Metz and Chintala (2015), section 5.1.
    """
    maps: dict[tuple[int, ...], Tensor] = {}

    def remember(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == FEATURE_MAP_AXES and min(output.shape[-2:]) >= POOLED:
            maps[tuple(output.shape[-2:])] = output

    layers = [layer for name, layer in discriminator.named_modules() if PARAMETRISATIONS not in name]
    hooks = [layer.register_forward_hook(remember) for layer in layers]
    device = next(discriminator.parameters()).device
    parts = []
    try:
        with evaluating(discriminator):
            for batch in images.split(BATCH_SIZE):
                maps.clear()
                clips = [batch[:, None].to(device)]
                classes = torch.zeros(len(batch), dtype=torch.long, device=device)
                labels = [classes] if num_classes(discriminator) else []
                cast(Discriminator, discriminator)(clips, *labels)
                pooled = [F.adaptive_max_pool2d(each.float(), POOLED).flatten(1) for each in maps.values()]
                pooled = pooled or cast(Any, discriminator).features(clips, *labels)
                parts.append(torch.cat([vectors.float() for vectors in pooled], dim=1).cpu())
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(parts)


def accuracy_by_class(classifier: LinearClassifier, features: Tensor, labels: Sequence[int]) -> np.ndarray:
    """Return the accuracy (K,) on the images of every class; NaN where there are none."""
    targets = np.asarray(labels)
    right = classifier(features).argmax(1).numpy() == targets
    return np.array(
        [right[targets == one].mean() if (targets == one).any() else np.nan for one in range(len(classifier.bias))]
    )


def fit_linear(features: Tensor, labels: Sequence[int], seed: int = 0) -> LinearClassifier:
    """Fit a linear classifier, with its penalty chosen on a fifth of the images, on all of them.

    Args:
        features: (N, D).
        labels: (N,), whole numbers from 0 on.
        seed: of the choice of the fifth.

    Raises:
        VidpredError: a label is no whole number from 0 on, or there are fewer than two classes or five images.
    """
    numbers = np.asarray(labels)
    if numbers.ndim != 1 or numbers.shape != features.shape[:1] or not _are_classes(numbers):
        raise VidpredError(
            f"the labels are {numbers.dtype} of shape {numbers.shape}{_least(numbers)}, but one class for each of the "
            f"{counted(len(features), 'row')} of features is needed, a whole number from 0 on; leave images without "
            "one out"
        )
    targets = torch.tensor(numbers.astype(np.int64))
    if len(targets.unique()) < FEWEST_CLASSES or len(targets) < TUNED_ON:
        raise VidpredError(
            f"{there_are(len(targets), 'labelled image')} of {counted(len(targets.unique()), 'class')}, but at least "
            f"{TUNED_ON} images of {FEWEST_CLASSES} classes are needed; give more"
        )
    number = int(targets.max()) + 1
    order = torch.tensor(np.random.default_rng(seed).permutation(len(targets)))
    trains = torch.arange(len(order)) % TUNED_ON != 0
    training, tuning = order[trains], order[~trains]

    def accuracy(penalty: float) -> float:
        fitted = logistic_regression(features[training], targets[training], number, penalty)
        return float((fitted(features[tuning]).argmax(1) == targets[tuning]).double().mean())

    penalty = max(reversed(PENALTIES), key=accuracy)  # of equals, the strongest
    return logistic_regression(features, targets, number, penalty)


def _are_classes(numbers: np.ndarray) -> bool:
    return numbers.dtype.kind in "iu" and (not numbers.size or int(numbers.min()) >= 0)


def _least(numbers: np.ndarray) -> str:
    return f" from {numbers.min()} on" if numbers.dtype.kind in "iuf" and numbers.size else ""


def logistic_regression(features: Tensor, targets: Tensor, num_classes: int, penalty: float) -> LinearClassifier:
    """Minimise the mean cross-entropy plus half of ``penalty`` times the squared weights, by L-BFGS in float64.

    Args:
        features: (N, D); they are standardised first.
        targets: (N,), whole numbers below ``num_classes``.
        num_classes: K.
        penalty: above 0.

    Source: Liu and Nocedal (1989), "On the limited memory BFGS method for large scale optimization".
    """
    wide = features.double()
    mean, deviation = wide.mean(0), wide.std(0, correction=0)
    deviation = torch.where(deviation > 0, deviation, 1.0)
    inputs = (wide - mean) / deviation
    weight = torch.zeros(inputs.shape[1], num_classes, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(num_classes, dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS(
        [weight, bias], max_iter=MAX_ITERATIONS, tolerance_grad=1e-7, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        solver.zero_grad()
        value = F.cross_entropy(inputs @ weight + bias, targets) + penalty / 2 * weight.square().sum()
        value.backward()
        return value

    solver.step(loss)
    return LinearClassifier(weight.detach(), bias.detach(), mean, deviation, penalty)

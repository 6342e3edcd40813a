"""What a discriminator has learnt of the classes of images: a linear classifier on its pooled features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.interfaces import Discriminator
from vidpred.nn.labels import num_classes

POOLED = 4  # pixels each way that every layer is pooled to
BATCH_SIZE = 64  # images through the discriminator at once
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)  # on the squared weights, to choose from
TUNED_ON = 5  # every so-manieth image settles the penalty
MOST_ITERATIONS = 200  # of L-BFGS
PARAMETRISATIONS = "parametrizations"  # part of the name of modules that give weights
PLANES = 4  # axes of (B, C, h, w)
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
    """Return the discriminator's layers, max-pooled to 4 x 4 and laid side by side: (N, D), on the CPU.

    At every resolution from 4 pixels on, the last planes count that the network makes there; where it makes none,
    the features that a generator could match. One that takes labels is asked about class 0 for every image: no
    image's own label is told.

    Args:
        discriminator: in evaluation mode.
        images: (N, C, H, W) in [-1, 1].

    Source: Radford, Metz and Chintala (2015), section 5.1.
    """
    seen: dict[tuple[int, ...], Tensor] = {}

    def remember(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == PLANES and min(output.shape[-2:]) >= POOLED:
            seen[tuple(output.shape[-2:])] = output

    layers = [layer for name, layer in discriminator.named_modules() if PARAMETRISATIONS not in name]
    hooks = [layer.register_forward_hook(remember) for layer in layers]
    device = next(discriminator.parameters()).device
    parts = []
    try:
        for batch in images.split(BATCH_SIZE):
            seen.clear()
            clips = [batch[:, None].to(device)]
            told = [torch.zeros(len(batch), dtype=torch.long, device=device)] if num_classes(discriminator) else []
            cast(Discriminator, discriminator)(clips, *told)
            looked = [F.adaptive_max_pool2d(planes.float(), POOLED).flatten(1) for planes in seen.values()]
            looked = looked or cast(Any, discriminator).features(clips, *told)
            parts.append(torch.cat([vectors.float() for vectors in looked], dim=1).cpu())
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(parts)


def accuracy_by_class(classifier: LinearClassifier, features: Tensor, labels: Sequence[int]) -> np.ndarray:
    """Return the share (K,) of images of every class that are classified right; nan where there are none."""
    wanted = np.asarray(labels)
    right = classifier(features).argmax(1).numpy() == wanted
    return np.array(
        [right[wanted == one].mean() if (wanted == one).any() else np.nan for one in range(len(classifier.bias))]
    )


def fit_linear(features: Tensor, labels: Sequence[int], seed: int = 0) -> LinearClassifier:
    """Fit a linear classifier, its penalty chosen on a fifth of the images and all of them learnt from then.

    Args:
        features: (N, D).
        labels: (N,), whole numbers from 0 on.
        seed: of the choice of the fifth.

    Raises:
        VidpredError: there are fewer than two classes, or fewer than five images.
    """
    targets = torch.tensor(np.asarray(labels))
    if len(targets.unique()) < FEWEST_CLASSES or len(targets) < TUNED_ON:
        raise VidpredError(
            f"there are {len(targets)} labelled images of {len(targets.unique())} classes, but at least {TUNED_ON} "
            f"images of {FEWEST_CLASSES} classes are told apart; give more"
        )
    number = int(targets.max()) + 1
    order = torch.tensor(np.random.default_rng(seed).permutation(len(targets)))
    is_kept = torch.arange(len(order)) % TUNED_ON != 0
    learnt, kept = order[is_kept], order[~is_kept]

    def share_right(penalty: float) -> float:
        fitted = logistic_regression(features[learnt], targets[learnt], number, penalty)
        return float((fitted(features[kept]).argmax(1) == targets[kept]).double().mean())

    penalty = max(reversed(PENALTIES), key=share_right)  # of equals, the strongest
    return logistic_regression(features, targets, number, penalty)


def logistic_regression(features: Tensor, targets: Tensor, num_classes: int, penalty: float) -> LinearClassifier:
    """Minimise the mean cross-entropy plus half of ``penalty`` times the squared weights, by L-BFGS in float64.

    Args:
        features: (N, D), standardised before.
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
        [weight, bias], max_iter=MOST_ITERATIONS, tolerance_grad=1e-7, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        solver.zero_grad()
        value = F.cross_entropy(inputs @ weight + bias, targets) + penalty / 2 * weight.square().sum()
        value.backward()
        return value

    solver.step(loss)
    return LinearClassifier(weight.detach(), bias.detach(), mean, deviation, penalty)

"""Training of the small classifier whose features compare frames: minutes, on labelled images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.machine.progress import progress
from vidpred.machine.ranges import require_countable
from vidpred.metrics.features.local_classifier import SMALLEST_SIDE, ClassifierNetwork, LocalClassifier
from vidpred.wording import counted, there_are

HELD_OUT = 10  # one image in so many is held out to measure the accuracy
SHIFT = 8  # an image moves by up to 1 / SHIFT of its side
BATCH_SIZE = 128
LEARNING_RATE = 3e-3  # the maximum
WEIGHT_DECAY = 1e-4
FEWEST_CLASSES = 2


def train_classifier(
    images: np.ndarray, labels: np.ndarray, path: Path, *, steps: int = 1000, seed: int = 0, device: str = "cpu"
) -> LocalClassifier:
    """Train a classifier, write it to ``path``, and return it as an extractor.

    A tenth of the images, drawn with ``seed``, is held out; the accuracy on it is stored in the file. Images are
    shifted at random but not mirrored, so that digits stay digits. The optimiser is AdamW with a one-cycle learning
    rate schedule.

    Args:
        images: 8-bit (N, H, W, C), square, with 1 or 3 channels.
        labels: (N,), any integers.
        path: a new .safetensors file.
        steps: number of batches of 128 images.
        seed: of all random numbers. On one machine the same seed gives the same network.
        device: where to train.

    Raises:
        VidpredError: images and labels that do not fit each other or the network, or ``path`` exists.
    """
    if path.exists():
        raise VidpredError(f"{path} exists, and nothing is overwritten; name a new file or move it away")
    classes, targets = _check(images, labels, steps)
    order = np.random.default_rng(seed).permutation(len(images))
    held_out, learnt = order[::HELD_OUT], np.delete(order, np.s_[::HELD_OUT])
    draws = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = ClassifierNetwork(len(classes)).to(device)
    optimiser = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    network.train()
    for _ in progress(range(steps), "training", "step"):
        chosen = learnt[torch.randint(len(learnt), (BATCH_SIZE,), generator=draws, device="cpu").numpy()]
        batch = _shift(_prepare(images[chosen]), draws).to(device)
        loss = F.cross_entropy(network(batch), torch.tensor(targets[chosen], device=device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    facts: Mapping[str, Any] = {
        "side": images.shape[1],
        "num_classes": len(classes),
        "num_images": len(learnt),
        "num_held_out": len(held_out),
        "accuracy": classification_accuracy(network, images[held_out], targets[held_out], device),
        "steps": steps,
        "seed": seed,
    }
    LocalClassifier.save(path, network, facts)
    return LocalClassifier(path)


@torch.no_grad()
def classification_accuracy(
    network: ClassifierNetwork, images: np.ndarray, targets: np.ndarray, device: str = "cpu"
) -> float:
    """Return the fraction of 8-bit images (N, H, W, C) that are classified as in ``targets`` (N,)."""
    network.eval()
    right = 0
    for start in range(0, len(images), BATCH_SIZE):
        part = slice(start, start + BATCH_SIZE)
        answers = network(_prepare(images[part]).to(device)).argmax(dim=1).cpu().numpy()
        right += int((answers == targets[part]).sum())
    return right / len(images)


def _prepare(images: np.ndarray) -> Tensor:
    """Turn 8-bit images (N, H, W, C) into floats (N, 3, H, W) in [-1, 1]."""
    return to_model(images).expand(-1, 3, -1, -1)


def _shift(images: Tensor, draws: torch.Generator) -> Tensor:
    """Shift every image by a random whole number of pixels, replicating its edge."""
    side = images.shape[-1]
    most = side // SHIFT
    padded = F.pad(images, (most,) * 4, mode="replicate")
    rows, columns = torch.randint(2 * most + 1, (2, len(images)), generator=draws, device="cpu").tolist()
    moved = [
        image[:, row : row + side, column : column + side]
        for image, row, column in zip(padded, rows, columns, strict=True)
    ]
    return torch.stack(moved)


def _check(images: np.ndarray, labels: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes, and for every image the number of its class.

    Raises:
        VidpredError: see :func:`train_classifier`.
    """
    height, width, channels = images.shape[1:] if images.ndim == 4 else (0, 0, 0)  # noqa: PLR2004
    if images.dtype != np.uint8 or height != width or height < SMALLEST_SIDE or channels not in (1, 3):
        raise VidpredError(
            f"the images are {images.dtype} of shape {images.shape}, but 8-bit squares (N, side, side, 1 or 3), "
            f"side {SMALLEST_SIDE} or more, are needed; convert or crop them"
        )
    if labels.shape != (len(images),):
        raise VidpredError(
            f"{there_are(len(images), 'image')} but labels of shape {labels.shape}; give one label per image"
        )
    classes, targets = np.unique(labels, return_inverse=True)
    if len(classes) < FEWEST_CLASSES or len(images) < HELD_OUT * len(classes):
        raise VidpredError(
            f"{there_are(len(images), 'image')} of {counted(len(classes), 'class')}, but at least {FEWEST_CLASSES} "
            f"classes and {HELD_OUT} images of each on average are needed; give more"
        )
    if steps < 1:
        raise VidpredError(f"steps is {steps}, but at least 1 is needed to learn anything; set about 1000")
    require_countable(steps)
    return classes, targets

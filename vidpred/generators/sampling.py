"""Sampling images from a generator: reproducible by seed, whatever the number of images."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError, shown
from vidpred.machine.arguments import checked, unless_wrapped
from vidpred.machine.engine import device_of, dtype_of, evaluating
from vidpred.machine.memory import require_memory
from vidpred.machine.progress import counting
from vidpred.machine.ranges import Seed
from vidpred.nn.context import takes_context
from vidpred.nn.labels import generated, num_classes, takes_labels
from vidpred.nn.latent import draw_latents, latent_channels
from vidpred.wording import counted

BATCH_SIZE = 64  # images per forward pass
FLOAT, ROW = 4, 100  # bytes of a number, and of a tensor beside its numbers, at least
Labels = int | Sequence[int] | Tensor | np.ndarray | None


@checked
@torch.no_grad()
def sample(
    generator: nn.Module,
    num_images: int = 64,
    seed: Seed = 0,
    labels: Labels = None,
    truncate: float | None = None,
) -> Tensor:
    """Generate images (num_images, C, H, W) from random noise; values outside [-1, 1] are to be clipped for display.

    Args:
        generator: such as :func:`vidpred.load_generator` returns; it generates in evaluation mode.
        num_images: how many.
        seed: of the noise.
        labels: the class of all images, or of each, as whole numbers in a list, an array or a tensor (num_images,); by
            default one class after the other. For generators that take labels.
        truncate: largest absolute value of the noise, in standard deviations: with values below 1, images are closer
            to the average and have fewer artefacts, but are less diverse; None for no limit.

    Raises:
        VidpredError: fewer than one image, a class that does not exist, labels for a generator that takes none,
            or a limit that is not above 0.
    """
    if num_images < 1:
        raise VidpredError(f"{num_images} images were asked for, but at least 1 is needed; ask for 1 or more")
    require_generator(generator)
    noise = draw_noise(latent_channels(generator), num_images, seed, truncate)
    return generate(generator, noise, choose_classes(generator, num_images, labels))


def require_generator(network: object) -> None:
    """Refuse what generates no images from noise.

    Raises:
        VidpredError: it is no network, takes no noise, or predicts frames from frames.
    """
    if not isinstance(network, nn.Module) or not latent_channels(network):
        advice = unless_wrapped(network, lambda inner: latent_channels(inner) > 0, "vidpred.load_generator returns one")
        raise VidpredError(
            f"an object of the class {type(network).__name__} is no generator of images, which is a network that takes "
            f"noise, and says of how many latent_channels; {advice}"
        )
    if takes_context(network):
        raise VidpredError(
            f"an object of the class {type(network).__name__} predicts frames from frames, and generates none from "
            "noise alone; give known frames to vidpred.rollout or vidpred.predict_video, with num_samples=8"
        )


@torch.no_grad()
def generate(generator: nn.Module, noise: Tensor, labels: Tensor | None = None) -> Tensor:
    """Generate the image (N, C, H, W) of every row of ``noise`` (N, latent_channels), in batches.

    Args:
        generator: that generates in evaluation mode, whatever mode it is in.
        noise: standard normal, on any device.
        labels: (N,), for generators that take labels.

    Raises:
        VidpredError: ``generator`` is none, or its images hold values that are nan or infinite.
    """
    require_generator(generator)
    device, dtype = device_of(generator), dtype_of(generator, otherwise=noise.dtype)
    images = []
    with evaluating(generator), counting(len(noise), "sampling", "image") as bar:
        for first in range(0, len(noise), BATCH_SIZE):
            part = slice(first, first + BATCH_SIZE)
            classes = labels[part].to(device) if labels is not None else None
            images.append(generated(generator, noise[part].to(device, dtype), classes)[-1][:, 0].float())
            bar.update(len(images[-1]))
    all_images = torch.cat(images)
    if not all_images.isfinite().all():
        raise VidpredError(
            "the values of generated images are not all finite numbers; name another generator, or an "
            "earlier checkpoint of its run"
        )
    return all_images


def draw_noise(channels: int, number: int, seed: int, truncate: float | None = None) -> Tensor:
    """Return standard normal noise (number, channels) on the CPU; each row depends only on ``seed`` and its index.

    Args:
        channels: values per row.
        number: of rows.
        seed: of all rows.
        truncate: largest absolute value. The normal distribution is truncated there by mapping every value through
            its quantile, so that a row stays similar to what it is without a limit.

    Raises:
        VidpredError: ``truncate`` is not above 0.
    """
    if truncate is not None and not truncate > 0:
        raise VidpredError(f"the noise is to be truncated at {truncate}, but only limits above 0 are accepted; use 0.7")
    require_memory(number * (FLOAT * channels + ROW), f"noise for {shown(number)} images needs", "ask for fewer")
    noise = torch.stack([next(draw_latents(channels, seed, row)) for row in range(number)])
    if truncate is None:
        return noise
    below = torch.special.ndtr(torch.tensor(-truncate, dtype=torch.float64, device="cpu"))
    rank = below + torch.special.ndtr(noise.double()) * (1 - 2 * below)
    cut: Tensor = torch.special.ndtri(rank)
    return cut.float()


def choose_classes(generator: nn.Module, number: int, labels: Labels = None) -> Tensor | None:
    """Return the label (number,) of every image, or None where there are no classes; see :func:`sample`."""
    known = num_classes(generator) if takes_labels(generator) else 0
    if not known:
        if labels is None:
            return None
        raise VidpredError("a class was asked for, but this generator was trained without labels; leave the class out")
    if labels is None:
        return torch.arange(number, device="cpu") % known
    if isinstance(labels, Tensor | np.ndarray):
        labels = _whole_numbers(labels)
    wanted = [int(labels)] * number if isinstance(labels, int | np.integer) else [int(label) for label in labels]
    unknown = [label for label in wanted if not 0 <= label < known]
    if unknown:
        raise VidpredError(f"there is no class {unknown[0]}; this generator has classes 0 to {known - 1}, name one")
    if len(wanted) != number:
        raise VidpredError(
            f"{len(wanted)} labels were given for {counted(number, 'image')}; give one for each, or one for all"
        )
    return torch.tensor(wanted, device="cpu")


def _whole_numbers(labels: Tensor | np.ndarray) -> int | list[int]:
    array = np.asarray(labels.detach().cpu() if isinstance(labels, Tensor) else labels)
    if array.dtype.kind not in "iu" or array.ndim > 1:
        raise VidpredError(
            f"the labels are {array.dtype} of shape {array.shape}, but whole numbers (num_images,) are needed, the "
            "class of each image; take the argmax of one-hot labels"
        )
    found: int | list[int] = array.tolist()
    return found

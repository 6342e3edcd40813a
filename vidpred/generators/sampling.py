"""Images drawn by a generator: always the same ones for the same seed, however many are asked for."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.interfaces import Generator
from vidpred.nn.labels import num_classes
from vidpred.nn.latent import draw_latents, latent_channels

BATCH_SIZE = 64  # images through the network at once


@torch.no_grad()
def sample(
    generator: nn.Module,
    num_images: int = 64,
    seed: int = 0,
    labels: int | Sequence[int] | None = None,
    truncate: float | None = None,
) -> Tensor:
    """Draw images (num_images, C, H, W); values in [-1, 1] are shown, what is outside is clipped.

    Args:
        generator: in evaluation mode, such as :func:`vidpred.load_generator` returns.
        num_images: how many.
        seed: of the noise.
        labels: the class of all images, or of each; by default one class after the other. For generators
            that take labels.
        truncate: how far the numbers of the noise may lie from 0, in standard deviations: below 1, images
            are closer to the average one and less alike in mishaps; none for no limit.

    Raises:
        VidpredError: less than one image, a class that there is not, labels for a generator that takes none,
            or a limit that is not above 0.
    """
    if num_images < 1:
        raise VidpredError(f"{num_images} images were asked for, but at least 1 can be drawn; ask for 1 or more")
    noise = draw_noise(latent_channels(generator), num_images, seed, truncate)
    return draw(generator, noise, choose_classes(generator, num_images, labels))


@torch.no_grad()
def draw(generator: nn.Module, noise: Tensor, labels: Tensor | None = None) -> Tensor:
    """Draw the image (N, C, H, W) of every row of ``noise`` (N, latent_channels), some at a time.

    Args:
        generator: in evaluation mode.
        noise: standard normal, on any device.
        labels: (N,), for generators that take labels.
    """
    device = next(generator.parameters()).device
    images = []
    for first in range(0, len(noise), BATCH_SIZE):
        part = slice(first, first + BATCH_SIZE)
        told = labels[part].to(device) if labels is not None else None
        images.append(cast(Generator, generator)(noise[part].to(device), told)[-1][:, 0].float())
    return torch.cat(images)


def draw_noise(channels: int, number: int, seed: int, truncate: float | None = None) -> Tensor:
    """Return standard normal noise (number, channels) on the CPU; each row is settled by ``seed`` and its place.

    Args:
        channels: numbers per row.
        number: of rows.
        seed: of all rows.
        truncate: largest distance from 0. The distribution is cut there, by moving every number inwards:
            a row stays similar to what it is without a limit.

    Raises:
        VidpredError: ``truncate`` is not above 0.
    """
    if truncate is not None and not truncate > 0:
        raise VidpredError(f"the noise is to be cut at {truncate}, but only numbers above 0 leave any; take 0.7 or so")
    noise = torch.stack([next(draw_latents(channels, seed, row)) for row in range(number)])
    if truncate is None:
        return noise
    below = torch.special.ndtr(torch.tensor(-truncate, dtype=torch.float64))
    rank = below + torch.special.ndtr(noise.double()) * (1 - 2 * below)
    cut: Tensor = torch.special.ndtri(rank)
    return cut.float()


def choose_classes(generator: nn.Module, number: int, labels: int | Sequence[int] | None = None) -> Tensor | None:
    """Return the label (number,) of every image, or none where there are no classes; see :func:`sample`."""
    known = num_classes(generator)
    if not known:
        if labels is None:
            return None
        raise VidpredError("a class was asked for, but this generator was trained without labels; leave the class out")
    if labels is None:
        return torch.arange(number) % known
    wanted = [labels] * number if isinstance(labels, int) else list(labels)
    unknown = [label for label in wanted if not 0 <= label < known]
    if unknown:
        raise VidpredError(f"there is no class {unknown[0]}; this generator tells 0 to {known - 1} apart, name one")
    if len(wanted) != number:
        raise VidpredError(f"{len(wanted)} labels were given for {number} images; give one for each, or one for all")
    return torch.tensor(wanted)

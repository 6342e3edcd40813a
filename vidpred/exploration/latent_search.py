"""The noise from which a generator draws a given image, or what is known of it: found by descending the error."""

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.generators.sampling import choose_classes, draw_noise, generate
from vidpred.interfaces import Generator
from vidpred.nn.latent import latent_channels

NUM_STEPS = 300
CANDIDATES = 16  # draws of noise per restart, of which the best is where it begins
LEARNING_RATE = 0.1  # at first; it falls to 0 as a quarter of a cosine
PROJECT_PRIOR, COMPLETE_PRIOR = 0.002, 0.02


@dataclass(frozen=True)
class Found:
    """What the restarts of a search ended with, the best in what was to be matched first."""

    noise: Tensor  # (K, Z)
    labels: Tensor | None  # (K,), where there are classes
    images: Tensor  # (K, C, H, W) in [-1, 1], as they are drawn
    errors: Tensor  # (K,), mean squared error where the target is known, of values in [-1, 1]

    @property
    def psnr(self) -> Tensor:
        """Return the PSNR (K,) in dB where the target is known, at a peak of the whole range."""
        return 10 * torch.log10(4 / self.errors.clamp(min=1e-10))


def project(
    generator: nn.Module,
    image: Tensor,
    restarts: int = 20,
    num_steps: int = NUM_STEPS,
    prior: float = PROJECT_PRIOR,
    seed: int = 0,
    label: int | None = None,
) -> Found:
    """Find the noise from which ``generator`` draws an image (C, H, W) in [-1, 1] most closely; see :func:`search`."""
    everywhere = torch.ones(image.shape[1:], dtype=torch.bool)
    return search(generator, image, everywhere, restarts, num_steps, prior, seed, label)


def complete(
    generator: nn.Module,
    image: Tensor,
    missing: Tensor,
    restarts: int = 20,
    num_steps: int = NUM_STEPS,
    prior: float = COMPLETE_PRIOR,
    seed: int = 0,
    label: int | None = None,
) -> tuple[Tensor, Found]:
    """Fill what is missing of an image with what the generator draws where the rest is as it is known.

    Args:
        generator: in evaluation mode.
        image: (C, H, W) in [-1, 1]; what it holds where pixels are missing is not looked at.
        missing: (H, W), true where pixels are to be filled in.
        restarts, num_steps, prior, seed, label: as for :func:`search`.

    Returns:
        Completions (K, C, H, W), whose known pixels are those of ``image``, and the search behind them; sorted by
        the error in what is known.

    Raises:
        VidpredError: see :func:`search`; or nothing is missing.

    Source: Yeh et al. (2017), "Semantic image inpainting with deep generative models". There, errors near the
    hole count more, a discriminator judges the whole, and colours are blended at the edge; here every known
    pixel counts the same, the prior is that of the noise, and the known pixels are kept.
    """
    if not missing.any():
        raise VidpredError("no pixel is missing, so there is nothing to fill in; mark some, in white, in the mask")
    found = search(generator, image, ~missing, restarts, num_steps, prior, seed, label)
    return torch.where(missing.to(image.device), found.images.clamp(-1, 1).to(image.device), image), found


def search(
    generator: nn.Module,
    target: Tensor,
    known: Tensor,
    restarts: int,
    num_steps: int,
    prior: float,
    seed: int = 0,
    label: int | None = None,
) -> Found:
    """Find noise whose image is like ``target`` where it is known, by Adam from several beginnings.

    Minimised is the mean squared error of the known values plus ``prior`` times the mean square of the noise: the
    logarithm of its density, so that the noise stays where the generator has seen some.

    Args:
        generator: in evaluation mode.
        target: (C, H, W) in [-1, 1].
        known: (H, W), true where it is to be matched.
        restarts: K, how many searches; where there are classes and none is named, they take them in turn.
        num_steps: of each.
        prior: weight of the noise's size beside the error.
        seed: of the beginnings.
        label: the class to be drawn.

    Raises:
        VidpredError: less than one restart or step, an image of another shape than is drawn, nothing known, or a
            class that there is not.
    """
    if restarts < 1 or num_steps < 1:
        raise VidpredError(f"{restarts} restarts of {num_steps} steps were asked for; ask for at least 1 of each")
    device = next(generator.parameters()).device
    target, known = target.to(device), known.to(device)
    if not known.any():
        raise VidpredError("every pixel is missing, so there is nothing to go by; leave some in the mask")
    labels = choose_classes(generator, restarts, label)
    labels = labels.to(device) if labels is not None else None
    noise = _beginnings(generator, target, known, restarts, labels, seed).requires_grad_(True)
    optimiser = torch.optim.Adam([noise], LEARNING_RATE)
    for step in range(num_steps):
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * math.cos(math.pi / 2 * step / num_steps)
        images = cast(Generator, generator)(noise, labels)[-1][:, 0].float()
        loss = (_errors(images, target, known) + prior * noise.square().mean(1)).sum()
        (noise.grad,) = torch.autograd.grad(loss, noise)
        optimiser.step()
    found = noise.detach()
    images = generate(generator, found, labels)
    errors = _errors(images.clamp(-1, 1), target, known)
    order = errors.argsort()
    return Found(found[order], labels[order] if labels is not None else None, images[order], errors[order])


def _beginnings(
    generator: nn.Module, target: Tensor, known: Tensor, restarts: int, labels: Tensor | None, seed: int
) -> Tensor:
    """Return for every restart the best of some draws of its own: (K, Z)."""
    noise = draw_noise(latent_channels(generator), restarts * CANDIDATES, seed).to(target.device)
    told = labels.repeat_interleave(CANDIDATES) if labels is not None else None
    images = generate(generator, noise, told)
    if images.shape[1:] != target.shape:
        raise VidpredError(
            f"the image is {tuple(target.shape)}, but this generator draws {tuple(images.shape[1:])} (channels, "
            "height, width); scale it to that size"
        )
    best = _errors(images, target, known).view(restarts, CANDIDATES).argmin(1)
    return noise.view(restarts, CANDIDATES, -1)[torch.arange(restarts, device=best.device), best].clone()


def _errors(images: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Return the mean squared error (N,) of images (N, C, H, W) where ``target`` (C, H, W) is known."""
    squared = (images - target).square() * known
    return squared.sum((1, 2, 3)) / (known.sum() * target.shape[0])

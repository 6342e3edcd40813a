"""Latent search: the noise from which a generator makes a given image, or its known part, by gradient descent."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.alike import in_words
from vidpred.generators.sampling import choose_classes, draw_noise, generate, require_generator
from vidpred.machine.arguments import checked
from vidpred.machine.engine import device_of, dtype_of, evaluating
from vidpred.machine.progress import progress
from vidpred.machine.ranges import require_countable
from vidpred.nn.labels import generated
from vidpred.nn.latent import latent_channels
from vidpred.wording import counted

NUM_STEPS = 300
CANDIDATES = 16  # noise vectors per restart, of which the best is its starting point
LEARNING_RATE = 0.1  # the initial one; it falls to 0 along a quarter of a cosine
LARGEST_PRIOR = 1e6  # at which nothing but the noise's size counts
PROJECT_PRIOR, COMPLETE_PRIOR = 0.002, 0.02
IMAGE_AXES = 3  # (C, H, W)
FAR_OUTSIDE = 64.0  # of [-1, 1]: images that somebody forgot to convert from 0 to 255 have larger values


@dataclass(frozen=True)
class Found:
    """The results of a search's restarts, sorted by the error in the known pixels."""

    noise: Tensor  # (K, Z)
    labels: Tensor | None  # (K,), where there are classes
    images: Tensor  # (K, C, H, W), as generated, for [-1, 1]
    errors: Tensor  # (K,), mean squared error where the target is known, of values in [-1, 1]

    @property
    def psnr(self) -> Tensor:
        """Return the PSNR (K,) in dB where the target is known, for the full range of values as peak."""
        return 10 * torch.log10(4 / self.errors.clamp(min=1e-10))


@checked
def project(
    generator: nn.Module,
    image: Tensor,
    restarts: int = 20,
    num_steps: int = NUM_STEPS,
    prior: float = PROJECT_PRIOR,
    seed: int = 0,
    label: int | None = None,
) -> Found:
    """Find the noise whose image is nearest to a given one (C, H, W) in [-1, 1]; see :func:`search`."""
    _require_image(image)
    everywhere = torch.ones(image.shape[1:], dtype=torch.bool)
    return search(generator, image, everywhere, restarts, num_steps, prior, seed, label)


@checked
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
    """Fill in the missing pixels of an image with generated ones that fit the known pixels.

    Args:
        generator: of images; it generates in evaluation mode, and is put back as it was.
        image: (C, H, W) in [-1, 1]; its missing pixels are ignored, whatever they hold.
        missing: (H, W), true where pixels are to be filled in.
        restarts, num_steps, prior, seed, label: as for :func:`search`.

    Returns:
        Completions (K, C, H, W), whose known pixels are those of ``image``, and the results of the search; sorted by
        the error in the known pixels.

    Raises:
        VidpredError: see :func:`search`; or nothing is missing.

    Source: Yeh et al. (2017), "Semantic image inpainting with deep generative models". There, errors near the
    missing pixels weigh more, a discriminator judges the whole image, and colours are blended at the edge; here all
    known pixels weigh the same, the prior is that of the noise, and the known pixels are kept.
    """
    _require_image(image)
    _require_mask(missing, image)
    if not missing.any():
        raise VidpredError("no pixel is missing, so there is nothing to fill in; mark some white in the mask")
    found = search(generator, image, ~missing, restarts, num_steps, prior, seed, label)
    return torch.where(missing.to(image.device), found.images.clamp(-1, 1).to(image.device), image), found


@torch.inference_mode(False)
@torch.enable_grad()
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
    """Find noise whose image matches ``target`` where it is known, by Adam from several starting points.

    Minimised is the mean squared error of the known values plus ``prior`` times the mean square of the noise, which
    is its negative log-density: the noise stays where the generator was trained.

    Args:
        generator: of images; it generates in evaluation mode, and is put back as it was.
        target: (C, H, W) in [-1, 1].
        known: (H, W), true where the target is to be matched.
        restarts: K, how many searches; where there are classes and none is named, each takes the next class.
        num_steps: of each.
        prior: weight of the noise's mean square beside the error.
        seed: of the starting points.
        label: the class of the images.

    Raises:
        VidpredError: less than one restart or step, steps or a weight beyond all reason, what is no image in [-1, 1] or
            has another shape than is generated, a mask of another shape or type, no known pixel, or an unknown class.
    """
    if restarts < 1 or num_steps < 1:
        asked = f"{counted(restarts, 'restart')} of {counted(num_steps, 'step')}"
        raise VidpredError(f"{asked} cannot be made; ask for at least 1 of each")
    require_countable(num_steps)
    if not 0 <= prior <= LARGEST_PRIOR:
        raise VidpredError(
            f"the prior weighs {prior:g}, but a weight from 0 to {LARGEST_PRIOR:g} is accepted: at 1, the size of the "
            "noise counts as much as the error; set one such"
        )
    require_generator(generator)
    _require_image(target)
    _require_mask(known, target)
    if not known.any():
        raise VidpredError("every pixel is missing, so there is nothing to match; leave some black in the mask")
    device = device_of(generator)
    target, known = _where_known(target, known).to(device), known.clone().to(device)  # for gradients, wherever made
    labels = choose_classes(generator, restarts, label)
    labels = labels.to(device) if labels is not None else None
    noise = _starting_points(generator, target, known, restarts, labels, seed)
    with evaluating(generator):
        found = _descend(generator, noise, labels, target, known, num_steps, prior)
    images = generate(generator, found, labels)
    errors = _errors(images.clamp(-1, 1), target, known)
    order = errors.argsort()
    return Found(found[order], labels[order] if labels is not None else None, images[order], errors[order])


def _descend(
    generator: nn.Module,
    noise: Tensor,
    labels: Tensor | None,
    target: Tensor,
    known: Tensor,
    num_steps: int,
    prior: float,
) -> Tensor:
    """Return the noise (K, Z) at the end of the search that begins at ``noise``."""
    noise = noise.to(dtype_of(generator, otherwise=noise.dtype)).requires_grad_(True)
    optimiser = torch.optim.Adam([noise], LEARNING_RATE)
    for step in progress(range(num_steps), "searching", "step"):
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * math.cos(math.pi / 2 * step / num_steps)
        images = generated(generator, noise, labels)[-1][:, 0].float()
        loss = (_errors(images, target, known) + prior * noise.square().mean(1)).sum()
        (noise.grad,) = torch.autograd.grad(loss, noise)
        optimiser.step()
    return noise.detach()


def _where_known(image: Tensor, known: Tensor) -> Tensor:
    """Return an image (C, H, W) with zeros where it is not ``known`` (H, W).

    Raises:
        VidpredError: known values are no numbers, or far outside of [-1, 1].
    """
    shown = torch.where(known.to(image.device), image.detach(), 0)
    largest = shown.abs().amax().item()
    if not largest <= FAR_OUTSIDE:  # nor is nan
        raise VidpredError(
            f"the image has known values up to {largest:g}, but is to lie in [-1, 1]; vidpred.frames.to_model makes "
            "such an image of 8-bit values"
        )
    return shown


def _require_image(image: object) -> None:
    if not isinstance(image, Tensor) or image.ndim != IMAGE_AXES or not image.is_floating_point() or not image.numel():
        raise VidpredError(
            f"the image is {in_words(image)}, but a tensor of floats (C, H, W) in [-1, 1] is needed; "
            "vidpred.frames.to_model makes one of an 8-bit image (H, W, C)"
        )


def _require_mask(mask: object, image: Tensor) -> None:
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool or mask.shape != image.shape[1:]:
        raise VidpredError(
            f"the mask is {in_words(mask)}, but true and false for every pixel of the image, "
            f"{tuple(image.shape[1:])} of torch.bool, are needed; vidpred.exploration.open_mask makes one, or mask > 0"
        )


def _starting_points(
    generator: nn.Module, target: Tensor, known: Tensor, restarts: int, labels: Tensor | None, seed: int
) -> Tensor:
    """Return for every restart the best of its own candidates: (K, Z)."""
    noise = draw_noise(latent_channels(generator), restarts * CANDIDATES, seed).to(target.device)
    repeated = labels.repeat_interleave(CANDIDATES) if labels is not None else None
    images = generate(generator, noise, repeated)
    if images.shape[1:] != target.shape:
        raise VidpredError(
            f"the image is {tuple(target.shape)}, but this generator makes {tuple(images.shape[1:])} (channels, "
            "height, width); scale it to that size"
        )
    best = _errors(images, target, known).view(restarts, CANDIDATES).argmin(1)
    return noise.view(restarts, CANDIDATES, -1)[torch.arange(restarts, device=best.device), best].clone()


def _errors(images: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Return the mean squared error (N,) of images (N, C, H, W) where ``target`` (C, H, W) is known."""
    squared = (images - target).square() * known
    return squared.sum((1, 2, 3)) / (known.sum() * target.shape[0])

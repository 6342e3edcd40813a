"""Images between images: what a generator draws on the way from one noise to another."""

import math

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.generators.sampling import choose_classes, draw_noise, generate
from vidpred.nn.latent import latent_channels

FEWEST_STEPS = 2  # a row has two ends
FEWEST_POINTS = 3  # a walk that comes back by another way than it went
NEARLY_PARALLEL = 1e-4  # radians, below which an arc is as good as a straight line


def interpolate(
    generator: nn.Module, num_rows: int = 8, num_steps: int = 10, seed: int = 0, label: int | None = None
) -> Tensor:
    """Draw rows of images (num_rows, num_steps, C, H, W), each from one noise to the next along an arc.

    The first image of every row is that of :func:`vidpred.generators.sampling.sample` with the same seed; the last row
    leads back to the first noise. Where there are classes, a row keeps that of its first image.

    Args:
        generator: in evaluation mode.
        num_rows: how many pairs of noise.
        num_steps: images per row, both ends included; at least 2.
        seed: of the noise.
        label: the class of all rows; by default one class after the other.

    Raises:
        VidpredError: less than one row or two steps, a class that there is not, or no classes.

    Source: White (2016), "Sampling generative networks".
    """
    if num_rows < 1 or num_steps < FEWEST_STEPS:
        raise VidpredError(
            f"{num_rows} rows of {num_steps} images were asked for, but at least 1 row of {FEWEST_STEPS} leads "
            "anywhere; ask for more"
        )
    ends = draw_noise(latent_channels(generator), max(num_rows, FEWEST_STEPS), seed)
    noise = slerp(ends[:num_rows], ends.roll(-1, 0)[:num_rows], torch.linspace(0, 1, num_steps))
    classes = choose_classes(generator, num_rows, label)
    told = classes.repeat_interleave(num_steps) if classes is not None else None
    rows: Tensor = generate(generator, noise.flatten(0, 1), told).unflatten(0, (num_rows, num_steps))
    return rows


def slerp(first: Tensor, last: Tensor, shares: Tensor) -> Tensor:
    """Return points (B, S, Z) on the arcs from ``first`` (B, Z) to ``last`` (B, Z), at ``shares`` (S,) from 0 to 1.

    A straight line would pass closer to 0 than almost all noise is, where a generator has seen nothing.

    Source: Shoemake (1985), "Animating rotation with quaternion curves".
    """
    cosine = nn.functional.cosine_similarity(first, last, dim=1).clamp(-1, 1)
    angle = cosine.acos().clamp(NEARLY_PARALLEL, math.pi - NEARLY_PARALLEL)[:, None, None]
    share = shares[None, :, None]
    away, near = ((1 - share) * angle).sin() / angle.sin(), (share * angle).sin() / angle.sin()
    points: Tensor = away * first[:, None] + near * last[:, None]
    return points


def walk(
    generator: nn.Module, num_points: int = 8, num_frames: int = 240, seed: int = 0, label: int | None = None
) -> Tensor:
    """Draw a film (num_frames, C, H, W) that passes smoothly through all of the noise and ends where it began.

    Args:
        generator: in evaluation mode.
        num_points: noise vectors to pass through, at least 3: those of :func:`vidpred.generators.sampling.sample`.
        num_frames: at least 1; the one after the last would be the first again.
        seed: of the noise.
        label: the class of all images; 0 by default where there are classes.

    Raises:
        VidpredError: too few points or frames, a class that there is not, or no classes.
    """
    if num_points < FEWEST_POINTS or num_frames < 1:
        raise VidpredError(
            f"a walk of {num_frames} frames through {num_points} points was asked for, but it takes at least 1 frame "
            f"and {FEWEST_POINTS} points to come back by another way; ask for more"
        )
    noise = closed_curve(draw_noise(latent_channels(generator), num_points, seed), num_frames)
    first = choose_classes(generator, 1, label)
    return generate(generator, noise, first.expand(num_frames) if first is not None else None)


def closed_curve(points: Tensor, number: int) -> Tensor:
    """Return ``number`` points (number, Z) of a closed curve without corners through ``points`` (N, Z), in turn.

    It is their trigonometric interpolation, the weights scaled to length 1: of standard normal points, every
    point of the curve is a standard normal draw, too.
    """
    count = len(points)
    shares = torch.arange(number, dtype=torch.float64) / number
    phase = 2 * math.pi * (shares[:, None] - torch.arange(count, dtype=torch.float64) / count)
    weights = torch.ones_like(phase)
    for order in range(1, (count - 1) // 2 + 1):
        weights += 2 * (order * phase).cos()
    if count % 2 == 0:
        weights += (count // 2 * phase).cos()
    weights /= weights.norm(dim=1, keepdim=True)
    return weights.to(points.dtype) @ points

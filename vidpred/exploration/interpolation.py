"""Interpolation: the images that a generator makes on the way from one noise vector to another."""

import math

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.generators.sampling import choose_classes, draw_noise, generate
from vidpred.machine.arguments import checked
from vidpred.nn.latent import latent_channels
from vidpred.wording import counted

FEWEST_STEPS = 2  # both ends of a row
FEWEST_POINTS = 3  # fewer give a walk that returns the way it came
NEARLY_PARALLEL = 1e-4  # radians; a smaller angle is treated as this one


@checked
def interpolate(
    generator: nn.Module, num_rows: int = 8, num_steps: int = 10, seed: int = 0, label: int | None = None
) -> Tensor:
    """Generate rows of images (num_rows, num_steps, C, H, W), each from one noise vector to the next along an arc.

    The first image of every row is that of :func:`vidpred.generators.sampling.sample` with the same seed; the last row
    leads back to the first vector. Where there are classes, a row keeps that of its first image.

    Args:
        generator: in evaluation mode.
        num_rows: how many pairs of noise vectors.
        num_steps: images per row, both ends included; at least 2.
        seed: of the noise.
        label: the class of all rows; by default one class after the other.

    Raises:
        VidpredError: less than one row or two steps, an unknown class, or a generator without classes.

    Source: White (2016), "Sampling generative networks".
    """
    if num_rows < 1 or num_steps < FEWEST_STEPS:
        raise VidpredError(
            f"{counted(num_rows, 'row')} of {counted(num_steps, 'image')} cannot be drawn, since at least 1 row of "
            f"{FEWEST_STEPS} is needed; ask for more"
        )
    ends = draw_noise(latent_channels(generator), max(num_rows, FEWEST_STEPS), seed)
    noise = slerp(ends[:num_rows], ends.roll(-1, 0)[:num_rows], torch.linspace(0, 1, num_steps, dtype=ends.dtype))
    classes = choose_classes(generator, num_rows, label)
    labels = classes.repeat_interleave(num_steps) if classes is not None else None
    rows: Tensor = generate(generator, noise.flatten(0, 1), labels).unflatten(0, (num_rows, num_steps))
    return rows


def slerp(first: Tensor, last: Tensor, shares: Tensor) -> Tensor:
    """Return points (B, S, Z) on the arcs from ``first`` (B, Z) to ``last`` (B, Z), at ``shares`` (S,) from 0 to 1.

    A straight line would pass closer to 0 than almost all noise lies, where a generator was never trained.

    Source: Shoemake (1985), "Animating rotation with quaternion curves".
    """
    cosine = nn.functional.cosine_similarity(first, last, dim=1).clamp(-1, 1)
    angle = cosine.acos().clamp(NEARLY_PARALLEL, math.pi - NEARLY_PARALLEL)[:, None, None]
    share = shares[None, :, None]
    of_first, of_last = ((1 - share) * angle).sin() / angle.sin(), (share * angle).sin() / angle.sin()
    points: Tensor = of_first * first[:, None] + of_last * last[:, None]
    return points


@checked
def walk(
    generator: nn.Module, num_points: int = 8, num_frames: int = 240, seed: int = 0, label: int | None = None
) -> Tensor:
    """Generate a video (num_frames, C, H, W) of a smooth, closed walk through several noise vectors.

    Args:
        generator: in evaluation mode.
        num_points: how many noise vectors, at least 3: those of :func:`vidpred.generators.sampling.sample`.
        num_frames: at least 1; after the last, the first would follow.
        seed: of the noise.
        label: the class of all images; 0 by default where there are classes.

    Raises:
        VidpredError: too few points or frames, an unknown class, or a generator without classes.
    """
    if num_points < FEWEST_POINTS or num_frames < 1:
        raise VidpredError(
            f"a walk of {counted(num_frames, 'frame')} through {counted(num_points, 'point')} was asked for, but at "
            f"least 1 frame and {FEWEST_POINTS} points are needed; ask for more"
        )
    noise = closed_curve(draw_noise(latent_channels(generator), num_points, seed), num_frames)
    first = choose_classes(generator, 1, label)
    return generate(generator, noise, first.expand(num_frames) if first is not None else None)


def closed_curve(points: Tensor, number: int) -> Tensor:
    """Return ``number`` points (number, Z) of a smooth closed curve through ``points`` (N, Z), in their order.

    It is their trigonometric interpolation with weights scaled to length 1: where the points are standard normal, so
    is every point of the curve.
    """
    count = len(points)
    places = torch.arange(number, dtype=torch.float64) / number
    phase = 2 * math.pi * (places[:, None] - torch.arange(count, dtype=torch.float64) / count)
    weights = torch.ones_like(phase)
    for order in range(1, (count - 1) // 2 + 1):
        weights += 2 * (order * phase).cos()
    if count % 2 == 0:
        weights += (count // 2 * phase).cos()
    weights /= weights.norm(dim=1, keepdim=True)
    return weights.to(points.dtype) @ points

"""Multi-scale structural similarity of Wang, Simoncelli and Bovik (2003)."""

import torch
from torch import Tensor

from vidpred.frames.pyramid import halved
from vidpred.metrics.metric import Metric, comparable
from vidpred.metrics.shared import once
from vidpred.metrics.ssim import WINDOW, similarity, similarity_factors, to_unit
from vidpred.registry import METRICS

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # fine to coarse


def ms_ssim(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the multi-scale structural similarity of every frame: from 0 to 1, which identical frames score.

    With window and constants of ``ssim``: the mean contrast and structure at each scale, and the mean
    similarity at the coarsest, each to the power of its published weight, are multiplied; channels are
    scored separately and averaged. From one scale to the next, blocks of 2 x 2 pixels are averaged; at the end
    of an odd side, the pixels that there are. A negative factor, which has no real power, counts as 0.

    Five scales need frames of at least 161 pixels. Smaller frames are scored on as many of the finest as
    the window fits into, with their weights scaled to add up to 1 (128 pixels: four scales, 64: three), so
    only scores of one size can be compared.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1], compared in [0, 1].
        target: clips of the same shape.

    Returns:
        (B, T).

    Raises:
        VidpredError: the clips differ in shape, are not floats or are smaller than the window.

    Source: Wang et al. (2003), "Multiscale structural similarity for image quality assessment".
    """
    prediction, target = comparable(prediction, target, smallest_side=WINDOW)
    frames = zip(prediction.unbind(1), target.unbind(1), strict=True)  # one at a time, to save memory
    return torch.stack([_score(*map(to_unit, pair)) for pair in frames], dim=1)


halved_once = once(halved)


def num_scales(height: int, width: int) -> int:
    """Return how many scales of a frame are scored: those that the window fits into, at most five."""
    side, scales = min(height, width), 1
    while scales < len(WEIGHTS) and -(-side // 2) >= WINDOW:
        side, scales = -(-side // 2), scales + 1
    return scales


def _score(x: Tensor, y: Tensor) -> Tensor:
    """Map frames (B, C, H, W) in [0, 1] to (B,)."""
    weights = x.new_tensor(WEIGHTS[: num_scales(*x.shape[-2:])])
    if len(weights) < len(WEIGHTS):  # all five, as published, add up to 1.0001
        weights = weights / weights.sum()
    factors = []
    for _ in weights[1:]:
        factors.append(similarity_factors(x, y)[1].mean(dim=(2, 3)))
        x, y = halved_once(x), halved_once(y)
    factors.append(similarity(x, y).mean(dim=(2, 3)))
    powers = torch.stack(factors, dim=-1).clamp(min=0) ** weights
    return powers.prod(dim=-1).mean(dim=1)


METRICS.add("ms_ssim", Metric(ms_ssim, unit="", higher_is_better=True, bounds=(0.0, 1.0)))

"""Scores averaged over the moving pixels alone, so that they do not depend on how much of a frame moves.

Arguments and errors are those of :mod:`vidpred.metrics.moving_area`; frames without such pixels are NaN.
"""

import torch
from torch import Tensor

from vidpred.metrics.edge_strength import LEAST, gradient_magnitude
from vidpred.metrics.metric import (
    DECIBELS,
    RATIO,
    SIMILARITY,
    MaskedMetric,
    check_mask,
    comparable,
    decibels,
    relative_to_truth,
)
from vidpred.metrics.psnr import PEAK as PSNR_PEAK
from vidpred.metrics.sharpness_difference import PEAK as SHARPNESS_PEAK
from vidpred.metrics.sharpness_difference import SMALLEST_SIDE, edge_error
from vidpred.metrics.ssim import WINDOW, similarity, to_unit
from vidpred.registry import MASKED_METRICS


def moving_pixels_psnr(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return ``psnr`` in dB with the mean squared error taken over the moving pixels."""
    prediction, target = comparable(prediction, target)
    check_mask(mask, target)
    return decibels(PSNR_PEAK**2, _mean_where((prediction - target).square(), mask))


def moving_pixels_ssim(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return ``ssim`` with the mean taken over the moving pixels whose window lies inside the frame.

    Nothing is masked out of the frames: a moving pixel's window includes its static surroundings.

    Raises:
        VidpredError: also, frames are smaller than the window.
    """
    prediction, target = comparable(prediction, target, smallest_side=WINDOW)
    check_mask(mask, target)
    frames = zip(prediction.unbind(1), target.unbind(1), strict=True)  # one at a time, to save memory
    similarities = torch.stack([similarity(*map(to_unit, pair)) for pair in frames], dim=1)
    return _mean_where(similarities, mask)


def moving_pixels_sharpness_difference(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return ``sharpness_difference`` in dB with the mean taken over the moving pixels inside a border of one.

    Nothing is masked out of the frames: a moving pixel keeps its edges to static neighbours.

    Raises:
        VidpredError: also, frames are less than 3 pixels high or wide.
    """
    prediction, target = comparable(prediction, target, smallest_side=SMALLEST_SIDE)
    check_mask(mask, target)
    return decibels(SHARPNESS_PEAK**2, _mean_where(edge_error(prediction, target), mask))


def moving_pixels_edge_strength(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return ``edge_strength`` with both means taken over the moving pixels inside a border of one.

    Nothing is masked out of the frames. There is no such score of the paper's kind: the outlines of static pixels that
    are set equal would be strong edges of both frames, and draw it towards 1. A frame whose moving pixels have no edges
    in the truth is NaN too.

    Raises:
        VidpredError: also, frames are less than 3 pixels high or wide.
    """
    clips = comparable(prediction, target, smallest_side=SMALLEST_SIDE)
    check_mask(mask, target)
    strength, of_truth = (_mean_where(gradient_magnitude(clip), mask) for clip in clips)
    return relative_to_truth(strength, of_truth, LEAST)


def _mean_where(values: Tensor, mask: Tensor) -> Tensor:
    """Average (B, T, C, h, w) over the channels and over the pixels of ``mask`` (B, T, H, W), cropped to its centre."""
    height, width = values.shape[-2:]
    top, left = (mask.shape[-2] - height) // 2, (mask.shape[-1] - width) // 2
    moving = mask[..., top : top + height, left : left + width].to(values.device)
    total = (values.mean(dim=2) * moving).sum(dim=(2, 3))
    return total / moving.sum(dim=(2, 3))  # 0 / 0 is NaN


MASKED_METRICS.add(
    "moving_pixels_psnr", MaskedMetric(moving_pixels_psnr, unit="dB", higher_is_better=True, bounds=DECIBELS)
)
MASKED_METRICS.add(
    "moving_pixels_ssim", MaskedMetric(moving_pixels_ssim, unit="", higher_is_better=True, bounds=SIMILARITY)
)
MASKED_METRICS.add(
    "moving_pixels_sharpness_difference",
    MaskedMetric(moving_pixels_sharpness_difference, unit="dB", higher_is_better=True, bounds=DECIBELS),
)
MASKED_METRICS.add(
    "moving_pixels_edge_strength",
    MaskedMetric(moving_pixels_edge_strength, unit="", higher_is_better=None, best=1.0, bounds=RATIO),
)

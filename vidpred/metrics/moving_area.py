"""Scores of the moving area exactly as Mathieu et al. (2016), and the code that they released, computed them.

All take a prediction and a target, clips (B, T, C, H, W) in [-1, 1], and a mask (B, T, H, W), true where something
moves, and return one score per frame, (B, T): NaN where a frame is left out. They raise a VidpredError where the clips
or the mask do not fit each other.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.metrics.metric import DECIBELS, SIMILARITY, MaskedMetric, check_mask, comparable, decibels
from vidpred.metrics.shared import once
from vidpred.metrics.sharpness_difference import SMALLEST_SIDE, edge_error
from vidpred.metrics.ssim import WINDOW, similarity, to_unit
from vidpred.motion.flow import luma
from vidpred.registry import MASKED_METRICS

PEAK = 255 / 128  # of [-1, 1], as in the code that the paper's authors released
LEFT_OUT = 50.0  # dB: above it nothing, or next to nothing, moves in a frame
STATIC = -1.0  # black, to which static pixels are set


def moving_area_psnr(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the PSNR in dB with static pixels set equal, over all pixels, at the peak of the authors' code.

    10 log10((255 / 128)^2 / mean squared error), the mean taken over all pixels and channels, of which
    the static ones have no error: the less moves, the higher the score. Frames that score 50 dB or more
    are left out, by every score of this kind. ``moving_pixels_psnr`` has neither property.
    """
    prediction, target = _without_static(prediction, target, mask)
    return _leave_out(_psnr(prediction, target), prediction, target)


def moving_area_ssim(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the structural similarity with static pixels set equal, over all pixels.

    Of luma (Rec. 601; of other than three channels, their mean) with static pixels black. The window of
    ``ssim`` also counts where it only touches the frame, and finds black outside. Frames that
    ``moving_area_psnr`` leaves out are left out.
    """
    prediction, target = _without_static(prediction, target, mask)
    frames = zip(prediction.unbind(1), target.unbind(1), strict=True)  # one at a time, to save memory
    scores = [similarity(*map(_framed_in_black, pair)).mean(dim=(1, 2, 3)) for pair in frames]
    return _leave_out(torch.stack(scores, dim=1), prediction, target)


def moving_area_sharpness_difference(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the sharpness difference in dB with static pixels set equal, over all pixels.

    The formula of ``sharpness_difference``, but with the sum over the pixels inside a border of one
    divided by the number of all. Frames that ``moving_area_psnr`` leaves out are left out.

    Raises:
        VidpredError: also, frames are less than 3 pixels high or wide.
    """
    prediction, target = _without_static(prediction, target, mask, smallest_side=SMALLEST_SIDE)
    mean = edge_error(prediction, target).sum(dim=(2, 3, 4)) / target[0, 0].numel()
    return _leave_out(decibels(PEAK**2, mean), prediction, target)


def _without_static(prediction: Tensor, target: Tensor, mask: Tensor, smallest_side: int = 1) -> tuple[Tensor, Tensor]:
    """Return both clips in float64 with the same value at every static pixel."""
    prediction, target = comparable(prediction, target, smallest_side)
    check_mask(mask, target)
    return _blackened(prediction, mask), _blackened(target, mask)


@once
def _blackened(clip: Tensor, mask: Tensor) -> Tensor:
    return clip.masked_fill(~mask.unsqueeze(2).to(clip.device), STATIC)


@once
def _psnr(prediction: Tensor, target: Tensor) -> Tensor:
    return decibels(PEAK**2, (prediction - target).square().mean(dim=(2, 3, 4)))


def _leave_out(scores: Tensor, prediction: Tensor, target: Tensor) -> Tensor:
    """Replace the scores (B, T) of frames whose moving areas differ too little by NaN."""
    return scores.masked_fill(_psnr(prediction, target) >= LEFT_OUT, torch.nan)


@once
def _framed_in_black(frames: Tensor) -> Tensor:
    """Turn frames (B, C, H, W) in [-1, 1] into luma in [0, 1], padded so that every window touching a frame fits."""
    return F.pad(to_unit(luma(frames)), [WINDOW - 1] * 4)


MASKED_METRICS.add(
    "moving_area_psnr", MaskedMetric(moving_area_psnr, unit="dB", higher_is_better=True, bounds=DECIBELS)
)
MASKED_METRICS.add(
    "moving_area_ssim", MaskedMetric(moving_area_ssim, unit="", higher_is_better=True, bounds=SIMILARITY)
)
MASKED_METRICS.add(
    "moving_area_sharpness_difference",
    MaskedMetric(moving_area_sharpness_difference, unit="dB", higher_is_better=True, bounds=DECIBELS),
)

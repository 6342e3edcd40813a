"""What a metric is, checks of its arguments, errors in decibels, and ratios to the truth."""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_alike

VALIDATION_SCORES = ("psnr", "ssim", "sharpness_difference")  # metrics that runs log and choose the best weights by
HEADLINES = (*VALIDATION_SCORES, "edge_strength", "high_frequency_power")  # metrics that reports show first
CEILING = 100.0  # dB: what identical frames score, instead of infinity
CLIP_AXES = 5  # (B, T, C, H, W)
HIGHEST_RATIO = 10.0  # of ratios to the truth, so that one frame that is next to flat does not outweigh all others
ANY, NOT_NEGATIVE, SIMILARITY = (-math.inf, math.inf), (0.0, math.inf), (-1.0, 1.0)  # bounds of scores
DECIBELS, RATIO = (-math.inf, CEILING), (0.0, HIGHEST_RATIO)  # bounds of such scores

Scores = TypeVar("Scores", float, np.ndarray, Tensor)


class TooSmallError(VidpredError):
    """Frames are smaller than a metric takes, at least so many pixels a side."""

    def __init__(self, height: int, width: int, least: int):
        self._frames = f"frames of {height} x {width} are too small for"
        self._needed = f"which needs at least {least} x {least} pixels"
        super().__init__(f"{self.said_of('this metric')}; compare larger frames or leave it out")

    def said_of(self, name: str) -> str:
        """Return what is wrong, of the metric by its name, without what to do."""
        return f"{self._frames} {name}, {self._needed}"


class Metric(NamedTuple):
    """A score of every predicted frame, and how to read it.

    The function is given frames out of their order, T being 1, so that the score of a frame cannot depend on others.
    Raise the version when the function's values change, so that scores of different versions are never compared.
    Scores that are neither better when higher nor when lower, such as ratios to the truth, have a ``best`` value
    instead, and are compared by their distance from it.
    """

    function: Callable[[Tensor, Tensor], Tensor]  # (prediction, target), each (B, T, C, H, W), to (B, T)
    unit: str  # empty where the score has none
    higher_is_better: bool | None  # None where there is a best value
    weights: str = ""  # SHA-256 of the network weights that it depends on, if any
    version: int = 1
    best: float | None = None  # what the truth itself scores, where more is as wrong as less
    bounds: tuple[float, float] = ANY  # no score is below the first or above the second


class MaskedMetric(NamedTuple):
    """A score of the moving part of every predicted frame, and how to read it.

    The function maps prediction and target, each (B, T, C, H, W), and a mask (B, T, H, W), true where
    something moves, to (B, T): NaN where a frame is left out, so that means must skip NaN. Versions and best values
    are as in :class:`Metric`.
    """

    function: Callable[[Tensor, Tensor, Tensor], Tensor]
    unit: str  # empty where the score has none
    higher_is_better: bool | None  # None where there is a best value
    version: int = 1
    best: float | None = None
    bounds: tuple[float, float] = ANY


def cost(scores: Scores, higher_is_better: bool | None, best: float | None = None) -> Scores:
    """Turn scores of any shape so that lower is better: negated where higher was, else distances from the best value.

    Args:
        scores: a number, an array or a tensor.
        higher_is_better: of the metric.
        best: of the metric; where it has one, its direction does not count.
    """
    if best is not None:
        return abs(scores - best)
    return -scores if higher_is_better else scores


def comparable(prediction: Tensor, target: Tensor, smallest_side: int = 1) -> tuple[Tensor, Tensor]:
    """Return both clips as float64, in which every score is computed.

    Raises:
        VidpredError: they are no clips (B, T, C, H, W) of floats, have no frames, or differ in shape.
        TooSmallError: they are smaller than ``smallest_side`` pixels.
    """
    require_alike(prediction, target)
    if target.ndim != CLIP_AXES or not target.numel():
        raise VidpredError(
            f"the clips are {tuple(target.shape)}, but (B, T, C, H, W) with at least one frame are scored; "
            "add an axis of one where there is one clip, or one frame: frames[None]"
        )
    if min(target.shape[-2:]) < smallest_side:
        raise TooSmallError(target.shape[-2], target.shape[-1], smallest_side)
    return prediction.to(torch.float64), target.to(torch.float64)


def check_mask(mask: Tensor, target: Tensor) -> None:
    """Reject a mask that does not fit ``target``.

    Raises:
        VidpredError: it has another shape than (B, T, H, W), or is not boolean.
    """
    wanted = (*target.shape[:2], *target.shape[-2:])
    if mask.shape != wanted or mask.dtype != torch.bool:
        raise VidpredError(
            f"the mask is {tuple(mask.shape)} of {mask.dtype}, but clips of {tuple(target.shape)} need one of "
            f"{wanted} of torch.bool; make it with vidpred.metrics.motion_mask"
        )


def decibels(peak_power: float, error: Tensor) -> Tensor:
    """Return 10 log10(peak_power / error), at most ``CEILING``."""
    least = peak_power / 10 ** (CEILING / 10)
    return 10 * torch.log10(peak_power / error.clamp(min=least))


def relative_to_truth(prediction: Tensor, truth: Tensor, least: float) -> Tensor:
    """Return how much of something there is in the prediction for each part of it in the truth, at most ten.

    Args:
        prediction: amounts of at least 0, of any shape.
        truth: amounts of the same shape; where they are below ``least``, there is nothing to compare with: NaN.
        least: no more than rounding leaves.
    """
    nothing = truth < least
    ratio = prediction / truth.masked_fill(nothing, 1)  # where there is nothing, no infinite gradient either
    return ratio.clamp(max=HIGHEST_RATIO).masked_fill(nothing, torch.nan)

"""Sharpness difference of Mathieu et al. (2016): whether edges are as strong as the target's."""

from torch import Tensor

from vidpred.metrics.metric import DECIBELS, Metric, comparable, decibels
from vidpred.metrics.shared import once
from vidpred.registry import METRICS

PEAK = 255 / 128  # of [-1, 1], as in the code that the paper's authors released
SMALLEST_SIDE = 3  # in pixels: the border is left out


def sharpness_difference(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the similarity of edges in dB: the higher, the closer; frames with identical edges score 100.

    With dx and dy a pixel's difference to its left and upper neighbour, the score of a frame is
    10 log10((255 / 128)^2 / mean(| |dx target| - |dx prediction| | + | |dy target| - |dy prediction| |)),
    the mean taken over the channels and over the pixels inside a border of one. The formula in the paper has both
    directions in one absolute value; its authors' code, whose scores it reports, separates them.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T).

    Raises:
        VidpredError: the clips differ in shape, are not floats or are less than 3 pixels high or wide.

    Source: Mathieu et al. (2016), "Deep multi-scale video prediction beyond mean square error".
    """
    prediction, target = comparable(prediction, target, smallest_side=SMALLEST_SIDE)
    return decibels(PEAK**2, edge_error(prediction, target).mean(dim=(2, 3, 4)))


@once
def edge_error(prediction: Tensor, target: Tensor) -> Tensor:
    """Map clips (B, T, C, H, W) to the error of edges at every pixel inside the border (B, T, C, H - 2, W - 2)."""
    vertical, horizontal = ((edges(target, dim) - edges(prediction, dim)).abs() for dim in (-2, -1))
    return vertical + horizontal


@once
def edges(frames: Tensor, dim: int) -> Tensor:
    """Map frames (..., H, W) to each pixel's absolute difference to its neighbour before it along ``dim``, -1 or -2.

    Returns:
        (..., H - 2, W - 2), the pixels inside a border of one.
    """
    across = -1 if dim == -2 else -2  # noqa: PLR2004
    inside = frames.narrow(across, 1, frames.shape[across] - 2)
    return inside.diff(dim=dim).abs().narrow(dim, 0, frames.shape[dim] - 2)


METRICS.add("sharpness_difference", Metric(sharpness_difference, unit="dB", higher_is_better=True, bounds=DECIBELS))

"""Structural similarity of Wang et al. (2004)."""

import functools

import torch
from torch import Tensor

from vidpred.metrics.metric import SIMILARITY, Metric, comparable
from vidpred.metrics.shared import once
from vidpred.registry import METRICS

WINDOW = 11  # side in pixels
SIGMA = 1.5  # of the Gaussian window, in pixels
PIECE = 24  # pixels that are averaged at once
LUMINANCE_STABILISER = 0.01**2  # of frames in [0, 1]
CONTRAST_STABILISER = 0.03**2


def ssim(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the structural similarity of every frame: 1 for identical frames, about 0 for unrelated ones.

    The window is Gaussian (11 x 11, sigma 1.5), K1 is 0.01 and K2 0.03, variances are those of the
    population, and the mean is taken over the channels and the pixels whose window lies inside the frame.
    Frames in [-1, 1] are compared in [0, 1], which gives the score of 8-bit frames at a peak of 255: negative means
    would change the score.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T).

    Raises:
        VidpredError: the clips differ in shape, are not floats or are smaller than the window.

    Source: Wang et al. (2004), "Image quality assessment: from error visibility to structural similarity".
    """
    prediction, target = comparable(prediction, target, smallest_side=WINDOW)
    frames = zip(prediction.unbind(1), target.unbind(1), strict=True)  # one at a time, to save memory
    return torch.stack([similarity(*map(to_unit, pair)).mean(dim=(1, 2, 3)) for pair in frames], dim=1)


@once
def to_unit(frames: Tensor) -> Tensor:
    """Turn frames in [-1, 1] into frames in [0, 1]."""
    return (frames + 1) / 2


@once
def similarity(x: Tensor, y: Tensor) -> Tensor:
    """Map frames (B, C, H, W) in [0, 1] to the similarity around every pixel (B, C, H - 10, W - 10)."""
    luminance, contrast = similarity_factors(x, y)
    return luminance * contrast


@once
def similarity_factors(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the two factors of :func:`similarity`: of luminance, and of contrast and structure."""
    mean_x, mean_square_x, mean_product = _window_means(torch.stack([x, x * x, x * y]))
    mean_y, mean_square_y = _window_moments(y)  # of the truth, which many predictions are compared with
    squares, mean_squares = mean_x * mean_x + mean_y * mean_y, mean_square_x + mean_square_y
    product = mean_x * mean_y
    luminance = (2 * product + LUMINANCE_STABILISER) / (squares + LUMINANCE_STABILISER)
    contrast = (2 * (mean_product - product) + CONTRAST_STABILISER) / (mean_squares - squares + CONTRAST_STABILISER)
    return luminance, contrast


@once
def _window_moments(frames: Tensor) -> tuple[Tensor, Tensor]:
    """Return the means of frames and of their squares in the window around every pixel."""
    mean, mean_square = _window_means(torch.stack([frames, frames * frames]))
    return mean, mean_square


def _window_means(frames: Tensor) -> Tensor:
    """Average (..., H, W) with the Gaussian window to (..., H - 10, W - 10).

    One axis after the other, in pieces: in float64, products with a narrow band matrix are faster than shifted
    sums, and far faster than a convolution.
    """
    for dim in (-1, -2):
        remaining = frames.shape[dim] - WINDOW + 1
        pieces = []
        for start in range(0, remaining, PIECE):
            length = min(PIECE, remaining - start)
            piece, band = frames.narrow(dim, start, length + WINDOW - 1), _band(length, frames.device)
            pieces.append(piece @ band if dim == -1 else band.mT @ piece)
        frames = torch.cat(pieces, dim=dim)
    return frames


@functools.cache
@torch.inference_mode(False)  # cached tensors must not depend on the mode of the first call
def _band(length: int, device: torch.device) -> Tensor:
    """Return the matrix (length + 10, length) whose columns are the window, each shifted down by one."""
    offsets = torch.arange(WINDOW, dtype=torch.float64, device="cpu") - WINDOW // 2
    bell = torch.exp(-offsets.square() / (2 * SIGMA**2))
    band = torch.zeros(length + WINDOW - 1, length, dtype=torch.float64, device="cpu")
    for column in range(length):
        band[column : column + WINDOW, column] = bell / bell.sum()
    return band.to(device)  # at once: made there column by column, it would take a call for each


METRICS.add("ssim", Metric(ssim, unit="", higher_is_better=True, bounds=SIMILARITY))

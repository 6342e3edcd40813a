"""High-frequency power: how much of the fine detail of the true frames the predicted ones have."""

import functools
import math

import torch
from torch import Tensor

from vidpred.metrics.metric import RATIO, Metric, comparable, relative_to_truth
from vidpred.metrics.shared import once
from vidpred.motion.flow import luma
from vidpred.registry import METRICS

LOWEST, NYQUIST = 1 / 8, 1 / 2  # cycles per pixel: the ends of two octaves
SMALLEST_SIDE = 8  # in pixels: one wave of the lowest frequency
LEAST = 1e-12  # of power: an amplitude of a millionth, no more than rounding


def high_frequency_power(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the share of the truth's power in the two highest octaves that the prediction has: 1 is as much detail.

    Below 1 fine detail is lost, as by blur, above 1 there is more of it than in the truth, as by noise. Of each
    frame's luma (Rec. 601; of other than three channels, their mean) the mean is subtracted, weighted by a Hann window
    that it is then multiplied by, so that neither brightness nor the frame's borders count as detail. The power is the
    squared magnitude of the Fourier transform, averaged over rings of one frequency, each as wide as one wave
    per shorter side of the frame, and then over the rings from 1/8 of a cycle per pixel to the Nyquist frequency 1/2:
    waves of 8 to 2 pixels, their two octaves together. The score is the prediction's power divided by the truth's. A
    frame scores 10 at most; where the truth has no power there, as a frame of one colour has none, the score is NaN.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T): each frame's own ratio.

    Raises:
        VidpredError: the clips differ in shape, are not floats or are less than 8 pixels high or wide.
    """
    clips = comparable(prediction, target, smallest_side=SMALLEST_SIDE)
    power, of_truth = (power_spectrum(clip)[..., _detail(clip)].mean(dim=-1) for clip in clips)
    return relative_to_truth(power, of_truth, LEAST)


@once
def power_spectrum(frames: Tensor) -> Tensor:
    """Return the radially averaged power spectrum of the luma of frames.

    Args:
        frames: (..., C, H, W) in float64.

    Returns:
        (..., N), N - 1 the half of the shorter side: entry k is the mean power of waves of k cycles per shorter side,
        rounded. White noise has its own variance at every k.
    """
    height, width = frames.shape[-2:]
    window = _bell(height, frames)[:, None] * _bell(width, frames)
    grey = luma(frames).squeeze(-3)
    mean = (grey * window).sum(dim=(-2, -1), keepdim=True) / window.sum()
    power = torch.fft.fft2((grey - mean) * window).abs().square() / window.square().sum()
    return _mean_of_rings(power)


def _bell(length: int, like: Tensor) -> Tensor:
    """Return the Hann window, sampled in the middle of every pixel."""
    middles = torch.arange(length, dtype=like.dtype, device=like.device) + 0.5
    return torch.sin(torch.pi * middles / length).square()


def _mean_of_rings(power: Tensor) -> Tensor:
    """Average (..., H, W), ordered as a Fourier transform is, over the frequencies of equal rounded radius."""
    ring, inside, sizes = (part.to(power.device) for part in _rings(*power.shape[-2:]))
    sums = power.new_zeros(*power.shape[:-2], len(sizes)).index_add(-1, ring, power.flatten(-2)[..., inside])
    return sums / sizes


@functools.lru_cache(maxsize=4)
@torch.inference_mode(False)  # cached tensors must not depend on the mode of the first call
def _rings(height: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the ring of every frequency that lies in one, where these are, and how many each ring has."""
    vertical, horizontal = (torch.fft.fftfreq(side, dtype=torch.float64, device="cpu") for side in (height, width))
    radius = torch.hypot(vertical[:, None], horizontal) * min(height, width)
    ring = (radius - 1e-9).round().long().flatten()  # halves down, on every machine
    number = min(height, width) // 2 + 1
    inside = (ring < number).nonzero().squeeze(1)
    return ring[inside], inside, ring[inside].bincount(minlength=number)


def _detail(frames: Tensor) -> slice:
    """Return which entries of the spectrum lie in the two highest octaves."""
    side = min(frames.shape[-2:])
    return slice(math.ceil(side * LOWEST), math.floor(side * NYQUIST) + 1)


METRICS.add(
    "high_frequency_power", Metric(high_frequency_power, unit="", higher_is_better=None, best=1.0, bounds=RATIO)
)

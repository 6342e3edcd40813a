"""Convolution stacks, tables of them with a row per scale, and widths per resolution, shared by the networks."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from vidpred.errors import VidpredError

Row = TypeVar("Row")
COARSEST, SMALLEST = 4, 16  # sides of what image networks begin with, and of the smallest images, in pixels


def rows_for_scales(table: Sequence[Row], num_scales: int) -> list[Row]:
    """Return one row of ``table`` per scale, coarse to fine.

    The last row is always the full resolution's: fewer scales than rows drop the coarsest rows, more
    scales repeat the coarsest one.

    Raises:
        VidpredError: ``num_scales`` is below 1, or ``table`` is empty.
    """
    if num_scales < 1:
        raise VidpredError(f"num_scales is {num_scales}, but a pyramid needs at least 1; set num_scales=1 or more")
    if not table:
        raise VidpredError("a table with no rows was given, but one row per scale is needed; give at least one row")
    missing = max(num_scales - len(table), 0)
    return [table[0]] * missing + list(table[len(table) + missing - num_scales :])


def scale_widths(widths: Iterable[int], multiplier: float) -> list[int]:
    """Multiply every width, rounded, never below one channel.

    Raises:
        VidpredError: ``multiplier`` is not above 0.
    """
    if not multiplier > 0:
        raise VidpredError(
            f"width_multiplier is {multiplier}, but only numbers above 0 make a network; set 1 for the full widths"
        )
    return [max(1, round(width * multiplier)) for width in widths]


def conv_stack(
    channels: Sequence[int],
    kernels: Sequence[int],
    strides: Sequence[int] | None = None,
    activation: Callable[[], nn.Module] = nn.ReLU,
    padded: bool = True,
) -> nn.Sequential:
    """Stack convolutions through ``channels``, with an activation between each two and none at the end.

    Args:
        channels: of the input, then of every layer's output.
        kernels: side of each layer's kernel, in pixels.
        strides: of each layer; 1 throughout by default.
        activation: makes the module between two layers.
        padded: whether odd kernels at stride 1 keep height and width; if not, the valid region remains.
    """
    layers: list[nn.Module] = []
    sizes = zip(channels[:-1], channels[1:], kernels, strides or [1] * len(kernels), strict=True)
    for in_channels, out_channels, kernel, stride in sizes:
        padding = kernel // 2 if padded else 0
        layers += [nn.Conv2d(in_channels, out_channels, kernel, stride, padding), activation()]
    return nn.Sequential(*layers[:-1])


def normalise_spectra(network: nn.Module) -> None:
    """Keep the largest singular value of every layer's weights at 1, which bounds how steep ``network`` can get.

    The weights of a layer are taken as a matrix with a row per output; each pass in training improves the estimate of
    their largest singular value. Weights that are all 0, which have none to be divided by, are drawn anew.

    Source: Miyato et al. (2018), "Spectral normalization for generative adversarial networks".
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            if not layer.weight.any():
                nn.init.orthogonal_(layer.weight)
            spectral_norm(layer)


def image_resolutions(height: int, width: int) -> list[int]:
    """Return the sides through which networks of square images go, from 4 pixels doubling to the full size.

    Raises:
        VidpredError: the images are not square, or their side is no power of two from 16 on.
    """
    if height != width or height < SMALLEST or height & (height - 1):
        raise VidpredError(
            f"images of {height} x {width} pixels were given, but a power of two from {SMALLEST} on, the same both "
            "ways, is needed; set data.resolution to 16, 32, 64 or more"
        )
    return [COARSEST << doubling for doubling in range((height // COARSEST).bit_length())]

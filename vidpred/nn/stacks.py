"""Convolution stacks, their tables with a row per scale, and resolutions, shared by the networks."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import upsample

Row = TypeVar("Row")
COARSEST, SMALLEST = 4, 16  # sides in pixels: of the coarsest feature maps of image networks; of the smallest images


def rows_for_scales(table: Sequence[Row], num_scales: int) -> list[Row]:
    """Return one row of ``table`` per scale, coarse to fine.

    The last row always belongs to the full resolution: with fewer scales than rows the coarsest rows are dropped,
    with more the coarsest row is repeated.

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


def doubled(maps: Tensor, like: Tensor) -> Tensor:
    """Return maps (B, K, h, w) at the size of others, which is twice theirs or a row or column less."""
    return upsample(maps.unsqueeze(1), *like.shape[-2:])[:, 0]


def apply_spectral_norm(network: nn.Module) -> None:
    """Apply spectral normalisation to every layer, which bounds the Lipschitz constant of ``network``.

    The weights of a layer, as a matrix with a row per output, are divided by their largest singular value, whose
    estimate each training pass improves. Weights that are all 0, which cannot be divided, are initialised anew.

    Source: Miyato et al. (2018), "Spectral normalization for generative adversarial networks".
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            if layer.weight.is_meta:
                continue  # which has no values to divide
            if not layer.weight.any():
                nn.init.orthogonal_(layer.weight)
            spectral_norm(layer)


def image_resolutions(height: int, width: int) -> list[int]:
    """Return the resolutions of a network for square images, doubling from 4 pixels to the full size.

    Raises:
        VidpredError: the images are not square, or their side is not a power of two of at least 16.
    """
    if height != width or height < SMALLEST or height & (height - 1):
        raise VidpredError(
            f"images of {height} x {width} pixels were given, but they must be square, with a power of two of at least "
            f"{SMALLEST} as their side; set data.resolution to 16, 32, 64 or more"
        )
    return [COARSEST << doubling for doubling in range((height // COARSEST).bit_length())]

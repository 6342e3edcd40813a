"""The layers of R3GAN: residual blocks without normalisation, with scaled initial weights instead."""

import math
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2  # of the leaky ReLUs below 0
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # preserves the variance through a leaky ReLU
EXPANSION = 2  # a block's inner width, as a multiple of its outer one
GROUP_CHANNELS = 16  # of a grouped convolution
FINEST = GROUP_CHANNELS // EXPANSION  # widths are multiples of it
CENTRED = (0.125, 0.375, 0.375, 0.125)  # from the pixel before each pair of pixels to the one after it
OFF_CENTRE = (0.25, 0.5, 0.25, 0.0)  # half a pixel off, so that the right and the lower edges alone were darker
Layer = TypeVar("Layer", nn.Conv2d, nn.Linear)


def width_at(side: int, hidden_channels: int, widest_up_to: int, narrowing: float = 2.0) -> int:
    """Return the channels at a resolution of ``side`` pixels, rounded to a multiple of 8 as the groups require.

    Beyond ``widest_up_to`` pixels every doubling of the resolution divides them by ``narrowing``.
    """
    doublings = math.log2(max(side / widest_up_to, 1))
    channels = hidden_channels / math.pow(narrowing, doublings)
    return max(FINEST, round(channels / FINEST) * FINEST)


def scaled(layer: Layer, gain: float = 1.0) -> Layer:
    """Initialise the layer so that the deviation of its output is ``gain`` times that of its input."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(layer.weight[0].numel()))
    return layer


def pointwise(channels: int, following: int, gain: float = 1.0) -> nn.Conv2d:
    """Return a 1 x 1 convolution without bias."""
    return scaled(nn.Conv2d(channels, following, 1, bias=False), gain)


class ResidualBlock(nn.Module):
    """A residual block of three convolutions; it starts as the identity.

    Args:
        channels: in and out.
        num_blocks: in the whole network: the more there are, the smaller the initial weights.

    Source: Huang et al. (2024), "The GAN is dead; long live the GAN!"; Zhang et al. (2019), "Fixup
    initialization".
    """

    def __init__(self, channels: int, num_blocks: int):
        super().__init__()
        inner, gain = channels * EXPANSION, GAIN * num_blocks**-0.25
        self.expand = pointwise(channels, inner, gain)
        self.first_bias = nn.Parameter(torch.zeros(inner, 1, 1))
        grouped = nn.Conv2d(inner, inner, 3, padding=1, groups=inner // GROUP_CHANNELS, bias=False)
        self.mix = scaled(grouped, gain)
        self.second_bias = nn.Parameter(torch.zeros(inner, 1, 1))
        self.reduce = pointwise(inner, channels, gain=0.0)

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, C, h, w) to the same shape."""
        wide = F.conv2d(maps, self.expand.weight, self.first_bias.flatten())
        wide = F.leaky_relu(wide, SLOPE, inplace=True)  # the backward pass does not need the input
        wide = F.conv2d(wide, self.mix.weight, self.second_bias.flatten(), padding=1, groups=self.mix.groups)
        change: Tensor = self.reduce(F.leaky_relu(wide, SLOPE, inplace=True))
        return maps + change


class Resampled(nn.Module):
    """Halve, or double, the resolution of feature maps by a filter along rows and columns.

    Rows and columns are multiplied by a matrix, several times as fast as a convolution with tensors in channels-last
    order. The filter is (1, 3, 3, 1), centred between two pixels, with zeros around the maps, as in the authors' code,
    so that all four edges are a quarter darker at first. Weights that were saved without a filter were trained with
    :data:`OFF_CENTRE`, and keep it.

    Args:
        side: of the finer maps in pixels, even.
        doubles: whether it goes from the coarser to the finer ones.
    """

    matrix: Tensor  # (new side, side)
    taps: Tensor  # (4,), whose sum is 1

    def __init__(self, side: int, doubles: bool):
        super().__init__()
        self.side, self.doubles = side, doubles
        self.register_buffer("taps", torch.tensor(CENTRED))
        self.register_buffer("matrix", self._matrix(self.taps), persistent=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, C, side, side) to (B, C, new side, new side)."""
        pixels = maps.movedim(1, -1)  # (B, side, side, C)
        rows = self._multiply(pixels.flatten(2)).unflatten(2, pixels.shape[2:])  # (B, new side, side, C)
        resampled = self._multiply(rows.flatten(0, 1)).unflatten(0, rows.shape[:2])  # (B, new side, new side, C)
        images: Tensor = resampled.movedim(-1, 1)
        # Exported, a convolution of channels-last maps would not take batches of one.
        return images.contiguous() if torch.compiler.is_exporting() else images

    def _multiply(self, columns: Tensor) -> Tensor:
        """Multiply columns (N, side, K) by the matrix: (N, new side, K); an exported matmul would need N above 1."""
        return self.matrix.expand(columns.shape[0], -1, -1).bmm(columns)

    def _matrix(self, taps: Tensor) -> Tensor:
        """Return the matrix that smooths a row and keeps every other value, or that undoes it."""
        unit = torch.eye(self.side, dtype=taps.dtype, device=taps.device)
        halving = F.conv1d(unit[:, None], taps[None, None], stride=2, padding=1)[:, 0].T.contiguous()
        return 2 * halving.T.contiguous() if self.doubles else halving

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        state_dict.setdefault(f"{prefix}taps", torch.tensor(OFF_CENTRE))
        super()._load_from_state_dict(state_dict, prefix, *others)
        self.matrix.copy_(self._matrix(self.taps))


class Doubled(Resampled):
    """Double the resolution, interpolating with the filter of :class:`Resampled`.

    Args:
        side: of the input in pixels.
    """

    def __init__(self, side: int):
        super().__init__(2 * side, doubles=True)


class Halved(Resampled):
    """Halve the resolution, after smoothing with the filter of :class:`Resampled`.

    Args:
        side: of the input in pixels.
    """

    def __init__(self, side: int):
        super().__init__(side, doubles=False)

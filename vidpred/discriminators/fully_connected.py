"""The discriminator of Mathieu et al. (2016): valid convolutions, then fully connected layers, for one patch size."""

from typing import cast

from torch import Tensor, nn

from vidpred.discriminators.widths import CONV_WIDTHS, DENSE_WIDTHS, KERNELS
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, ClipLength, Factor, Scales, Side
from vidpred.nn.clips import require_pyramid
from vidpred.nn.stacks import apply_spectral_norm, conv_stack, rows_for_scales, scale_widths
from vidpred.registry import DISCRIMINATORS
from vidpred.wording import counted


@DISCRIMINATORS.register("fully_connected")
class FullyConnectedDiscriminator(nn.Module):
    """One logit per scale for patches of a fixed size, from a separate network at every scale.

    The fully connected layers grow with the area of the patch: the paper has 32 x 32.

    Args:
        num_frames: frames per clip: the context and one more.
        height: of the patch at full size, in pixels.
        width: of the patch at full size, in pixels.
        frame_channels: colour channels per frame.
        num_scales: levels of the pyramid.
        width_multiplier: factor on every width.
        spectral_norm: whether to normalise the largest singular value of every layer to 1, which bounds the
            discriminator's Lipschitz constant (Miyato et al. 2018).

    Raises:
        VidpredError: the patch is too small for the convolutions.

    Source: Mathieu et al. (2016), "Deep multi-scale video prediction beyond mean square error".
    """

    @checked
    def __init__(
        self,
        num_frames: ClipLength,
        height: Side,
        width: Side,
        frame_channels: Channels = 3,
        num_scales: Scales = 4,
        width_multiplier: Factor = 1.0,
        spectral_norm: bool = False,
    ):
        super().__init__()
        kernels = rows_for_scales(KERNELS, num_scales)
        smallest = _smallest_side(kernels)
        if min(height, width) < smallest:
            raise VidpredError(
                f"patches of {height} x {width} are too small for discriminator 'fully_connected' with "
                f"{counted(num_scales, 'scale')}, which needs at least {smallest} x {smallest}; enlarge the crop, use "
                "fewer scales or use discriminator 'convolutional', which takes any size"
            )
        self.num_channels = num_frames * frame_channels
        self.height = height
        self.width = width
        rows = zip(
            rows_for_scales(CONV_WIDTHS, num_scales),
            kernels,
            rows_for_scales(DENSE_WIDTHS, num_scales),
            strict=True,
        )
        self.scales = nn.ModuleList(
            _scale_network(
                [num_frames * frame_channels, *scale_widths(conv, width_multiplier)],
                sides,
                scale_widths(dense, width_multiplier),
                _area_after(level, height, width, sides, num_scales),
                pooled=level == num_scales - 1,
            )
            for level, (conv, sides, dense) in enumerate(rows)
        )
        if spectral_norm:
            apply_spectral_norm(self)

    def forward(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to one logit (B,) per scale and clip.

        Raises:
            VidpredError: the clips are of another size than the network was built for.
        """
        return [
            cast(nn.Sequential, scale)[-1](features).flatten()  # (B, 1) -> (B,)
            for scale, features in zip(self.scales, self.features(clips), strict=True)
        ]

    def features(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to the input of the last layer: (B, F).

        Raises:
            VidpredError: see :meth:`forward`.
        """
        require_pyramid(self, clips, self.num_channels, len(self.scales))
        height, width = clips[-1].shape[-2:]
        if (height, width) != (self.height, self.width):
            raise VidpredError(
                f"the clips are {height} x {width}, but this 'fully_connected' discriminator was built for "
                f"{self.height} x {self.width} and takes nothing else; crop to that size or use "
                "discriminator 'convolutional'"
            )
        return [
            cast(nn.Sequential, scale)[:-1](clip.flatten(1, 2)) for scale, clip in zip(self.scales, clips, strict=True)
        ]


def _scale_network(
    channels: list[int], kernels: tuple[int, ...], dense: list[int], area: int, *, pooled: bool
) -> nn.Sequential:
    """Build the network of one scale, from ``channels[0]`` channels to one logit."""
    layers: list[nn.Module] = [conv_stack(channels, kernels, padded=False), nn.ReLU()]
    layers += [nn.MaxPool2d(2)] if pooled else []
    layers += [nn.Flatten()]
    features = channels[-1] * area
    for hidden in dense:
        layers += [nn.Linear(features, hidden), nn.ReLU()]
        features = hidden
    return nn.Sequential(*layers, nn.Linear(features, 1))


def _area_after(level: int, height: Side, width: Side, kernels: tuple[int, ...], num_scales: int) -> int:
    """Return how many pixels of ``level``, 0 being the coarsest, are left for the fully connected layers."""
    shrink: int = 2 ** (num_scales - 1 - level)
    lost = sum(side - 1 for side in kernels)
    rows, columns = (-(-side // shrink) - lost for side in (height, width))
    return rows * columns if shrink > 1 else (rows // 2) * (columns // 2)


def _smallest_side(kernels: list[tuple[int, ...]]) -> int:
    """Return the smallest patch side that leaves at least one pixel at every scale."""
    needed = [1 + sum(side - 1 for side in sides) for sides in kernels]
    needed[-1] += 1  # the pooling of the finest scale takes two
    return max((side - 1 << halvings) + 1 for halvings, side in enumerate(reversed(needed)))

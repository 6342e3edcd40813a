"""Multi-scale convolutional predictor of Mathieu, Couprie and LeCun (2016)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import torch
from annotated_types import MaxLen
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, build_pyramid, upsample
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Factor, Frames, Kernels, NoiseOrNone, Scales, Widths
from vidpred.nn.bounds import squash
from vidpred.nn.context import require_context
from vidpred.nn.latent import append_latent, resolve_latent
from vidpred.nn.stacks import conv_stack, rows_for_scales, scale_widths
from vidpred.registry import PREDICTORS
from vidpred.wording import counted

# One row per scale, coarse to fine.
WIDTHS = ((128, 256, 128), (128, 256, 128), (128, 256, 512, 256, 128), (128, 256, 512, 256, 128))
KERNELS = ((3, 3, 3, 3), (5, 3, 3, 5), (5, 3, 3, 3, 3, 5), (7, 5, 5, 5, 5, 7))


@PREDICTORS.register("multiscale")
class MultiScalePredictor(nn.Module):
    """Predict the frame at the coarsest scale, then correct the prediction at each finer one.

    The input of every scale is the context, average-pooled to its size, and the upsampled prediction of the coarser
    scale; its output is tanh(convolutions + coarser prediction). Frames of any height and width are accepted.

    Args:
        num_context_frames: number of past frames that the network takes.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        num_scales: levels of the pyramid, each half as large as the next.
        width_multiplier: factor on every width; 0.125 gives the widths of the paper's released script.
        widths: channels of the hidden layers, one row per scale, coarse to fine; the paper's by default. With fewer
            scales than rows the coarsest rows are dropped; with more the coarsest row is repeated.
        kernels: sides of the square kernels in pixels, all odd, in rows like ``widths``: one more per row.
        latent_channels: length of the noise vector from which the network samples one of many futures, fed to every
            scale as constant feature maps; 0 makes it deterministic, as in the paper.
        output: tanh as in the paper, or bounded: the same values, with a gradient that does not vanish where tanh is
            saturated (see :func:`vidpred.nn.bounds.squash`).

    Raises:
        VidpredError: no context frame, widths and kernels that do not fit each other, or an even kernel.

    Source: Mathieu et al. (2016), "Deep multi-scale video prediction beyond mean square error".
    """

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 4,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        num_scales: Scales = 4,
        width_multiplier: Factor = 1.0,
        widths: Annotated[Sequence[Widths], MaxLen(16)] | None = None,
        kernels: Annotated[Sequence[Kernels], MaxLen(16)] | None = None,
        latent_channels: NoiseOrNone = 0,
        output: Literal["bounded", "tanh"] = "bounded",
    ):
        super().__init__()
        if num_context_frames < 1:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'multiscale' needs at least 1; "
                "set num_context_frames=1 or more"
            )
        self.num_context_frames = num_context_frames
        self.frame_channels = frame_channels
        self.lead = lead
        self.num_scales = num_scales
        self.latent_channels = latent_channels
        self.bound: Callable[[Tensor], Tensor] = torch.tanh if output == "tanh" else squash
        scales = _layers_per_scale(widths or WIDTHS, kernels or KERNELS, num_scales, width_multiplier)
        self.receptive_radius: int | None = _receptive_radius([sides for _, sides in scales])
        in_channels = num_context_frames * frame_channels + latent_channels
        self.scales = nn.ModuleList(
            conv_stack([in_channels + (level > 0) * frame_channels, *hidden, frame_channels], sides)
            for level, (hidden, sides) in enumerate(scales)
        )

    def forward(self, context: Tensor, latent: Tensor | None = None) -> Pyramid:
        """Map a context (B, T, C, H, W) to the predicted frame at every scale, each (B, 1, C, h, w).

        Args:
            context: (B, T, C, H, W) in [-1, 1].
            latent: noise (B, latent_channels); without, see :func:`vidpred.nn.latent.resolve_latent`.

        Raises:
            VidpredError: the context or the noise has another shape than the network takes.
        """
        require_context(self, context, exactly=True)
        latent = resolve_latent(self, context, latent)
        contexts = build_pyramid(context, self.num_scales)
        predictions = [self.bound(self._correction(0, contexts[0], latent))]
        for level, frames in enumerate(contexts[1:], start=1):
            guess = upsample(predictions[-1], *frames.shape[-2:])
            correction = self._correction(level, torch.cat([frames, guess], dim=1), latent)  # of T + 1 frames
            predictions.append(self.bound(guess + correction))
        return predictions

    def _correction(self, level: int, frames: Tensor, latent: Tensor | None) -> Tensor:
        output: Tensor = self.scales[level](append_latent(frames.flatten(1, 2), latent))  # (B, C, h, w)
        # Back to the context's type: bfloat16, which autocast computes in, is coarser than 8-bit frames.
        return output.to(frames.dtype).unsqueeze(1)  # (B, 1, C, h, w)


def _layers_per_scale(
    widths: Sequence[Sequence[int]],
    kernels: Sequence[Sequence[int]],
    num_scales: int,
    width_multiplier: float,
) -> list[tuple[list[int], list[int]]]:
    """Return the hidden widths and the kernels of every scale, coarse to fine."""
    scales = []
    rows = zip(rows_for_scales(widths, num_scales), rows_for_scales(kernels, num_scales), strict=True)
    for number, (hidden, sides) in enumerate(rows, start=1):
        if len(sides) != len(hidden) + 1:
            raise VidpredError(
                f"scale {number} of {num_scales} has {counted(len(hidden), 'width')} and "
                f"{counted(len(sides), 'kernel')}, but needs one kernel more than widths; change widths and kernels "
                "together"
            )
        if any(side % 2 == 0 or side < 1 for side in sides):
            raise VidpredError(
                f"kernels at scale {number} of {num_scales} are {list(sides)}, but only odd sides keep the "
                "size of a frame; use 1, 3, 5, 7 ..."
            )
        scales.append((scale_widths(hidden, width_multiplier), list(sides)))
    return scales


def _receptive_radius(kernels: Sequence[Sequence[int]]) -> int:
    """Return the receptive radius in pixels at full size, rounded up to a multiple of the coarsest pixel.

    Args:
        kernels: of every scale, coarse to fine.
    """
    coarsest: int = 2 ** (len(kernels) - 1)
    reach: int = sum(2**level * sum(side // 2 for side in sides) for level, sides in enumerate(kernels[::-1]))
    return -(-(reach + coarsest - 1) // coarsest) * coarsest

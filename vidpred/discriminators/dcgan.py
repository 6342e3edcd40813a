"""The discriminator of DCGAN: strided convolutions down to 4 pixels."""

from itertools import pairwise
from typing import Annotated, Literal

import torch
from annotated_types import Ge
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.dcgan import draw_first_weights, widths_by_resolution
from vidpred.labels import one_hot
from vidpred.latent import append_latent
from vidpred.layers import COARSEST, normalise_spectra
from vidpred.pyramid import Pyramid
from vidpred.registry import DISCRIMINATORS

SLOPE = 0.2  # of the leaky ReLUs below 0


@DISCRIMINATORS.register("dcgan")
class DcganDiscriminator(nn.Module):
    """Judge square clips as wholes, by their finest level alone.

    Where there are classes, the label stands beside the input of every layer. With batch normalisation
    the clips of a batch are judged beside each other, so that real and fake ones come in batches of their own.

    Args:
        height: of the frames in pixels, a power of two from 16 on.
        width: of the frames in pixels, the same.
        num_frames: frames per judged clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: that labels tell apart; 0 takes no labels.
        hidden_channels: of the first layer, doubled with every layer, up to eightfold; the paper's 128.
        kernel: side of the kernels: 5 as in the paper's code, or 4 as in most others.
        normalisation: batch as in the paper; spectral, which bounds how steep the discriminator can get
            (Miyato et al. 2018); or none, as gradient penalties ask for.

    Raises:
        VidpredError: the frames have a size that it cannot judge.

    Source: Radford, Metz and Chintala (2015).
    """

    def __init__(
        self,
        height: int,
        width: int,
        num_frames: int = 1,
        frame_channels: int = 3,
        num_classes: int = 0,
        hidden_channels: Annotated[int, Ge(1)] = 128,
        kernel: Literal[4, 5] = 5,
        normalisation: Literal["batch", "spectral", "none"] = "batch",
    ):
        super().__init__()
        self.num_classes = num_classes
        self.mixes_batch = normalisation == "batch"
        widths = widths_by_resolution(height, width, hidden_channels)[::-1]
        first, *others = pairwise((num_frames * frame_channels, *widths))
        self.halve = nn.ModuleList(
            nn.Conv2d(channels + num_classes, following, kernel, 2, (kernel - 1) // 2, bias=not self.mixes_batch)
            for channels, following in (first, *others)
        )
        normalised = [nn.BatchNorm2d(following) if self.mixes_batch else nn.Identity() for _, following in others]
        self.norms = nn.ModuleList([nn.Identity(), *normalised])
        self.verdict = nn.Linear(widths[-1] * COARSEST**2 + num_classes, 1)
        draw_first_weights(self)
        if normalisation == "spectral":
            normalise_spectra(self)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        planes = clips[-1].flatten(1, 2)
        told = one_hot(self, labels, planes)
        for halve, norm in zip(self.halve, self.norms, strict=True):
            planes = F.leaky_relu(norm(halve(append_latent(planes, told))), SLOPE)
        vectors = planes.flatten(1)
        logits: Tensor = self.verdict(vectors if told is None else torch.cat([vectors, told], dim=1))
        return [logits.squeeze(1)]

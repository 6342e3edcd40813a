"""The generator of DCGAN: transposed convolutions with batch normalisation, from 4 pixels doubling."""

import math
from itertools import pairwise
from typing import Annotated, Literal

import torch
from annotated_types import Ge
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.nn.dcgan import ClassGain, draw_first_weights, widths_by_resolution
from vidpred.nn.labels import one_hot
from vidpred.nn.stacks import COARSEST
from vidpred.nn.virtual_norm import REFERENCE_SIZE, ReferenceBatch, VirtualBatchNorm2d
from vidpred.registry import GENERATORS


@GENERATORS.register("dcgan")
class DcganGenerator(nn.Module):
    """Project noise to 4 x 4 pixels, and double them up to the full size.

    Where there are classes, the label stands beside the noise, and stretches and shifts every normalised channel.

    Args:
        latent_channels: numbers of noise per image.
        height: of the images in pixels, a power of two from 16 on.
        width: of the images in pixels, the same.
        frame_channels: colour channels.
        num_classes: that labels tell apart; 0 takes no labels.
        hidden_channels: at half of the full size, doubled with every halving, up to eightfold; the paper's
            128 for 64 pixels.
        kernel: side of the kernels: 5 as in the paper's code, or 4 as in most others.
        uniform_latent: whether the noise, which comes as a normal draw, is mapped to a uniform one in [-1, 1].
        normalisation: batch as in the paper, or virtual: by noise that is drawn once (Salimans et al. 2016).

    Raises:
        VidpredError: the images have a size that it cannot draw.

    Source: Radford, Metz and Chintala (2015), "Unsupervised representation learning with deep convolutional
    generative adversarial networks"; classes as in Miyato and Koyama (2018).
    """

    def __init__(
        self,
        latent_channels: int,
        height: int,
        width: int,
        frame_channels: int = 3,
        num_classes: int = 0,
        hidden_channels: Annotated[int, Ge(1)] = 128,
        kernel: Literal[4, 5] = 5,
        uniform_latent: bool = True,
        normalisation: Literal["batch", "virtual"] = "batch",
    ):
        super().__init__()
        self.latent_channels = latent_channels
        self.frame_channels = frame_channels
        self.num_classes = num_classes
        self.uniform_latent = uniform_latent
        widths = widths_by_resolution(height, width, hidden_channels)
        self.project = nn.Linear(latent_channels + num_classes, widths[0] * COARSEST**2, bias=False)
        norm = nn.BatchNorm2d if normalisation == "batch" else VirtualBatchNorm2d
        self.norms = nn.ModuleList(map(norm, widths))
        self.enlarge = nn.ModuleList(
            nn.ConvTranspose2d(channels, following, kernel, 2, (kernel - 1) // 2, output_padding=kernel % 2, bias=False)
            for channels, following in pairwise((*widths, frame_channels))
        )
        self.gains = nn.ModuleList(ClassGain(num_classes, channels) for channels in widths if num_classes)
        draw_first_weights(self)
        self.reference = ReferenceBatch(latent_channels) if normalisation == "virtual" else None
        if self.reference is not None:
            classes = torch.arange(REFERENCE_SIZE) % max(1, num_classes)
            self.reference.fix(torch.randn(REFERENCE_SIZE, latent_channels), classes)

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images (B, 1, C, H, W)."""
        if self.reference is not None:
            noise, labels = self.reference.put_ahead(noise, labels)  # (REFERENCE_SIZE + B, Z)
        latent = torch.erf(noise / math.sqrt(2)) if self.uniform_latent else noise
        told = one_hot(self, labels, latent)
        projected = self.project(latent if told is None else torch.cat([latent, told], dim=1))
        planes = projected.unflatten(1, (-1, COARSEST, COARSEST))  # (B, F, 4, 4)
        for level, (norm, enlarge) in enumerate(zip(self.norms, self.enlarge, strict=True)):
            planes = norm(planes) if told is None else self.gains[level](norm(planes), told)
            planes = enlarge(planes.relu())
        drawn = planes if self.reference is None else planes[REFERENCE_SIZE:]
        return [drawn.tanh()[:, None]]  # (B, 1, C, H, W)

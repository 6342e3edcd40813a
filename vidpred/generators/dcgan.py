"""The generator of DCGAN: transposed convolutions with batch normalisation, doubling the size from 4 pixels."""

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, Noise, Side, Width
from vidpred.nn.dcgan import ClassAffine, initialise_weights, widths_by_resolution
from vidpred.nn.labels import one_hot
from vidpred.nn.latent import require_noise
from vidpred.nn.stacks import COARSEST
from vidpred.nn.virtual_norm import REFERENCE_SIZE, ReferenceBatch, VirtualBatchNorm2d
from vidpred.registry import GENERATORS


@GENERATORS.register("dcgan")
class DcganGenerator(nn.Module):
    """Project noise to 4 x 4 pixels, and upsample to the full size.

    With classes, the one-hot label is concatenated to the noise, and scales and shifts every normalised channel.

    Args:
        latent_channels: length of the noise vector.
        height: of the images in pixels, a power of two of at least 16.
        width: of the images in pixels, equal to the height.
        frame_channels: colour channels.
        num_classes: number of classes of the labels; 0 takes no labels.
        hidden_channels: at half of the full size, doubled with every halving, up to eightfold; the paper has
            128 for 64 pixels.
        kernel: side of the kernels: 5 as in the paper's code, or 4 as in most others.
        uniform_latent: whether the standard normal noise is mapped to uniform noise in [-1, 1].
        normalisation: batch as in the paper, or virtual, with a fixed reference batch of noise (Salimans et al. 2016).

    Raises:
        VidpredError: the generator does not support the size of the images.

    Source: Radford, Metz and Chintala (2015), "Unsupervised representation learning with deep convolutional
    generative adversarial networks"; classes as in Miyato and Koyama (2018).
    """

    @checked
    def __init__(
        self,
        latent_channels: Noise,
        height: Side,
        width: Side,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        hidden_channels: Width = 128,
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
        self.gains = nn.ModuleList(ClassAffine(num_classes, channels) for channels in widths if num_classes)
        initialise_weights(self)
        self.reference = ReferenceBatch(latent_channels) if normalisation == "virtual" else None
        if self.reference is not None:
            classes = torch.arange(REFERENCE_SIZE) % max(1, num_classes)
            self.reference.fix(torch.randn(REFERENCE_SIZE, latent_channels), classes)

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images (B, 1, C, H, W).

        Raises:
            VidpredError: the noise has another shape, or the labels are not those that it takes.
        """
        require_noise(self, noise)
        if self.reference is not None:
            noise, labels = self.reference.prepend(noise, labels)  # (REFERENCE_SIZE + B, Z)
        latent = torch.erf(noise / math.sqrt(2)) if self.uniform_latent else noise
        classes = one_hot(self, labels, latent)  # (B, num_classes)
        projected = self.project(latent if classes is None else torch.cat([latent, classes], dim=1))  # (B, 16 F)
        maps = projected.unflatten(1, (-1, COARSEST, COARSEST))  # (B, F, 4, 4)
        for level, (norm, enlarge) in enumerate(zip(self.norms, self.enlarge, strict=True)):
            maps = norm(maps) if classes is None else self.gains[level](norm(maps), classes)
            maps = enlarge(maps.relu())
        images = maps if self.reference is None else maps[REFERENCE_SIZE:]  # (B, C, H, W)
        return [images.tanh()[:, None]]  # (B, 1, C, H, W)

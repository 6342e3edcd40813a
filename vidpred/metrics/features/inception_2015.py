"""Features of the Inception network of 2015, over which the Frechet distance is called FID."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.machine.files import sha256_of
from vidpred.metrics.features.extractor import as_images, quantise
from vidpred.metrics.features.weight_files import PublishedWeights, load_weights
from vidpred.registry import EXTRACTORS

PUBLISHED = PublishedWeights(
    of="FID (the network inception_2015)",
    file="weights-inception-2015-12-05-6726825d.pth",
    url="https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth",
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
)
SIDE = 299  # of the network's input images, in pixels

Conv = tuple[str, int, int | tuple[int, int]]  # name, filters, kernel
STEM: tuple[Conv, ...] = (
    ("Conv2d_1a_3x3", 32, 3),
    ("Conv2d_2a_3x3", 32, 3),
    ("Conv2d_2b_3x3", 64, 3),
    ("Conv2d_3b_1x1", 80, 1),
    ("Conv2d_4a_3x3", 192, 3),
)


class _Convolution(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel: int | tuple[int, int], stride: int, padded: bool):
        super().__init__()
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = (height // 2, width // 2) if padded else (0, 0)
        self.conv = nn.Conv2d(in_channels, out_channels, (height, width), stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, images: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(images)))


class _Mixed(nn.Module):
    """Parallel chains of convolutions, and a pooling branch; chains may share their first layers."""

    def __init__(self, in_channels: int, chains: Sequence[Sequence[Conv]], pooled: int | None, maximum: bool = False):
        super().__init__()
        self.chains = [[name for name, _, _ in chain] for chain in chains]
        self.halves = pooled is None
        self.maximum = maximum
        self.out_channels = sum(chain[-1][1] for chain in chains) + (in_channels if pooled is None else pooled)
        for chain in chains:
            channels = in_channels
            for name, filters, kernel in chain:
                last = self.halves and name == chain[-1][0]
                if name not in self._modules:
                    self.add_module(name, _Convolution(channels, filters, kernel, 2 if last else 1, not last))
                channels = filters
        if pooled is not None:
            self.branch_pool = _Convolution(in_channels, pooled, 1, 1, True)

    def forward(self, images: Tensor) -> Tensor:
        outputs = []
        for chain in self.chains:
            output = images
            for name in chain:
                output = self.get_submodule(name)(output)
            outputs.append(output)
        return torch.cat([*outputs, self._pool(images)], dim=1)

    def _pool(self, images: Tensor) -> Tensor:
        if self.halves:
            return F.max_pool2d(images, 3, stride=2)
        if self.maximum:
            pooled = F.max_pool2d(images, 3, stride=1, padding=1)
        else:  # as TensorFlow averages: what lies outside the image does not count
            pooled = F.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
        output: Tensor = self.branch_pool(pooled)
        return output


DOUBLE: tuple[Conv, ...] = (("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3))
WIDE: tuple[Sequence[Conv], ...] = (
    (("branch1x1", 64, 1),),
    (("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)),
    DOUBLE,
)
FACTORED: tuple[Sequence[Conv], ...] = (
    (("branch3x3_1", 192, 1), ("branch3x3_2", 320, 3)),
    (
        ("branch7x7x3_1", 192, 1),
        ("branch7x7x3_2", 192, (1, 7)),
        ("branch7x7x3_3", 192, (7, 1)),
        ("branch7x7x3_4", 192, 3),
    ),
)
FORKED: tuple[Sequence[Conv], ...] = (
    (("branch1x1", 320, 1),),
    (("branch3x3_1", 384, 1), ("branch3x3_2a", 384, (1, 3))),
    (("branch3x3_1", 384, 1), ("branch3x3_2b", 384, (3, 1))),
    (("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3), ("branch3x3dbl_3a", 384, (1, 3))),
    (("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3), ("branch3x3dbl_3b", 384, (3, 1))),
)


def _sevens(width: int) -> tuple[Sequence[Conv], ...]:
    return (
        (("branch1x1", 192, 1),),
        (("branch7x7_1", width, 1), ("branch7x7_2", width, (1, 7)), ("branch7x7_3", 192, (7, 1))),
        (
            ("branch7x7dbl_1", width, 1),
            ("branch7x7dbl_2", width, (7, 1)),
            ("branch7x7dbl_3", width, (1, 7)),
            ("branch7x7dbl_4", width, (7, 1)),
            ("branch7x7dbl_5", 192, (1, 7)),
        ),
    )


class InceptionNetwork(nn.Module):
    """Inception v3 as TensorFlow published it in December 2015, up to its last pooling.

    Source: Szegedy et al. (2016), "Rethinking the Inception architecture for computer vision".
    """

    def __init__(self) -> None:
        super().__init__()
        channels = 3
        for name, filters, kernel in STEM:
            padded, stride = name == "Conv2d_2b_3x3", 2 if name == "Conv2d_1a_3x3" else 1
            self.add_module(name, _Convolution(channels, filters, kernel, stride, padded))
            channels = filters
        blocks: dict[str, tuple[Sequence[Sequence[Conv]], int | None]] = {
            **{f"Mixed_5{letter}": (WIDE, pooled) for letter, pooled in zip("bcd", (32, 64, 64), strict=True)},
            "Mixed_6a": (((("branch3x3", 384, 3),), DOUBLE), None),
            **{f"Mixed_6{letter}": (_sevens(w), 192) for letter, w in zip("bcde", (128, 160, 160, 192), strict=True)},
            "Mixed_7a": (FACTORED, None),
            "Mixed_7b": (FORKED, 192),
            "Mixed_7c": (FORKED, 192),
        }
        for name, (chains, pooled) in blocks.items():
            block = _Mixed(channels, chains, pooled, maximum=name == "Mixed_7c")
            self.add_module(name, block)
            channels = block.out_channels

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, 3, 299, 299) in [-1, 1] to features (N, 2048)."""
        for name, module in self.named_children():
            images = module(images)
            if name in ("Conv2d_2b_3x3", "Conv2d_4a_3x3"):
                images = F.max_pool2d(images, 3, stride=2)
        return images.mean(dim=(2, 3))


@EXTRACTORS.register("inception_2015")
class Inception2015(nn.Module):
    """One vector per frame: the pooled features of Inception, computed as torch-fidelity and the original do.

    Frames are rounded to 8 bits, resized as TensorFlow 1 did it (bilinear from the upper left corner,
    without antialiasing) and scaled by (value - 128) / 128.

    Args:
        weights: the published .pth, or .safetensors with the same names; by default the published file, from
            torch's cache or downloaded.

    Raises:
        VidpredError: the weights are not available or are those of another network.

    Source: Heusel et al. (2017), "GANs trained by a two time-scale update rule".
    """

    name = "inception_2015"
    resize = f"8 bits, {SIDE}x{SIDE}, bilinear as in TensorFlow 1, no antialiasing"
    dimension = 2048

    def __init__(self, weights: Path | None = None):
        super().__init__()
        path = PUBLISHED.find(weights)
        self.digest = sha256_of(path)
        # Other weights in the same network give other numbers, which must not pass for FID.
        known = PUBLISHED.is_published(path)
        self.titles: Mapping[str, str] = {"frechet_distance": "FID", "kernel_distance": "KID"} if known else {}
        with torch.random.fork_rng(devices=[]):  # the random initial weights are replaced
            self.network = InceptionNetwork()
        load_weights(self.network, PUBLISHED.read(path), path, self.name)

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) to features (B * T, 2048), in float64.

        Raises:
            VidpredError: see ``as_images``.
        """
        images = (resize_from_corner(quantise(as_images(clips)), SIDE) - 128) / 128
        features: Tensor = self.network(images)
        return features.to(torch.float64)


def resize_from_corner(images: Tensor, side: int) -> Tensor:
    """Return ``images`` (N, C, H, W) resized to ``side`` x ``side`` as TensorFlow 1 did it.

    The pixel at ``i`` is interpolated between the two pixels around ``i * H / side``.
    """
    for dim in (-2, -1):
        size = images.shape[dim]
        places = torch.arange(side, dtype=torch.float32, device=images.device) * (size / side)
        before = places.long()
        after = (before + 1).clamp(max=size - 1)
        share = (places - before).reshape((-1, 1) if dim == -2 else (-1,))  # noqa: PLR2004
        images = images.index_select(dim, before) * (1 - share) + images.index_select(dim, after) * share
    return images

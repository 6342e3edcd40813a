"""Features of the video network I3D, over which the Frechet distance is called FVD."""

from collections.abc import Mapping
from pathlib import Path

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.machine.files import sha256_of
from vidpred.metrics.features.extractor import as_images, quantise
from vidpred.metrics.features.weight_files import PublishedWeights, load_weights
from vidpred.registry import EXTRACTORS
from vidpred.wording import counted

PUBLISHED = PublishedWeights(
    of="FVD (the network i3d)",
    file="i3d_pretrained_400.pt",
    url="https://github.com/songweige/TATS/raw/main/tats/fvd/i3d_pretrained_400.pt",
    sha256="",
)
SIDE = 224  # of the network's input frames, in pixels
NUM_CLASSES = 400  # of Kinetics-400
FEWEST_FRAMES = 9  # what three halvings leave of fewer does not fill the last pooling

# By block: filters of the 1x1x1 branch, of both layers of the two 3x3x3 branches, of the pooled branch.
MIXED = {
    "Mixed_3b": (64, 96, 128, 16, 32, 32),
    "Mixed_3c": (128, 128, 192, 32, 96, 64),
    "Mixed_4b": (192, 96, 208, 16, 48, 64),
    "Mixed_4c": (160, 112, 224, 24, 64, 64),
    "Mixed_4d": (128, 128, 256, 24, 64, 64),
    "Mixed_4e": (112, 144, 288, 32, 64, 64),
    "Mixed_4f": (256, 160, 320, 32, 128, 128),
    "Mixed_5b": (256, 160, 320, 32, 128, 128),
    "Mixed_5c": (384, 192, 384, 48, 128, 128),
}
POOLED_BEFORE = {
    "Conv3d_2b_1x1": ((1, 3, 3), (1, 2, 2)),
    "Mixed_3b": ((1, 3, 3), (1, 2, 2)),
    "Mixed_4b": ((3, 3, 3), (2, 2, 2)),
    "Mixed_5b": ((2, 2, 2), (2, 2, 2)),
}
Size = tuple[int, int, int]


class _Convolution(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, output: bool = False):
        super().__init__()
        self.conv3d = nn.Conv3d(in_channels, out_channels, kernel, stride, bias=output)
        self.bn = None if output else nn.BatchNorm3d(out_channels)
        self.kernel, self.stride = (kernel,) * 3, (stride,) * 3

    def forward(self, clips: Tensor) -> Tensor:
        output: Tensor = self.conv3d(_pad_as_tensorflow(clips, self.kernel, self.stride))
        return output if self.bn is None else F.relu(self.bn(output))


class _Mixed(nn.Module):
    def __init__(self, in_channels: int, filters: tuple[int, ...]):
        super().__init__()
        self.b0 = _Convolution(in_channels, filters[0], 1)
        self.b1a = _Convolution(in_channels, filters[1], 1)
        self.b1b = _Convolution(filters[1], filters[2], 3)
        self.b2a = _Convolution(in_channels, filters[3], 1)
        self.b2b = _Convolution(filters[3], filters[4], 3)
        self.b3b = _Convolution(in_channels, filters[5], 1)
        self.out_channels = filters[0] + filters[2] + filters[4] + filters[5]

    def forward(self, clips: Tensor) -> Tensor:
        pooled = _pool(clips, (3, 3, 3), (1, 1, 1))
        branches = [self.b0(clips), self.b1b(self.b1a(clips)), self.b2b(self.b2a(clips)), self.b3b(pooled)]
        return torch.cat(branches, dim=1)


class I3DNetwork(nn.Module):
    """Inception inflated to three dimensions, with the names of the widespread PyTorch port.

    Source: Carreira and Zisserman (2017), "Quo vadis, action recognition?".
    """

    def __init__(self) -> None:
        super().__init__()
        self.Conv3d_1a_7x7 = _Convolution(3, 64, 7, stride=2)
        self.Conv3d_2b_1x1 = _Convolution(64, 64, 1)
        self.Conv3d_2c_3x3 = _Convolution(64, 192, 3)
        channels = 192
        for name, filters in MIXED.items():
            block = _Mixed(channels, filters)
            self.add_module(name, block)
            channels = block.out_channels
        self.logits = _Convolution(channels, NUM_CLASSES, 1, output=True)

    def forward(self, clips: Tensor) -> Tensor:
        """Map clips (B, 3, T, 224, 224) in [-1, 1] to logits (B, 400)."""
        for name, module in self.named_children():
            if name == "logits":
                clips = F.avg_pool3d(clips, (2, 7, 7), stride=1)
            elif name in POOLED_BEFORE:
                clips = _pool(clips, *POOLED_BEFORE[name])
            clips = module(clips)
        return clips.mean(dim=(2, 3, 4))


@EXTRACTORS.register("i3d")
class I3D(nn.Module):
    """One vector per clip: the logits of I3D for the 400 classes of Kinetics.

    Frames are rounded to 8 bits, then resized bilinearly without antialiasing.

    Args:
        weights: .safetensors with the names of the widespread PyTorch port. They are never downloaded, because
            no checksum is published; the digest identifies the file that was used.

    Raises:
        VidpredError: the weights are not given or are those of another network.

    Source: Unterthiner et al. (2018), "Towards accurate generative models of video".
    """

    name = "i3d"
    resize = f"8 bits, {SIDE}x{SIDE}, bilinear, no antialiasing"
    dimension = NUM_CLASSES
    titles: Mapping[str, str] = {
        "frechet_distance": "FVD (unchecked weights)",
        "kernel_distance": "KVD (unchecked weights)",
    }

    def __init__(self, weights: Path | None = None):
        super().__init__()
        path = PUBLISHED.find(weights)
        self.digest = sha256_of(path)
        with torch.random.fork_rng(devices=[]):  # the random initial weights are replaced
            self.network = I3DNetwork()
        load_weights(self.network, PUBLISHED.read(path), path, self.name)

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) to features (B, 400), in float64.

        Raises:
            VidpredError: see ``as_images``; or the clips have fewer than 9 frames.
        """
        images = quantise(as_images(clips))
        if clips.shape[1] < FEWEST_FRAMES:
            raise VidpredError(
                f"the clips have {counted(clips.shape[1], 'frame')}, but i3d needs {FEWEST_FRAMES} or more; "
                "give longer clips, or compare frames with another extractor"
            )
        images = F.interpolate(images, (SIDE, SIDE), mode="bilinear", align_corners=False) / (255 / 2) - 1
        features: Tensor = self.network(rearrange(images, "(b t) c h w -> b c t h w", b=len(clips)))
        return features.to(torch.float64)


def _pool(clips: Tensor, kernel: Size, stride: Size) -> Tensor:
    return F.max_pool3d(_pad_as_tensorflow(clips, kernel, stride), kernel, stride)


def _pad_as_tensorflow(clips: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    """Pad (B, C, T, H, W) with zeros so that ceil(size / stride) remains: the odd one at the end."""
    sides: list[int] = []
    for size, width, step in reversed(list(zip(clips.shape[2:], kernel, stride, strict=True))):
        total = max(width - (size % step or step), 0)
        sides += [total // 2, total - total // 2]
    return F.pad(clips, sides)

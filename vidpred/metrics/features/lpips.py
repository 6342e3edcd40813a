"""LPIPS, the learned perceptual distance, through the package of its authors."""

import importlib
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_alike
from vidpred.machine.files import sha256_of
from vidpred.machine.vision import import_torchvision
from vidpred.metrics.features.extractor import as_images
from vidpred.metrics.features.weight_files import PublishedWeights, load_weights

Backbone = Literal["alex", "vgg", "squeeze"]
SMALLEST_SIDE = {"alex": 31, "vgg": 16, "squeeze": 17}  # in pixels: poolings leave nothing of smaller frames
PUBLISHED = {
    backbone: PublishedWeights(
        of=f"LPIPS ({backbone})",
        file=file,
        url=f"https://download.pytorch.org/models/{file}",
        sha256=file.removesuffix(".pth").rpartition("-")[2],
    )
    for backbone, file in {
        "alex": "alexnet-owt-7be5be79.pth",
        "vgg": "vgg16-397923af.pth",
        "squeeze": "squeezenet1_1-b8a52dc0.pth",
    }.items()
}


class Lpips(nn.Module):
    """LPIPS version 0.1 of every frame at its own size: 0 for identical frames, the higher the less alike.

    Args:
        backbone: whose features are compared.
        weights: the backbone's, the published .pth or .safetensors with torchvision's names; by default the
            published file, from torch's cache or downloaded. The linear layers come with the package lpips.

    Raises:
        VidpredError: the package or the weights are not available, or the weights are those of another network.

    Source: Zhang et al. (2018), "The unreasonable effectiveness of deep features as a perceptual metric".
    """

    def __init__(self, backbone: Backbone = "alex", weights: Path | None = None):
        super().__init__()
        published = PUBLISHED[backbone]
        import_torchvision()  # which lpips cannot always import by itself
        try:
            package = importlib.import_module("lpips")
        except ImportError:
            raise VidpredError(
                "LPIPS is not available: the package lpips is not installed; run `pip install lpips`"
            ) from None
        path = published.find(weights)
        self.backbone = backbone
        self.digest = sha256_of(path)
        # Other weights in the same network give other numbers, which must not pass for LPIPS.
        self.is_published = published.is_published(path)
        self.name = f"LPIPS ({backbone})" if self.is_published else f"LPIPS ({backbone}, unknown weights)"
        with torch.random.fork_rng(devices=[]):  # the random initial weights are replaced
            self.network = package.LPIPS(net=backbone, version="0.1", pnet_rand=True, verbose=False)
        tensors = published.read(path)
        slices = [module for name, module in self.network.net.named_children() if name.startswith("slice")]
        for part in slices:  # numbered as torchvision's
            load_weights(
                part, {name.removeprefix("features."): value for name, value in tensors.items()}, path, published.of
            )
        self.network.eval().requires_grad_(False)

    @torch.no_grad()
    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return LPIPS version 0.1 of every frame at its own size: 0 if identical, the higher the less alike.

        ``torch.autocast`` does not affect it, and it is computed on the network's device.

        Args:
            prediction: clips (B, T, C, H, W) in [-1, 1].
            target: clips of the same shape.

        Returns:
            (B, T).

        Raises:
            VidpredError: the clips differ in shape, are not floats or are too small for the backbone.
        """
        require_alike(prediction, target)
        least = SMALLEST_SIDE[self.backbone]
        if min(target.shape[-2:]) < least:
            raise VidpredError(
                f"frames of {target.shape[-2]} x {target.shape[-1]} are too small for LPIPS ({self.backbone}), which "
                f"needs at least {least} x {least} pixels; compare larger frames or leave it out"
            )
        device = next(self.parameters()).device
        with torch.autocast(device.type, enabled=False):
            distances: Tensor = self.network(*(as_images(clips).to(device) for clips in (prediction, target)))
        return distances.reshape(prediction.shape[:2]).to(target.device, torch.float64)

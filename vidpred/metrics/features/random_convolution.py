"""Features of an untrained convolutional network: always available, and the same on every machine."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.metrics.features.extractor import RGB, as_images, digest_of, shrink
from vidpred.registry import EXTRACTORS

SIDE = 64  # of the network's input images, in pixels
WIDTHS = (16, 32, 64)
KERNEL = 5
SEED = 20160225  # arbitrary, but all values depend on it


@EXTRACTORS.register("random_convolution")
class RandomConvolution(nn.Module):
    """One vector per frame: the mean response of every filter of three random layers.

    Every layer is a 5 x 5 convolution of stride 2 with Gaussian weights of variance 2 / inputs and no
    bias, then ReLU. In the first layer the weights have zero mean in each channel: they respond to edges and
    texture, which blur and noise change, but not to the brightness of even areas (raw_patches does), except along the
    border, outside of which there is mid-grey. Untrained features separate sets of images without favouring the
    classes of any data set (Naeem et al., 2020), but are not semantic. Compare values only with those of the same
    extractor.
    """

    name = "random_convolution"
    resize = f"{SIDE}x{SIDE}, bilinear with antialiasing"
    titles: Mapping[str, str] = {}
    dimension = sum(WIDTHS)

    def __init__(self) -> None:
        super().__init__()
        draws = np.random.RandomState(SEED)  # numpy guarantees that its stream never changes
        for layer, (inputs, outputs) in enumerate(zip((RGB, *WIDTHS), WIDTHS, strict=False)):
            deviation = (2 / (inputs * KERNEL**2)) ** 0.5
            weight = draws.standard_normal((outputs, inputs, KERNEL, KERNEL)) * deviation
            if layer == 0:
                weight -= weight.mean(axis=(2, 3), keepdims=True)
            self.register_buffer(f"weight{layer}", torch.tensor(weight, dtype=torch.float32))
        self.digest = digest_of(self.state_dict(), {"name": self.name, "side": SIDE})

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) to features (B * T, 112), in float64.

        Raises:
            VidpredError: see ``as_images``.
        """
        images = shrink(as_images(clips), SIDE)
        responses = []
        for layer in range(len(WIDTHS)):
            images = F.conv2d(images, self.get_buffer(f"weight{layer}"), stride=2, padding=KERNEL // 2).relu()
            responses.append(images.to(torch.float64).mean(dim=(2, 3)))
        return torch.cat(responses, dim=1)

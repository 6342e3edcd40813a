"""Building blocks of DCGAN: widths per resolution, weight initialisation and class-conditional scale and shift."""

from torch import Tensor, nn

from vidpred.nn.stacks import image_resolutions
from vidpred.nn.virtual_norm import VirtualBatchNorm2d

MOST_DOUBLINGS = 3  # of the width, however large the images are
DEVIATION = 0.02  # standard deviation of all initial weights


def widths_by_resolution(height: int, width: int, hidden_channels: int) -> list[int]:
    """Return the channels at 4, 8 ... pixels, down to ``hidden_channels`` at half of the full size.

    Raises:
        VidpredError: see :func:`vidpred.nn.stacks.image_resolutions`.
    """
    resolutions = image_resolutions(height, width)[:-1]
    return [hidden_channels << min(MOST_DOUBLINGS, (height // 2 // side).bit_length() - 1) for side in resolutions]


class ClassAffine(nn.Module):
    """Scale and shift every channel, with parameters per class.

    Args:
        num_classes: number of classes.
        channels: of the feature maps.

    Source: Dumoulin et al. (2017), "A learned representation for artistic style".
    """

    def __init__(self, num_classes: int, channels: int):
        super().__init__()
        self.of_class = nn.Linear(num_classes, 2 * channels, bias=False)

    def forward(self, maps: Tensor, classes: Tensor) -> Tensor:
        """Map feature maps (B, C, h, w), given one-hot ``classes`` (B, num_classes), to the same shape."""
        gain, shift = self.of_class(classes)[:, :, None, None].chunk(2, dim=1)  # (B, C, 1, 1) each
        modulated: Tensor = maps * (1 + gain) + shift
        return modulated


def initialise_weights(network: nn.Module) -> None:
    """Initialise weights from a normal distribution around 0, gains around 1, and biases with 0.

    Source: Radford, Metz and Chintala (2015).
    """
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d | VirtualBatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, DEVIATION)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, DEVIATION)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

"""What networks of DCGAN are made with: widths by resolution, the first weights, and what classes change."""

from torch import Tensor, nn

from vidpred.nn.stacks import image_resolutions
from vidpred.nn.virtual_norm import VirtualBatchNorm2d

MOST_DOUBLINGS = 3  # of the width, however large the images are
DEVIATION = 0.02  # of all first weights


def widths_by_resolution(height: int, width: int, hidden_channels: int) -> list[int]:
    """Return the channels at 4, 8 ... pixels, down to ``hidden_channels`` at half of the full size.

    Raises:
        VidpredError: see :func:`vidpred.nn.stacks.image_resolutions`.
    """
    resolutions = image_resolutions(height, width)[:-1]
    return [hidden_channels << min(MOST_DOUBLINGS, (height // 2 // side).bit_length() - 1) for side in resolutions]


class ClassGain(nn.Module):
    """Stretch and shift every channel by what belongs to the class, beside what belongs to all.

    Args:
        num_classes: that there are.
        channels: of the planes.

    Source: Dumoulin et al. (2017), "A learned representation for artistic style".
    """

    def __init__(self, num_classes: int, channels: int):
        super().__init__()
        self.of_class = nn.Linear(num_classes, 2 * channels, bias=False)

    def forward(self, planes: Tensor, told: Tensor) -> Tensor:
        """Map planes (B, C, h, w) of classes ``told``, a row with a single one each (B, num_classes)."""
        gain, shift = self.of_class(told)[:, :, None, None].chunk(2, dim=1)  # (B, C, 1, 1) each
        stretched: Tensor = planes * (1 + gain) + shift
        return stretched


def draw_first_weights(network: nn.Module) -> None:
    """Draw weights around 0 and gains around 1; biases start at 0.

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

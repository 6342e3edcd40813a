"""SimVP: an encoder, a translator of all frames at once, and a decoder: a convolutional network to compare with."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Count, Factor, Frames
from vidpred.nn.change import change_head, changed
from vidpred.nn.context import require_context
from vidpred.nn.stacks import scale_widths
from vidpred.registry import PREDICTORS

FRAME_WIDTH, TRANSLATOR_WIDTH = 16, 64
STRIDES = (1, 2, 1, 2)  # of the encoder's layers; the decoder has them in reverse
GROUPS = 2  # of the normalisations in encoder and decoder, of two channels at least
WIDER = 4  # times as many channels between the two layers of a block's perceptron
SCALE = 0.01  # of what a block adds, before training


class Layer(nn.Module):
    """A convolution, normalised, at the same, half (stride 2) or twice (``doubled``) the size."""

    def __init__(self, in_channels: int, width: int, stride: int = 1, doubled: bool = False):
        super().__init__()
        times = 4 if doubled else 1
        self.convolution = nn.Conv2d(in_channels, times * width, 3, stride=stride, padding=1)
        self.normalisation = nn.GroupNorm(GROUPS, width)
        self.doubled = doubled

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, in_channels, H, W) to (B, width, H', W')."""
        maps = self.convolution(maps)
        maps = F.pixel_shuffle(maps, 2) if self.doubled else maps
        return F.silu(self.normalisation(maps))


class Attention(nn.Module):
    """Gate maps by what lies around, up to eleven places away: a large kernel, made of small ones."""

    def __init__(self, width: int):
        super().__init__()
        self.enter = nn.Conv2d(width, width, 1)
        self.near = nn.Conv2d(width, width, 5, padding=2, groups=width)
        self.far = nn.Conv2d(width, width, 7, padding=9, dilation=3, groups=width)
        self.mix = nn.Conv2d(width, 2 * width, 1)
        self.leave = nn.Conv2d(width, width, 1)

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, width, h, w) to the same shape."""
        around = self._around(self.near(F.gelu(self.enter(maps))))
        value, gate = self.mix(around).chunk(2, dim=1)
        gated: Tensor = self.leave(value * gate.sigmoid())
        return gated

    def _around(self, maps: Tensor) -> Tensor:
        """Look further around, on a CPU in no lower precision than that of the weights.

        The gradient of these weights in bfloat16, channels last, has values of memory that nothing was written to, in
        PyTorch 2.13 (findings/torch_bf16_dilated_depthwise_gradient_is_unwritten_memory.sh).
        """
        seen: Tensor
        if maps.device.type != "cpu" or not torch.is_autocast_enabled("cpu"):
            seen = self.far(maps)
            return seen
        with torch.autocast("cpu", enabled=False):
            seen = self.far(maps.to(self.far.weight.dtype))
        return seen


class Block(nn.Module):
    """Attention, then a perceptron that looks at neighbours, each added to what it was given."""

    def __init__(self, width: int):
        super().__init__()
        self.attention = nn.Sequential(nn.GroupNorm(1, width), Attention(width))
        wide = WIDER * width
        self.perceptron = nn.Sequential(
            nn.GroupNorm(1, width),
            nn.Conv2d(width, wide, 1),
            nn.Conv2d(wide, wide, 3, padding=1, groups=wide),
            nn.GELU(),
            nn.Conv2d(wide, width, 1),
        )
        self.scales = nn.Parameter(torch.full((2, width, 1, 1), SCALE))

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, width, h, w) to the same shape."""
        maps = maps + self.scales[0] * self.attention(maps)
        added: Tensor = maps + self.scales[1] * self.perceptron(maps)
        return added


@PREDICTORS.register("simvp")
class SimVP(nn.Module):
    """Encode every context frame, translate all of them at once, decode the change from the last frame.

    The encoder is the same for all frames and leads to a quarter of the size; there, what is known of all frames
    together goes through blocks of gated spatial attention; the decoder also sees what the encoder's first layer
    made of the last frame. Near zero before training, the change is added to the last frame. Frames of any height
    and width are accepted; normalisation makes every pixel depend on the whole frame.

    Args:
        num_context_frames: number of past frames that the network takes.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        num_blocks: of the translator.
        width_multiplier: factor on every width.

    Source: Gao et al. (2022), "SimVP: simpler yet better video prediction", with the gated spatiotemporal attention of
    Tan et al. (2022), "SimVP: towards simple yet powerful spatiotemporal predictive learning"; one frame at a time,
    with group normalisation in the blocks too, so that no statistics of a batch are kept.
    """

    num_scales = 1
    receptive_radius: int | None = None  # normalisation takes the whole frame

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 4,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        num_blocks: Count = 4,
        width_multiplier: Factor = 1.0,
    ):
        super().__init__()
        self.num_context_frames, self.frame_channels, self.lead = num_context_frames, frame_channels, lead
        widths = scale_widths((FRAME_WIDTH, TRANSLATOR_WIDTH), width_multiplier)
        width, wide = (GROUPS * max(each // GROUPS, 2) for each in widths)
        channels = (frame_channels, *(width for _ in STRIDES[1:]))
        self.encoder = nn.ModuleList(Layer(each, width, stride) for each, stride in zip(channels, STRIDES, strict=True))
        self.translator = nn.Sequential(
            nn.Conv2d(num_context_frames * width, wide, 1),
            *(Block(wide) for _ in range(num_blocks)),
            nn.Conv2d(wide, width, 1),
        )
        self.decoder = nn.ModuleList(Layer(width, width, doubled=stride > 1) for stride in reversed(STRIDES))
        self.head = change_head(width, frame_channels, kernel=1)

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W).

        Raises:
            VidpredError: the context has another number of frames or channels than the network takes.
        """
        require_context(self, context, exactly=True)
        maps, levels = context.flatten(0, 1), []
        for layer in self.encoder:
            maps = layer(maps)  # (B T, K, h, w)
            levels.append(maps)
        maps = self.translator(maps.unflatten(0, (-1, self.num_context_frames)).flatten(1, 2))  # (B, K, h, w)
        for layer, like in zip(self.decoder[:-1], reversed(levels[:-1]), strict=True):
            maps = layer(maps)[..., : like.shape[-2], : like.shape[-1]]
        skip = levels[0].unflatten(0, (-1, self.num_context_frames))[:, -1]  # (B, K, H, W), of the last frame
        return changed(context, self.head(self.decoder[-1](maps + skip)))

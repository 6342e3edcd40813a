"""A convolutional LSTM that reads the context frame by frame: a recurrent network to compare with."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Factor, Frames
from vidpred.nn.change import change_head, changed
from vidpred.nn.context import require_context
from vidpred.nn.stacks import doubled, scale_widths
from vidpred.registry import PREDICTORS

WIDTHS = (16, 32, 32)  # at half of the size, and of the cells, at a quarter
GATES = 4
COARSEST_PIXEL = 4  # of frames: a place of the cells
SLOPE = 0.2  # of rectifiers below 0


State = tuple[Tensor, Tensor]  # what a cell tells, and what it remembers, (B, width, h, w) each


class Cell(nn.Module):
    """A step of a long short-term memory whose products are convolutions.

    Args:
        in_channels: of what it is given.
        width: channels of what it remembers, and of what it tells.
    """

    def __init__(self, in_channels: int, width: int):
        super().__init__()
        self.gates = nn.Conv2d(in_channels + width, GATES * width, 3, padding=1)
        with torch.no_grad():
            assert self.gates.bias is not None
            self.gates.bias[width : 2 * width] = 1.0  # at first it forgets little (Jozefowicz et al. 2015)
        self.width = width

    def forward(self, maps: Tensor, state: State | None = None) -> State:
        """Map ``maps`` (B, in_channels, h, w), and the state after the step before, to the state after this one.

        What is remembered sums up over all steps, so it is kept in single precision at least.
        """
        if state is None:
            nothing = torch.zeros_like(maps[:, :1]).expand(-1, self.width, -1, -1)
            state = nothing, nothing.to(torch.promote_types(nothing.dtype, torch.float32))
        told, remembered = state
        gates = self.gates(torch.cat([maps, told.to(maps.dtype)], dim=1)).to(remembered.dtype)
        add, keep, tell, new = gates.chunk(GATES, dim=1)  # (B, width, h, w) each
        remembered = keep.sigmoid() * remembered + add.sigmoid() * new.tanh()
        return (tell.sigmoid() * remembered.tanh()).to(maps.dtype), remembered


@PREDICTORS.register("convlstm")
class ConvLSTM(nn.Module):
    """Read the context, oldest frame first, with two layers of a convolutional LSTM; predict the change from the last.

    Two convolutions with stride 2 lead to a quarter of the size, where the cells are; from what both tell after
    the last frame, two more lead back. Near zero before training, the change is added to the last frame.
    Frames of any height and width are accepted.

    Args:
        num_context_frames: number of past frames that the network takes.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        width_multiplier: factor on every width.

    Source: Shi et al. (2015), "Convolutional LSTM network: a machine learning approach for precipitation nowcasting",
    without peepholes, whose weights belong to places and would fix the size of frames; strided convolutions around the
    cells as in Shi et al. (2017), "Deep learning for precipitation nowcasting: a benchmark and a new model".
    """

    num_scales = 1
    coarsest_pixel = COARSEST_PIXEL

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 4,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        width_multiplier: Factor = 1.0,
    ):
        super().__init__()
        self.num_context_frames, self.frame_channels, self.lead = num_context_frames, frame_channels, lead
        half, *cells = scale_widths(WIDTHS, width_multiplier)
        self.halve = nn.Conv2d(frame_channels, half, 3, stride=2, padding=1)
        self.quarter = nn.Conv2d(half, half, 3, stride=2, padding=1)
        self.cells = nn.ModuleList(Cell(*pair) for pair in pairwise([half, *cells]))
        self.coarse = nn.Conv2d(sum(cells), half, 3, padding=1)
        self.fine = nn.Conv2d(half, half, 3, padding=1)
        self.head = change_head(half, frame_channels)
        # A way through the cells goes on by a layer or by a frame, a place each; convolutions before and after look
        # seven pixels further, and where a pixel lies within its place is three more.
        self.receptive_radius: int | None = COARSEST_PIXEL * (len(cells) + num_context_frames - 1 + 3)

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W).

        Raises:
            VidpredError: the context has another number of frames or channels than the network takes.
        """
        require_context(self, context, exactly=True)
        states: list[State | None] = [None] * len(self.cells)
        for frame in context.unbind(1):
            half = _rectified(self.halve(frame))  # (B, K, H / 2, W / 2)
            maps = _rectified(self.quarter(half))
            told = []
            for number, cell in enumerate(self.cells):
                maps, _ = states[number] = cell(maps, states[number])
                told.append(maps)
        maps = torch.cat(told, dim=1)  # (B, K of all cells, H / 4, W / 4)
        maps = _rectified(self.coarse(doubled(maps, half)))
        return changed(context, self.head(_rectified(self.fine(doubled(maps, context)))))


def _rectified(maps: Tensor) -> Tensor:
    return F.leaky_relu(maps, SLOPE)

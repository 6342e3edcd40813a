"""Motion that convolutions correct from coarse to fine: the parts of a network that learns it."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import halved
from vidpred.motion.flow import blend, warp_each
from vidpred.nn.free_sizes import extended_places, unflatten, unshuffle

GRAIN = 16  # pixels at full size of a place at the coarsest level
COARSE = 2 * GRAIN  # the same at half of the size
NEWEST = 2.0  # initial blend logit of the newest frame, those of the others being 0
SLOPE = 0.1  # of the activations below 0
HEAD_DEVIATION = 1e-3  # of the initial weights of the layers that correct motion
STILL = 0.25 / 127.5  # change between known frames, a quarter of a grey level, up to which nothing moves
MOVING = 2 / 127.5  # change, two grey levels, from which on motion is fully believed
NEARBY = 2  # places at 1/16 around, within which something must have changed for anything to move
DEPTHS = (3, 3, 3, 2)  # convolutions of the stages, coarse to fine


class Motion(NamedTuple):
    """For each of the newest frames, a flow from the future into it and a logit for blending, at one level.

    Args:
        flows: (B, K, 2, h, w) in pixels of this level.
        logits: (B, K, h, w), whose softmax over frames blends them.
        memory: (B, M, h, w), hidden features of the stage before.
    """

    flows: Tensor
    logits: Tensor
    memory: Tensor

    @classmethod
    def start(cls, found: tuple[Tensor, Tensor], fetched: int) -> "Motion":
        """Return the first motion, as the coarsest stage has ``found`` it for ``fetched`` frames."""
        memory, maps = found
        newest = torch.cat([maps.new_full((1, 1, 1, 1), NEWEST), maps.new_zeros(1, fetched - 1, 1, 1)], dim=1)
        return cls(unflatten(maps[:, : 2 * fetched], 1, fetched, 2), maps[:, 2 * fetched :] + newest, memory)

    def doubled(self) -> "Motion":
        """Return the same motion on a grid that is twice as fine."""
        flows = 2 * enlarge(self.flows.flatten(1, 2), 2)
        return Motion(unflatten(flows, 1, -1, 2), enlarge(self.logits, 2), enlarge(self.memory, 2))

    def corrected(self, stage: nn.Module, found: Tensor, *seen: Tensor) -> "Motion":
        """Correct it by ``stage``, which sees features ``found`` along it (B, K, F, h, w) and other maps ``seen``."""
        memory, change = stage(self.shown(found.flatten(1, 2), *seen))
        count = 2 * self.flows.shape[1]
        flows = self.flows + unflatten(change[:, :count], 1, -1, 2)
        return Motion(flows, self.logits + change[:, count:], memory)

    def finest(self, stage: nn.Module, frames: Tensor) -> "tuple[Motion, Tensor]":
        """Return the motion at full size, and what no frame shows (B, C, H, W); this motion is at half of the size.

        Args:
            stage: sees ``frames`` warped by this motion, folded by two.
            frames: (B, K, C, H, W), newest first.
        """
        fetched, channels = frames.shape[1:3]
        fine = self.doubled()
        found = warp_each(frames, fine.flows).flatten(1, 2)
        _, change = stage(self.shown(unshuffle(found, 2)))
        logits, flows = change[:, : 4 * (fetched + channels)], change[:, 4 * (fetched + channels) :]
        logits, residual = F.pixel_shuffle(logits, 2).split([fetched, channels], dim=1)
        flows = fine.flows + 2 * unflatten(enlarge(flows, 2), 1, -1, 2)
        return Motion(flows, fine.logits + logits, fine.memory), residual

    def shown(self, *seen: Tensor) -> Tensor:
        """Return what a stage sees: maps ``seen`` (B, F, h, w), its memory, and the motion itself."""
        kind = self.memory.dtype
        flows = self.flows.flatten(1, 2) / 8  # so that they are of the size of the others
        return torch.cat([*(maps.to(kind) for maps in seen), self.memory, flows.to(kind), self.logits.to(kind)], dim=1)

    def times(self, belief: Tensor) -> "Motion":
        """Return the motion times ``belief`` (B, 1, h, w)."""
        return self._replace(flows=self.flows * belief.unsqueeze(1))

    def warp_and_blend(self, frames: Tensor) -> Tensor:
        """Warp and blend ``frames`` (B, K, C, h, w) into one (B, 1, C, h, w)."""
        return blend(warp_each(frames.float(), self.flows), self.logits)


class Seen(NamedTuple):
    """What a network has seen of known frames, the newest of each first.

    Args:
        fine: features of the newest frames at 1/4 of the size, (K, B, F, h, w).
        middle: the same at 1/8.
        coarse: the same at 1/16.
        pairs: what moved between neighbouring frames, (history - 1, B, P, h, w), at 1/16.
    """

    fine: Tensor
    middle: Tensor
    coarse: Tensor
    pairs: Tensor

    def then(self, newest: "Seen") -> "Seen":
        """Return the same after one more frame, of which ``newest`` is what is seen of that alone."""
        joined = (torch.cat([new, old[:-1]]) for new, old in zip(newest, self, strict=True))
        return Seen(*joined)


class Encoder(nn.Module):
    """Features of frames (B, C, H, W), whose sides are multiples of 16, at 1/4, 1/8 and 1/16 of the size."""

    def __init__(self, channels: int, widths: Sequence[int]):
        super().__init__()
        fine, middle, coarse = widths
        self.fine = nn.Sequential(*_layer(16 * channels, fine), *_layer(fine, fine))
        self.middle = nn.Sequential(*_layer(fine, middle, stride=2), *_layer(middle, middle))
        self.coarse = nn.Sequential(*_layer(middle, coarse, stride=2), *_layer(coarse, coarse))

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the three maps, (B, F, H / 4, W / 4) and so on."""
        fine = self.fine(unshuffle(frames, 4))
        middle = self.middle(fine)
        return fine, middle, self.coarse(middle)


class Stage(nn.Module):
    """Convolutions of one level, each but the first added to what it sees, and a head."""

    def __init__(self, in_channels: int, width: int, head: int, depth: int):
        super().__init__()
        self.first = nn.Sequential(*_layer(in_channels, width))
        self.body = nn.ModuleList(nn.Sequential(*_layer(width, width)) for _ in range(depth - 1))
        self.head = nn.Conv2d(width, head, 3, padding=1)
        nn.init.normal_(self.head.weight, std=HEAD_DEVIATION)
        nn.init.zeros_(cast(Tensor, self.head.bias))

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        """Return hidden features (B, width, h, w) of ``maps`` (B, in_channels, h, w) and the head's (B, head, h, w)."""
        maps = self.first(maps)
        for layers in self.body:
            maps = maps + layers(maps)
        return maps, self.head(maps).float()


def refinement(seen: Sequence[int], widths: Sequence[int], fetched: int, channels: int) -> nn.ModuleList:
    """Return the stages at 1/16, 1/8, 1/4 and 1/2.

    Args:
        seen: channels of what each sees besides what :meth:`Motion.shown` adds.
        widths: channels of their hidden layers.
        fetched: how many frames have a flow and a logit.
        channels: of a frame.
    """
    carried = (0, *(width + 3 * fetched for width in widths[:-1]))
    heads = (3 * fetched,) * 3 + (4 * (fetched + channels) + 2 * fetched,)
    return nn.ModuleList(
        Stage(new + old, width, head, depth)
        for new, old, width, head, depth in zip(seen, carried, widths, heads, DEPTHS, strict=True)
    )


def extend(frames: Tensor) -> Tensor:
    """Extend frames (B, T, C, H, W) to sides that are multiples of 32, the last row and column repeated.

    So that half of the size is whole at the coarsest level too.
    """
    height, width = frames.shape[-2:]
    if torch.compiler.is_exporting():
        rows, columns = (extended_places(side, COARSE) for side in (height, width))
        return frames.index_select(-2, rows).index_select(-1, columns)
    across, down = (-side % COARSE for side in (width, height))
    return F.pad(frames, (0, across, 0, down, 0, 0), mode="replicate")


def halve(frames: Tensor) -> Tensor:
    """Halve frames (B, T, C, H, W) of even sides, by averaging."""
    return unflatten(halved(frames.flatten(0, 1)), 0, frames.shape[0], frames.shape[1])


def belief(frames: Tensor) -> Tensor:
    """Return how far motion is to be believed: 0 where nothing nearby has changed between frames, 1 where much has.

    Args:
        frames: (B, T, C, H, W), sides multiples of 16.

    Returns:
        (B, 1, H, W).
    """
    change = (frames[:, 1:] - frames[:, :-1]).abs().amax(dim=(1, 2)).unsqueeze(1)  # (B, 1, H, W)
    places = F.max_pool2d(F.max_pool2d(change, GRAIN), 2 * NEARBY + 1, stride=1, padding=NEARBY)
    share = ((places - STILL) / (MOVING - STILL)).clamp(0, 1)
    return enlarge(share, GRAIN)


def enlarge(maps: Tensor, factor: int) -> Tensor:
    """Upsample ``maps`` (B, C, h, w) to (B, C, factor h, factor w), bilinearly."""
    size = [factor * side for side in maps.shape[-2:]]
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)


def activation() -> nn.Module:
    """Return what follows every convolution but the last."""
    return nn.LeakyReLU(SLOPE, inplace=True)


def _layer(in_channels: int, out_channels: int, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1), activation()

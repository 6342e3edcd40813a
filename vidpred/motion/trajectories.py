"""How everything in the last known frame goes on, and what of it is then seen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.machine.opencv import import_opencv
from vidpred.motion.coarse import grown, shrunk
from vidpred.motion.splatting import origins

COARSE = 120  # rows or columns along the shorter side, on which it is found what moves together
PART, THING = ((1, 1), (1, 2), (1, 4)), ((2, 3), (2, 6), (2, 9))  # how far that reaches: rounds of radius and dilation
LIKE_PART, LIKE_THING = (0.12, 1.0), (0.25, 2.0)  # how different a neighbour may look, in levels of -1 to 1, and move,
# in places per frame
KEPT = (0.99, 0.97, 0.9, 0.8)  # from frame to frame, of the motion of the picture, a thing, a part of it, and a pixel
SLOWING = 0.3  # how much of the slowing that back-tests see goes on: the power of their share
ROUNDS = 12  # of reweighting
OTHERWISE = 0.5  # pixels per frame, by which what moves otherwise than the picture counts half as much and less
SOME = 4000  # pixels at least, spread over all, that show how the picture moves
MEDIANS = 3  # rounds
MEDIAN_SIDE = 3  # places of the square around each
SMALLEST = 1e-6


class Seen(NamedTuple):
    """What of a known frame a future one shows.

    Args:
        flow: from the future frame to where in the known one it came from, (B, 2, H, W) in pixels.
        empty: where nothing came, (B, 1, H, W) of bools: the flow there is that of what is behind.
        displacement: how far every pixel of the known frame has come, (B, 2, H, W) in pixels.
    """

    flow: Tensor
    empty: Tensor
    displacement: Tensor


class Trajectories(NamedTuple):
    """How every pixel of the last known frame goes on.

    Its velocity has four parts: that of the picture as a whole, what the thing that it belongs to has besides, what a
    part of that has, and the rest. A pan lasts; limbs swing back, and what one pixel does is not seen well. So the last
    die away first.

    Args:
        velocities: the four, each (B, 2, H, W) in pixels per frame, horizontal before vertical.
        in_front: how far pixels are in front of others, (B, 1, H, W): as far as they move otherwise than the picture.
    """

    velocities: tuple[Tensor, Tensor, Tensor, Tensor]
    in_front: Tensor

    @classmethod
    def of(cls, frame: Tensor, back: Tensor) -> "Trajectories":
        """See how things go on after a frame (B, C, H, W), by the flow (B, 2, H, W) from it to the one before."""
        velocity = -back.float()
        times = max(min(velocity.shape[-2:]) // COARSE, 1)
        looks, moves = (shrunk(maps, times) for maps in (frame.float(), velocity / times))
        part = alike(moves, looks, PART, LIKE_PART)
        thing = alike(part, looks, THING, LIKE_THING)
        part, thing = (grown(times * each, times, velocity) for each in (part, thing))
        picture = affine(thing)
        in_front = (thing - picture).norm(dim=1, keepdim=True)
        return cls((picture, thing - picture, part - thing, velocity - part), in_front)

    def seen(self, time: float, share: Tensor) -> "Seen":
        """Return what of the last known frame is seen ``time`` frames later, and from where in it that came.

        Args:
            time: in frames, more than 0.
            share: how much of the last velocity back-tests found one frame later, (B,) in 0 to 1.
        """
        displacement = self.displacement(time, share)
        places, empty = origins(displacement, self.in_front)
        places = places.flatten(1).unsqueeze(1).expand(-1, 2, -1)  # (B, 2, N)
        flow = -displacement.flatten(2).gather(2, places).view_as(displacement)
        return Seen(medians(flow), empty.unsqueeze(1), displacement)

    def displacement(self, time: float, share: Tensor) -> Tensor:
        """Return how far every pixel will have come, (B, 2, H, W) in pixels; see :meth:`seen`."""
        share = share.to(self.in_front)
        total = torch.zeros_like(self.velocities[0])
        for kept, velocity in zip(KEPT, self.velocities, strict=True):
            ratio = kept * share**SLOWING
            frames = share * (1 - ratio**time) / (1 - ratio)  # at this velocity
            total = torch.addcmul(total, frames[:, None, None, None], velocity)
        return total


def alike(moves: Tensor, looks: Tensor, rounds: Sequence[tuple[int, int]], like: tuple[float, float]) -> Tensor:
    """Average motion over neighbours that look and move alike, in rounds over ever wider ones.

    Args:
        moves: (B, 2, H, W).
        looks: (B, C, H, W).
        rounds: radius and dilation of the square of neighbours, in places.
        like: how different looks and moves may be: where a difference is one of these, the weight is 1 / e.

    Returns:
        (B, 2, H, W).

    Source: the bilateral filter of Tomasi and Manduchi (1998), with holes (Shensa 1992).
    """
    height, width = moves.shape[-2:]
    for radius, dilation in rounds:
        both = torch.cat([moves / like[1], looks / like[0]], dim=1)
        padded = F.pad(both, (radius * dilation,) * 4, mode="replicate")
        total, weights = torch.zeros_like(moves), torch.zeros_like(moves[:, :1])
        for top in range(0, (2 * radius + 1) * dilation, dilation):
            for left in range(0, (2 * radius + 1) * dilation, dilation):
                there = padded[..., top : top + height, left : left + width]
                weight = torch.exp(-(there - both).square().sum(dim=1, keepdim=True))
                total = torch.addcmul(total, weight, there[:, :2], value=like[1])
                weights = weights + weight
        moves = total / weights
    return moves


def medians(flow: Tensor) -> Tensor:
    """Return a flow (B, 2, H, W) without outliers: the median of each place and the eight around it, in some rounds.

    Outside lies the border, repeated. OpenCV finds medians twenty times as fast as comparisons of whole maps.
    """
    opencv = import_opencv("the median of a flow")
    planes = flow.float().numpy(force=True).reshape(-1, *flow.shape[-2:])
    for _ in range(MEDIANS):
        planes = np.stack([opencv.medianBlur(plane, MEDIAN_SIDE) for plane in planes])
    return torch.from_numpy(planes).view(flow.shape).to(flow)


def affine(motion: Tensor) -> Tensor:
    """Return the affine motion (B, 2, H, W) that most of ``motion``, of the same shape, comes near to.

    Source: iteratively reweighted least squares with the weights of Geman and McClure (1987).
    """
    batch, _, height, width = motion.shape
    x, y = (torch.linspace(-1, 1, side, device=motion.device) for side in (width, height))
    x, y = x.expand(height, -1), y[:, None].expand(-1, width)
    places = torch.stack([torch.ones_like(x), x, y], dim=-1).flatten(0, 1).double()  # (N, 3)
    every = max(height * width // SOME, 1)
    some, moves = places[::every], motion.flatten(2).mT[:, ::every].double()  # (n, 3) and (B, n, 2)
    ridge = SMALLEST * torch.eye(3, dtype=torch.float64, device=motion.device)
    weights = torch.ones_like(moves[..., :1])
    for _ in range(ROUNDS):
        weighted = weights * some  # (B, n, 3)
        parameters = torch.linalg.solve(weighted.mT @ some + ridge, weighted.mT @ moves)  # (B, 3, 2)
        apart = (some @ parameters - moves).square().sum(dim=-1, keepdim=True)
        weights = (1 + apart / OTHERWISE**2) ** -2
    fitted: Tensor = (places @ parameters).mT.reshape(batch, 2, height, width).to(motion.dtype)
    return fitted

"""How motion may go on otherwise than predicted: in a few ways, each as far as it went wrong in the known frames."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import build_pyramid
from vidpred.motion.comparing import blur
from vidpred.motion.flow import FIXED_POINT_STEPS, carry, estimate_flow, warp

NUM_BACK_TESTS = 4  # known frames, the newest
FRAMES_PER_BACK_TEST = 2  # before the one that is predicted
ITERATIONS = 3  # of Gauss and Newton's method
FARTHEST = 8  # pixels of half the size, or factors of the speed, that a back-test finds at most
MOVES = 0.3  # pixels per frame, at which a place counts as half moving
AT_THE_EDGE = 0.7  # pixels that a turn, or a zoom, by one unit moves the middle of the left and the right edge
CELLS = 20  # along the shorter side: what is nearer to each other than these goes off alike, or it would be torn apart
GRID = 2  # places, across and down, between whose random numbers those of all pixels are interpolated
RIDGE = 1e-3  # share of the mean square of the derivatives
SMALLEST = 1e-8
SHIFT, TURN, SPEED = range(3)  # of what goes wrong
NUM_DRAWN = 7 + 2 * GRID * GRID  # shift (2), turn, zoom, speed, course, speed and course by place, and how far in all
MOST = 5  # times as far as in the middle of all futures one goes off


class KnownMotion(NamedTuple):
    """What known frames tell of how they move, and how surely.

    Args:
        back: the flow from the last frame to the one before (B, 2, H, W), in pixels.
        misses: by how much back-tests were off (B, 3), root mean squares: a shift in pixels, a turn or a zoom in the
            same at the edge, and a share of the speed.
    """

    back: Tensor
    misses: Tensor

    @classmethod
    def of(cls, frames: Tensor) -> "KnownMotion":
        """See how frames (B, T, C, H, W) in [-1, 1], at least two, oldest first, move."""
        back = estimate_flow(frames[:, -1], frames[:, -2])
        return cls(back, _misses(build_pyramid(frames, num_scales=2)[0].float()))

    def after(self, time: float) -> Tensor:
        """Return the flow (B, 2, H, W) from a frame ``time`` frames later to the last known one, if all goes on so."""
        return time * carry(self.back, time)


class MotionAround(NamedTuple):
    """How things move, on average over the cells of a coarse grid and their neighbours: h x w of them.

    Args:
        velocity: (B, 2, h, w), in pixels of the frame per frame, from later to earlier.
        speed: (B, 1, h, w), the same without direction.
        cell: width and height of a cell in pixels.
    """

    velocity: Tensor
    speed: Tensor
    cell: tuple[float, float]

    @classmethod
    def on_the_way(cls, places: Tensor, time: float) -> "MotionAround":
        """See how what a frame shows has come there, ``time`` frames after the last known one.

        Args:
            places: where in the last known frame its pixels come from: the flow (B, 2, H, W) to it.
            time: in frames.
        """
        velocity = places / time
        height, width = velocity.shape[-2:]
        side = max(min(height, width) / CELLS, 1)
        rows, columns = round(height / side), round(width / side)
        both = torch.cat([velocity, velocity.square().sum(dim=1, keepdim=True).sqrt()], dim=1)
        both = blur(F.interpolate(both, size=(rows, columns), mode="area"))
        return cls(both[:, :2], both[:, 2:], (width / columns, height / rows))


class MotionUncertainty(nn.Module):
    """Draw how far the pixels of a predicted frame lie from where they are predicted to be.

    The camera may shift, turn and zoom otherwise, all things may be faster or slower and bend their course, and those
    in one corner otherwise than those in another. How far is learned as deviations: as multiples of what
    back-tests on the known frames were off by, of the mean speed, and of one pixel. Each grows with a power of the time
    since the last known frame. Where nothing moves, nothing is uncertain.

    What lies close together goes off alike: displacements are found for the cells of a coarse grid, :data:`CELLS` along
    the shorter side, from motion that is averaged over neighbours, and interpolated between. Displaced each by its own
    motion, the pixels along the edge of a moving thing would be torn from it.

    Few back-tests leave the deviations uncertain themselves: all are multiplied by one more number, so drawn that
    displacements have Student's t distribution, with two degrees of freedom. Of futures that spread as much, more stay
    near what is predicted, and a few leave it.

    It has 15 weights, all logarithms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.by_misses = nn.Parameter(torch.full((3,), -0.7))
        self.by_speed = nn.Parameter(torch.full((3,), -2.7))
        self.by_pixels = nn.Parameter(torch.full((2,), -3.7))
        self.bend = nn.Parameter(torch.full((1,), -2.7))
        self.by_place = nn.Parameter(torch.tensor([-2.7, -3.7]))
        self.growth = nn.Parameter(torch.zeros(4))

    def forward(self, motion: KnownMotion, drawn: Tensor, time: float, places: Tensor | None = None) -> Tensor:
        """Return where every pixel is to be fetched from, relative to itself.

        Args:
            motion: of the known frames.
            drawn: standard normal (B, NUM_DRAWN).
            time: how many frames after the last known one.
            places: where in the last known frame the pixels of the predicted frame come from: the flow (B, 2, H, W) to
                it; without, what :meth:`KnownMotion.after` returns.

        Returns:
            (B, 2, H, W) in pixels, horizontal before vertical.
        """
        around = MotionAround.on_the_way(motion.after(time) if places is None else places, time)
        off = displaced = self._goes_off(around, motion.misses, drawn, time)  # (B, 2, h, w)
        cells = off.new_tensor(around.cell)[:, None, None]
        for _ in range(FIXED_POINT_STEPS):  # what is fetched went off as it does where it comes from
            displaced = warp(off, displaced / cells)
        return F.interpolate(displaced, size=motion.back.shape[-2:], mode="bilinear", align_corners=False)

    def _goes_off(self, around: MotionAround, misses: Tensor, drawn: Tensor, time: float) -> Tensor:
        """Return how far what is in every cell goes off, (B, 2, h, w) in pixels, from where it is to where it was."""
        velocity, speed, _ = around
        growth = time ** self.growth.exp()
        shift, turn, pace = (self._deviations(velocity, misses) * growth[:3]).unbind(dim=1)  # (B,) each
        far = torch.stack([shift, shift, turn, turn, pace, (self.bend.exp() * growth[SPEED]).expand_as(pace)], dim=1)
        drawn = drawn[:, :-1] * _heavy_tailed(drawn[:, -1:])
        moving = speed / (speed + MOVES)  # (B, 1, h, w), 0 to 1
        ways = torch.stack([*(moving * way for way in _camera_ways(velocity)), velocity, _across(velocity)], dim=1)
        everywhere = ((far * drawn[:, :6])[..., None, None, None] * ways).sum(dim=1)  # (B, 2, h, w)
        by_place = drawn[:, 6:].unflatten(1, (2, GRID, GRID))
        by_place = F.interpolate(by_place, size=velocity.shape[-2:], mode="bilinear", align_corners=True)
        share, pixels = self.by_place.exp() * growth[3]
        off: Tensor = everywhere + by_place * (share * speed + pixels * moving)
        return off

    def _deviations(self, velocity: Tensor, misses: Tensor) -> Tensor:
        """Return the standard deviations (B, 3) of shift, turn and pace after one frame."""
        mean = velocity.square().sum(dim=1).mean(dim=(1, 2)).unsqueeze(1)  # (B, 1)
        mean = torch.cat([mean, mean, torch.ones_like(mean)], dim=1)
        squares = self.by_misses.exp().square() * misses.square() + self.by_speed.exp().square() * mean
        return (squares + F.pad(self.by_pixels.exp().square(), (0, 1)) + SMALLEST).sqrt()


def _heavy_tailed(drawn: Tensor) -> Tensor:
    """Turn standard normal numbers into factors, 1 in the middle, that give others Student's t distribution.

    With two degrees of freedom, factors are the inverse roots of exponentially distributed numbers.
    """
    exponential: Tensor = -torch.special.log_ndtr(drawn)
    return (math.log(2) / exponential).sqrt().clamp(max=MOST)


def _misses(frames: Tensor) -> Tensor:
    """Back-test on the newest of frames (B, T, C, h, w), at half of the size; see :class:`KnownMotion`."""
    newest = range(max(frames.shape[1] - NUM_BACK_TESTS, FRAMES_PER_BACK_TEST), frames.shape[1])
    if not newest:
        return frames.new_zeros(len(frames), 3)
    found = []
    for at in newest:
        last, before = frames[:, at - 1], frames[:, at - 2]
        velocity = carry(estimate_flow(last, before), lead=1)
        ways = torch.stack([*_camera_ways(velocity), velocity], dim=1)
        found.append(_fit(warp(last, velocity), frames[:, at], ways))
    squares = torch.stack(found).square().mean(dim=0)  # (B, 5)
    halves = squares.new_tensor([4, 4, 1])  # a pixel of half the size is two
    return (torch.stack([squares[:, :2].mean(1), squares[:, 2:4].mean(1), squares[:, 4]], dim=1) * halves).sqrt()


def _fit(forecast: Tensor, truth: Tensor, ways: Tensor) -> Tensor:
    """Return how far (B, K) a forecast (B, C, h, w) has to move in ``ways`` (B, K, 2, h, w) to fit the truth."""
    far = forecast.new_zeros(ways.shape[:2])
    for _ in range(ITERATIONS):
        moved = warp(forecast, (far[..., None, None, None] * ways).sum(dim=1), mode="bicubic")
        slopes = (ways.unsqueeze(3) * _slopes(moved).unsqueeze(1)).sum(dim=2).flatten(2)  # (B, K, C h w)
        squares = slopes @ slopes.mT
        ridge = RIDGE * squares.diagonal(dim1=1, dim2=2).mean(dim=1) + SMALLEST
        squares = squares + ridge[:, None, None] * torch.eye(ways.shape[1], dtype=ways.dtype, device=ways.device)
        step = torch.linalg.solve(squares, slopes @ (truth - moved).flatten(1).unsqueeze(2))
        far = (far + step[..., 0]).clamp(-FARTHEST, FARTHEST)
    return far


def _slopes(frames: Tensor) -> Tensor:
    """Return by how much frames (B, C, h, w) change per pixel, across and down, as (B, 2, C, h, w)."""
    wider, higher = F.pad(frames, (1, 1, 0, 0), "replicate"), F.pad(frames, (0, 0, 1, 1), "replicate")
    across, down = wider[..., 2:] - wider[..., :-2], higher[..., 2:, :] - higher[..., :-2, :]
    return torch.stack([across, down], dim=1) / 2


def _camera_ways(like: Tensor) -> tuple[Tensor, ...]:
    """Return a shift across, one down, a turn and a zoom, as displacements (B, 2, h, w) like the given ones.

    Edges of the frame are those of its outer pixels, so that these are the same for every size of the grid.
    """
    batch, _, height, width = like.shape
    x, y = (
        (2 * torch.arange(side, dtype=torch.float32, device=like.device) + 1) / side - 1 for side in (width, height)
    )
    x, y = x.expand(height, -1), y[:, None].expand(-1, width) * height / width
    one, nothing = torch.ones_like(x), torch.zeros_like(x)
    pairs = ((one, nothing), (nothing, one), (-AT_THE_EDGE * y, AT_THE_EDGE * x), (AT_THE_EDGE * x, AT_THE_EDGE * y))
    return tuple(torch.stack(pair).to(like).expand(batch, -1, -1, -1) for pair in pairs)


def _across(velocity: Tensor) -> Tensor:
    """Turn velocities (B, 2, h, w) by a right angle."""
    return torch.stack([-velocity[:, 1], velocity[:, 0]], dim=1)

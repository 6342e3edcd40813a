"""Optical flow: how far, and where to, every pixel moves from one frame to another."""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.frames import to_uint8
from vidpred.opencv import import_opencv

LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, by Rec. 601
SMALLEST_SIDE = 16  # in pixels: smaller frames are extended, because the search starts from patches of 8


def luma(frames: Tensor) -> Tensor:
    """Return the brightness (..., 1, H, W) of frames (..., C, H, W): Rec. 601 of three colours, else their mean."""
    channels = frames.shape[-3]
    weights = LUMA if channels == len(LUMA) else (1 / channels,) * channels
    return (frames * frames.new_tensor(weights)[:, None, None]).sum(dim=-3, keepdim=True)


def estimate_flow(start: Tensor, end: Tensor) -> Tensor:
    """Return the optical flow from ``start`` to ``end``, every pair of frames by itself.

    What is at pixel (x, y) of ``start`` is at (x + flow[0], y + flow[1]) of ``end``. Estimated on 8-bit
    luma by OpenCV's dense inverse search, preset "medium", down to single pixels (finest scale 0). It
    does not depend on the number of threads, and no gradient flows through it.

    Args:
        start: frames (B, C, H, W) in [-1, 1], of any size.
        end: frames of the same shape.

    Returns:
        (B, 2, H, W) in pixels, horizontal before vertical, in float32 on the device of ``start``.

    Raises:
        VidpredError: OpenCV cannot be imported.

    Source: Kroeger et al. (2016), "Fast optical flow using dense inverse search".
    """
    cv2 = import_opencv("optical flow")
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    height, width = start.shape[-2:]
    pairs = zip(_eight_bit(start), _eight_bit(end), strict=True)
    flows = [search.calc(before, after, None)[:height, :width] for before, after in pairs]
    return torch.from_numpy(np.stack(flows)).movedim(-1, 1).contiguous().to(start.device)


def warp(frames: Tensor, flow: Tensor) -> Tensor:
    """Fetch every pixel from where ``flow`` points to, bilinearly; what lies outside is the nearest pixel inside.

    Args:
        frames: (B, C, H, W).
        flow: (B, 2, H, W) in pixels, horizontal before vertical.

    Returns:
        (B, C, H, W) in the type of ``frames``.
    """
    height, width = frames.shape[-2:]
    flow = flow.to(frames.dtype if frames.dtype == torch.float64 else torch.float32)
    across, down = (torch.linspace(-1, 1, side, dtype=flow.dtype, device=flow.device) for side in (width, height))
    pixels = torch.stack(torch.meshgrid(across, down, indexing="xy"))
    pitch = flow.new_tensor([2 / max(width - 1, 1), 2 / max(height - 1, 1)])[:, None, None]
    # Clamped here, not by grid_sample, which can do so on some devices only.
    places = torch.addcmul(pixels, flow, pitch).clamp(-1, 1)
    fetched = F.grid_sample(frames.to(flow.dtype), places.movedim(1, -1), align_corners=True)
    return fetched.to(frames.dtype)


def velocity_step(fetched: Tensor, lead: int, damping: Tensor | float, window: int = 5) -> Tensor:
    """Improve a common velocity, so that all frames agree better on what they show of a future frame.

    One step of Lucas and Kanade along lines of motion: with velocity v, a pixel of the frame ``lead`` ahead
    was ``(lead + i) v`` away in the frame i before the last. Brightness is taken to be constant along the
    line and v to be constant in a window; the least-squares solution is damped where there is no texture.

    Args:
        fetched: brightness (B, T, 1, h, w) in [-1, 1], newest frame first, each already fetched from where
            the present estimate points to; T is at least 2.
        lead: how many frames ahead of the newest the common grid lies.
        damping: added to the squared gradients; the larger, the smaller the steps in faint texture.
        window: side in pixels, odd; the velocity is fitted in it, with weights that fall to its borders.

    Returns:
        (B, 2, h, w) in pixels per frame, within one pixel each way, horizontal before vertical, to be added
        to the velocity.

    Source: Lucas and Kanade (1981), "An iterative image registration technique"; on lines through several
    frames as in bilateral motion estimation (Park et al. 2020).
    """
    padded = F.pad(fetched.flatten(1, 2).float(), (1, 1, 1, 1), mode="replicate")
    steps = torch.arange(lead, lead + fetched.shape[1], device=fetched.device)[:, None, None]
    scaled = steps / 2 * padded
    slopes, change = (maps[:, :1] - maps[:, 1:] for maps in (scaled, padded[..., 1:-1, 1:-1]))
    x = slopes[..., 1:-1, 2:] - slopes[..., 1:-1, :-2]  # (B, T - 1, h, w)
    y = slopes[..., 2:, 1:-1] - slopes[..., :-2, 1:-1]
    near_x, near_y = (maps / (steps[1:] - lead) for maps in (x, y))
    pairs = ((near_x, x), (near_x, y), (near_y, y), (near_x, change), (near_y, change))
    products = torch.stack([(a * b).sum(1) for a, b in pairs], 1)
    num_pixels = _window_sum(torch.ones_like(products[:1, :1]), window)  # fewer at the borders
    for _ in range(2):
        products = _window_sum(products, window) / num_pixels
    xx, xy, yy, xt, yt = products.unbind(1)
    xx, yy = xx + damping, yy + damping
    step = torch.stack([xy * yt - yy * xt, xy * xt - xx * yt], dim=1) / (xx * yy - xy * xy).unsqueeze(1)
    return step.clamp(-1, 1)


class _WindowSum(torch.autograd.Function):
    """Sums over windows, whose gradient is such sums again: torch's own for ``unfold`` takes three times as long."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, window: int) -> Tensor:
        ctx.window = window
        padded = F.pad(maps, 4 * [window // 2])
        return padded.unfold(-2, window, 1).sum(-1).unfold(-1, window, 1).sum(-1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return _window_sum(gradients[0], ctx.window), None


def _window_sum(maps: Tensor, window: int) -> Tensor:
    """Sum maps (B, C, h, w) over a square window around every pixel, as far as it lies inside."""
    summed: Tensor = _WindowSum.apply(maps, window)  # type: ignore[no-untyped-call]
    return summed


def _eight_bit(frames: Tensor) -> np.ndarray:
    """Return the luma of frames (B, C, H, W) as 8-bit images, extended where the search needs it."""
    images = to_uint8(luma(frames.float()))[..., 0]
    missing = [(0, max(SMALLEST_SIDE - side, 0)) for side in images.shape[1:]]
    return np.pad(images, [(0, 0), *missing], mode="edge")

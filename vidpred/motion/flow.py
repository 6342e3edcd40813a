"""Optical flow: how far, and where to, every pixel moves from one frame to another."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.machine.memory import give_back_freed_memory
from vidpred.machine.opencv import import_opencv
from vidpred.motion.cache import MotionCache, digest
from vidpred.nn.free_sizes import at_least_one, exporting, is_recorded, unflatten

LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, by Rec. 601
FIXED_POINT_STEPS = 2  # more change the prediction by hundredths of a decibel
LARGE = 1280 * 720  # pixels of a frame: a search for flow there leaves hundreds of megabytes with the process
WORTH_SHARING = 128 * 128  # pixels of a frame: to share out fewer among threads takes longer than it saves
MARGIN = 2  # pixels that the widest interpolation looks at beside the last one inside
LONGEST_SIDE = 2**15 - 2  # in pixels, that OpenCV takes
SMALLEST_SIDE = 16  # in pixels: smaller frames are extended, because the search starts from patches of 8


class Effort(NamedTuple):
    """How thoroughly flow is searched for.

    Args:
        stride: distance of the patches that are compared, in pixels.
        refinements: how often the flow is refined at every scale.
        iterations: most steps by which a patch is moved at every scale.
    """

    stride: int
    refinements: int
    iterations: int


THOROUGH = Effort(3, 5, 25)  # OpenCV's preset "medium"
BRISK = Effort(4, 3, 12)  # three fifths of the time: back-tests tell as much by it


def luma(frames: Tensor) -> Tensor:
    """Return the brightness (..., 1, H, W) of frames (..., C, H, W): Rec. 601 of three colours, else their mean."""
    channels = frames.shape[-3]
    weights = LUMA if channels == len(LUMA) else (1 / channels,) * channels
    total = weights[0] * frames[..., :1, :, :]
    for channel in range(1, channels):
        total = torch.add(total, frames[..., channel : channel + 1, :, :], alpha=weights[channel])
    return total


def estimate_flow(start: Tensor, end: Tensor, effort: Effort = THOROUGH) -> Tensor:
    """Return the optical flow from ``start`` to ``end``, every pair of frames by itself.

    What is at pixel (x, y) of ``start`` is at (x + flow[0], y + flow[1]) of ``end``. Estimated on 8-bit
    luma by OpenCV's dense inverse search, down to single pixels (finest scale 0). It
    does not depend on the number of threads, and no gradient flows through it. A flow that a
    :class:`~vidpred.motion.cache.MotionCache` in use has kept is not estimated again.

    Args:
        start: frames (B, C, H, W) in [-1, 1], of any size.
        end: frames of the same shape.
        effort: how thoroughly to search.

    Returns:
        (B, 2, H, W) in pixels, horizontal before vertical, in float32 on the device of ``start``.

    Raises:
        VidpredError: OpenCV cannot be imported, or frames are longer than it takes.

    Source: Kroeger et al. (2016), "Fast optical flow using dense inverse search".
    """
    height, width = start.shape[-2:]
    if max(height, width) > LONGEST_SIDE:
        raise VidpredError(
            f"frames of {height:,} x {width:,} pixels are too large for optical flow, which takes at most "
            f"{LONGEST_SIDE:,} a side; scale them down, or cut them up"
        )
    flows = _flows(_eight_bit(start), _eight_bit(end), effort)[:, :height, :width]
    if height * width >= LARGE:
        give_back_freed_memory()
    return torch.from_numpy(flows).movedim(-1, 1).contiguous().to(start.device)


def _flows(start: np.ndarray, end: np.ndarray, effort: Effort) -> np.ndarray:
    """Return the flows (B, H, W, 2) of 8-bit images (B, H, W), those that are kept or found anew."""
    search, name, flows, cache = _search(effort), bytes(effort), [], MotionCache.current()
    for before, after in zip(start, end, strict=True):
        calculate = partial(search.calc, before, after, None)
        flow = calculate() if cache is None else cache.flows.get(digest(before) + digest(after) + name, calculate)
        flows.append(flow)
    return np.stack(flows)


def _search(effort: Effort) -> Any:
    cv2 = import_opencv("optical flow")
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchStride(effort.stride)
    search.setVariationalRefinementIterations(effort.refinements)
    search.setGradientDescentIterations(effort.iterations)
    return search


def warp(frames: Tensor, flow: Tensor, every: int = 1, mode: str = "bilinear", outside: str = "border") -> Tensor:
    """Fetch every pixel from where ``flow`` points to.

    Args:
        frames: (B, C, H, W).
        flow: (B, 2, H, W) in pixels, horizontal before vertical; of every n-th row and column alone where ``every``
            is n.
        every: distance of the pixels that are fetched.
        mode: how it interpolates, "bilinear" or "bicubic".
        outside: what lies outside: "border", the nearest pixel inside, "reflection", the picture mirrored, or "zeros".

    Returns:
        (B, C, H, W) in the type of ``frames``, or every n-th row and column of it.
    """
    height, width = frames.shape[-2:]
    flow = flow.to(frames.dtype if frames.dtype == torch.float64 else torch.float32)
    across, down = (_places_along(side, flow)[::every] for side in (width, height))
    if exporting():
        x = across + flow[:, 0] * (2 / at_least_one(width - 1))
        y = down[:, None] + flow[:, 1] * (2 / at_least_one(height - 1))
    else:
        x = torch.add(across, flow[:, 0], alpha=2 / max(width - 1, 1))
        y = torch.add(down[:, None], flow[:, 1], alpha=2 / max(height - 1, 1))
    places = torch.stack([x, y], dim=1).movedim(1, -1)  # (B, H, W, 2), in memory one after the other: 8 times as fast
    if outside == "reflection" and flow.device.type == "cpu" and min(height, width) > MARGIN and not is_recorded():
        frames, places, outside = *_mirrored(frames, places), "border"
    if flow.device.type == "mps":  # where grid_sample is bilinear, and can keep neither to the border nor mirror
        if (mode, outside) != ("bilinear", "border"):
            return warp(frames.cpu(), flow.cpu(), every, mode, outside).to(frames.device)
        places, outside = places.clamp(-1, 1), "zeros"
    fetch = partial(F.grid_sample, mode=mode, padding_mode=outside, align_corners=True)
    shares = 1 if frames.requires_grad or places.requires_grad else _shares(places)
    if shares == 1:
        return fetch(frames.to(flow.dtype), places).to(frames.dtype)
    each = zip(frames.to(flow.dtype).split(1), places.split(1), strict=True)
    return torch.cat([_by_rows(fetch, *one, shares) for one in each]).to(frames.dtype)


def warp_each(frames: Tensor, flows: Tensor) -> Tensor:
    """Warp several frames (B, K, C, H, W), each by its own of ``flows`` (B, K, 2, H, W)."""
    return unflatten(warp(frames.flatten(0, 1), flows.flatten(0, 1)), 0, frames.shape[0], frames.shape[1])


def blend(frames: Tensor, logits: Tensor) -> Tensor:
    """Average frames (B, K, C, H, W) into one (B, 1, C, H, W), weighted by the softmax of ``logits`` (B, K, H, W)."""
    weights = logits.softmax(dim=1).unsqueeze(2)  # (B, K, 1, H, W)
    return (weights * frames).sum(dim=1, keepdim=True)


def future_velocity(context: Tensor, lead: int = 1) -> Tensor:
    """Return the velocity at every pixel ``lead`` frames after a context, if all motion goes on steadily.

    The flow between the last two frames belongs to pixels of the last frame. A pixel of the future shows
    what moved there, and moves as fast as that did; where that was is found by going back along the flow
    several times over. That starts from what is in place, so it follows changes of velocity that are gradual
    over space, not an object's leap onto what stands still.

    Args:
        context: frames (B, T, C, H, W) in [-1, 1], at least two; only the last two count.
        lead: how many frames ahead.

    Returns:
        (B, 2, H, W) in pixels per frame, from the later to the earlier frame, horizontal before vertical: the
        pixel x was at ``x + lead * velocity`` in the last frame.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """
    return carry(estimate_flow(context[:, -1], context[:, -2]), lead)


def carry(back: Tensor, lead: float, every: int = 1) -> Tensor:
    """Move velocities (B, 2, H, W) of the last frame's pixels to where these will be ``lead`` frames later.

    They are wanted at every n-th row and column, where ``every`` is n.
    """
    velocity = back[..., ::every, ::every]
    for _ in range(FIXED_POINT_STEPS):
        velocity = warp(back, lead * velocity, every)
    return velocity


def _places_along(side: int, like: Tensor) -> Tensor:
    """Return the places (side,) of pixels along an axis, from -1 to 1, in the type of ``like`` and where it is."""
    if exporting():  # linspace would make a constant of the number of its values
        counted = torch.arange(side, dtype=like.dtype, device=like.device)
        places: Tensor = counted * (2 / at_least_one(side - 1)) - 1
        return places
    return torch.linspace(-1, 1, side, dtype=like.dtype, device=like.device)


def _mirrored(frames: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Return frames with mirrored margins, and the places in them to fetch from: half the time of "reflection"."""
    places = places + 1
    rounds = torch.floor(places / 4)  # there and back
    folded = 1 - (2 - torch.add(places, rounds, alpha=-4)).abs()
    sides = places.new_tensor(frames.shape[-1:-3:-1]) - 1  # in x and y
    return F.pad(frames, (MARGIN,) * 4, mode="reflect"), folded * (sides / (sides + 2 * MARGIN))


def _shares(places: Tensor) -> int:
    """Return among how many threads the rows of ``places`` (B, H, W, 2) are shared out.

    torch shares out the clips of a batch alone; where these are no multiple of the threads, some have nothing to do.
    """
    batch, height, width = places.shape[:3]
    if places.device.type != "cpu" or is_recorded() or height * width < WORTH_SHARING:
        return 1
    threads = torch.get_num_threads()
    return 1 if batch % threads == 0 else max(share for share in range(1, threads + 1) if height % share == 0)


def _by_rows(fetch: Callable[[Tensor, Tensor], Tensor], frame: Tensor, places: Tensor, shares: int) -> Tensor:
    """Fetch from ``frame`` (1, C, h, w) what lies at ``places`` (1, H, W, 2), each share of the rows by a thread."""
    rows = places.unflatten(1, (shares, -1)).flatten(0, 1)  # (S, H / S, W, 2)
    fetched = fetch(frame.expand(shares, -1, -1, -1), rows)  # (S, C, H / S, W)
    return fetched.transpose(0, 1).flatten(1, 2)[None]  # (1, C, H, W)


def _eight_bit(frames: Tensor) -> np.ndarray:
    """Return the luma of frames (B, C, H, W) as 8-bit images, extended where the search needs it."""
    images = to_uint8(luma(frames.float()))[..., 0]
    missing = [(0, max(SMALLEST_SIDE - side, 0)) for side in images.shape[1:]]
    return np.pad(images, [(0, 0), *missing], mode="edge")

"""Contexts: refused where a predictor does not take them, and moved on by a frame that is refused where it is none."""

from typing import Protocol

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import described, finest
from vidpred.wording import counted

AXES = 5  # of a batch of clips
ADVICE = "vidpred.frames.to_model makes such clips of 8-bit frames (T, H, W, C), and [None] a batch of one"


class Taking(Protocol):
    """What a network says of the contexts that it takes."""

    num_context_frames: int
    frame_channels: int


def takes_context(network: object) -> bool:
    """Return whether a network predicts frames from a context, and is no generator of images."""
    return hasattr(network, "num_context_frames")


def require_clips(context: object, fewest: int = 0) -> Tensor:
    """Return a context that is a batch of clips (B, T, C, H, W) of floats, of at least ``fewest`` frames.

    Raises:
        VidpredError: it is none, or has fewer.
    """
    if not isinstance(context, Tensor):
        raise VidpredError(
            f"the context is of the class {type(context).__name__}, but a tensor (B, T, C, H, W) is needed; {ADVICE}"
        )
    if not context.is_floating_point() or context.ndim != AXES:
        raise VidpredError(
            f"the context is {tuple(context.shape)} of {context.dtype}, but floats (B, T, C, H, W) in [-1, 1] are "
            f"needed; {ADVICE}"
        )
    if context.shape[1] < fewest:
        raise VidpredError(
            f"the context has {counted(context.shape[1], 'frame')}, but this predictor looks at {fewest}; give as "
            "many or more"
        )
    return context


def largest_value(clips: Tensor) -> float:
    """Return the largest magnitude; 0 within torch.func.vmap, where no value can be looked at."""
    try:
        return clips.detach().abs().amax().item()
    except RuntimeError as error:
        if "vmap" in str(error):
            return 0.0
        raise


def require_context(predictor: Taking, context: Tensor, exactly: bool = False) -> None:
    """Refuse what is no context (B, T, C, H, W), or has fewer frames or other channels than ``predictor`` takes.

    Args:
        predictor: that it is given to.
        context: what is given.
        exactly: refuse more frames too.

    Raises:
        VidpredError: it is one.
    """
    require_clips(context)
    number, needed = context.shape[1], predictor.num_context_frames
    if number < needed or (exactly and number > needed) or context.shape[2] != predictor.frame_channels:
        raise VidpredError(
            f"the context has {counted(number, 'frame')} of {counted(context.shape[2], 'channel')}, but this "
            f"predictor takes {'' if exactly else 'at least '}{needed} of {predictor.frame_channels}; give as many"
        )


def require_frames(predicted: object, context: Tensor) -> None:
    """Refuse what is no frame after a context (B, T, C, H, W): the output of a predictor that somebody wrote.

    Raises:
        VidpredError: it is no list of tensors, or its last is not (B, 1, C, H, W) of floats.
    """
    wanted = (context.shape[0], 1, *context.shape[2:])
    frame = finest(predicted)
    if isinstance(frame, Tensor) and frame.shape == wanted and frame.is_floating_point():
        return
    raise VidpredError(
        f"the predictor returned {described(predicted)}, but a list of frames at every scale is needed, coarse to "
        f"fine, the last of them {wanted} after this context; return [frame] where there is one scale"
    )


def moved_on(context: Tensor, frame: Tensor, most: int | None = None) -> Tensor:
    """Return a context (B, T, C, H, W) with a ``frame`` (B, 1, C, H, W) more, and as many fewer of the oldest.

    Args:
        context: at least one frame.
        frame: what follows it.
        most: how many frames are kept at most, where those before are no longer looked at; at least 1.
    """
    kept = context.shape[1] if most is None else min(context.shape[1], most)
    return torch.cat([context[:, context.shape[1] + 1 - kept :], frame.to(context)], dim=1)

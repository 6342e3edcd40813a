"""Refuses a context that a predictor does not take."""

from typing import Protocol

from torch import Tensor

from vidpred.errors import VidpredError


class Taking(Protocol):
    """What a network says of the contexts that it takes."""

    num_context_frames: int
    frame_channels: int


def require_context(predictor: Taking, context: Tensor) -> None:
    """Refuse a context (B, T, C, H, W) with fewer frames, or other colour channels, than ``predictor`` takes.

    Raises:
        VidpredError: it is one.
    """
    if context.shape[1] < predictor.num_context_frames or context.shape[2] != predictor.frame_channels:
        raise VidpredError(
            f"the context has {context.shape[1]} frames of {context.shape[2]} channels, but this "
            f"predictor takes at least {predictor.num_context_frames} of {predictor.frame_channels}; give as many"
        )

"""Conversion between 8-bit frames and the networks' range [-1, 1], in one place."""

import numpy as np
import torch
from einops import rearrange
from torch import Tensor

from vidpred.errors import VidpredError

UINT8_MAX = 255
FRAME_AXES = 3  # height, width and channels


def to_model(frames: np.ndarray | Tensor) -> Tensor:
    """Turn 8-bit frames (..., H, W, C), 0 to 255, into floats (..., C, H, W) in [-1, 1].

    Raises:
        VidpredError: they are no 8-bit frames.
    """
    if not isinstance(frames, np.ndarray | Tensor):
        raise VidpredError(
            f"frames are an object of the class {type(frames).__name__}, but an array or a tensor (..., H, W, C) is "
            "needed; numpy.stack makes one of a list of frames"
        )
    if str(frames.dtype).removeprefix("torch.") != "uint8" or frames.ndim < FRAME_AXES:
        raise VidpredError(
            f"frames are {frames.dtype} of shape {tuple(frames.shape)}, but 8-bit frames (..., H, W, C), of uint8 from "
            "0 to 255, are needed; convert them"
        )
    # torch takes no array that runs backwards, as frames[..., ::-1] does, from BGR to RGB
    tensor = torch.tensor(np.ascontiguousarray(frames)) if isinstance(frames, np.ndarray) else frames
    channels_first = rearrange(tensor, "... h w c -> ... c h w").contiguous()
    return channels_first.float().div_(UINT8_MAX / 2).sub_(1)


def to_uint8(frames: Tensor) -> np.ndarray:
    """Turn floats (..., C, H, W) in [-1, 1] into 8-bit frames (..., H, W, C); values outside are clipped.

    Raises:
        VidpredError: they are no frames.
    """
    if not isinstance(frames, Tensor) or frames.ndim < FRAME_AXES:
        given = f"shape {tuple(frames.shape)}" if isinstance(frames, Tensor) else f"the class {type(frames).__name__}"
        raise VidpredError(
            f"frames are of {given}, but a tensor (..., C, H, W) in [-1, 1] is needed; stack them to one"
        )
    scaled = (frames.detach().float() + 1).mul_(UINT8_MAX / 2).round_().clamp_(0, UINT8_MAX)
    return rearrange(scaled.to(torch.uint8), "... c h w -> ... h w c").cpu().numpy()

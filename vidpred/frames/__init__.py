"""Conversion between 8-bit frames and the networks' range [-1, 1], in one place."""

import numpy as np
import torch
from einops import rearrange
from torch import Tensor

from vidpred.errors import VidpredError

UINT8_MAX = 255


def to_model(frames: np.ndarray | Tensor) -> Tensor:
    """Turn 8-bit frames (..., H, W, C), 0 to 255, into floats (..., C, H, W) in [-1, 1].

    Raises:
        VidpredError: the frames are not 8-bit.
    """
    tensor = torch.tensor(frames) if isinstance(frames, np.ndarray) else frames
    if tensor.dtype != torch.uint8:
        raise VidpredError(f"frames are {tensor.dtype}, but 8-bit frames (uint8, 0 to 255) are needed; convert them")
    channels_first = rearrange(tensor, "... h w c -> ... c h w").contiguous()
    return channels_first.float().div_(UINT8_MAX / 2).sub_(1)


def to_uint8(frames: Tensor) -> np.ndarray:
    """Turn floats (..., C, H, W) in [-1, 1] into 8-bit frames (..., H, W, C); values outside are clipped."""
    scaled = (frames.detach().float() + 1).mul_(UINT8_MAX / 2).round_().clamp_(0, UINT8_MAX)
    return rearrange(scaled.to(torch.uint8), "... c h w -> ... h w c").cpu().numpy()

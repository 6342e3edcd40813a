"""Maps on a grid that is coarser by a whole factor, and back."""

from torch import Tensor
from torch.nn import functional as F


def shrunk(maps: Tensor, times: int) -> Tensor:
    """Return means of ``maps`` (B, C, H, W) over squares of ``times`` pixels; fewer at the right and lower edge."""
    return F.avg_pool2d(maps, times, ceil_mode=True, count_include_pad=False) if times > 1 else maps


def grown(maps: Tensor, times: int, like: Tensor) -> Tensor:
    """Return what :func:`shrunk` shrank so many times at the size of ``like`` (..., H, W) again, linearly between."""
    if times == 1:
        return maps
    height, width = like.shape[-2:]
    return F.interpolate(maps, scale_factor=times, mode="bilinear", align_corners=False)[..., :height, :width]

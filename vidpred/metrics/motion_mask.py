"""Where something moves: the mask of Mathieu et al. (2016)."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor
from vidpred.motion.flow import estimate_flow

THRESHOLD = 0.8  # pixels per frame
VERSION = 1  # raise it when masks of the same frames change


def motion_mask(last: Tensor, target: Tensor, threshold: float = THRESHOLD) -> Tensor:
    """Return which pixels move, according to the optical flow between real frames.

    A pixel moves if the flow from the previous real frame (for the first, the last context frame) to the
    target is longer than ``threshold``. The mask is in the coordinates of the previous frame. It depends on
    real frames alone, and so is the same for every predictor.

    The paper's authors took a pixel as moving where a colour channel of their visualisation of the flow was
    below 0.2. In the usual colour code (Baker et al. 2011), whose smallest channel falls from 1 at rest to 0
    at full saturation, this is a flow above 0.8 of the saturating one: 0.8 pixels if, as by default in that code,
    one pixel saturates. The authors state neither their scale nor their flow, so their masks cannot be reproduced
    exactly. With a threshold below half a pixel, noise and compression count as motion.

    Args:
        last: the last context frame (B, 1, C, H, W) in [-1, 1].
        target: the real frames that follow it (B, T, C, H, W).
        threshold: pixels per frame; at least 0.

    Returns:
        (B, T, H, W), true where something moves.

    Raises:
        VidpredError: frames of different shapes, a threshold below 0, or OpenCV cannot be imported.

    Source: Mathieu et al. (2016); flow by Kroeger et al. (2016).
    """
    require_tensor("the last context frame is", last, "(B, 1, C, H, W)")
    require_tensor("the target is", target, "(B, T, C, H, W)")
    if last.shape != target[:, :1].shape:
        raise VidpredError(
            f"the last context frame is {tuple(last.shape)}, but targets of {tuple(target.shape)} follow one of "
            f"{tuple(target[:, :1].shape)}; give context[:, -1:]"
        )
    if not threshold >= 0:
        raise VidpredError(f"the threshold is {threshold} pixels, but a flow is at least 0 long; give 0 or more")
    before = torch.cat([last, target[:, :-1]], dim=1)
    flow = estimate_flow(before.flatten(0, 1), target.flatten(0, 1))
    moves: Tensor = flow.square().sum(dim=1).sqrt() > threshold
    return moves.reshape(*target.shape[:2], *target.shape[-2:])

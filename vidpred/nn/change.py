"""Frames as the last known one and a change to it, which is nothing before a network has learned."""

from typing import cast

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid

DEVIATION = 1e-4  # of the initial weights


def change_head(width: int, frame_channels: int, kernel: int = 3) -> nn.Conv2d:
    """Return the layer that maps features (B, width, H, W) to a change (B, frame_channels, H, W), near 0 at first.

    Args:
        width: channels of the features.
        frame_channels: colour channels.
        kernel: side of its kernel in pixels, odd.
    """
    head = nn.Conv2d(width, frame_channels, kernel, padding=kernel // 2)
    nn.init.normal_(head.weight, std=DEVIATION)  # so that training starts from the last frame
    nn.init.constant_(cast(Tensor, head.bias), 0.0)
    return head


def changed(context: Tensor, change: Tensor) -> Pyramid:
    """Return the last frame of a context (B, T, C, H, W) with a ``change`` (B, C, H, W): one level (B, 1, C, H, W)."""
    frame: Tensor = context[:, -1] + change.to(context.dtype)
    return [frame.clamp(-1, 1).unsqueeze(1)]

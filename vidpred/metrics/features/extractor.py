"""What a feature extractor is, and the conversion of clips to images for it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.errors import VidpredError

RGB = 3
CLIP_AXES = 5
UINT8_MAX = 255


class Extractor(Protocol):
    """Turns clips into feature vectors, of which sets can be compared, and states what they depend on."""

    name: str  # under which it is registered
    resize: str  # how it resizes frames, in words
    dimension: int  # D
    digest: str  # SHA-256 of its weights and settings, in hexadecimal
    titles: Mapping[str, str]  # established names of distances over these features, such as FID

    def __call__(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) in [-1, 1] to features (N, D): per frame, per patch or per clip."""
        ...


@runtime_checkable
class Perceptual(Extractor, Protocol):
    """An extractor that also defines a perceptual distance of a prediction from its target."""

    def distance(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Compare clips (B, T, C, H, W) in [-1, 1], frame by frame: (B, T), 0 where they look the same."""
        ...


def as_images(clips: Tensor) -> Tensor:
    """Return every frame as an RGB image (B * T, 3, H, W) in float32; grey is repeated.

    Raises:
        VidpredError: not clips (B, T, C, H, W), not floats, or neither 1 nor 3 channels.
    """
    if clips.ndim != CLIP_AXES or clips.shape[2] not in (1, RGB):
        raise VidpredError(
            f"features were requested for a tensor {tuple(clips.shape)}, but clips (B, T, C, H, W) of 1 or 3 channels "
            "are needed; add the missing axes or select the channels"
        )
    if not clips.is_floating_point():
        raise VidpredError(
            f"features were requested for {clips.dtype} frames, but floats in [-1, 1] are needed; "
            "convert them with vidpred.frames.to_model"
        )
    return clips.flatten(0, 1).float().expand(-1, RGB, -1, -1)


def quantise(images: Tensor) -> Tensor:
    """Round images in [-1, 1] to the whole numbers 0 to 255 that a file would store, as floats."""
    return ((images + 1) * (UINT8_MAX / 2)).round().clamp(0, UINT8_MAX)


def shrink(images: Tensor, side: int) -> Tensor:
    """Return ``images`` (N, C, H, W) resized to ``side`` x ``side``, bilinear with antialiasing."""
    if images.shape[-2:] == (side, side):
        return images
    return F.interpolate(images, (side, side), mode="bilinear", align_corners=False, antialias=True)


def digest_of(tensors: Mapping[str, Tensor], settings: Mapping[str, Any]) -> str:
    """Return the SHA-256 of ``tensors``, in the order of their names, and ``settings``, in hexadecimal."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()

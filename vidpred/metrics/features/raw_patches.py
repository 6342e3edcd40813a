"""Raw pixels as features: square patches of every frame."""

from collections.abc import Mapping
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.metrics.features.extractor import RGB, as_images, digest_of
from vidpred.registry import EXTRACTORS


@EXTRACTORS.register("raw_patches")
class RawPatches:
    """One vector per patch: the values of a square of pixels, in the range [-1, 1].

    Patches are adjacent, starting from the upper left corner; incomplete ones at the right and lower edge are
    ignored. Vectors of one frame are correlated, so their number overstates the sample size.

    Args:
        side: of a patch, in pixels.

    Raises:
        VidpredError: ``side`` is below 1.
    """

    name = "raw_patches"
    resize = "none"
    titles: Mapping[str, str] = {}

    def __init__(self, side: Annotated[int, Ge(1), Le(1024)] = 8):
        if side < 1:
            raise VidpredError(f"side is {side}, but a patch is at least 1 pixel wide; set side=1 or more")
        self.side = side
        self.dimension = RGB * side * side
        self.digest = digest_of({}, {"name": self.name, "side": side})

    def __call__(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) to patches (B * T * patches per frame, 3 * side * side), in float64.

        Raises:
            VidpredError: see ``as_images``; or the frames are smaller than a patch.
        """
        images = as_images(clips)
        if min(images.shape[-2:]) < self.side:
            raise VidpredError(
                f"frames of {images.shape[-2]} x {images.shape[-1]} are smaller than a patch of "
                f"{self.side} x {self.side} pixels; choose a smaller side"
            )
        columns = F.unfold(images, self.side, stride=self.side)
        return columns.transpose(1, 2).flatten(0, 1).to(torch.float64)

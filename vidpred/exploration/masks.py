"""Masks of missing pixels, by name and from a picture."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vidpred.data.image_store import square
from vidpred.errors import VidpredError, did_you_mean
from vidpred.video.pictures.picture import read_picture

MISSING_AT_RANDOM = 0.8  # share of the pixels, as in Yeh et al. (2017)
GREY = 128  # a pixel of a mask that is at least this bright counts as white


def _centre(side: int, seed: int) -> np.ndarray:
    del seed
    rows = np.arange(side)
    inside = (rows >= side // 4) & (rows < side - side // 4)
    both: np.ndarray = inside[:, None] & inside
    return both


def _half(axis: int, first: bool) -> Callable[[int, int], np.ndarray]:
    def missing(side: int, seed: int) -> np.ndarray:
        del seed
        half: np.ndarray = (np.indices((side, side))[axis] < side // 2) == first
        return half

    return missing


def _at_random(side: int, seed: int) -> np.ndarray:
    order = np.random.default_rng(seed).permutation(side * side)
    return (order < round(MISSING_AT_RANDOM * side * side)).reshape(side, side)


MASKS: Mapping[str, Callable[[int, int], np.ndarray]] = {
    "centre": _centre,
    "left": _half(1, True),
    "right": _half(1, False),
    "top": _half(0, True),
    "bottom": _half(0, False),
    "random": _at_random,
}


def open_mask(name: str, side: int, seed: int = 0) -> Tensor:
    """Return a mask (side, side), true where pixels are missing.

    Args:
        name: one of ``MASKS``, or a picture that is white where pixels are missing; it is cropped to its middle square
            and scaled.
        side: of the image, in pixels.
        seed: of the pixels that are missing at random.

    Raises:
        VidpredError: neither a mask nor a picture has this name.
    """
    if name in MASKS:
        return torch.tensor(MASKS[name](side, seed))
    if not Path(name).is_file():
        raise VidpredError(
            f"no mask is named {name!r}{did_you_mean(name, MASKS)}; name one of {', '.join(MASKS)}, or a picture "
            "that is white where pixels are missing"
        )
    return torch.tensor(square(read_picture(Path(name), greyscale=True), side)[..., 0] >= GREY)

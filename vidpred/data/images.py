"""Single images as clips of one frame, with labels if they have any."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vidpred.errors import VidpredError
from vidpred.wording import counted


class Images:
    """A data set of square images in memory or memory-mapped.

    Args:
        pixels: 8-bit (N, H, W, C), of which this data set may be only some rows.
        rows: (M,), the rows of this data set.
        names: of all N images.
        classes: of all N images, whole numbers from 0 on (N,); None without labels.
        num_classes: how many classes there are, even if these images are of fewer; 0 without labels.
        flip: whether half of the images are mirrored, left to right, where random generators are given.
    """

    def __init__(
        self,
        pixels: np.ndarray,
        rows: np.ndarray,
        names: Sequence[str],
        classes: np.ndarray | None = None,
        num_classes: int = 0,
        flip: bool = False,
    ):
        self.pixels = pixels
        self.rows = rows
        self.names = names
        self.classes = classes
        self.num_classes = num_classes
        self.flip = flip

    @property
    def facts(self) -> Mapping[str, Any]:
        _, height, width, channels = self.pixels.shape
        return {"frame_channels": channels, "height": height, "width": width, "num_classes": self.num_classes}

    def __len__(self) -> int:
        return len(self.rows)

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        images: np.ndarray = self.pixels[self.rows[list(indices)]]
        for image, draw in zip(images, draws or (), strict=False):
            if self.flip and draw.random() < 1 / 2:
                image[:] = image[:, ::-1].copy()
        return images[:, None]

    def full_frames(self, index: int) -> np.ndarray:
        """Return one image, 8-bit (1, H, W, C)."""
        return np.array(self.pixels[self.rows[index]])[None]

    def video(self, index: int) -> str:
        """Return the name of the image."""
        return self.names[int(self.rows[index])]

    def labels(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the classes (N,) of some images; None without labels."""
        return None if self.classes is None else self.classes[self.rows[list(indices)]]


def check_single(clip_length: int, what: str) -> None:
    """Refuse clips of several frames from single images.

    Raises:
        VidpredError: ``clip_length`` is above 1.
    """
    if clip_length > 1:
        raise VidpredError(
            f"clips of {counted(clip_length, 'frame')} are needed, but {what} holds single images; train on them with "
            "task=image_synthesis, as in --config dcgan, or give videos"
        )

"""What a data set must offer, and what only some of them do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np


class Dataset(Protocol):
    """Clips by number, gathered in batches."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the data settle for the networks, by constructor argument: frame_channels, height, width."""
        ...

    def __len__(self) -> int: ...

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        """Return 8-bit clips (B, T, H, W, C).

        Args:
            indices: which clips, each from 0 to ``len(self) - 1``.
            draws: one random generator per clip, for the augmentation; without, nothing is random.
        """
        ...

    def full_frames(self, index: int) -> np.ndarray:
        """Return one 8-bit clip (T, H, W, C) as large as the data set keeps it, uncropped."""
        ...

    def video(self, index: int) -> str:
        """Return the name of what the clip was taken from; scores are averaged by it first."""
        ...


@runtime_checkable
class Labelled(Protocol):
    """A data set that may say of every clip what it shows; its facts have ``num_classes``, 0 where it does not."""

    def labels(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the classes (N,), whole numbers from 0 to ``num_classes - 1``; none where there are none.

        -1 stands for a class that is not told: such data have ``num_categories`` in their facts instead.
        """
        ...


@runtime_checkable
class Mirroring(Protocol):
    """A data set that may mirror its clips in training, so that their mirror images have been learnt from too."""

    flip: bool  # False, as where it is missing, leaves them as they are


@runtime_checkable
class Lengthening(Protocol):
    """A data set that can show more of what its clips are from, such as for previews, without being opened again."""

    def longer(self, num_frames: int) -> Dataset | None:
        """Return clips of ``num_frames`` frames of the same videos; none where no video has so many."""
        ...


@dataclass(frozen=True)
class Split:
    """Clips to learn from, and clips of other videos to be judged on."""

    train: Dataset
    validation: Dataset | None  # none when there is one video only
    report: str  # what was used and what was skipped, and why: a table for the terminal
    skipped: str = ""  # what was skipped, in short

"""What a data set must provide, and what only some provide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from vidpred.wording import counted


class Dataset(Protocol):
    """Clips by index, gathered in batches."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Network arguments that the data determine, by constructor argument: frame_channels, height, width."""
        ...

    def __len__(self) -> int: ...

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        """Return 8-bit clips (B, T, H, W, C).

        Args:
            indices: which clips, each from 0 to ``len(self) - 1``.
            draws: one random generator per clip, for the augmentation; without them nothing is random.
        """
        ...

    def full_frames(self, index: int) -> np.ndarray:
        """Return one 8-bit clip (T, H, W, C) as large as the data set keeps it, uncropped."""
        ...

    def video(self, index: int) -> str:
        """Return the name of the video that the clip was taken from; scores are averaged per video first."""
        ...


@runtime_checkable
class Labelled(Protocol):
    """A data set whose clips may have class labels; its facts have ``num_classes``, 0 where they have none."""

    def labels(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the classes (N,), integers from 0 to ``num_classes - 1``; None for unlabelled data.

        -1 marks an unlabelled clip: partly labelled data have ``num_categories`` in their facts instead.
        """
        ...


@runtime_checkable
class Mirroring(Protocol):
    """A data set that may mirror its clips in training, so that their mirror images count as training data too."""

    flip: bool  # whether it does; a missing attribute means False


@runtime_checkable
class Lengthening(Protocol):
    """A data set that can show more of what its clips are from, such as for previews, without being opened again."""

    def longer(self, num_frames: int) -> Dataset | None:
        """Return clips of ``num_frames`` frames of the same videos; none where no video has so many."""
        ...


@dataclass(frozen=True, repr=False)
class Split:
    """Clips to train on, and clips of other videos to validate on."""

    train: Dataset
    validation: Dataset | None  # None where there is only one video
    report: str  # what was used and what was skipped, and why: a table for the terminal
    skipped: str = ""  # what was skipped or left out, in short
    known_split: Mapping[str, Any] = field(default_factory=dict)  # plain values, for the data set when the run goes on

    def __repr__(self) -> str:  # without the tables, which a notebook would print
        return f"<Split: {_sized(self.train)} to train on, {_sized(self.validation)} to validate on>"


def _sized(dataset: Dataset | None) -> str:
    """Say how much a data set holds: in its own words, where it has some."""
    if dataset is None:
        return "none"
    return counted(len(dataset), "clip") if type(dataset).__repr__ is object.__repr__ else repr(dataset)

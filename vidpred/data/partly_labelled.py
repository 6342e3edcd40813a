"""Images of which only a few are labelled: all of them unlabelled, and those few again with their labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vidpred.data.images import Images
from vidpred.errors import VidpredError
from vidpred.wording import counted

UNLABELLED = -1  # in place of a class


class PartlyLabelled:
    """A data set whose first half is all the images, unlabelled, and whose second half repeats the labelled ones.

    So about half of a batch is labelled, however few labels there are, and unlabelled images are equally frequent.

    Args:
        images: with labels.
        per_class: how many images of every class are labelled.
        seed: of the choice of these.

    Raises:
        VidpredError: the images have no labels, or there are too few of a class.
    """

    def __init__(self, images: Images, per_class: int, seed: int):
        classes = images.labels(range(len(images)))
        if classes is None:
            raise VidpredError(
                f"data.labelled_per_class is {per_class}, but the images have no labels; put those of each class into "
                "a subfolder of its own, and leave data.labels=true"
            )
        members = [np.flatnonzero(classes == number) for number in range(images.num_classes)]
        fewest = min(map(len, members))
        if fewest < per_class:
            raise VidpredError(
                f"data.labelled_per_class is {per_class}, but a class has {counted(fewest, 'image')} to train on; "
                "set at most that"
            )
        draw = np.random.default_rng(seed)
        self.images = images
        self.classes = classes
        self.labelled = np.stack([draw.choice(rows, per_class, replace=False) for rows in members], axis=1).ravel()

    @property
    def facts(self) -> Mapping[str, Any]:
        facts = self.images.facts
        return {**facts, "num_classes": 0, "num_categories": facts["num_classes"]}

    def __len__(self) -> int:
        return 2 * len(self.images)

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        return self.images.gather([self._image(index) for index in indices], draws)

    def full_frames(self, index: int) -> np.ndarray:
        """Return one image, 8-bit (1, H, W, C)."""
        return self.images.full_frames(self._image(index))

    def video(self, index: int) -> str:
        """Return the name of the image."""
        return self.images.video(self._image(index))

    def labels(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the classes (N,) of some images, -1 for unlabelled ones."""
        classes = self.classes[[self._image(index) for index in indices]]
        return np.where(np.asarray(indices) < len(self.images), UNLABELLED, classes)

    def labelled_once(self) -> range:
        """Return where each of the labelled images stands with its label for the first time."""
        return range(len(self.images), len(self.images) + len(self.labelled))

    def _image(self, index: int) -> int:
        """Return the number of the image that stands at ``index``."""
        later = index - len(self.images)
        return index if later < 0 else int(self.labelled[later % len(self.labelled)])

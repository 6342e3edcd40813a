"""Stacked digits: one digit of MNIST in each of three colour channels, which gives a thousand known modes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from vidpred.data.images import Images, check_single
from vidpred.data.mnist import PADDED, mnist
from vidpred.interfaces import Dataset, Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.ranges import ClipLength, Clips, Seed, Side
from vidpred.registry import DATASETS
from vidpred.wording import counted

CHANNELS = 3


class StackedDigits:
    """Images whose channels are digits, stacked on demand.

    Args:
        digits: images of one digit in one channel.
        triples: (N, 3), which digits an image is made of.
    """

    def __init__(self, digits: Images, triples: np.ndarray):
        self.digits = digits
        self.triples = triples

    @property
    def facts(self) -> Mapping[str, Any]:
        size = {key: self.digits.facts[key] for key in ("height", "width")}
        return {**size, "frame_channels": CHANNELS}

    def __len__(self) -> int:
        return len(self.triples)

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        del draws  # nothing is random
        chosen = self.triples[list(indices)]
        return np.concatenate([self.digits.gather(chosen[:, channel].tolist()) for channel in range(CHANNELS)], axis=-1)

    def full_frames(self, index: int) -> np.ndarray:
        """Return one image, 8-bit (1, H, W, 3)."""
        image: np.ndarray = self.gather([index])[0]
        return image

    def video(self, index: int) -> str:
        """Return the name of the image."""
        return "stacked digits " + ", ".join(str(number) for number in self.triples[index])


@DATASETS.register("stacked_digits")
@checked
def stacked_digits(
    source: GivenPath,
    clip_length: ClipLength = 1,
    seed: Seed = 0,
    *,
    resolution: Side = PADDED,
    num_images: Clips = 100_000,
    num_validation_images: Annotated[int, Ge(4), Le(10**8)] = 10_000,
) -> Split:
    """Images of three digits, red, green and blue, drawn independently; those of the test digits validate.

    They have 1,000 modes, about equally frequent; `mode_count` counts how many of them a generator finds.

    Args:
        source: folder with MNIST's four IDX files, plain or .gz; the labels are not needed.
        clip_length: frames per clip, which must be 1; set by the task.
        seed: of which digits are stacked; set by the run.
        resolution: pixels, height and width.
        num_images: to train on.
        num_validation_images: to validate on.

    Raises:
        VidpredError: a file is missing or damaged, or clips of several frames are requested.

    Source: Metz, Poole, Pfau and Sohl-Dickstein (2017), "Unrolled generative adversarial networks".
    """
    check_single(clip_length, "the set of stacked digits")
    digits = mnist(source, resolution=resolution, labels=False)
    sides: list[Dataset] = []
    for number, (side, count) in enumerate(((digits.train, num_images), (digits.validation, num_validation_images))):
        assert isinstance(side, Images)
        triples = np.random.default_rng([seed, number]).integers(len(side), size=(count, CHANNELS))
        sides.append(StackedDigits(side, triples))
    return Split(
        train=sides[0],
        validation=sides[1],
        report=f"stacked digits: {counted(num_images, 'image')} of {resolution} x {resolution} pixels to train on, "
        f"{num_validation_images:,} to validate on; 1,000 modes, no classes",
    )

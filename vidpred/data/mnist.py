"""MNIST: handwritten digits, with their labels."""

from pathlib import Path

import numpy as np

from vidpred.data.idx import read_mnist_images, read_mnist_labels
from vidpred.data.image_store import square
from vidpred.data.images import Images, check_single
from vidpred.data.partly_labelled import PartlyLabelled
from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.ranges import ClipLength, Count, Seed, Side
from vidpred.registry import DATASETS
from vidpred.wording import counted

PADDED = 32  # pixels that digits of 28 pixels are padded to
NUM_CLASSES = 10


@DATASETS.register("mnist")
@checked
def mnist(
    source: GivenPath,
    clip_length: ClipLength = 1,
    seed: Seed = 0,
    *,
    resolution: Side = PADDED,
    labels: bool = True,
    labelled_per_class: Count | None = None,
) -> Split:
    """Single digits of MNIST, padded to 32 x 32 pixels; the test digits validate.

    Args:
        source: folder with MNIST's four IDX files, plain or .gz; without labels, the two of images.
        clip_length: frames per clip, which must be 1; set by the task.
        seed: of the choice of labelled images, where only some are; set by the run.
        resolution: pixels, height and width, that the 32 are scaled to.
        labels: give every image's digit as its label.
        labelled_per_class: how many training images of each class are labelled, chosen by the run's seed; the others
            count as unlabelled; null labels all.

    Raises:
        VidpredError: a file is missing or damaged, there are too few images of a class, or clips of several
            frames are requested.

    Source: LeCun, Bottou, Bengio and Haffner (1998).
    """
    check_single(clip_length, "MNIST")
    source = Path(source)
    train, test = (_read(source, name, resolution, labels) for name in ("train", "t10k"))
    listed = f"{NUM_CLASSES} classes: the digits" if labels else "no classes"
    shown: Dataset = train
    if labelled_per_class is not None:
        shown = PartlyLabelled(train, labelled_per_class, seed)
        listed += f", {counted(labelled_per_class, 'labelled training image')} of each"
    return Split(
        train=shown,
        validation=test,
        report=f"MNIST: {counted(len(train), 'digit')} of {resolution} x {resolution} pixels to train on, "
        f"{len(test):,} to validate on; {listed}",
    )


def _read(source: Path, name: str, resolution: int, with_labels: bool) -> Images:
    digits = read_mnist_images(source, f"{name}-images-idx3-ubyte")
    classes = read_mnist_labels(source, f"{name}-labels-idx1-ubyte") if with_labels else None
    if not len(digits) or max(digits.shape[1:]) > PADDED:
        raise VidpredError(f"{name}-images in {source} holds images {digits.shape}; put the files of MNIST there")
    if classes is not None and (len(classes) != len(digits) or classes.max() >= NUM_CLASSES):
        raise VidpredError(
            f"{name}-labels in {source} holds {counted(len(classes), 'label')} up to {classes.max()} for "
            f"{counted(len(digits), 'image')}; put MNIST's own files there"
        )
    margins = [((PADDED - side) // 2, PADDED - side - (PADDED - side) // 2) for side in digits.shape[1:]]
    pixels = np.pad(digits, ((0, 0), *margins))[..., None]
    if resolution != PADDED:
        pixels = np.stack([square(image, resolution) for image in pixels])
    names = [f"{name} digit {number}" for number in range(len(pixels))]
    return Images(pixels, np.arange(len(pixels)), names, classes, NUM_CLASSES if with_labels else 0)

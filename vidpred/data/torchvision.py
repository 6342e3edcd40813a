"""Data sets of images that torchvision reads: CIFAR-10, Fashion-MNIST, CelebA and STL-10."""

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from vidpred.data.image_store import square, stored_images
from vidpred.data.images import Images, check_single
from vidpred.errors import VidpredError
from vidpred.interfaces import Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.ranges import ClipLength, Side
from vidpred.machine.vision import import_torchvision
from vidpred.registry import DATASETS
from vidpred.wording import counted

PADDED = 32  # pixels that images of 28 pixels are padded to, as MNIST's are
SIDES = ("train", "test")


class Content(NamedTuple):
    """The training or the test images of a data set."""

    pixels: np.ndarray  # 8-bit (N, H, W, C), square
    classes: np.ndarray | None  # (N,), whole numbers from 0 on


@DATASETS.register("torchvision")
@checked
def torchvision(
    source: GivenPath,
    clip_length: ClipLength = 1,
    *,
    which: Literal["cifar10", "fashion_mnist", "celeba", "stl10"] = "cifar10",
    resolution: Side = 32,
    labels: bool = True,
    flip: bool = True,
    download: bool = False,
    cache: Path | None = None,
) -> Split:
    """Single images of a published data set, in the files that torchvision reads; the test images validate.

    torchvision checks the files of all but Fashion-MNIST against published checksums before it reads them. CelebA
    has no classes, and the unlabelled images of STL-10 are used for training, too, if ``labels`` is false.

    Args:
        source: folder with torchvision's data, its argument ``root``.
        clip_length: frames per clip, which must be 1; set by the task.
        which: the data set.
        resolution: pixels, height and width; images are cropped square and scaled to it.
        labels: give the class of every image, if there are classes.
        flip: mirror half of the training images, left to right.
        download: let torchvision download the files if they are missing.
        cache: folder for CelebA's decoded images; null for $VIDPRED_CACHE, else ~/.cache/vidpred.

    Raises:
        VidpredError: the files are missing, damaged or cannot be downloaded, or clips of several frames are requested.

    Source: Krizhevsky (2009); Xiao, Rasul and Vollgraf (2017); Liu et al. (2015); Coates, Ng and Lee (2011).
    """
    check_single(clip_length, which)
    import_torchvision()
    source = Path(source)
    contents = []
    for side in SIDES:
        try:
            contents.append(_read(which, source, side, resolution, labels, download, cache))
        except (RuntimeError, OSError, ValueError) as error:  # what torchvision raises where something is missing
            raise VidpredError(
                f"{which} in {source} cannot be read ({str(error).split('. ')[0].rstrip('.')}); name the folder with "
                "torchvision's files, or let them be downloaded with data.download=true"
            ) from None
    largest = [int(content.classes.max()) for content in contents if content.classes is not None]
    num_classes = max(largest, default=-1) + 1
    train, test = (
        Images(
            content.pixels,
            np.arange(len(content.pixels)),
            [f"{which} {side} {number}" for number in range(len(content.pixels))],
            content.classes,
            num_classes,
            flip=flip,
        )
        for side, content in zip(SIDES, contents, strict=True)
    )
    return Split(
        train=train,
        validation=test,
        report=f"{which}: {counted(len(train), 'image')} of {resolution} x {resolution} pixels to train on, "
        f"{len(test):,} to validate on; {counted(num_classes, 'class') if num_classes else 'no classes'}",
    )


def _read(
    which: str, root: Path, side: str, resolution: int, labels: bool, download: bool, cache: Path | None
) -> Content:
    """Read the ``train`` or the ``test`` images of a data set."""
    from torchvision import datasets

    if which == "celeba":
        found = datasets.CelebA(str(root), split=side, download=download)
        folder = root / found.base_folder / "img_align_celeba"
        stored = stored_images([folder / name for name in found.filename], resolution, False, cache)
        pixels, unreadable = stored.pixels, stored.unreadable
        if unreadable:
            raise RuntimeError(
                f"{counted(len(unreadable), 'image')} cannot be read, the first {next(iter(unreadable.values()))}"
            )
        return Content(pixels, None)
    if which == "stl10":
        part = "train+unlabeled" if side == "train" and not labels else side
        found = datasets.STL10(str(root), split=part, download=download)
        pixels, classes = found.data.transpose(0, 2, 3, 1), found.labels
    elif which == "fashion_mnist":
        found = datasets.FashionMNIST(str(root), train=side == "train", download=download)
        margin = (PADDED - found.data.shape[1]) // 2
        pixels = np.pad(found.data.numpy(), ((0, 0), (margin, margin), (margin, margin)))[..., None]
        classes = found.targets.numpy()
    else:
        found = datasets.CIFAR10(str(root), train=side == "train", download=download)
        pixels, classes = found.data, np.asarray(found.targets)
    if pixels.shape[1] != resolution:
        pixels = np.stack([square(image, resolution) for image in pixels])
    return Content(np.ascontiguousarray(pixels), classes.astype(np.int64) if labels else None)

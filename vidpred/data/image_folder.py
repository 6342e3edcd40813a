"""Images from a folder, of any size and format; subfolders can be their classes."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from annotated_types import Ge, Lt

from vidpred.data.image_store import stored_images
from vidpred.data.images import Images, check_single
from vidpred.data.partly_labelled import PartlyLabelled
from vidpred.data.usage import LONGEST_LIST, Usage, skipped_text
from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Split
from vidpred.registry import DATASETS
from vidpred.video.picture import SUFFIXES

FEWEST = 4  # images for training or validation: comparing sets takes several
FEWEST_CLASSES = 2


@DATASETS.register("image_folder")
def image_folder(
    source: Path,
    clip_length: Annotated[int, Ge(1)] = 1,
    seed: int = 0,
    *,
    resolution: Annotated[int, Ge(1)] = 64,
    greyscale: bool = False,
    labels: bool = True,
    validation: Annotated[float, Ge(0), Lt(1)] = 0.1,
    flip: bool = True,
    cache: Path | None = None,
    labelled_per_class: Annotated[int, Ge(1)] | None = None,
) -> Split:
    """Single images from a folder, cropped to the square in their middle and scaled to one size.

    16 bits are rounded to 8, transparent pixels are blended with black, and unreadable files are skipped and named.
    Which images validate is determined by their names and the seed: another image does not reshuffle the rest.

    Args:
        source: a folder; all its subfolders are searched too.
        clip_length: frames per clip, which must be 1; set by the task.
        seed: of the split into training and validation; set by the run.
        resolution: pixels, height and width.
        greyscale: one channel instead of three.
        labels: take the subfolders of the source as classes, if every image is in one and there are two or more.
        validation: share of the images kept for validation; 0 for none.
        flip: mirror half of the training images, left to right.
        cache: folder for the decoded images; null for $VIDPRED_CACHE, else ~/.cache/vidpred.
        labelled_per_class: how many training images of each class are labelled, chosen by the run's seed; the others
            count as unlabelled; null labels all.

    Raises:
        VidpredError: there are too few images that can be read, or of a class, or clips of several frames are
            requested.
    """
    check_single(clip_length, f"the folder {source}")
    paths = find_images(source)
    pixels, unreadable = stored_images(paths, resolution, greyscale, cache)
    names = [path.relative_to(source).as_posix() for path in paths]
    usable = np.array([number for number in range(len(paths)) if number not in unreadable], int)
    if len(usable) < FEWEST:
        reason = f"; the first of them {next(iter(unreadable.values()))}" if unreadable else ""
        raise VidpredError(
            f"{source} holds {len(usable)} images that can be read and {len(unreadable)} that cannot{reason}; "
            f"give a folder with at least {FEWEST}, and better thousands"
        )
    classes, classed = _classes([names[number] for number in usable]) if labels else ([], [])
    of_all = None
    if classes:
        of_all = np.zeros(len(paths), np.int64)
        of_all[usable] = classed
    held_out, train = _split(names, usable, validation, seed)
    skipped = [Usage(names[number], "skipped", reason=reason) for number, reason in unreadable.items()]
    training, testing = [Images(pixels, rows, names, of_all, len(classes), flip=flip) for rows in (train, held_out)]
    listed = f"{len(classes)} classes: {_listed(classes)}" if classes else "no classes"
    report = (
        f"{len(train)} images of {resolution} x {resolution} pixels to train on, {len(held_out)} to validate on; "
        f"{listed}"
    )
    shown: Dataset = training
    if labelled_per_class is not None:
        shown = PartlyLabelled(training, labelled_per_class, seed)
        report += f"; {labelled_per_class} labelled training images of each"
    return Split(
        train=shown,
        validation=testing if len(held_out) else None,
        report="\n".join(filter(None, [report, skipped_text(skipped)])),
        skipped=skipped_text(skipped, LONGEST_LIST),
    )


def find_images(source: Path) -> list[Path]:
    """Return all images in ``source`` and its subfolders, by name; hidden ones are skipped.

    Raises:
        VidpredError: it is not a folder, or holds none.
    """
    if not source.is_dir():
        what = "is a file" if source.exists() else "does not exist"
        raise VidpredError(f"{source} {what}; give the path of a folder of images")
    found = []
    for folder, subfolders, names in os.walk(source):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    images = sorted(path for path in found if path.suffix.lower() in SUFFIXES)
    if not images:
        raise VidpredError(f"{source} holds no images ({', '.join(SUFFIXES)}); give a folder that does")
    return images


def _classes(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the classes by name and the number of each image's, or empty lists where the folders are no classes."""
    folders = [name.split("/")[0] if "/" in name else "" for name in names]
    classes = sorted(set(folders))
    if "" in classes or len(classes) < FEWEST_CLASSES:
        return [], []
    numbers = {name: number for number, name in enumerate(classes)}
    return classes, [numbers[folder] for folder in folders]


def _split(names: Sequence[str], rows: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to validate on, none where they would be too few, and those to train on."""
    order = sorted(rows.tolist(), key=lambda row: hashlib.sha256(f"{seed} {names[row]}".encode()).digest())
    number = round(len(rows) * share)
    if number < FEWEST and share:
        number = FEWEST if len(rows) >= 2 * FEWEST else 0
    return np.sort(np.array(order[:number], int)), np.sort(np.array(order[number:], int))


def _listed(classes: Sequence[str]) -> str:
    shown = [f"{number} {name}" for number, name in enumerate(classes[:LONGEST_LIST])]
    return ", ".join([*shown, f"and {len(classes) - len(shown)} more"] if len(shown) < len(classes) else shown)

"""Images from a folder, of any size and format; subfolders can be their classes."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Lt

from vidpred.data.image_split import FEWEST, KnownImages, describe_changes, split_images
from vidpred.data.image_store import stored_images
from vidpred.data.images import Images, check_single
from vidpred.data.partly_labelled import PartlyLabelled
from vidpred.data.usage import Usage, skipped_text
from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.folders import walk
from vidpred.machine.ranges import ClipLength, Count, Seed, Side
from vidpred.registry import DATASETS
from vidpred.video.addresses import require_no_address
from vidpred.video.pictures.picture import SUFFIXES
from vidpred.wording import LONGEST_LIST, counted, listed

FEWEST_CLASSES = 2


@DATASETS.register("image_folder")
@checked
def image_folder(
    source: GivenPath,
    clip_length: ClipLength = 1,
    seed: Seed = 0,
    known_split: Mapping[str, Any] | None = None,
    *,
    resolution: Side = 64,
    greyscale: bool = False,
    labels: bool = True,
    validation: Annotated[float, Ge(0), Lt(1)] = 0.1,
    flip: bool = True,
    cache: Path | None = None,
    labelled_per_class: Count | None = None,
) -> Split:
    """Single images from a folder, cropped to the square in their middle and scaled to one size.

    Images are turned upright, 16 bits are rounded to 8, transparent pixels are blended with black, and what cannot be
    read is skipped and named. Which images validate is determined by their names and the seed: another image does not
    reshuffle the rest. Copies of an image stay on one side. What a run has validated on goes on to validate, whatever
    is added.

    Args:
        source: a folder; all its subfolders are searched too.
        clip_length: frames per clip, which must be 1; set by the task.
        seed: of the split into training and validation; set by the run.
        known_split: which images a run that goes on, or starts from weights, was on before; set by the run.
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
            requested; or all are ones that a run that goes on validates on.
    """
    source = Path(source)
    check_single(clip_length, f"the folder {source}")
    paths = find_images(source)
    pixels, unreadable, copies, ids = stored_images(paths, resolution, greyscale, cache)
    names = [path.relative_to(source).as_posix() for path in paths]
    usable = np.array([number for number in range(len(paths)) if number not in unreadable], int)
    if len(usable) < FEWEST:
        reason = f"; the first of them {next(iter(unreadable.values()))}" if unreadable else ""
        raise VidpredError(
            f"{source} holds {counted(len(usable), 'image')} that can be read and {len(unreadable)} that "
            f"cannot{reason}; give a folder with at least {FEWEST}, and better thousands"
        )
    classes, classed = _classes([names[number] for number in usable]) if labels else ([], [])
    of_all = None
    if classes:
        of_all = np.zeros(len(paths), np.int64)
        of_all[usable] = classed
    drawn, known = {row: _draw(seed, names[row]) for row in usable.tolist()}, KnownImages.parse(known_split)
    held_out, train = split_images(drawn, {row: ids[row] for row in drawn}, copies, validation, known)
    skipped = [Usage(names[number], "skipped", reason=reason) for number, reason in unreadable.items()]
    training, testing = [Images(pixels, rows, names, of_all, len(classes), flip=flip) for rows in (train, held_out)]
    report = (
        f"{counted(len(train), 'image')} of {resolution} x {resolution} pixels to train on, {len(held_out)} to "
        f"validate on; {_about_classes(classes)}"
    )
    shown: Dataset = training
    if labelled_per_class is not None:
        shown = PartlyLabelled(training, labelled_per_class, seed)
        report += f"; {counted(labelled_per_class, 'labelled training image')} of each"
    trained, validated = (_by_name(names, ids, rows) for rows in (train, held_out))
    remarks = [describe_changes(known, trained, validated) or _about_no_record(known, report)]
    remarks += [_about_copies(copies), _about_small_classes(classes, of_all, train, held_out)]
    return Split(
        train=shown,
        validation=testing if len(held_out) else None,
        report="\n".join(filter(None, [report, *remarks, skipped_text(skipped)])),
        skipped=skipped_text(skipped, LONGEST_LIST),
        known_split=known.with_images(trained.values(), validated.values(), report).record(),
    )


def find_images(source: Path) -> list[Path]:
    """Return all images in ``source`` and its subfolders, by name, as :func:`vidpred.machine.folders.walk` finds them.

    Only names are looked at: what has an image's name may be broken, or be a folder without images.

    Raises:
        VidpredError: it is not a folder, holds none, or a subfolder cannot be listed.
    """
    if not source.is_dir():
        require_no_address(source)
        what = "is a file" if source.exists() else "does not exist"
        raise VidpredError(f"{source} {what}; give the path of a folder of images")
    found = []
    for folder, subfolders, names in walk(source):
        found += [folder / name for name in [*subfolders, *names]]
    images = [path for path in found if path.suffix.lower() in SUFFIXES]
    holding = {parent for path in images for parent in path.parents}
    images = sorted(path for path in images if path not in holding)
    if not images:
        raise VidpredError(f"{source} holds no images ({', '.join(SUFFIXES)}); give a folder that does")
    return images


def _about_classes(classes: Sequence[str]) -> str:
    """Say how many classes there are, and which number stands for which."""
    if not classes:
        return "no classes"
    if list(classes) == [str(number) for number in range(len(classes))]:
        names = "names are their numbers" if classes[1:] else "name is its number"
        return f"{counted(len(classes), 'class')}, whose {names}"
    return f"{counted(len(classes), 'class')}: {listed([f'{number} is {name}' for number, name in enumerate(classes)])}"


def _classes(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the classes by name and the number of each image's, or empty lists where the folders are no classes."""
    folders = [name.split("/")[0] if "/" in name else "" for name in names]
    classes = sorted(set(folders))
    if "" in classes or len(classes) < FEWEST_CLASSES:
        return [], []
    numbers = {name: number for number, name in enumerate(classes)}
    return classes, [numbers[folder] for folder in folders]


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode(errors="surrogateescape")).digest()


def _by_name(names: Sequence[str], ids: Sequence[bytes], rows: np.ndarray) -> dict[str, bytes]:
    return {names[row]: ids[row] for row in rows.tolist()}


def _about_no_record(known: KnownImages, report: str) -> str:
    """Warn where a run kept no record of its images, and they are others than it wrote down."""
    if not known.lacks_what_came_before(report):
        return ""
    return (
        "note: the images have changed since the run began, and it did not record which images it validated on, so it "
        "may train on some of them from here on"
    )


def _about_copies(copies: Sequence[Sequence[int]]) -> str:
    number = sum(len(group) - 1 for group in copies)
    same = "1 image is the copy of another one" if number == 1 else f"{number} images are copies of others"
    return f"{same}; copies are kept on the same side, training or validation" if number else ""


def _about_small_classes(
    classes: Sequence[str], of_all: np.ndarray | None, train: np.ndarray, held_out: np.ndarray
) -> str:
    """Name the classes with a single image, or without one on a side."""
    if of_all is None:
        return ""
    trained, validated = (np.bincount(of_all[rows], minlength=len(classes)) for rows in (train, held_out))
    found = {
        "classes with a single image": trained + validated == 1,
        "classes without an image to train on": trained == 0,
        "classes without an image to validate on": (validated == 0) & bool(len(held_out)),
    }
    return "\n".join(
        f"{what}: {listed([classes[number] for number in np.flatnonzero(which).tolist()])}"
        for what, which in found.items()
        if which.any()
    )

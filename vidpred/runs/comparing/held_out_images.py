"""Opens images to compare generators with, and keeps out those that a generator was trained on."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from torch import Tensor

from vidpred.data import DATASETS
from vidpred.data.image_split import KnownImages, image_id
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Dataset, Labelled, Split
from vidpred.machine.files import real_path
from vidpred.metrics.compare_sets import MOST_SAMPLES
from vidpred.runs.comparing.held_out import Say, Trained, may_know, source_of
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings.paths import without_paths
from vidpred.wording import counted

WHOLE = {"validation": 0.0, "labelled_per_class": None}  # settings that leave no image of a folder out, and none twice


class HeldOutImages(NamedTuple):
    """Images to compare generators with."""

    dataset: Dataset
    rows: list[int]  # that count
    unseen: bool  # whether no run was trained on any of these, or else that is not known


def open_held_out_images(images: Path, runs: Sequence[Trained], most: int | None, say: Say) -> HeldOutImages:
    """Open ``images`` as the first of ``runs`` prepared its own; return which of them no run was trained on.

    Args:
        images: a folder of images; if a run was trained on it, its validation images count only, and elsewhere those
            that it was not trained on, by what is in them.
        runs: at least one, of generators.
        most: how many images count at most, evenly spaced; None is 10,000.
        say: prints how many images a run was trained on, and whether others may be known to it.

    Raises:
        VidpredError: the images cannot be used, or none is left that no run was trained on.
    """
    first, *rest = (_unseen(run, images, say) for run in runs)
    others = [{side.dataset.video(row) for row in side.rows} for side in rest]
    rows = [row for row in first.rows if all(first.dataset.video(row) in names for names in others)]
    if not rows:
        raise VidpredError(
            f"every image of {images} was in the training of one of the runs, so none is left to compare them "
            "on; give other images"
        )
    number = min(len(rows), most or MOST_SAMPLES, MOST_SAMPLES)
    chosen = [rows[place] for place in np.linspace(0, len(rows) - 1, number).round().astype(int)]
    return HeldOutImages(first.dataset, chosen, all(side.unseen for side in (first, *rest)))


def training_images(run: Trained, images: Path, number: int, seed: int, say: Say) -> Tensor | None:
    """Return so many images (N, C, H, W) in [-1, 1] that the run learnt from; none where ``images`` does not hold them.

    Args:
        run: of a generator.
        images: the folder that is named to compare on; no other is read, whatever the run was trained on.
        number: of images, chosen by ``seed``.
        seed: of the choice.
        say: prints why there are none.
    """
    known = _known(run)
    train = _open(run, images, known).train
    rows = [row for row, key in enumerate(_ids(train)) if key in known.training] if known else range(len(train))
    if not (rows if known else _was_trained_on(run, images)):
        say(f"note: no row of training images, which {run.name} has from {source_of(run)}, and not from {images}")
        return None
    if len(rows) < number:
        say(
            f"note: no row of training images, of which there are {len(rows)} only; ask for that many images at "
            f"most (--num {len(rows)})"
        )
        return None
    places = np.sort(np.random.default_rng(seed).choice(len(rows), number, replace=False))
    return gather(train, [rows[place] for place in places.tolist()])[0]


def gather(dataset: Dataset, rows: Sequence[int]) -> tuple[Tensor, list[int] | None]:
    """Return images (N, C, H, W) in [-1, 1] and their labels, if they have any."""
    labels = dataset.labels(rows) if isinstance(dataset, Labelled) else None
    return to_model(dataset.gather(rows))[:, 0], labels.tolist() if labels is not None else None


def _unseen(run: Trained, images: Path, say: Say) -> HeldOutImages:
    """Open ``images`` as a run prepared its own; return those that it was not trained on, and say what it knows."""
    known = _known(run)
    split = _open(run, images, known)
    if known:
        if known.incomplete:
            say(f"note: {run.name} did not record from its beginning which images it was trained on")
        return HeldOutImages(
            split.train, _unseen_rows(run, images, known, _ids(split.train), say), not known.incomplete
        )
    if split.validation is None and _was_trained_on(run, images):
        raise _trained_on_all(run, images)
    if split.validation is not None and len(split.train) == run.facts.get("num_clips", len(split.train)):
        return HeldOutImages(split.validation, list(range(len(split.validation))), True)
    if may_know(run, images):
        say(f"note: {run.name} was trained on {source_of(run)}, so some of these images may be known to it")
    else:
        say(f"note: {run.name} did not record which images it was trained on, so some of these may be known to it")
    side = split.train if split.validation is None else split.validation
    return HeldOutImages(side, list(range(len(side))), False)


def _unseen_rows(run: Trained, images: Path, known: KnownImages, ids: Sequence[bytes], say: Say) -> list[int]:
    """Return the rows that a run which recorded its images was not trained on; of its own, those it validated on."""
    unseen = [row for row, key in enumerate(ids) if key not in known.training and key not in known.before]
    if not _was_trained_on(run, images):
        if number := len(ids) - len(unseen):
            say(f"{run.name} was trained on {number} of these {counted(len(ids), 'image')}, not counted here")
        return unseen
    if not unseen:
        raise _trained_on_all(run, images)
    return [row for row in unseen if ids[row] in known.validation] or unseen


def _known(run: Trained) -> KnownImages:
    return KnownImages.parse(known_split(run.facts))


def _ids(dataset: Dataset) -> list[bytes]:
    return [image_id(dataset.full_frames(row)[0]) for row in range(len(dataset))]


def _trained_on_all(run: Trained, images: Path) -> VidpredError:
    return VidpredError(
        f"{run.name} was trained on all of {images} and kept no validation image, so a figure would prove nothing; "
        "evaluate on other images"
    )


def _open(run: Trained, images: Path, known: KnownImages) -> Split:
    """Open ``images`` as the run prepared its own.

    All are on the training side where the run recorded which it was on, or where the folder is another one; but for
    data sets that have test images.
    """
    config = without_paths(run.config).on_data(images)
    accepted = DATASETS.signature(config.data.name)
    if "validation" in accepted and (known or not _was_trained_on(run, images)):
        whole = {key: value for key, value in WHOLE.items() if key in accepted}
        part = config.data
        config = config.model_copy(update={"data": type(part)(name=part.name, options={**part.options, **whole})})
    return build_data(config, build_task(config))


def _was_trained_on(run: Trained, images: Path) -> bool:
    return source_of(run) == real_path(images)

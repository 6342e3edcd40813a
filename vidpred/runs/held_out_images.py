"""Opens images to compare generators with, and keeps out those that a generator was trained on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Dataset, Labelled, Split
from vidpred.metrics.compare_sets import MOST_SAMPLES
from vidpred.runs.data import build_data
from vidpred.runs.held_out import Say, Trained, may_know, source_of
from vidpred.runs.networks import build_task
from vidpred.runs.paths_in_settings import without_paths


def open_held_out_images(
    images: Path, runs: Sequence[Trained], most: int | None, say: Say
) -> tuple[Dataset, list[int]]:
    """Open ``images`` as the first of ``runs`` prepared its own; return which of them no run was trained on.

    Args:
        images: a folder of images; if a run was trained on it, its validation images count only.
        runs: at least one, of generators.
        most: how many images count at most, evenly spaced; None is 10,000.
        say: prints which images may be known to a run.

    Raises:
        VidpredError: the images cannot be used, or none is left that no run was trained on.
    """
    sides = []
    for run in runs:
        split = _open(run, images)
        if may_know(run, images):
            say(f"note: {run.name} was trained on {source_of(run)}, so some of these images may be known to it")
        if split.validation is None and _was_trained_on(run, images):
            raise VidpredError(
                f"{run.name} was trained on all of {images} and kept no validation image, so a figure would "
                "prove nothing; evaluate on other images"
            )
        sides.append(split.validation if split.validation is not None else split.train)
    first, *rest = sides
    others = [{side.video(index) for index in range(len(side))} for side in rest]
    rows = [index for index in range(len(first)) if all(first.video(index) in names for names in others)]
    if not rows:
        raise VidpredError(
            f"every image of {images} was in the training of one of the runs, so none is left to compare them "
            "on; give other images"
        )
    number = min(len(rows), most or MOST_SAMPLES, MOST_SAMPLES)
    return first, [rows[place] for place in np.linspace(0, len(rows) - 1, number).round().astype(int)]


def training_images(run: Trained, images: Path, number: int, seed: int, say: Say) -> Tensor | None:
    """Return so many images (N, C, H, W) in [-1, 1] that the run learnt from; none where ``images`` does not hold them.

    Args:
        run: of a generator.
        images: the folder that is named to compare on; no other is read, whatever the run was trained on.
        number: of images, chosen by ``seed``.
        seed: of the choice.
        say: prints why there are none.
    """
    if not _was_trained_on(run, images):
        say(f"note: no row of training images, which {run.name} has from {source_of(run)}, and not from {images}")
        return None
    train = _open(run, images).train
    if len(train) < number:
        say(
            f"note: no row of training images, of which there are {len(train)} only; ask for that many images at "
            f"most (--num {len(train)})"
        )
        return None
    rows = np.sort(np.random.default_rng(seed).choice(len(train), number, replace=False))
    return gather(train, rows.tolist())[0]


def gather(dataset: Dataset, rows: Sequence[int]) -> tuple[Tensor, list[int] | None]:
    """Return images (N, C, H, W) in [-1, 1] and their labels, if they have any."""
    labels = dataset.labels(rows) if isinstance(dataset, Labelled) else None
    return to_model(dataset.gather(rows))[:, 0], labels.tolist() if labels is not None else None


def _open(run: Trained, images: Path) -> Split:
    """Open ``images`` as the run prepared its own; another folder than that whole, if it has no test images."""
    config = without_paths(run.config).on_data(images)
    if not _was_trained_on(run, images) and "validation" in DATASETS.signature(config.data.name):
        part = config.data
        config = config.model_copy(
            update={"data": type(part)(name=part.name, options={**part.options, "validation": 0.0})}
        )
    return build_data(config, build_task(config))


def _was_trained_on(run: Trained, images: Path) -> bool:
    return source_of(run) == images.resolve()

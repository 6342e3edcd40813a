"""Opens the images that a run learnt from, and those that it kept for validation."""

from collections.abc import Callable, Sized
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vidpred.data.partly_labelled import PartlyLabelled
from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Labelled
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings import parse_config
from vidpred.runs.settings.paths import without_paths
from vidpred.wording import counted


class RunImages(NamedTuple):
    """The two sides of a run's data."""

    training: Dataset
    held_out: Dataset


def open_run_images(run: Path, images: Path | None, say: Callable[[str], None] = print) -> RunImages:
    """Open the data of ``run``, split as the run split them.

    Args:
        run: its folder, or one of its checkpoints.
        images: where the data are now; by default where they were.
        say: prints what the data are, and whether images are missing.

    Raises:
        VidpredError: the data cannot be used, are not like those of the run, or none were kept for validation.
    """
    saved = Checkpoint.load(run, only=())
    config = without_paths(parse_config(saved.config))
    if images is not None:
        config = config.on_data(images)
    recorded = known_split(saved.facts)
    split = build_data(config, build_task(config), known_split=recorded)
    say(split.report)
    known = {key: value for key, value in split.train.facts.items() if key in saved.facts}
    differing = [
        f"{key} is {value}, not {saved.facts[key]}" for key, value in known.items() if saved.facts[key] != value
    ]
    if differing:
        raise VidpredError(
            f"these are not the images that {run} was trained on ({', '.join(differing)}); name those, or another run"
        )
    if not recorded and len(split.train) != saved.facts.get("num_clips", len(split.train)):
        say(
            f"note: {run} was trained on {counted(saved.facts['num_clips'], 'image')} and here are "
            f"{len(split.train)}, so some that it was trained on may be missing, or count as held out"
        )
    if split.validation is None:
        raise VidpredError(
            f"{run} kept no images for validation, so none is held out; train one with data.validation above 0"
        )
    return RunImages(split.train, split.validation)


def pixels_of(dataset: Dataset, most: int, seed: int = 0) -> np.ndarray:
    """Return 8-bit images (N, H, W, C), at most so many, chosen by ``seed``."""
    images: np.ndarray = dataset.gather(_chosen_rows(dataset, most, seed))[:, 0]
    return images


def labelled(dataset: Dataset, most: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return 8-bit images (N, H, W, C), at most so many, chosen by ``seed``, and their classes (N,).

    Of images of which only some are labelled, these count, each once.

    Raises:
        VidpredError: the images have no classes.
    """
    known = dataset.labelled_once() if isinstance(dataset, PartlyLabelled) else range(len(dataset))
    rows = [known[row] for row in _chosen_rows(known, most, seed)]
    labels = dataset.labels(rows) if isinstance(dataset, Labelled) else None
    if labels is None:
        raise VidpredError(
            "these images have no classes; give a folder with a subfolder for each class, to a run that takes them"
        )
    return dataset.gather(rows)[:, 0], labels


def _chosen_rows(dataset: Sized, most: int, seed: int) -> list[int]:
    """Return the numbers of at most ``most`` images, chosen by ``seed`` without repetition, in their order."""
    if most < 1:
        raise VidpredError(f"{most} images were asked for, but at least 1 is needed; ask for 1 or more")
    number = len(dataset)
    if number <= most:
        return list(range(number))
    return sorted(np.random.default_rng(seed).choice(number, most, replace=False).tolist())

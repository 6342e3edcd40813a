"""What ``vidpred evaluate`` and ``vidpred compare`` do with generators of images."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from vidpred.cli.extractors import open_extractors
from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from torch import Tensor

    from vidpred.cli.unseen import Trained
    from vidpred.interfaces import Dataset, Split
    from vidpred.training import Engine

SIZE = ("height", "width", "frame_channels")


class Contest(NamedTuple):
    """Who is compared on what."""

    images: Path
    paths: Mapping[str, Path]
    runs: "Sequence[Trained]"
    num: int | None  # most images, if not as many as there are


def draws_images(run: "Trained") -> bool:
    """Return whether a run trained a generator of images."""
    from vidpred.tasks.commands import served

    return "sample" in served(run.config.task.name)


def compare_generators(
    contest: Contest,
    extractors: Sequence[str] | None,
    weights: Sequence[str] | None,
    seed: int,
    out: Path | None,
    engine: "Engine",
    circumstances: Mapping[str, Any],
) -> None:
    """Compare what generators draw with images that none of them learnt from, print it, and write it if asked.

    Raises:
        VidpredError: a run draws no images or others than the first, or there are too few images.
    """
    from vidpred.evaluation.generation import evaluate_generators
    from vidpred.inference import load_generator

    runs = contest.runs
    _check_alike(runs)
    looks = open_extractors(extractors, weights, engine, unless_named=["random_convolution"])
    if looks.perceptual and not looks.extractors:
        raise VidpredError(
            f"{next(iter(looks.perceptual))} compares a prediction with its truth, and an image that was drawn has "
            "none; name an extractor of features, such as random_convolution"
        )
    splits = [_open(run, contest.images) for run in runs]
    dataset, rows = _unseen(contest, splits)
    unseen, labels = _gather(dataset, rows)
    generators = {name: load_generator(path, str(engine.device)) for name, path in contest.paths.items()}
    report = evaluate_generators(
        generators,
        unseen,
        _reference(runs[0], len(unseen), seed),
        looks.extractors,
        labels if _told_apart(dataset) == _told_apart_by(runs) else None,
        seed,
        looks.optional,
        f"{len(unseen)} images of {unseen.shape[2]} x {unseen.shape[3]} pixels of {contest.images} that training "
        f"did not see; as many drawn by each generator, seed {seed}",
        circumstances,
    )
    typer.echo(report.table())
    if out is not None:
        report.write(out)
        typer.echo(f"\nwrote {out}")


def _check_alike(runs: "Sequence[Trained]") -> None:
    """Refuse runs that cannot be compared with the first."""
    for run in runs:
        if not draws_images(run):
            raise VidpredError(
                f"{run.name} predicts frames and {runs[0].name} draws images, so there is nothing that both can be "
                "compared by; compare them apart"
            )
        here, first = ([trained.facts[key] for key in SIZE] for trained in (run, runs[0]))
        if here != first:
            raise VidpredError(
                f"{run.name} draws images of {here} and {runs[0].name} of {first} (height, width, channels); compare "
                "generators of one size"
            )


def _open(run: "Trained", images: Path) -> "Split":
    """Open ``images`` as the run prepared its own; another folder than that whole, if it has no test images."""
    from vidpred.build import build_data, build_task
    from vidpred.data import DATASETS

    config = run.config.on_data(images)
    known = "source" in run.config.data.options and _same(run.config.data.options["source"], images)
    if not known and "validation" in DATASETS.signature(config.data.name):
        part = config.data
        config = config.model_copy(
            update={"data": type(part)(name=part.name, options={**part.options, "validation": 0.0})}
        )
    return build_data(config, build_task(config))


def _same(one: str | Path, other: Path) -> bool:
    return Path(one).resolve() == other.resolve()


def _unseen(contest: Contest, splits: "Sequence[Split]") -> "tuple[Dataset, list[int]]":
    """Return the first run's data set of images that it did not see, and which of them no other run saw."""
    sides = []
    for run, split in zip(contest.runs, splits, strict=True):
        known = _same(run.config.data.options.get("source", ""), contest.images)
        if split.validation is None and known:
            raise VidpredError(
                f"{run.name} was trained on all of {contest.images} and kept no validation image, so a figure would "
                "prove nothing; evaluate on other images"
            )
        sides.append(split.validation if split.validation is not None else split.train)
    first, *rest = sides
    others = [{side.video(index) for index in range(len(side))} for side in rest]
    rows = [index for index in range(len(first)) if all(first.video(index) in names for names in others)]
    if not rows:
        raise VidpredError(
            f"every image of {contest.images} was in the training of one of the runs, so none is left to compare them "
            "on; give other images"
        )
    return first, _chosen(rows, contest.num)


def _chosen(rows: list[int], most: int | None) -> list[int]:
    """Return at most ``most`` rows, evenly spaced."""
    import numpy as np

    from vidpred.realism import MOST_SAMPLES

    number = min(len(rows), most or MOST_SAMPLES, MOST_SAMPLES)
    return [rows[place] for place in np.linspace(0, len(rows) - 1, number).round().astype(int)]


def _gather(dataset: "Dataset", rows: Sequence[int]) -> "tuple[Tensor, list[int] | None]":
    """Return images (N, C, H, W) in [-1, 1] and their labels, if they have any."""
    from vidpred.frames import to_model
    from vidpred.interfaces import Labelled

    labels = dataset.labels(rows) if isinstance(dataset, Labelled) else None
    return to_model(dataset.gather(rows))[:, 0], labels.tolist() if labels is not None else None


def _reference(run: "Trained", number: int, seed: int) -> "Tensor | None":
    """Return so many images that the run learnt from, or none where they are not there any more."""
    import numpy as np

    from vidpred.build import build_data, build_task

    try:
        train = build_data(run.config, build_task(run.config)).train
    except VidpredError as error:
        typer.echo(f"note: no row of training images, since these cannot be opened: {error}")
        return None
    if len(train) < number:
        typer.echo(f"note: no row of training images, of which there are {len(train)} only; --num {len(train)} has one")
        return None
    rows = np.sort(np.random.default_rng(seed).choice(len(train), number, replace=False))
    return _gather(train, rows.tolist())[0]


def _told_apart(dataset: "Dataset") -> int:
    return int(dataset.facts.get("num_classes", 0))


def _told_apart_by(runs: "Sequence[Trained]") -> int:
    """Return how many classes the generators that take labels tell apart."""
    return max((int(run.facts.get("num_classes", 0)) for run in runs), default=0)

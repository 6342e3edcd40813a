"""Compares generators by the images that they sample with held-out ones: as sets, beside training images."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.evaluation.extractors import FurtherMeasures, open_extractors
from vidpred.evaluation.generation import GeneratorReport, evaluate_generators
from vidpred.interfaces import Dataset
from vidpred.machine.arguments import checked
from vidpred.machine.engine import Engine
from vidpred.machine.ranges import Count, Seed
from vidpred.runs.comparing.circumstances import surroundings, weights_of
from vidpred.runs.comparing.contenders import Contender, Word, generates_images, resolve, trained_among
from vidpred.runs.comparing.held_out import Say, Trained, existing
from vidpred.runs.comparing.held_out_images import gather, open_held_out_images, training_images
from vidpred.runs.load import load_generator
from vidpred.wording import counted

SIZE = ("height", "width", "frame_channels")


@checked
def compare_generators(
    images: str | Path,
    generators: Word | Iterable[Word] | Mapping[str, Word],
    max_images: Count | None = None,
    *,
    extractors: Sequence[str] | None = None,
    weights: Mapping[str, str | Path] | None = None,
    seed: Seed = 0,
    device: str = "auto",
    say: Say = print,
) -> GeneratorReport:
    """Compare what generators sample with images that none of them was trained on.

    Of the folder that a run was trained on, its validation images count, and elsewhere those that it was not trained
    on, by what is in them. Images are prepared as for the first run,
    and as many others that it was trained on are compared as well, to show what the figures are at best.

    Args:
        images: a folder of images, searched recursively.
        generators: folders of runs, or checkpoints; or a mapping to these from the names in the report.
        max_images: most images to compare, evenly spaced; None is 10,000.
        extractors: names out of :mod:`vidpred.metrics.features`; None is ``random_convolution``, as far as there are
            images enough.
        weights: files of weights, by extractor.
        seed: of noise and of the choice of features.
        device: auto, cpu, cuda, cuda:1 or mps.
        say: prints which images may be known to a run, and why there is no row of training images.

    Returns:
        All distances; ``print(report.table())`` shows them, and ``report.write(folder)`` writes them.

    Raises:
        VidpredError: a run generates no images or others than the first, an extractor is unusable, there are too few
            images, or none is left that no run was trained on.
    """
    images = existing(images)
    found = resolve(generators, only_runs=True)
    engine = Engine(device=device)
    paths, runs = _alike(found)
    measures = open_extractors(extractors, weights, engine.device, by_default=["random_convolution"])
    _check_measures(measures)
    dataset, rows, unseen = open_held_out_images(images, runs, max_images, say)
    held_out, labels = gather(dataset, rows)
    known = " that training did not see" if unseen else ", of which it is not known whether training saw them"
    return evaluate_generators(
        {name: load_generator(path, str(engine.device)) for name, path in paths.items()},
        held_out,
        training_images(runs[0], images, len(held_out), seed, say),
        measures.extractors,
        labels if _classes_agree(dataset, runs) else None,
        seed,
        measures.optional,
        f"{counted(len(held_out), 'image')} of {held_out.shape[2]} x {held_out.shape[3]} pixels of {images}{known}; "
        f"as many sampled from each generator, seed {seed}",
        {"generators": {name: weights_of(path) for name, path in paths.items()}, **surroundings(engine)},
    )


def _alike(found: Mapping[str, Contender]) -> tuple[dict[str, Path], list[Trained]]:
    """Return the weights of all, and what they know of their training; refuse what cannot be compared."""
    paths = {name: one for name, one in found.items() if isinstance(one, Path)}
    runs = trained_among(paths)
    generating = next(filter(generates_images, runs), None)
    if generating is None:
        raise VidpredError(
            "none of these generates images; name runs that do, or compare predictors by vidpred.compare"
        )
    if without := found.keys() - paths.keys():
        raise VidpredError(
            f"{min(without)} predicts frames, but {generating.name} generates images; compare them apart"
        )
    for run in runs:
        if not generates_images(run):
            raise VidpredError(
                f"{run.name} predicts frames and {generating.name} generates images, so no score is of both; "
                "compare them apart"
            )
        here, first = ([trained.facts[key] for key in SIZE] for trained in (run, runs[0]))
        if here != first:
            raise VidpredError(
                f"{run.name} generates images of {here} and {runs[0].name} of {first} (height, width, channels); "
                "compare generators of one size"
            )
    return paths, runs


def _check_measures(measures: FurtherMeasures) -> None:
    """Refuse measures of pairs alone."""
    if measures.perceptual and not measures.extractors:
        raise VidpredError(
            f"{next(iter(measures.perceptual))} compares a prediction with its truth, and a generated image has "
            "none; name an extractor of features, such as random_convolution"
        )


def _classes_agree(dataset: Dataset, runs: Sequence[Trained]) -> bool:
    """Return whether the images have the classes that the generators take as labels."""
    return int(dataset.facts.get("num_classes", 0)) == max(int(run.facts.get("num_classes", 0)) for run in runs)

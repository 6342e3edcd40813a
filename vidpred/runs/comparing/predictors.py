"""Scores predictors on held-out videos: all on the same clips, none of which any run was trained on."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.evaluation import NUM_SAMPLES, BestOf, Report, baseline_context, evaluate
from vidpred.evaluation.compared_predictors import check_numbers
from vidpred.evaluation.extractors import open_extractors
from vidpred.evaluation.scoring import FEWEST_FRAMES
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.engine import Engine
from vidpred.machine.ranges import Seed
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import frames_needed, frames_seen
from vidpred.runs.comparing.circumstances import surroundings, weights_of
from vidpred.runs.comparing.contenders import Contender, Word, generates_images, interpolates, resolve, trained_among
from vidpred.runs.comparing.held_out import Say, existing, open_held_out
from vidpred.runs.load import load_predictor
from vidpred.wording import counted

MOST_WINDOWS = 16  # clips of one video that are scored


@checked
def compare(
    videos: str | Path,
    predictors: Word | Iterable[Word] | Mapping[str, Word | Predictor],
    horizon: int = 5,
    *,
    max_windows_per_video: int | None = MOST_WINDOWS,
    context: int | None = None,
    num_samples: int = NUM_SAMPLES,
    best_of: BestOf | None = None,
    extractors: Sequence[str] | None = None,
    weights: Mapping[str, str | Path] | None = None,
    seed: Seed = 0,
    device: str = "auto",
    say: Say = print,
) -> Report:
    """Score ``predictors`` on the same held-out clips, beside the baselines.

    Of the folder that a run was trained on, only its validation videos are scored; where ``videos`` lie within that
    folder, or it within them, ``say`` is given a note that some may be known. What an object was trained on is not
    checked. Frames are prepared as for the first run; without any run, by the default settings. Convolutions, those of
    objects too, are computed in bfloat16 where the hardware does.

    Args:
        videos: a video, or a folder of them (searched recursively). A folder without videos is read as the data set
            of the first run, whose test clips count.
        predictors: folders of runs, checkpoints (``"default"`` is the shipped one) and registered names of
            predictors without weights, such as ``"linear"``; or a mapping from the names in the report to these
            and to objects (:class:`vidpred.interfaces.Predictor`, on a device of its own), which are scored in
            evaluation mode.
        horizon: how many frames ahead to score, at least 1.
        max_windows_per_video: clips taken from each video, evenly spaced; None takes all.
        context: known frames before those to predict, at least 2; None is as many as any predictor looks at.
        num_samples: futures that a stochastic predictor samples of every clip, at least 2.
        best_of: ``"truth"`` lets the future nearest to the truth stand for all that were sampled, instead of the first.
        extractors: names out of :mod:`vidpred.metrics.features`, and ``lpips_alex``, ``lpips_vgg``, ``lpips_squeeze``;
            None is those that need no weights, as far as there are frames enough, and ``()`` is none.
        weights: files of weights, by extractor.
        seed: of intervals, of noise, and of the choice of features.
        device: auto, cpu, cuda, cuda:1 or mps, for runs and extractors.
        say: prints what was left out, and which videos may be known to a run.

    Returns:
        The scores of all predictors and baselines; ``print(report.table())`` shows them, and
        :func:`vidpred.evaluation.pages.write_report` puts them into a folder.

    Raises:
        VidpredError: a predictor, an extractor or a number cannot be used, a run generates images, no video is usable,
            none is left that no run was trained on, or some predictors take colour and others greyscale.
    """
    videos = existing(videos)
    check_numbers(horizon, num_samples)
    found = resolve(predictors)
    engine = Engine(device=device)
    runs = trained_among(found)
    for run in filter(generates_images, runs):
        raise VidpredError(
            f"{run.name} generates images and predicts no frames; vidpred.compare_generators compares these"
        )
    for run in filter(interpolates, runs):
        raise VidpredError(
            f"{run.name} draws frames between others and predicts none; "
            "vidpred.runs.comparing.interpolation.compare_interpolation compares these"
        )
    measures = open_extractors(extractors, weights, engine.device)
    compared, known = _load(found, device, context)
    held_out = open_held_out(videos, runs, known + horizon, say)
    circumstances = {
        "clips_per_video_at_most": max_windows_per_video,
        "videos": str(held_out.source),
        "preparation": held_out.preparation,
        "predictors": {name: weights_of(one) for name, one in found.items()},
        **surroundings(engine),
    }
    with engine.autocast():
        return evaluate(
            compared,
            held_out.dataset,
            horizon,
            max_windows_per_video,
            held_out.names,
            seed=seed,
            num_samples=num_samples,
            best_of=best_of,
            circumstances=circumstances,
            **measures._asdict(),
        )


def _load(found: Mapping[str, Contender], device: str, context: int | None) -> tuple[dict[str, Predictor], int]:
    """Load or build every predictor, in the order asked for; those without weights see as much as the others.

    Return also how many frames they see: ``context``, or as many as any of them looks at.
    """
    loaded: dict[str, Predictor] = {
        name: load_predictor(one, device) if isinstance(one, Path) else one
        for name, one in found.items()
        if not isinstance(one, str)
    }
    known = context or max(baseline_context(loaded.values()), *map(frames_seen, loaded.values()), 0)
    facts = {"num_context_frames": known, "lead": 1}
    compared = {
        name: PREDICTORS.build(one, facts) if isinstance(one, str) else loaded[name] for name, one in found.items()
    }
    needed = max([FEWEST_FRAMES, *map(frames_needed, loaded.values())])
    if known < needed:
        raise VidpredError(
            f"the context is {counted(known, 'frame')}, but {needed} must be known to predict from; give {needed} or "
            "more"
        )
    return compared, known

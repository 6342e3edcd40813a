"""``vidpred compare``: several predictors on the same clips, beside the baselines."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from vidpred.cli.extractors import ExtractorOption, WeightsOption, open_extractors
from vidpred.cli.generation import Contest, compare_generators, draws_images
from vidpred.cli.predict import SHIPPED, DeviceOption, check_folder
from vidpred.errors import VidpredError, did_you_mean

if TYPE_CHECKING:
    from vidpred.cli.unseen import Trained, Unseen
    from vidpred.interfaces import Predictor
    from vidpred.training import Engine

HorizonOption = Annotated[int, typer.Option(help="How many frames ahead to score.")]
ReportOption = Annotated[
    Path | None,
    typer.Option(help="New folder for report.html, report.txt, report.json, per_clip.csv, curves.png; else none."),
]
WindowsOption = Annotated[int, typer.Option(help="Most clips to score per video, evenly spaced.")]
SeedOption = Annotated[int, typer.Option(help="Seed of intervals, of noise, and of the choice of features.", min=0)]
SamplesOption = Annotated[
    int, typer.Option(help="Futures to draw of every clip from predictors that draw; at least 2.", min=2)
]
BestOfOption = Annotated[
    str | None,
    typer.Option(
        help="Of the futures drawn of a clip, tables and players show the first; `truth` shows the one nearest to the "
        "truth, which favours predictors that draw. Best, mean and worst are told in either case.",
        metavar="truth",
    ),
]
ContextOption = Annotated[
    int | None,
    typer.Option(
        help="Known frames before those to predict; by default, as many as any predictor makes use of.", min=2
    ),
]
NumOption = Annotated[
    int | None,
    typer.Option(
        help="For generators: most images to compare, evenly spaced; all that training did not see, up to 10,000, by "
        "default.",
        min=2,
    ),
]
VideosArgument = Annotated[
    Path,
    typer.Argument(help="A folder of videos (searched recursively), or one video file; for generators, of images."),
]
UNSTEADY = ("command", "started", "seed")  # of the environment: what is told elsewhere, or never twice the same


def compare(
    videos: VideosArgument,
    predictors: Annotated[
        list[str],
        typer.Argument(help="Runs' folders, checkpoints, or names of predictors without weights, such as linear."),
    ],
    horizon: HorizonOption = 5,
    out: ReportOption = None,
    windows: WindowsOption = 16,
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
    extractor: ExtractorOption = None,
    weights: WeightsOption = None,
    samples: SamplesOption = 8,
    best_of: BestOfOption = None,
    context: ContextOption = None,
    num: NumOption = None,
) -> None:
    """Score several predictors on the same clips, beside the baselines, and say what the differences are worth.

    Means over videos come with 95 % confidence intervals, and differences to each baseline are paired by
    video. Frames are prepared as for the training of the first run. Videos that a run was trained on do not
    count. Generators of images are compared by what they draw, as sets, with images that training did not
    see. With --out, report.html shows tables, curves, and the best, median and worst clips in motion.
    """
    beyond = Beyond(extractor, weights, samples, best_of, context, num)
    run_comparison(videos, predictors, horizon, out, windows, device, seed, beyond)


class Beyond(NamedTuple):
    """What is asked for beyond the usual scores."""

    extractors: Sequence[str] | None = None  # as given to --extractor
    weights: Sequence[str] | None = None  # as given to --weights
    samples: int = 8
    best_of: str | None = None
    context: int | None = None
    num: int | None = None  # images, for generators


USUAL = Beyond()


def run_comparison(
    videos: Path,
    wanted: Sequence[str | Path],
    horizon: int,
    out: Path | None,
    windows: int,
    device: str,
    seed: int,
    beyond: Beyond = USUAL,
    command: str = "compare",
) -> None:
    """Score ``wanted``, print the tables, and write the report if a folder is given.

    Raises:
        VidpredError: a predictor, the videos or the folder cannot be used, or a task does not serve ``command``.
    """
    _check_request(videos, horizon, out, beyond.best_of)
    from vidpred import evaluation
    from vidpred.cli.unseen import open_unseen
    from vidpred.tasks.commands import require_served
    from vidpred.training import Engine

    found = resolve(wanted)
    engine = Engine(device=device)
    runs = [_trained(name, path) for name, path in found.items() if path is not None]
    for run in runs:
        require_served(command, run.config.task.name, found[run.name])
    if any(map(draws_images, runs)):
        _compare_generators(videos, found, runs, out, seed, beyond, engine)
        return
    looks = open_extractors(beyond.extractors, beyond.weights, engine)
    rivals, context = _load(found, device, beyond.context)
    unseen = open_unseen(videos, runs, context + horizon)
    told = {"clips_per_video_at_most": windows, **_told(unseen, found), **_surroundings(engine)}
    with engine.autocast():
        report = evaluation.evaluate(
            rivals,
            unseen.dataset,
            horizon,
            windows,
            unseen.names,
            seed=seed,
            num_samples=beyond.samples,
            best_of="truth" if beyond.best_of else None,
            circumstances=told,
            **looks._asdict(),
        )
    typer.echo("\n\n".join(filter(None, (report.summary(), report.table(), report.further_tables()))))
    if out is not None:
        evaluation.write_report(report, out)
        typer.echo(f"\nwrote {out}; open {out / 'report.html'} in a browser")
    elif hidden := len(report.metrics) - len(report.headlines):
        typer.echo(f"\n{hidden} more metrics, curves and clips are in the report that --out DIR writes")


def _compare_generators(
    images: Path,
    found: "Mapping[str, Path | None]",
    runs: "Sequence[Trained]",
    out: Path | None,
    seed: int,
    beyond: Beyond,
    engine: "Engine",
) -> None:
    """Compare runs that draw images."""
    paths = {name: path for name, path in found.items() if path is not None}
    if without := found.keys() - paths.keys():
        raise VidpredError(f"{min(without)} predicts frames, but {next(iter(paths))} draws images; compare them apart")
    told = {"generators": {name: _origin(path) for name, path in paths.items()}, **_surroundings(engine)}
    contest = Contest(images, paths, runs, beyond.num)
    compare_generators(contest, beyond.extractors, beyond.weights, seed, out, engine, told)


def _check_request(videos: Path, horizon: int, out: Path | None, best_of: str | None) -> None:
    """Refuse what cannot be done, before anything is computed."""
    if out is not None:
        check_folder(out)
    if not videos.exists():
        raise VidpredError(
            f"{videos} does not exist; give the path of a video file, or of a folder of videos or images"
        )
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set --horizon 1 or more")
    if best_of not in (None, "truth"):
        raise VidpredError(f"--best-of is {best_of!r}, but a future is the best by the truth only; say --best-of truth")


def resolve(wanted: Sequence[str | Path]) -> dict[str, Path | None]:
    """Return what is compared by the name it gets: the path of a checkpoint, or none if it needs no weights.

    Raises:
        VidpredError: a word is neither the one nor the other.
    """
    from vidpred.predictors import PREDICTORS

    found: dict[str, Path | None] = {}
    for word in dict.fromkeys(wanted):
        if isinstance(word, str) and word in PREDICTORS:
            found[word] = None
        elif isinstance(word, Path) or Path(word).exists() or Path(word) == SHIPPED:
            found[_run_name(Path(word), taken=found)] = Path(word)
        else:
            raise VidpredError(
                f"{word!r} is no folder of a run, no checkpoint, not {SHIPPED}, and no predictor without weights"
                f"{did_you_mean(word, PREDICTORS)}; predictors without weights are: {', '.join(_without_weights())}"
            )
    return found


def _load(found: Mapping[str, Path | None], device: str, context: int | None) -> "tuple[dict[str, Predictor], int]":
    """Load or build every predictor, in the order asked for; those without weights see as much as the others.

    Return also how many frames they see: ``context``, or as many as they make use of.
    """
    from vidpred.evaluation import baseline_context
    from vidpred.forecast import frames_of_use
    from vidpred.inference import load_predictor
    from vidpred.predictors import PREDICTORS

    loaded = {name: load_predictor(path, device) for name, path in found.items() if path is not None}
    seen = context or max(baseline_context(loaded.values()), *map(frames_of_use, loaded.values()), 0)
    facts = {"num_context_frames": seen, "lead": 1}
    able = _without_weights()
    for name, path in found.items():
        if path is None and name not in able:
            raise VidpredError(
                f"predictor {name!r} has weights, which training finds; name the folder of a run instead, or one of "
                f"those without weights: {', '.join(able)}"
            )
    return {name: loaded[name] if name in loaded else PREDICTORS.build(name, facts) for name in found}, seen


def _without_weights() -> list[str]:
    """Return the names of the registered predictors that need no training."""
    from vidpred.predictors import PREDICTORS

    return [name for name in PREDICTORS if not list(PREDICTORS.build(name).parameters())]


def _run_name(path: Path, taken: Collection[str]) -> str:
    """Return a name for a run's folder or for one of its checkpoints, as short as it can be told from others."""
    if path == SHIPPED:
        return str(path)
    resolved = path.resolve()
    name = resolved.name if resolved.is_dir() else f"{resolved.parent.name}/{resolved.stem}"
    return name if name not in taken else str(path)


def _trained(name: str, path: Path) -> "Trained":
    from vidpred.cli.unseen import Trained
    from vidpred.config import parse_config
    from vidpred.training import Checkpoint

    saved = Checkpoint.load(path, only=())
    return Trained(name, parse_config(saved.config), saved.facts)


def _origin(path: Path | None) -> str:
    """Say which weights a predictor has."""
    from vidpred.files import sha256_of
    from vidpred.training.checkpoint import Checkpoint, find_checkpoint

    if path is None:
        return "no weights"
    return f"{path}, step {Checkpoint.load(path, only=()).step}, SHA-256 {sha256_of(find_checkpoint(path))}"


def _told(unseen: "Unseen", found: Mapping[str, Path | None]) -> dict[str, Any]:
    """Say what was compared on what."""
    return {
        "videos": str(unseen.source),
        "preparation": unseen.preparation,
        "predictors": {name: _origin(path) for name, path in found.items()},
    }


def _surroundings(engine: "Engine") -> dict[str, Any]:
    """Return versions and machine; not what differs from one evaluation to the same again."""
    from vidpred.training.run_folder import environment

    return {key: value for key, value in environment(0, engine).items() if key not in UNSTEADY}

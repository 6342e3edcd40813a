"""``vidpred compare``: several predictors on the same clips, beside the baselines."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.claims import make_folder
from vidpred.cli.options import (
    BestOfOption,
    ContextOption,
    DeviceOption,
    ExtractorOption,
    HorizonOption,
    NumOption,
    ReportOption,
    ScoreSamplesOption,
    ScoreSeedOption,
    ThreadsOption,
    VideosArgument,
    WeightsOption,
    WindowsOption,
    extractor_names,
    weight_files,
)
from vidpred.cli.outputs import check_folder, say_folded, say_written
from vidpred.errors import VidpredError, printable
from vidpred.wording import counted, folded, without_effect

if TYPE_CHECKING:
    from vidpred.evaluation import Report
    from vidpred.evaluation.generation import GeneratorReport
    from vidpred.evaluation.interpolation import InterpolationReport

OF_FRAMES_AHEAD = ("horizon", "samples", "best_of", "context")  # options of predictors alone


@dataclass(frozen=True)
class Asked:
    """A comparison as it is asked for; the arguments are those of the command."""

    videos: Path
    predictors: Sequence[str | Path]
    horizon: int
    out: Path | None
    windows: int
    device: str
    seed: int
    extractor: Sequence[str] | None
    weights: Sequence[str] | None
    samples: int
    best_of: str | None
    context: int | None
    num: int | None
    threads: int | None


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
    seed: ScoreSeedOption = 0,
    extractor: ExtractorOption = None,
    weights: WeightsOption = None,
    samples: ScoreSamplesOption = 8,
    best_of: BestOfOption = None,
    context: ContextOption = None,
    num: NumOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Score several predictors on the same clips, beside the baselines, and say what the differences are worth.

    Means over videos come with 95 % confidence intervals, and differences to each baseline are paired by
    video. Frames are prepared as for the training of the first run. Videos that a run was trained on do not
    count. Generators of images are compared by their samples, as sets, with held-out
    images, and runs of frame_interpolation by the frames in the middle of held-out clips. With --out, report.html
    shows tables, curves, and the best, median and worst clips in motion.
    """
    options = (extractor, weights, samples, best_of, context, num, threads)
    judge(Asked(videos, predictors, horizon, out, windows, device, seed, *options))


def judge(asked: Asked, command: str = "compare") -> None:
    """Compare predictors of frames, or generators of images; print what was found, and write it if asked.

    Raises:
        VidpredError: a word is not understood, the folder cannot be used, a task does not serve ``command``, or the
            comparison cannot be made.
    """
    if asked.out is not None:
        check_folder(asked.out)
    if asked.best_of not in (None, "truth"):
        raise VidpredError(
            f"--best-of is {asked.best_of!r}, but a future is the best by the truth only; say --best-of truth"
        )
    from vidpred.machine.threads import use_threads
    from vidpred.runs.comparing.contenders import generates_images, interpolates, resolve, trained_among

    use_threads(asked.threads)
    files = _weights(asked)  # refused before anything is opened
    runs = trained_among(resolve(asked.predictors), command)
    if any(map(generates_images, runs)):
        _compare_images(asked, files)
    elif any(map(interpolates, runs)):
        _compare_between(asked)
    else:
        _compare_ahead(asked, files)


def _compare_images(asked: Asked, files: Mapping[str, Path]) -> None:
    """Compare generators by what they sample."""
    from vidpred.runs.comparing.generators import compare_generators

    _say_unused(asked, ("windows", *OF_FRAMES_AHEAD), "generators are compared by sets of images")
    report = compare_generators(
        asked.videos,
        asked.predictors,
        asked.num,
        extractors=extractor_names(asked.extractor),
        weights=files,
        seed=asked.seed,
        device=asked.device,
        say=say_folded,
    )
    _write(report, asked.out)


def _compare_between(asked: Asked) -> None:
    """Compare runs by the frames that they draw between others."""
    from vidpred.runs.comparing.interpolation import compare_interpolation

    unused = (*OF_FRAMES_AHEAD, "extractor", "weights", "num")
    _say_unused(asked, unused, "the frame in the middle of clips is scored")
    report = compare_interpolation(
        asked.videos,
        asked.predictors,
        max_windows_per_video=asked.windows,
        seed=asked.seed,
        device=asked.device,
        say=say_folded,
    )
    _write(report, asked.out)


def _compare_ahead(asked: Asked, files: Mapping[str, Path]) -> None:
    """Compare predictors by the frames that they predict."""
    from vidpred.runs.comparing.predictors import compare as compare_predictors

    _say_unused(asked, ("num",), "it is for generators of images")
    report = compare_predictors(
        asked.videos,
        asked.predictors,
        asked.horizon,
        max_windows_per_video=asked.windows,
        context=asked.context,
        num_samples=asked.samples,
        best_of="truth" if asked.best_of else None,
        extractors=extractor_names(asked.extractor),
        weights=files,
        seed=asked.seed,
        device=asked.device,
        say=say_folded,
    )
    _show(report, asked.out)


def _weights(asked: Asked) -> dict[str, Path]:
    """Return the files of weights by the names of extractors."""
    from vidpred.evaluation.extractors import take_weights

    return weight_files(asked.weights, take_weights(extractor_names(asked.extractor) or ()))


def _say_unused(asked: Asked, options: Sequence[str], reason: str) -> None:
    """Say which of the ``options`` have no effect, unless they are as by default."""
    defaults = inspect.signature(compare).parameters
    given = [option for option in options if getattr(asked, option) != defaults[option].default]
    if given:
        names = [f"--{option.replace('_', '-')}" for option in given]
        say_folded(f"note: {without_effect(names, reason)}")


def _write(report: "GeneratorReport | InterpolationReport", out: Path | None) -> None:
    """Print the table of a report without pages, and write it if a folder is given."""
    typer.echo(report.table())
    if out is not None:
        make_folder(out)
        report.write(out)
        typer.echo()
        say_written(out)


def _show(report: "Report", out: Path | None) -> None:
    """Print the tables, and write the report if a folder is given."""
    from vidpred.evaluation.pages import write_report

    typer.echo("\n\n".join(filter(None, (folded(report.summary()), report.table(), report.further_tables()))))
    if out is not None:
        make_folder(out)
        write_report(report, out)
        typer.echo()
        say_written(out, f"; open {printable(str(out / 'report.html'))} in a browser")
    elif hidden := len(report.metrics) - len(report.headlines):
        more = counted(hidden, "more metric")
        typer.echo(f"\n{more}, all steps ahead, curves and clips are in the report that --out DIR writes")

"""``vidpred compare``: several predictors on the same clips, beside the baselines."""

from collections.abc import Sequence
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
from vidpred.wording import counted, folded

if TYPE_CHECKING:
    from vidpred.evaluation import Report
    from vidpred.evaluation.generation import GeneratorReport
    from vidpred.evaluation.interpolation import InterpolationReport


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
    options = (extractor, weights, samples, best_of, context, num)
    judge(videos, predictors, horizon, out, windows, device, seed, *options, threads=threads)


def judge(
    videos: Path,
    predictors: Sequence[str | Path],
    horizon: int,
    out: Path | None,
    windows: int,
    device: str,
    seed: int,
    extractor: Sequence[str] | None,
    weights: Sequence[str] | None,
    samples: int,
    best_of: str | None,
    context: int | None,
    num: int | None,
    threads: int | None = None,
    command: str = "compare",
) -> None:
    """Compare predictors of frames, or generators of images; print what was found, and write it if asked.

    Raises:
        VidpredError: a word is not understood, the folder cannot be used, a task does not serve ``command``, or the
            comparison cannot be made.
    """
    if out is not None:
        check_folder(out)
    if best_of not in (None, "truth"):
        raise VidpredError(f"--best-of is {best_of!r}, but a future is the best by the truth only; say --best-of truth")
    from vidpred.evaluation.extractors import take_weights
    from vidpred.machine.threads import use_threads
    from vidpred.runs.comparison import compare as compare_predictors
    from vidpred.runs.contenders import generates_images, interpolates, resolve, trained_among
    from vidpred.runs.generator_comparison import compare_generators

    use_threads(threads)
    names = extractor_names(extractor)
    files = weight_files(weights, take_weights(names or ()))
    runs = trained_among(resolve(predictors), command)
    if any(map(generates_images, runs)):
        of_images = compare_generators(
            videos, predictors, num, extractors=names, weights=files, seed=seed, device=device, say=say_folded
        )
        _write(of_images, out)
        return
    if any(map(interpolates, runs)):
        _write(_compare_between(videos, predictors, windows, seed, device), out)
        return
    report = compare_predictors(
        videos,
        predictors,
        horizon,
        max_windows_per_video=windows,
        context=context,
        num_samples=samples,
        best_of="truth" if best_of else None,
        extractors=names,
        weights=files,
        seed=seed,
        device=device,
        say=say_folded,
    )
    _show(report, out)


def _compare_between(
    videos: Path, runs: Sequence[str | Path], windows: int, seed: int, device: str
) -> "InterpolationReport":
    """Compare runs by the frames that they draw between others."""
    from vidpred.runs.interpolation_comparison import compare_interpolation

    return compare_interpolation(videos, runs, max_windows_per_video=windows, seed=seed, device=device, say=say_folded)


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

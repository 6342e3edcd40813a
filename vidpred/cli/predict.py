"""``vidpred predict``: continue a video."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import CheckpointOption, DeviceOption, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import check_folder, check_outputs
from vidpred.cli.sample_files import (
    best_mean_worst,
    check_numbers,
    sample_paths,
    sampled_futures,
    write_sample_sheet,
    write_samples,
)
from vidpred.errors import VidpredError
from vidpred.runs.shipped import DEFAULT

if TYPE_CHECKING:
    from vidpred.runs.load import Prediction

LEAD_IN = 24  # frames that the written video shows before the future: about a second
MIB = 2**20

StartOption = Annotated[
    float | None, typer.Option(help="Predict what follows this time, in seconds; the end by default.")
]
CompareOption = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Hold the video's own last frames back (or take those after --start), score against them and "
        "against repeating the last frame, and write a contact sheet and a side-by-side video.",
    ),
]
OutOption = Annotated[
    Path | None, typer.Option(help="The mp4 to write; VIDEO_future.mp4 in the current folder by default.")
]
SheetOption = Annotated[
    Path | None,
    typer.Option(help="Contact sheet to write as PNG; with --compare, beside the mp4 by default."),
]
SamplesOption = Annotated[
    int | None,
    typer.Option(
        help="Sample so many futures instead of one: the mp4 shows them side by side, and others, named after it, "
        "each future alone and how far they spread."
    ),
]
SeedOption = Annotated[int | None, typer.Option(help="Seed of the sampled futures; 0 by default.")]


def predict(
    video: Annotated[Path, typer.Argument(help="A video file, or a folder of numbered frames.")],
    checkpoint: CheckpointOption = DEFAULT,
    horizon: Annotated[int, typer.Option(help="How many frames to predict.")] = 10,
    out: OutOption = None,
    start: StartOption = None,
    compare: CompareOption = False,
    frames: Annotated[Path | None, typer.Option(help="Folder for the predicted frames as PNG.")] = None,
    sheet: SheetOption = None,
    samples: SamplesOption = None,
    seed: SeedOption = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Predict how a video goes on, and write it as an mp4 whose predicted frames have an orange border."""
    out = out or Path(f"{video.resolve().stem}_future.mp4")
    sheet = sheet or (out.with_suffix(".png") if compare else None)
    pair = out.with_name(f"{out.stem}_compare.mp4") if compare else None
    check_numbers(samples, seed)
    single, spread = sample_paths(out, samples) if samples else ([], None)
    _check_input(video)
    films = [(path, ".mp4") for path in (out, *single, spread, pair)]
    check_outputs([*films, (sheet, ".png")], overwrite, video)
    if frames is not None:
        check_folder(frames, overwrite)
    from vidpred.machine.threads import use_threads
    from vidpred.runs.load import load_predictor, predict_video

    use_threads(threads)
    predictor = load_predictor(checkpoint, device)
    started = time.perf_counter()
    prediction = predict_video(
        video, predictor, horizon, start, compare, lead_in=LEAD_IN, num_samples=samples, seed=seed or 0
    )
    seconds = time.perf_counter() - started
    _write(prediction, out, sheet, pair, frames, overwrite)
    if compare:
        typer.echo(_score_table(prediction) + "\n")
    for written in filter(None, (out, *single, spread, sheet, pair, frames)):
        typer.echo(f"wrote {written}")
    number = horizon * (samples or 1)
    spent = [f"predicted {number} frames in {seconds:.1f} s", f"{seconds / number:.2f} s per frame", _peak_memory()]
    typer.echo(", ".join(filter(None, spent)))


def _check_input(video: Path) -> None:
    if not video.exists():
        raise VidpredError(f"{video} does not exist; give the path of a video file or of a folder of numbered frames")


def _write(
    prediction: "Prediction",
    out: Path,
    sheet: Path | None,
    pair: Path | None,
    frames: Path | None,
    overwrite: bool,
) -> None:
    from vidpred.frames.pictures import contact_sheet, in_colour, mark_future, side_by_side, write_png
    from vidpred.video import write_video

    rate = prediction.info.frame_rate
    if prediction.samples is None:
        shown = [*map(in_colour, prediction.context), *mark_future(prediction.future)]
        write_video(out, shown, rate, overwrite=overwrite)
    else:
        write_samples(prediction, out, overwrite)
    if pair is not None:
        write_video(pair, side_by_side(prediction.truth, prediction.future), rate, overwrite=overwrite)
    if sheet is not None and prediction.samples is not None:
        write_sample_sheet(prediction, sheet)
    elif sheet is not None:
        write_png(sheet, contact_sheet(prediction.context, prediction.future, prediction.truth))
    if frames is not None:
        frames.mkdir(parents=True, exist_ok=True)
        for sample, future in enumerate(sampled_futures(prediction), start=1):
            name = "future" if prediction.samples is None else f"future_{sample}"
            for number, frame in enumerate(future, start=1):
                write_png(frames / f"{name}_{number:04}.png", frame)


def _score_table(prediction: "Prediction") -> str:
    """Score every predicted frame that the truth reaches, beside the last context frame repeated.

    Of samples, the best, the mean and the worst are shown: the one that is best over all frames, by each metric.
    """
    import numpy as np

    from vidpred.evaluation import Estimates, metric_facts, score, score_table
    from vidpred.evaluation.intervals import nanmean
    from vidpred.frames import to_model
    from vidpred.metrics import HEADLINES, METRICS

    truth = to_model(prediction.truth)
    futures = [score(to_model(future[: len(truth)]), truth) for future in sampled_futures(prediction)]
    if prediction.samples is None:
        scores = {"prediction": futures[0]}
    else:
        scores = best_mean_worst(futures, {name: METRICS[name] for name in HEADLINES})
    scores["copy_last"] = score(to_model(np.repeat(prediction.context[-1:], len(truth), axis=0)), truth)
    unknown = np.full(len(truth) + 1, np.nan)  # one clip has no interval
    rows = {
        metric: {
            name: Estimates(
                np.append(scores[name][metric], nanmean(np.array(scores[name][metric]), axis=0)), unknown, unknown
            )
            for name in scores
        }
        for metric in HEADLINES
    }
    return score_table(rows, metric_facts())


def _peak_memory() -> str:
    """Say how much memory was taken at most since the program started, of the machine and of a GPU that is used.

    Empty where the system does not say.
    """
    try:
        import resource
    except ImportError:  # Windows
        return ""
    import torch

    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    said = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB:,.0f} MiB of memory at most"
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        said += f", {torch.cuda.max_memory_allocated() / MIB:,.0f} MiB of the GPU's"
    return said

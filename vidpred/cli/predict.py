"""``vidpred predict``: continue a video."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.sample_files import (
    best_mean_worst,
    check_numbers,
    drawn,
    sample_paths,
    write_sample_sheet,
    write_samples,
)
from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from vidpred.inference import Prediction

LEAD_IN = 24  # frames that the written video shows before the future: about a second
SHIPPED = Path("default")  # the name of the weights that the package ships


CheckpointOption = Annotated[
    Path,
    typer.Option(
        help="A run's folder, or a .safetensors file that `vidpred train` wrote; by default the shipped weights."
    ),
]
DeviceOption = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")]
StartOption = Annotated[
    float | None, typer.Option(help="Predict what follows this moment, in seconds; the end by default.")
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
        help="Draw so many futures instead of one: the mp4 shows them side by side, and others, named after it, "
        "each future alone and how far they spread."
    ),
]
SeedOption = Annotated[int | None, typer.Option(help="Settles which futures are drawn; 0 by default.")]


def predict(
    video: Annotated[Path, typer.Argument(help="A video file, or a folder of numbered frames.")],
    checkpoint: CheckpointOption = SHIPPED,
    horizon: Annotated[int, typer.Option(help="How many frames to predict.")] = 10,
    out: OutOption = None,
    start: StartOption = None,
    compare: CompareOption = False,
    frames: Annotated[Path | None, typer.Option(help="Folder for the predicted frames as PNG.")] = None,
    sheet: SheetOption = None,
    samples: SamplesOption = None,
    seed: SeedOption = None,
    device: DeviceOption = "auto",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False,
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
    from vidpred.inference import load_predictor, predict_video
    from vidpred.memory import peak_memory

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
    spent = [f"predicted {number} frames in {seconds:.1f} s", f"{seconds / number:.2f} s per frame", peak_memory()]
    typer.echo(", ".join(filter(None, spent)))


def check_folder(folder: Path, overwrite: bool = False) -> None:
    """Refuse a folder that files cannot be put into without touching others.

    Raises:
        VidpredError: it is a file, has something in it, or may not be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise VidpredError(f"{folder} is a file, but a folder is needed for the output; choose another name")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise VidpredError(f"the folder {folder} is not empty; choose a new one for the output, or empty it yourself")
    place = folder
    while not place.exists():
        place = place.parent
    _check_writable(place)


def _check_input(video: Path) -> None:
    if not video.exists():
        raise VidpredError(f"{video} does not exist; give the path of a video file or of a folder of numbered frames")


def check_outputs(outputs: list[tuple[Path | None, str]], overwrite: bool, video: Path | None = None) -> None:
    """Refuse outputs that cannot or must not be written, before anything is computed.

    Raises:
        VidpredError: one has another suffix, is a folder or the video itself, exists, or has no place.
    """
    for path, suffix in outputs:
        if path is None:
            continue
        if path.suffix.lower() != suffix:
            raise VidpredError(f"the output {path} does not end in {suffix}, which is what is written; rename it")
        if path.is_dir():
            raise VidpredError(f"the output {path} is a folder; choose the name of a file")
        if video is not None and path.exists() and video.exists() and path.samefile(video):
            raise VidpredError(f"the output {path} is the video itself, which is never replaced; choose another name")
        if path.exists() and not overwrite:
            raise VidpredError(f"the output {path} exists; choose another name with --out or --sheet, or --overwrite")
        if not path.parent.is_dir():
            raise VidpredError(f"there is no folder {path.parent} to write {path.name} to; create it or choose another")
        _check_writable(path.parent)


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise VidpredError(f"the folder {folder} may not be written to; choose another or change its permissions")


def _write(
    prediction: "Prediction",
    out: Path,
    sheet: Path | None,
    pair: Path | None,
    frames: Path | None,
    overwrite: bool,
) -> None:
    from vidpred.data import write_video
    from vidpred.pictures import contact_sheet, in_colour, mark_future, side_by_side, write_png

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
        for sample, future in enumerate(drawn(prediction), start=1):
            name = "future" if prediction.samples is None else f"future_{sample}"
            for number, frame in enumerate(future, start=1):
                write_png(frames / f"{name}_{number:04}.png", frame)


def _score_table(prediction: "Prediction") -> str:
    """Score every predicted frame that the truth reaches, beside the last context frame repeated.

    Of samples, the best, the mean and the worst are shown: the one that is best over all frames, by each metric.
    """
    import numpy as np

    from vidpred.evaluation import Estimates, metric_facts, score, score_table
    from vidpred.frames import to_model
    from vidpred.metrics import HEADLINES, METRICS

    truth = to_model(prediction.truth)
    futures = [score(to_model(future[: len(truth)]), truth) for future in drawn(prediction)]
    if prediction.samples is None:
        scores = {"prediction": futures[0]}
    else:
        scores = best_mean_worst(futures, {name: METRICS[name].higher_is_better for name in HEADLINES})
    scores["copy_last"] = score(to_model(np.repeat(prediction.context[-1:], len(truth), axis=0)), truth)
    unknown = np.full(len(truth) + 1, np.nan)  # one clip has no interval
    rows = {
        metric: {
            name: Estimates(np.array([*scores[name][metric], np.mean(scores[name][metric])]), unknown, unknown)
            for name in scores
        }
        for metric in HEADLINES
    }
    return score_table(rows, metric_facts())

"""What ``vidpred predict`` writes of one prediction, and the scores that it prints."""

from typing import TYPE_CHECKING

from vidpred.cli.claims import make_folder
from vidpred.cli.destinations import Destination
from vidpred.cli.sample_files import best_mean_worst, sampled_futures, write_sample_sheet, write_samples
from vidpred.errors import VidpredError
from vidpred.machine.files import all_or_none
from vidpred.machine.memory import MIB, peak_bytes
from vidpred.wording import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from torch import Tensor

    from vidpred.metrics import Metric
    from vidpred.runs.load import Prediction
    from vidpred.video.window import Colours


def write_prediction(prediction: "Prediction", to: Destination, overwrite: bool, plain: bool = False) -> None:
    """Write the files of a prediction, all or none.

    Args:
        prediction: of one clip.
        to: where they go.
        overwrite: replace files that exist.
        plain: leave predicted frames without border and label.

    Raises:
        VidpredError: a file exists, or cannot be written.
    """
    from vidpred.frames.pictures import contact_sheet, write_png

    with all_or_none() as announced:
        for path in to.written:
            make_folder(path if path in to.frames else path.parent)
        _write_films(prediction, to, overwrite, plain, announced)
        if to.sheet is not None and prediction.samples is not None:
            write_sample_sheet(prediction, announced(to.sheet))
        elif to.sheet is not None:
            sheet = contact_sheet(prediction.context, prediction.future, prediction.truth)
            write_png(announced(to.sheet), sheet)
        for folder in to.frames:
            for name, frame in named_frames(prediction):
                write_png(announced(folder / name), frame)


def _write_films(
    prediction: "Prediction", to: Destination, overwrite: bool, plain: bool, announced: "Callable[[Path], Path]"
) -> None:
    from vidpred.frames.pictures import in_colour, mark_future, side_by_side
    from vidpred.video.animation import write_by_ending

    info = prediction.info

    def write(path: "Path", frames: "Iterable[np.ndarray]", colours: "Colours" = info.colours) -> "Path":
        return write_by_ending(announced(path), frames, info.frame_rate, overwrite=overwrite, colours=colours)

    if to.film is not None and prediction.samples is None:
        future = map(in_colour, prediction.future) if plain else mark_future(prediction.future)
        write(to.film, [*map(in_colour, prediction.context), *future])
    elif to.film is not None:
        write_samples(prediction, to.film, plain, write)
    if to.pair is not None:
        write(to.pair, side_by_side(prediction.truth, prediction.future))


def named_frames(prediction: "Prediction") -> "Iterator[tuple[str, np.ndarray]]":
    """Yield every predicted frame (H, W, C), of all samples, with its name in a folder of frames."""
    for sample, future in enumerate(sampled_futures(prediction), start=1):
        name = "future" if prediction.samples is None else f"future_{sample}"
        for number, frame in enumerate(future, start=1):
            yield f"{name}_{number:04}.png", frame


def scores_of(prediction: "Prediction") -> str:
    """Score every predicted frame that the truth reaches, beside the last context frame repeated.

    Of samples, the best, the mean and the worst are shown: the one that is best over all frames, by each metric.
    """
    import numpy as np

    from vidpred.evaluation import Estimates, metric_facts, score, score_table
    from vidpred.evaluation.intervals import nanmean
    from vidpred.frames import to_model

    truth = to_model(prediction.truth)
    metrics, too_small_for = _metrics_of(truth)
    futures = [score(to_model(future[: len(truth)]), truth, None, metrics) for future in sampled_futures(prediction)]
    scores = {"prediction": futures[0]} if prediction.samples is None else best_mean_worst(futures, metrics)
    repeated = to_model(np.repeat(prediction.context[-1:], len(truth), axis=0))
    scores["copy_last"] = score(repeated, truth, None, metrics)
    unknown = np.full(len(truth) + 1, np.nan)  # one clip has no interval
    rows = {
        metric: {
            name: Estimates(
                np.append(scores[name][metric], nanmean(np.array(scores[name][metric]), axis=0)), unknown, unknown
            )
            for name in scores
        }
        for metric in metrics
    }
    return "\n\n".join(filter(None, (score_table(rows, metric_facts()), too_small_for)))


def _metrics_of(truth: "Tensor") -> "tuple[dict[str, Metric], str]":
    """Return the metrics that can score frames of that size, and a note on those that need larger ones, if any."""
    from vidpred.metrics import HEADLINES, METRICS

    metrics, left_out = {}, []
    for name in HEADLINES:
        try:
            METRICS[name].function(truth[None, :1], truth[None, :1])
        except VidpredError:
            left_out.append(name)
        else:
            metrics[name] = METRICS[name]
    height, width = truth.shape[-2:]
    note = f"note: frames of {height} x {width} are too small to be scored by {', '.join(left_out)}"
    return metrics, folded(note) if left_out else ""


def peak_memory() -> str:
    """Say how much memory the program has taken at most since it started, of the machine and of a GPU that is used.

    What it did before, such as the training of a demo, counts. Empty where the system does not say.
    """
    import torch

    most = peak_bytes()
    if most is None:
        return ""
    said = f"the program has taken {most / MIB:,.0f} MiB of memory at most so far"
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        said += f", and {torch.cuda.max_memory_allocated() / MIB:,.0f} MiB of the GPU's"
    return said

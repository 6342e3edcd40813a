"""What ``vidpred predict --samples`` writes and prints: futures together and one by one, and how far they spread."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vidpred.cli.options import check_seed
from vidpred.errors import VidpredError

if TYPE_CHECKING:
    import numpy as np

    from vidpred.metrics import Metric
    from vidpred.runs.load import Prediction

MOST_SAMPLES = 1000  # futures of one video


def check_numbers(horizon: int, samples: int | None, seed: int | None) -> None:
    """Refuse numbers that mean nothing, before anything is computed.

    Raises:
        VidpredError: less than one frame or sample, a seed without samples, or a negative one.
    """
    if horizon < 1:
        raise VidpredError(f"--horizon is {horizon}, but at least 1 frame must be predicted; give 1 or more")
    if samples is not None and samples < 1:
        raise VidpredError(f"--samples is {samples}, but at least 1 future can be sampled; give 1 or more")
    if samples is not None and samples > MOST_SAMPLES:
        raise VidpredError(f"--samples is {samples}, but at most {MOST_SAMPLES} futures are sampled; give fewer")
    if seed is not None and samples is None:
        raise VidpredError(f"--seed {seed} is of no use without sampled futures; give --samples 8 as well")
    check_seed(seed or 0)


def sample_paths(out: Path, samples: int) -> tuple[list[Path], Path | None]:
    """Return where each future goes beside ``out``, and where their spread does if there are several."""
    single = [out.with_name(f"{out.stem}_{number}{out.suffix}") for number in range(1, samples + 1)]
    return single, out.with_name(f"{out.stem}_spread{out.suffix}") if samples > 1 else None


def write_samples(prediction: "Prediction", out: Path, plain: bool, write: "Callable[..., Path]") -> None:
    """Write the futures as one tiled video and one by one, each after its context, and their spread.

    Args:
        prediction: of several futures.
        out: of the tiled video; the others lie beside it.
        plain: leave predicted frames without border and label.
        write: a film, by its path and frames, in the colours of the source or in ``colours``.
    """
    from vidpred.frames.pictures import grid, heat_maps, in_colour, mark_future
    from vidpred.predictors.rollout.samples import spread_of_frames
    from vidpred.video.window import BT_709

    futures = sampled_futures(prediction)
    single, spread_path = sample_paths(out, len(futures))

    def shown(future: "np.ndarray") -> Iterator["np.ndarray"]:
        yield from map(in_colour, prediction.context)
        yield from map(in_colour, future) if plain else mark_future(future)

    write(out, grid([shown(future) for future in futures]))
    for path, future in zip(single, futures, strict=True):
        write(path, shown(future))
    if spread_path is not None:
        maps = heat_maps(spread_of_frames(futures), num_known=len(prediction.context))  # as long as the futures
        write(spread_path, maps, colours=BT_709)


def write_sample_sheet(prediction: "Prediction", path: Path) -> None:
    """Write a contact sheet of all samples."""
    from vidpred.frames.pictures import sample_sheet, write_png
    from vidpred.predictors.rollout.samples import spread_of_frames

    futures = sampled_futures(prediction)
    spread = spread_of_frames(futures) if len(futures) > 1 else None
    write_png(path, sample_sheet(prediction.context, futures, prediction.truth, spread))


def sampled_futures(prediction: "Prediction") -> "np.ndarray":
    """Return the futures (N, horizon, H, W, C) that were sampled; the only one where none were asked for."""
    return prediction.future[None] if prediction.samples is None else prediction.samples


def best_mean_worst(
    scores: Sequence[Mapping[str, Sequence[float]]], metrics: "Mapping[str, Metric]"
) -> dict[str, dict[str, list[float]]]:
    """Return scores by step of the samples that are best and worst on average, and their mean, by row and metric.

    Args:
        scores: of every sample, by metric, one value per step.
        metrics: those that are wanted, by name.
    """
    import numpy as np

    from vidpred.evaluation.intervals import nanmean
    from vidpred.metrics.metric import cost

    rows: dict[str, dict[str, list[float]]] = {f"{name} of {len(scores)}": {} for name in ("best", "mean", "worst")}
    for name, metric in metrics.items():
        of_samples = np.array([sample[name] for sample in scores])  # (N, T)
        order = np.argsort(nanmean(cost(of_samples, metric.higher_is_better, metric.best), axis=1))
        values = (of_samples[order[0]], of_samples.mean(axis=0), of_samples[order[-1]])
        for row, value in zip(rows.values(), values, strict=True):
            row[name] = value.tolist()
    return rows

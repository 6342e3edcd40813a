"""``vidpred evaluate``: how good a predictor is on videos."""

from vidpred.cli.compare import Asked, judge
from vidpred.cli.options import (
    BestOfOption,
    CheckpointOption,
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
)
from vidpred.runs.shipped import DEFAULT


def evaluate(
    videos: VideosArgument,
    checkpoint: CheckpointOption = DEFAULT,
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
    """Score a predictor per frame ahead, beside the baselines, or what a generator of images samples.

    Frames are prepared as for training. Of the folder that the run was trained on, only the run's
    validation videos count; of a folder of images, likewise. `vidpred compare` does it for several runs.
    """
    options = (extractor, weights, samples, best_of, context, num, threads)
    judge(Asked(videos, [checkpoint], horizon, out, windows, device, seed, *options), command="evaluate")

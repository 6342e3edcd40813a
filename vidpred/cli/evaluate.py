"""``vidpred evaluate``: how good a predictor is on videos."""

from vidpred.cli.compare import (
    BestOfOption,
    Beyond,
    ContextOption,
    HorizonOption,
    NumOption,
    ReportOption,
    SamplesOption,
    SeedOption,
    VideosArgument,
    WindowsOption,
    run_comparison,
)
from vidpred.cli.extractors import ExtractorOption, WeightsOption
from vidpred.cli.predict import SHIPPED, CheckpointOption, DeviceOption


def evaluate(
    videos: VideosArgument,
    checkpoint: CheckpointOption = SHIPPED,
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
    """Score a predictor per frame ahead, beside the baselines, or what a generator of images draws.

    Frames are prepared as for training. Of the folder that the run was trained on, only the run's
    validation videos count; of a folder of images, likewise. `vidpred compare` does it for several runs.
    """
    beyond = Beyond(extractor, weights, samples, best_of, context, num)
    run_comparison(videos, [checkpoint], horizon, out, windows, device, seed, beyond, command="evaluate")

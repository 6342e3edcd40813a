"""``vidpred evaluate``: how good a predictor is on videos."""

from vidpred.cli.compare import (
    HorizonOption,
    ReportOption,
    SeedOption,
    VideosArgument,
    WindowsOption,
    run_comparison,
)
from vidpred.cli.predict import SHIPPED, CheckpointOption, DeviceOption


def evaluate(
    videos: VideosArgument,
    checkpoint: CheckpointOption = SHIPPED,
    horizon: HorizonOption = 5,
    out: ReportOption = None,
    windows: WindowsOption = 16,
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
) -> None:
    """Score a predictor per frame ahead, beside the baselines: `vidpred compare` for one run.

    Frames are prepared as for training. Of the folder that the run was trained on, only the run's
    validation videos count.
    """
    run_comparison(videos, [checkpoint], horizon, out, windows, device, seed)

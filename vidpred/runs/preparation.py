"""How the settings of a run prepare videos, for those who look at them before it."""

from pathlib import Path
from typing import Any

from vidpred.data.clip_decoding import Settings
from vidpred.data.windows import WindowRule
from vidpred.errors import VidpredError
from vidpred.registry import DATASETS
from vidpred.runs.networks import build_task
from vidpred.runs.settings import Config

VIDEOS = "video_folder"


def preparation(config: Config) -> tuple[Settings, WindowRule, Path | None]:
    """Return how videos are decoded, what makes a clip, and the folder for decoded videos.

    Raises:
        VidpredError: the run is on no videos, or an option of the data is wrong.
    """
    if config.data.name != VIDEOS:
        raise VidpredError(
            f"the settings are for data={config.data.name}, but videos are looked at; leave data out, or let `vidpred "
            "train` say with --dry-run what a run with these settings would train on"
        )
    defaults = {name: option.default for name, option in DATASETS.signature(VIDEOS).items()}
    options: dict[str, Any] = {**defaults, **DATASETS.prepare(VIDEOS, config.data.options).options}
    settings = Settings(options["resolution"], options["frame_rate"], options["greyscale"], min_size=options["crop"])
    rule = WindowRule(build_task(config).clip_length, options["stride"], options["min_motion"], options["scene_cut"])
    cache = options["cache"]
    return settings, rule, None if cache is None else Path(cache)

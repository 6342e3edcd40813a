"""From settings to data: what a run is trained and validated on."""

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.interfaces import Split, Task
from vidpred.runs.settings import Config


def build_data(config: Config, task: Task, extra_frames: int = 0) -> Split:
    """Open the data: clips as long as the task needs them and longer by ``extra_frames``, split in two.

    Raises:
        VidpredError: the data cannot be used, or a video folder is to be read and none is named.
    """
    if "source" in DATASETS.signature(config.data.name) and "source" not in config.data.options:
        raise VidpredError(
            f"no videos are named, nor other files that data={config.data.name} could read; run `vidpred train FOLDER` "
            "with a folder of them, or one video file, and the same settings"
        )
    facts = {**task.facts, "clip_length": task.clip_length + extra_frames, "seed": config.train.seed}
    split: Split = DATASETS.build(config.data.name, facts, **config.data.options)
    return split

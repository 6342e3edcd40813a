"""From settings to data: what a run is trained and validated on."""

from collections.abc import Mapping
from typing import Any

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.interfaces import Split, Task
from vidpred.registry import Prepared
from vidpred.runs.own_data import check_split
from vidpred.runs.settings import Config


def build_data(
    config: Config, task: Task, extra_frames: int = 0, known_split: Mapping[str, Any] | None = None
) -> Split:
    """Open the data: clips as long as the task needs them and longer by ``extra_frames``, split in two.

    Args:
        config: of the run.
        task: of the run.
        extra_frames: see above.
        known_split: which videos a run that goes on was on before (see :class:`~vidpred.interfaces.Split`).

    Raises:
        VidpredError: a setting or the data cannot be used, or a video folder is to be read and none is named.
    """
    require_read(config)
    return open_data(DATASETS.prepare(config.data.name, config.data.options), config, task, extra_frames, known_split)


def require_read(config: Config) -> None:
    """Refuse files that are named for data that are drawn.

    Raises:
        VidpredError: they are.
    """
    name, source = config.data.name, config.data.options.get("source")
    if source is not None and name in DATASETS and "source" not in DATASETS.signature(name):
        raise VidpredError(
            f"{source} is named, but data={name} are drawn and no file is read; leave it away, or add a data set that "
            "reads it, as data=video_folder or data=image_folder"
        )


def open_data(
    dataset: Prepared,
    config: Config,
    task: Task,
    extra_frames: int = 0,
    known_split: Mapping[str, Any] | None = None,
) -> Split:
    """Open the data as :func:`build_data` does, whose options have been checked.

    Raises:
        VidpredError: the data cannot be used, or a video folder is to be read and none is named; a data set of one's
            own does not keep to its interface.
    """
    if "source" in dataset.accepted and "source" not in dataset.options:
        raise VidpredError(
            f"no videos are named, nor other files that data={config.data.name} could read; run `vidpred train FOLDER` "
            "with a folder of them, or one video file, and the same settings"
        )
    facts = {**task.facts, "clip_length": task.clip_length + extra_frames, "seed": config.train.seed}
    dataset.refuse_settled("data", {"clip_length": facts["clip_length"], "known_split": known_split or None})
    if known_split:
        facts["known_split"] = known_split
    return check_split(config.data.name, dataset.build(facts), facts["clip_length"])

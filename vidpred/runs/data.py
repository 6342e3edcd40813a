"""From settings to data: what a run is trained and validated on."""

from collections.abc import Mapping
from typing import Any

import torch

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.interfaces import DiscriminatorEvaluator, Split, Task
from vidpred.metrics import METRICS
from vidpred.metrics.metric import TooSmallError
from vidpred.registry import Prepared
from vidpred.runs.own_data import check_split
from vidpred.runs.settings import Config
from vidpred.tasks import ImageSynthesis

ANY_SCORE_TAKES = 64  # pixels, the shorter side of frames that need not be tried


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
    split = check_split(config.data.name, dataset.build(facts), facts["clip_length"])
    _refuse_partly_labelled(task, split)
    _refuse_too_small(task, split, dataset)
    return split


def _refuse_too_small(task: Task, split: Split, dataset: Prepared) -> None:
    """Refuse frames that a score of the task cannot be computed of, before anything is written for a run.

    Raises:
        VidpredError: they are too small for one.
    """
    height, width = split.train.facts["height"], split.train.facts["width"]
    if min(height, width) >= ANY_SCORE_TAKES:
        return
    frame = torch.zeros(1, 1, 1, height, width)
    for name in (each for each in METRICS if each in task.scores):
        try:
            METRICS[name].function(frame, frame)
        except TooSmallError as error:
            how = _how_to_enlarge(dataset)
            raise VidpredError(f"{error.said_of(name)}, and a run is scored by it; {how}") from None


def _how_to_enlarge(dataset: Prepared) -> str:
    if "crop" in dataset.accepted:
        return "raise data.crop, and data.resolution where that is no larger"
    return "raise data.resolution" if "resolution" in dataset.accepted else "take larger frames"


def _refuse_partly_labelled(task: Task, split: Split) -> None:
    """Refuse images of which only some are labelled where nothing learns from few labels.

    Raises:
        VidpredError: ``task`` has no use for them.
    """
    learns_classes = isinstance(task, DiscriminatorEvaluator)
    if split.train.facts.get("num_categories") and isinstance(task, ImageSynthesis) and not learns_classes:
        raise VidpredError(
            "data.labelled_per_class leaves most images without a label, for a classifier to learn from few, and "
            "task=image_synthesis has none; leave it out, or train one with --config semi_supervised"
        )

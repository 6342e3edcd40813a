"""What a run leaves behind while it trains: checkpoints, numbers, pictures and preview films."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from torch import nn

from vidpred.errors import VidpredError
from vidpred.frames.pictures import write_png
from vidpred.interfaces import Lengthening
from vidpred.machine.files import write_text
from vidpred.runs.build import Parts
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.course import PROGRESS
from vidpred.runs.folder import RunFolder, environment
from vidpred.runs.resuming.restoring import NETWORKS
from vidpred.runs.settings import dump_config
from vidpred.runs.warm_start import WARM_START
from vidpred.training.logbook import Logbook
from vidpred.training.loop import Scores
from vidpred.training.progress import Progress
from vidpred.training.sentences import DIVERGED
from vidpred.video import write_video

PREVIEW_RATE = 10.0  # frames per second of preview films: slow enough to follow


class Writer:
    """Writes what a run leaves behind; only the main process has one.

    Args:
        parts: of the run.
        folder: of the run.
        first_step: steps already taken.
        warm_start: which checkpoint the first weights were from, if from one.
        progress: of the run, which every checkpoint has.
    """

    def __init__(
        self,
        parts: Parts,
        folder: RunFolder,
        first_step: int,
        warm_start: Mapping[str, Any] | None,
        progress: Progress,
    ):
        self.parts = parts
        self.folder = folder
        self.progress = progress
        self.surroundings = environment(parts.config.train.seed, parts.engine)
        if warm_start is not None:
            self.surroundings[WARM_START] = warm_start
        folder.describe(dump_config(parts.config), parts.data.report, self.surroundings, first_step)
        train = parts.config.train
        length_is_known = train.minutes is None or progress.length_is_settled
        last_step = train.steps if length_is_known else None
        self.logbook = Logbook(folder.path, first_step, last_step, parts.task.scores)
        self._preview: np.ndarray | None = None
        self._closed = False

    def save(self, step: int, best: Scores, is_best: bool) -> None:
        """Write the last checkpoint, or the best."""
        state = self.parts.trainer.state_dict()
        _check_finite(state, step)
        self.logbook.require_own_folder()
        checkpoint = Checkpoint(
            config=self.parts.config.model_dump(mode="json"),
            facts=self.parts.facts,
            step=step,
            state=state,
            scores=best,
            environment={**self.surroundings, PROGRESS: self.progress.model_dump()},
        )
        checkpoint.save(self.folder.best if is_best else self.folder.last)

    def set_length(self, num_steps: int) -> None:
        """Write down how many steps the run has, now that its minutes have settled it."""
        config = self.parts.config
        settled = config.model_copy(update={"train": config.train.model_copy(update={"steps": num_steps})})
        self.parts = replace(self.parts, config=settled)
        self.logbook.require_own_folder()
        write_text(self.folder.config, dump_config(settled))
        self.logbook.set_length(num_steps)

    def illustrate(self, network: nn.Module, step: int) -> None:
        """Show what the network predicts for whole frames of one validation clip."""
        if self._preview is None:
            self._preview = _preview_clip(self.parts)[None]
        with self.parts.engine.autocast():
            shown = self.parts.task.illustrate(network, self._preview)
        self.logbook.require_own_folder()
        write_png(self.folder.sample(step, ".png"), shown.picture)
        if shown.film is not None:
            write_video(self.folder.sample(step, ".mp4"), shown.film, PREVIEW_RATE, overwrite=True)

    def close(self) -> None:
        """Finish the files; a second time there is nothing to do."""
        if self._closed:
            return
        self._closed = True
        try:
            self.logbook.draw_curves()
        finally:
            self.logbook.close()


def _check_finite(state: Mapping[str, Any], step: int) -> None:
    """Refuse to write weights that predict nothing over those that do.

    Raises:
        VidpredError: some are infinite or not numbers.
    """
    for part in NETWORKS:
        for name, value in (state[part] or {}).items():
            if value.is_floating_point() and not value.isfinite().all():
                raise VidpredError(f"the weights {name!r} of the {part} became nan or inf at step {step}, {DIVERGED}")


def _preview_clip(parts: Parts) -> np.ndarray:
    """Return whole frames (T, H, W, C) of a validation clip, as many as a preview shows where its data reach so far."""
    clips = parts.data.validation or parts.data.train
    num_frames = parts.task.clip_length + parts.config.log.preview_frames - 1
    longer = clips.longer(num_frames) if isinstance(clips, Lengthening) else None
    shown = clips if longer is None else longer
    return shown.full_frames(len(shown) // 2)

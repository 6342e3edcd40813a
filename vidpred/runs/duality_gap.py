"""How far the game of a run, finished or not, is from an equilibrium."""

from functools import partial
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch
from vidpred.machine.ranges import require_countable
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.checkpoint import LAST, Checkpoint, find_checkpoint
from vidpred.runs.resuming.restoring import restore
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings import parse_config
from vidpred.runs.settings.paths import with_safe_cache
from vidpred.training.health.duality_gap import DualityGap, estimate_duality_gap
from vidpred.training.health.monitor import MonitoredClips


def measure_duality_gap(path: Path, steps: int = 200, device: str = "auto") -> DualityGap:
    """Estimate the duality gap of a run at its last checkpoint.

    The players go on with clips of the training set, and are scored on held-out ones, where there are any.

    Args:
        path: the run's folder.
        steps: that each player takes alone; each is about one of training.
        device: as in :func:`start_run`.

    Raises:
        VidpredError: there is no checkpoint, no adversary, the data are gone, or the steps never end.
    """
    require_countable(steps)
    checkpoint = Checkpoint.load(find_checkpoint(path, prefer=LAST))
    config = with_safe_cache(parse_config(dict(checkpoint.config)), None, lambda _: None)
    parts = Parts.build(config, open_engine(config, device), known_split=known_split(checkpoint.facts))
    if parts.trainer.adversary is None:
        raise VidpredError(f"{path} was trained without an adversary, so there is no game; name a run that has one")
    restore(parts.trainer, checkpoint, path)
    seed = config.train.seed
    clips = MonitoredClips(parts.data, config.log.validation_clips, seed, parts.engine.device)
    try:
        batches = partial(_first_round, parts, checkpoint.step)
        return estimate_duality_gap(parts.trainer, batches, clips.held_out or clips.trained_on, steps, seed)
    finally:
        parts.feed.close()


def _first_round(parts: Parts, after: int, step: int) -> Batch:
    """Return the clips of the first discriminator step that would come so many steps later."""
    return parts.feed.batch(after + step).chunk(parts.trainer.rounds)[0]

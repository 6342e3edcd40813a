"""Has the parts of others answer once before a run has a folder, so that none is left of a part that is refused."""

import torch

from vidpred.interfaces import Batch
from vidpred.machine.engine import all_evaluating
from vidpred.plugins import PLUGINS
from vidpred.runs.build import Parts, named_parts
from vidpred.training.attempt import make_attempt

TRIAL = 2  # clips


def try_out(parts: Parts) -> None:
    """Let the networks and the losses of a run see two of its clips, if any is not vidpred's own; nothing is learnt.

    No weight, statistic or random number of the run is changed.

    Raises:
        VidpredError: what a network returns is not what its interface says.
    """
    if not PLUGINS.any_foreign(named_parts(parts.config)):
        return
    trainer, adversary = parts.trainer, parts.trainer.adversary
    batch, generator = parts.feed.peek(0), trainer.generator.network
    few = Batch(batch.clips[:TRIAL], batch.labels[:TRIAL] if batch.labels is not None else None)
    networks = [generator, adversary.player.network] if adversary else [generator]
    with torch.no_grad(), torch.random.fork_rng(), all_evaluating(networks), trainer.engine.autocast():
        attempt = make_attempt(trainer.task, generator, few, trainer.objective.num_draws)
        trainer.objective(attempt.fake, attempt.target)
        if adversary is not None:
            adversary.generator_loss(*attempt.presented(), attempt.example.labels)

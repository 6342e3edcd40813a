"""From settings to a task and to its network: all that a checkpoint needs to predict."""

from collections.abc import Mapping
from typing import Any, cast

from torch import nn

from vidpred.generators.sampling import require_generator
from vidpred.interfaces import Predictor, Task
from vidpred.predictors.rollout.rollout import frames_needed
from vidpred.registry import Prepared
from vidpred.runs.settings import Config
from vidpred.tasks import TASKS


def build_task(config: Config) -> Task:
    """Build what is to be learnt."""
    task: Task = TASKS.build(config.task.name, **config.task.options)
    return task


def build_network(config: Config, task: Task, facts: Mapping[str, Any]) -> nn.Module:
    """Build the network that predicts, with random weights.

    Args:
        config: a run's settings.
        task: what the network learns, or has learnt.
        facts: what data and task settled (frame_channels, height, width, num_context_frames ...).
    """
    return build_prepared(prepare_network(config, task), facts)


def build_prepared(part: Prepared, facts: Mapping[str, Any]) -> nn.Module:
    """Build a network whose name and options are known to be right, see :func:`build_network`.

    Raises:
        VidpredError: a predictor that does not say how many frames it takes, or leads by; a generator that does not
            say how much noise it takes.
    """
    network: nn.Module = part.build(facts)
    if "num_context_frames" in facts:  # it is to see known frames
        frames_needed(cast(Predictor, network))
    if "latent_channels" in facts:  # it is to draw from noise alone
        require_generator(network)
    return network


def prepare_network(config: Config, task: Task) -> Prepared:
    """Check the network's name and options."""
    return task.networks.prepare(config.network.name, config.network.options)

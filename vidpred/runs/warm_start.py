"""Where a new run's weights come from when they are not random: the checkpoint of another run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError
from vidpred.machine.files import real_path, sha256_of
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint, load_to_predict, load_weights
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings import parse_config
from vidpred.training.trainer import AdversarialTrainer

WARM_START = "start_from"  # its key in the description of a run's environment
INHERITED = ("task", "network", "plugins")  # sections of the settings that shape the weights, and whose parts they name


def inherited_settings(path: Path) -> dict[str, Any]:
    """Return the sections of settings with which the weights of a checkpoint fit.

    Raises:
        VidpredError: there is no checkpoint, or an unusable one.
    """
    return fitting_sections(Checkpoint.load(path, only=()))


def fitting_sections(saved: Checkpoint) -> dict[str, Any]:
    """Return the sections of a checkpoint's settings with which its weights fit."""
    return {section: saved.config[section] for section in INHERITED if section in saved.config}


def split_before(path: Path | None) -> dict[str, Any]:
    """Return what is recorded of the data behind a checkpoint's weights, for the data of a run that starts from them.

    Raises:
        VidpredError: there is no checkpoint, or an unusable one.
    """
    recorded = known_split(Checkpoint.load(path, only=()).facts) if path is not None else {}
    return {"before": recorded} if recorded else {}


def start_weights(
    trainer: AdversarialTrainer, path: Path, network: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the generator, and its moving average, the weights that a checkpoint predicts with.

    Args:
        trainer: that has taken no step.
        path: of the checkpoint, or of a run's folder.
        network: the generator's name and options, to explain by them why weights do not fit.
        facts: what data and task settled for it.

    Returns:
        Which checkpoint it was: path, step and SHA-256.

    Raises:
        VidpredError: there is no checkpoint, an unusable one, or one of another network.
    """
    path = real_path(find_checkpoint(path))
    saved, weights = load_to_predict(path)
    try:
        for learner in (trainer.generator.network, trainer.network):
            load_weights(learner, weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        accepted = trainer.task.networks.signature(network["name"])
        defaults = {name: option.default for name, option in accepted.items()}
        described = parse_config(saved.config).network.model_dump()
        here, there = _shape(network, facts, defaults), _shape(described, saved.facts, defaults)
        reason = ", ".join(_differences(here, there)) or str(error).splitlines()[-1].strip().rstrip(".")[:300]
        raise VidpredError(
            f"the weights in {path} do not fit this run's network ({reason}); leave network.* and task.* to the "
            "checkpoint, give it frames of as many channels (data.greyscale), or start without it"
        ) from None
    return {"path": str(path), "step": saved.step, "sha256": sha256_of(path)}


def _shape(network: Mapping[str, Any], facts: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a network was built from, by name."""
    settled = {name: facts[name] for name in defaults if name in facts}
    return {**defaults, **settled, **network}


def _differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[str]:
    """Say in what two networks differ; options of different networks do not compare."""
    names = ["name"] if here["name"] != there["name"] else [*here, *(name for name in there if name not in here)]
    for name in names:
        if here.get(name) != there.get(name):
            yield f"{name} is {here.get(name)!r} here and {there.get(name)!r} there"

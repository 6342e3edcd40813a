"""What a new run is made of where no config is named: it goes on from weights, with the recipe that made them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vidpred.machine.files import real_path
from vidpred.predictors import PREDICTORS
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint
from vidpred.runs.settings import Config, Part, load_config, parse_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.settings.misplaced import refuse_misplaced
from vidpred.runs.shipped import WEIGHTS
from vidpred.runs.warm_start import fitting_sections, inherited_settings
from vidpred.tasks import TASKS
from vidpred.tasks.commands import makes_images

FINE_TUNING = "fine_tuning"  # the preset that is laid over the recipe of the shipped weights
VIDEOS = Config().data.name  # the data set that recipes are for
SECTIONS = ("discriminator", "objective", "generator", "adversary")  # of a recipe, beside what shapes the weights
PER_RUN = {"seed", "stop_on", "minutes", "patience", "discriminator_head_start"}  # of training: every run decides anew
PER_FOLDER = {"source", "only", "validation", "validation_source", "validation_only", "cache", "hold_out"}  # of data
FREE = {"horizon"}  # options of the task with which weights fit, whatever they are
HEAD_START = 100  # steps that a new discriminator learns alone, before it teaches a trained generator


class Beginning(NamedTuple):
    """The settings of a new run, and whose weights it starts from."""

    config: Config
    start_from: Path | None  # None for random weights
    note: str  # a line that says why the weights are random where nobody asked for it; may be empty


def settle(config: Path | None, settings: Sequence[str], start_from: Path | None) -> Beginning:
    """Return what a new run is made of.

    With ``config``, its settings count, over the defaults, and weights are random unless ``start_from`` names some,
    whose network and task are taken. Without, the run goes on from ``start_from``, by default from the shipped
    weights, with the recipe that made them; random weights and the defaults take their place only where these
    cannot fit.

    Args:
        config: a YAML file, or the name of a preset.
        settings: ``section.key=value``, which win over all else.
        start_from: a run's folder, a checkpoint, or ``default``.

    Raises:
        VidpredError: a setting, or the checkpoint, cannot be used.
    """
    if config is not None:
        inherited = inherited_settings(start_from) if start_from else None
        return Beginning(load_config(config, settings, inherited), start_from, "")
    if start_from is not None:
        return Beginning(_going_on(start_from, settings), start_from, "")
    resolved = _going_on(WEIGHTS, settings)
    if reason := _why_they_cannot_fit(resolved):
        instead = load_config(None, settings)
        if instead.network.name != resolved.network.name:
            reason += f"; the network is then {instead.network.name}, not {resolved.network.name} as theirs"
        return Beginning(instead, None, f"note: starts from nothing, not from the shipped weights, since {reason}\n")
    return Beginning(resolved, WEIGHTS, "")


def inherited_recipe(path: Path) -> dict[str, Any]:
    """Return the sections of settings by which the weights of a checkpoint were made, but for which data they saw.

    Of a predictor whose data were drawn, those are not taken over: videos take their place.

    A discriminator, which is never taken over, gets a head start.

    Raises:
        VidpredError: there is no checkpoint, or an unusable one.
    """
    checkpoint = Checkpoint.load(path, only=())
    saved = parse_config(checkpoint.config)
    tree = saved.model_dump(mode="json")
    recipe = {name: tree[name] for name in SECTIONS}
    recipe["train"] = _without(PER_RUN, tree["train"])
    if saved.objective.has_adversary:
        recipe["train"]["discriminator_head_start"] = HEAD_START
    recipe["log"] = {"best_by": saved.log.best_by}
    if saved.data.name == VIDEOS or makes_images(saved.task.name):
        recipe["data"] = _without(PER_FOLDER, tree["data"])
    return {**fitting_sections(checkpoint), **recipe}


def _going_on(path: Path, settings: Sequence[str]) -> Config:
    """Return the settings of a run that goes on from a checkpoint."""
    is_shipped = real_path(find_checkpoint(path)) == real_path(WEIGHTS)
    return load_config(find_presets()[FINE_TUNING] if is_shipped else None, settings, inherited_recipe(path))


def _why_they_cannot_fit(config: Config) -> str:
    """Return why the shipped weights cannot be where a run with these settings starts; an empty text where they can.

    Raises:
        VidpredError: an option is neither one of theirs nor of what takes their place.
    """
    shipped = parse_config(inherited_settings(WEIGHTS))
    if config.data.name != VIDEOS:
        return f"they predict videos, and the data are {config.data.name}"
    if config.data.options.get("greyscale"):
        return "they predict frames in colour, and data.greyscale is true"
    for section, registry in (("task", TASKS), ("network", PREDICTORS)):
        wanted, theirs = getattr(config, section), getattr(shipped, section)
        if wanted.name != theirs.name:
            return f"{section} is {wanted.name}, and theirs is {theirs.name}"
        defaults = {name: option.default for name, option in registry.signature(theirs.name).items()}
        instead = registry.signature(getattr(Config(), section).name)
        unknown = {name: value for name, value in wanted.options.items() if name not in {*defaults, *instead}}
        refuse_misplaced({section: (registry, Part(name=theirs.name, options=unknown))})
        registry.check(theirs.name, unknown)
        here, there = {**defaults, **wanted.options}, {**defaults, **theirs.options}
        if differing := [name for name in here if name not in FREE and here[name] != there.get(name)]:
            return f"{section}.{differing[-1]} is {here[differing[-1]]}, which is not theirs"
    return ""


def _without(names: set[str], section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if key not in names}

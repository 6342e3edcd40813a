"""Finds settings that somebody gave and that have no effect, and says why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

from vidpred.machine.needs import Needs
from vidpred.registry import Registry
from vidpred.runs.build import REGISTRIES
from vidpred.runs.settings import Config, Part
from vidpred.runs.settings.files import find_config, find_presets, override, read_layers
from vidpred.training.settings import Section
from vidpred.wording import without_effect

Name = tuple[str, ...]  # of a setting, section by section
PARTS = {(section,) for section in REGISTRIES}
MOST_NAMED = 8  # settings that one sentence lists


def say_idle(config: Config, file: Path | None, overrides: Sequence[str], from_nothing: bool = False) -> list[str]:
    """Return a sentence for each reason why settings have no effect.

    Only what somebody gave for this very run counts: neither presets, nor what a file extends, nor a file with all
    sections, as a run writes. Nor does a setting that is as it is by default.

    Args:
        config: what came of the settings, which are right.
        file: of settings, or the name of a preset.
        overrides: such as ``train.steps=500``.
        from_nothing: whether the run starts from random weights, of which no share is worth keeping, whoever says so.
    """
    by_reason: dict[str, list[str]] = {}
    given = [*_given_in(file), *(name for text in overrides for name, _ in _values(override({}, text)))]
    for name in dict.fromkeys(given):
        if (reason := _why_idle(config, name)) is not None:
            by_reason.setdefault(reason, []).append(".".join(name))
    sentences = [without_effect(names, reason, MOST_NAMED) for reason, names in by_reason.items()]
    if from_nothing and (share := config.train.share_of_start):
        sentences.append(
            f"train.share_of_start={share:g} keeps a share of random weights in those that predict, since the run "
            "starts from nothing; name weights with --from, or set it to 0"
        )
    return [*sentences, *_replaced(config, overrides)]


def say_unread(overrides: Sequence[str], read: Sequence[str], by: str) -> list[str]:
    """Return a sentence, if some of the settings are none that a command reads.

    Args:
        overrides: such as ``train.steps=500``.
        read: sections and settings that the command reads.
        by: the name of the command.
    """
    names = [".".join(name) for text in overrides for name, _ in _values(override({}, text))]
    idle = [name for name in dict.fromkeys(names) if not any(f"{name}.".startswith(f"{each}.") for each in read)]
    return [without_effect(idle, f"{by} reads {', '.join(read)} only", MOST_NAMED)] if idle else []


def _given_in(file: Path | None) -> list[Name]:
    path = find_config(file) if file is not None else None
    if path is None or path in find_presets().values():
        return []
    own = read_layers(path)[-1]
    is_complete = own.keys() >= Config.model_fields.keys() - {"plugins"}
    return [] if is_complete else [name for name, _ in _values(own)]


def _values(tree: Mapping[str, Any], above: Name = ()) -> Iterator[tuple[Name, Any]]:
    """Yield all settings in a tree by name; a part alone is its name."""
    for key, value in tree.items():
        name = (*above, str(key))
        if isinstance(value, Mapping) and value:
            yield from _values(value, name)
        else:
            yield ((*name, "name") if name in PARTS and isinstance(value, str) else name), value


def _why_idle(config: Config, name: Name) -> str | None:
    """Return why a setting has no effect; None where it has one, or is as it is by default."""
    section: Any = config
    usual: Any = Config()
    needs: list[tuple[Any, Needs]] = []
    for step, key in enumerate(name):
        if isinstance(section, Part):
            needs += _needs_of_option(REGISTRIES[name[step - 1]], section, key)
            break
        if not isinstance(section, Section):
            break
        needs += [(section, each) for each in type(section).model_fields[key].metadata if isinstance(each, Needs)]
        section, usual = getattr(section, key), getattr(usual, key)
    if section == usual:
        return None
    return next((each.otherwise for place, each in needs if not each.met(place, config)), None)


def _needs_of_option(registry: Registry, part: Part, option: str) -> list[tuple[Any, Needs]]:
    """Return what an option of a part needs, each with all of the part's options."""
    defaults = {name: parameter.default for name, parameter in registry.signature(part.name).items()}
    marks = get_args(registry.types(part.name).get(option))[1:]
    options = SimpleNamespace(**{**defaults, **part.options})
    return [(options, each) for each in marks if isinstance(each, Needs)]


def _replaced(config: Config, overrides: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each setting that another one after it takes the place of."""
    tree = config.model_dump()
    given = [dict(_values(override({}, text))) for text in overrides]
    for number, (text, values) in enumerate(zip(overrides, given, strict=True)):
        for later, after in zip(overrides[number + 1 :], given[number + 1 :], strict=True):
            again = any(name in after and after[name] != value for name, value in values.items())
            around = any(name[: len(other)] == other for name in values for other in _parts(after))
            if again or (around and not all(_is_in(tree, name) for name in values)):
                yield f"{text} has no effect, since {later} after it takes its place"
                break


def _parts(names: Iterable[Name]) -> set[Name]:
    """Return the settings that hold those called so: a part for its name, all loss terms for one."""
    return {name[:-1] for name in names}


def _is_in(tree: Any, name: Name) -> bool:
    for key in name:
        if not isinstance(tree, Mapping) or key not in tree:
            return False
        tree = tree[key]
    return True

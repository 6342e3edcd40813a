"""``vidpred config``: every setting with its type, default and meaning."""

import inspect
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vidpred.registry import Registry
    from vidpred.runs.settings import Part

WIDTH = 100  # characters per line
TYPE_NAMES: dict[Any, str] = {
    NoneType: "null",
    str: "text",
    bool: "true or false",
    Path: "path",
    Any: "anything",
    tuple: "list",
    Sequence: "list",
    dict: "map",
}
SETTLED_BY_THE_RUN = {  # options that no user needs to give, because data, task and network settle them
    "data": ("clip_length", "seed"),
    "network": ("num_context_frames", "lead", "frame_channels", "height", "width", "num_classes"),
    "discriminator": ("num_frames", "frame_channels", "height", "width", "num_scales", "num_classes"),
}

Setting = tuple[str, str, str, str]  # name, type, default, meaning; a part by its name has neither type nor default


def config(
    words: Annotated[
        list[str] | None, typer.Argument(help="Show only settings whose name, or whose part's name, contains a word.")
    ] = None,
) -> None:
    """List every setting: its name, type, default and meaning.

    Give any of them to `vidpred train` as name=value, or in a YAML file with --config. The settings of
    task, data, network and discriminator depend on the part that is named; all parts are listed. Defaults are those of
    a run from nothing: a run that goes on from weights has their recipe, which `vidpred train VIDEOS --dry-run` prints.
    """
    from vidpred.errors import VidpredError, did_you_mean
    from vidpred.runs.build import REGISTRIES
    from vidpred.runs.settings import Config

    shown = [*_section_settings(Config(), ""), *_loss_settings()]
    for section, registry in REGISTRIES.items():
        shown += _part_settings(section, registry, getattr(Config(), section))
    asked = _named(shown, words) if words else shown
    if words and not asked:
        meant = did_you_mean(words[0], [part for name, *_ in shown for part in (name, name.rpartition(".")[2])])
        raise VidpredError(f"no setting has {' or '.join(words)} in its name{meant}; leave it out to see all")
    for name, kind, default, meaning in asked:
        print(f"{name} ({kind}, default {default})" if kind else name)
        print(textwrap.fill(meaning, WIDTH, initial_indent="    ", subsequent_indent="    "))


def _named(shown: Sequence[Setting], words: Sequence[str]) -> list[Setting]:
    """Return the settings whose name contains a word, and those of the parts whose name does."""
    named, part = [], ""
    for setting in shown:
        name, kind, *_ = setting
        part = part if kind else name  # a part comes before its settings
        if any(word in name or word in part for word in words):
            named.append(setting)
    return named


def _section_settings(section: "BaseModel", prefix: str) -> Iterator[Setting]:
    """Yield the settings of one section, whose values are the defaults."""
    from vidpred.losses import GAMES
    from vidpred.runs.build import REGISTRIES
    from vidpred.runs.settings import Part
    from vidpred.tasks import TASKS
    from vidpred.training.settings import Section

    scores = [score for task in TASKS.values() for score in task.scores]
    choices = {**REGISTRIES, "objective.game": GAMES, "log.best_by": scores}
    for key, field in type(section).model_fields.items():
        name, default = f"{prefix}{key}", getattr(section, key)
        if isinstance(default, Section):
            yield from _section_settings(default, f"{name}.")
            continue
        kind = _either(choices[name]) if name in choices else _type_name(field.annotation, field.metadata)
        yield name, kind, _shown(default.name if isinstance(default, Part) else default), field.description or ""


def _loss_settings() -> Iterator[Setting]:
    """Yield what ``objective.terms`` and ``objective.penalties`` may hold."""
    from vidpred.losses import PENALTIES, RECONSTRUCTION_LOSSES, ZERO_CENTRED
    from vidpred.runs.settings import ObjectiveSection

    for loss in RECONSTRUCTION_LOSSES:
        place, default = f"objective.terms.{loss}", ObjectiveSection().terms.get(loss, 0.0)
        yield place, "float, at least 0", _shown(default), _first_paragraph(RECONSTRUCTION_LOSSES[loss])
        yield from _options(place, RECONSTRUCTION_LOSSES, loss)
    for penalty in PENALTIES:
        kind = f"float, at least 0{', or auto' if PENALTIES[penalty] in ZERO_CENTRED else ''}"
        yield f"objective.penalties.{penalty}", kind, "0.0", _first_paragraph(PENALTIES[penalty])


def _part_settings(section: str, registry: "Registry", default: "Part") -> Iterator[Setting]:
    """Yield the parts that ``section`` may name, and their options."""
    for part in registry:
        yield f"{section}={part}", "", "", _first_paragraph(registry[part])
        yield from _options(section, registry, part, default.options if part == default.name else {})


def _options(
    place: str, registry: "Registry", part: str, preset: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[Setting]:
    """Yield the options of a part, whose defaults are those of its constructor or in ``preset``."""
    meanings = _argument_meanings(registry[part])
    for option, parameter in registry.signature(part).items():
        if parameter.default is not parameter.empty and option not in SETTLED_BY_THE_RUN.get(place, ()):
            default = preset.get(option, parameter.default)
            yield f"{place}.{option}", _type_name(parameter.annotation), _shown(default), meanings.get(option, "")


def _argument_meanings(part: Any) -> Mapping[str, str]:
    """Read the ``Args:`` of a docstring."""
    block = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", _docstring(part), flags=re.MULTILINE | re.DOTALL)
    entries = re.findall(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", block[1] if block else "", flags=re.M | re.S)
    return {name: " ".join(meaning.split()) for name, meaning in entries}


def _first_paragraph(part: Any) -> str:
    return _docstring(part).split("\n\n")[0].replace("\n", " ")


def _docstring(part: Any) -> str:
    from vidpred.kinds import called_by

    return inspect.getdoc(called_by(part)) or ""


def _type_name(annotation: Any, constraints: Sequence[Any] = ()) -> str:
    """Name a type in a reader's words, such as ``float, at least 0, or null``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        names = [_type_name(choice) for choice in arguments]
        name = (", or " if any("," in choice for choice in names) else " or ").join(names)
    elif origin is Literal:
        name = _either([str(word) for word in arguments])
    elif arguments:
        held = dict.fromkeys(_type_name(argument) for argument in arguments if argument is not Ellipsis)
        name = f"{_type_name(origin)} of {' to '.join(held)}"
    else:
        name = TYPE_NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))
    return ", ".join([name, *filter(None, map(_limit, constraints))])


def _limit(constraint: Any) -> str:
    signs = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return ", ".join(f"{word} {getattr(constraint, sign)}" for sign, word in signs.items() if hasattr(constraint, sign))


def _either(words: Collection[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _shown(value: Any) -> str:
    """Write a value as it is given on the command line."""
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)

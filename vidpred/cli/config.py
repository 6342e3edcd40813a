"""``vidpred config``: every setting with its type, default and meaning."""

import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vidpred.registry import Registry

WIDTH = 100  # characters per line


def config(
    words: Annotated[list[str] | None, typer.Argument(help="Show only settings whose name contains a word.")] = None,
) -> None:
    """List every setting: its name, type, default and meaning.

    Give any of them to `vidpred train` as name=value, or in a YAML file with --config. The settings of
    task, data, network and discriminator depend on the part that is named; all parts are listed.
    """
    from vidpred.build import REGISTRIES
    from vidpred.config import Config

    shown = list(_section_settings(Config, ""))
    for section, registry in REGISTRIES.items():
        shown += _part_settings(section, registry)
    for name, kind, default, meaning in shown:
        if not words or any(word in name for word in words):
            print(f"{name} ({kind}, default {default})" if kind else name)
            print(textwrap.fill(meaning, WIDTH, initial_indent="    ", subsequent_indent="    "))


Setting = tuple[str, str, str, str]  # name, type, default, meaning


def _section_settings(section: "type[BaseModel]", prefix: str) -> Iterator[Setting]:
    from vidpred.config import Part, Section

    for name, field in section.model_fields.items():
        kind = field.annotation
        if inspect.isclass(kind) and issubclass(kind, Section):
            yield from _section_settings(kind, f"{prefix}{name}.")
        elif kind is Part:
            yield f"{prefix}{name}", "name of a part", field.default.name, field.description or ""
        else:
            limits = "".join(f", {limit}" for limit in map(_limit, field.metadata) if limit)
            yield f"{prefix}{name}", _type_name(kind) + limits, _shown(field.default), field.description or ""


def _part_settings(section: str, registry: "Registry") -> Iterator[Setting]:
    """Yield the options of every part of one kind; the run itself settles what has no default."""
    for part in registry:
        yield f"{section}={part}", "", "", _first_sentence(registry[part])
        meanings = _argument_meanings(registry[part])
        for option, parameter in registry.signature(part).items():
            if parameter.default is not parameter.empty and option in meanings:
                kind = _type_name(parameter.annotation)
                yield f"{section}.{option}", kind, _shown(parameter.default), meanings[option]


def _argument_meanings(part: Any) -> Mapping[str, str]:
    """Read the ``Args:`` of a docstring."""
    text = inspect.getdoc(part) or ""
    block = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    entries = re.findall(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", block[1] if block else "", flags=re.M | re.S)
    return {name: " ".join(meaning.split()) for name, meaning in entries}


def _first_sentence(part: Any) -> str:
    return (inspect.getdoc(part) or "").split("\n\n")[0].replace("\n", " ")


def _type_name(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"(typing|collections\.abc|pathlib|annotated_types)\.", "", text)


def _limit(constraint: Any) -> str:
    signs = {"ge": "at least", "gt": "above", "le": "at most"}
    return ", ".join(f"{word} {getattr(constraint, sign)}" for sign, word in signs.items() if hasattr(constraint, sign))


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)

"""Every number that a user can set has a lower and an upper bound, so that none can overflow or never end."""

from collections.abc import Iterator
from contextlib import suppress
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

from vidpred.data import DATASETS
from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.generators import GENERATORS
from vidpred.losses import RECONSTRUCTION_LOSSES
from vidpred.metrics.features import EXTRACTORS
from vidpred.predictors import PREDICTORS
from vidpred.runs.settings import Config, load_config, parse_config
from vidpred.tasks import TASKS

REGISTRIES = (TASKS, DATASETS, PREDICTORS, GENERATORS, DISCRIMINATORS, RECONSTRUCTION_LOSSES, EXTRACTORS)
ELSEWHERE = {  # what has its bounds where it is read, not in its type
    ("objective", "terms"): "a weight, or a map with one: checked by Objective",
}


def unbounded(annotation: Any, constraints: tuple[Any, ...] = ()) -> Iterator[str]:
    """Yield a complaint for every number in ``annotation`` that lacks a bound."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from unbounded(arguments[0], arguments[1:])
    elif annotation in (int, float):
        low = any(hasattr(one, "ge") or hasattr(one, "gt") for one in constraints)
        high = any(hasattr(one, "le") or hasattr(one, "lt") for one in constraints)
        if not (low and high):
            yield f"a {annotation.__name__} has no {'lower' if high else 'upper'} bound"
    elif origin is not Literal:
        outer = constraints if origin in (Union, UnionType) else ()
        for argument in arguments:
            yield from unbounded(argument, outer)


def test_the_check_finds_numbers_without_bounds():
    from annotated_types import Ge, Le

    both = Annotated[int, Ge(1), Le(2)]
    assert not [*unbounded(both | None), *unbounded(list[both]), *unbounded(Literal[4, 5] | bool | str)]
    assert [*unbounded(int)]
    assert [*unbounded(Annotated[float, Ge(0)] | None)]
    assert [*unbounded(dict[str, list[Annotated[int, Le(1)]]])]


@pytest.mark.parametrize(
    ("parts", "name"), [(parts, name) for parts in REGISTRIES for name in parts], ids=lambda value: str(value)[:30]
)
def test_every_number_among_the_options_of_a_part_has_two_bounds(parts, name):
    part = parts[name]
    hints = get_type_hints(part.__init__ if isinstance(part, type) else part, include_extras=True)
    found = {option: [*unbounded(hints[option])] for option in parts.signature(name) if option in hints}
    assert not {option: wrong for option, wrong in found.items() if wrong}


def sections(section: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    hints = get_type_hints(section, include_extras=True)
    for name in section.model_fields:
        kind = hints[name]
        plain = section.model_fields[name].annotation
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            yield from sections(plain, (*path, name))
        else:
            yield (*path, name), kind


def test_every_number_among_the_settings_has_two_bounds():
    found = {path: [*unbounded(kind)] for path, kind in sections(Config) if path not in ELSEWHERE}
    assert {("train", "steps"), ("generator", "betas"), ("objective", "augmentation", "strength")} <= found.keys()
    assert not {path: wrong for path, wrong in found.items() if wrong}


ODD = [
    "-1",
    "1e308",
    "99999999999999999999999",
    "9223372036854775808",
    ".nan",
    ".inf",
    "-.inf",
    "null",
    "[]",
    "{}",
    "''",
]


@pytest.mark.parametrize("value", ODD)
def test_no_setting_takes_an_odd_value_otherwise_than_by_a_sentence(value):
    for path, _ in sections(Config):
        if path[0] not in ("task", "data", "network", "discriminator", "plugins"):
            with suppress(VidpredError):
                config = load_config(None, [f"{'.'.join(path)}={value}"])
                assert parse_config(config.model_dump(mode="json")) == config, path

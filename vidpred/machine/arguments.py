"""Checks what is passed to public functions by the types that they declare, so that a mistake is one sentence."""

import inspect
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, wraps
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from vidpred.errors import VidpredError, reason, shown
from vidpred.machine.name_length import too_long_explained

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
if TYPE_CHECKING:
    GivenPath = str | Path  # what callers may give where a checked function takes a path, which it gets as one
else:
    GivenPath = Path
PLAIN = {str, Path, int, float, bool, types.NoneType}  # what is checked, and lists and maps of these
HOLDING = {Annotated, Union, types.UnionType, Sequence, Mapping}
KINDS = {Mapping, Sequence, Collection, Iterable, Callable}
STRICT = ConfigDict(strict=True, allow_inf_nan=False)
LARGEST = 2**63 - 1  # of integers that torch and numpy take
PATH_OR_NONE = {Path: str | Path, Path | None: str | Path | None}  # what is taken where a function takes paths alone
LOADERS = {"Predictor": "vidpred.load_predictor", "Generator": "vidpred.load_generator"}  # of objects, by their names
PATH = {"is_instance_of", "string_type"}  # complaints about what is to be a path, as text or an object


def checked(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Have a function, or a constructor, refuse arguments of types that it does not declare.

    Paths, text, numbers, lists and maps of these are checked, as are objects of a protocol, which must have its
    attributes, and maps of such; other types are left to the function. The numbers of numpy count as numbers, and
    text becomes a path where the function takes paths alone: its parameters are then of the type ``GivenPath``.

    The decorated function raises VidpredError where an argument has another type, or a path is too long for any file.
    """
    signature = inspect.signature(function)
    constructs = function.__name__ == "__init__"

    @cache
    def hints() -> Mapping[str, Any]:
        return get_type_hints(function, include_extras=True)

    @wraps(function)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        bound = signature.bind(*args, **kwargs)
        called = type(args[0]).__name__ if constructs else function.__name__
        for name, value in bound.arguments.items():
            hint = hints().get(name, Any)
            if hint in PATH_OR_NONE:
                _require_type(called, name, value, PATH_OR_NONE[hint])
                bound.arguments[name] = value if value is None else Path(value)
            elif is_protocol(hint):
                _require_attributes(called, name, value, hint)
            elif _is_plain(hint):
                _require_type(called, name, value, hint)
            elif get_origin(hint) in KINDS:
                _require_kind(called, name, value, hint)
        with too_long_explained():
            return function(*bound.args, **bound.kwargs)

    return call


def is_protocol(hint: Any) -> bool:
    """Return whether a type is a protocol, of which objects need no more than the attributes."""
    return isinstance(hint, type) and bool(vars(hint).get("_is_protocol"))


def _require_attributes(function: str, name: str, value: Any, protocol: type) -> None:
    lacking = _lacking(value, protocol)
    if lacking or isinstance(value, type):
        problem = f"has no {', '.join(lacking)}" if lacking else "is a class, of which an object is needed"
        named = isinstance(value, str | Path) and protocol.__name__ in LOADERS
        advice = (
            f"{LOADERS[protocol.__name__]} returns one" if named else f"see {protocol.__module__}.{protocol.__name__}"
        )
        advice = unless_wrapped(value, lambda inner: not _lacking(inner, protocol), advice)
        raise VidpredError(
            f"{name} of {function} is {_described(value)}, which is no {protocol.__name__}, since it {problem}; "
            f"{advice}"
        )


def unless_wrapped(value: Any, is_one: Callable[[Any], bool], advice: str) -> str:
    """Return the ``advice`` on what is none of a kind, or another where it holds one as torch's wrappers do."""
    return "it wraps one; give its .module" if is_one(getattr(value, "module", None)) else advice


def _lacking(value: Any, protocol: type) -> list[str]:
    """Return what an object lacks of a protocol; one that has some of the methods need not have those nobody calls."""
    parents = [vars(parent) for parent in protocol.__mro__ if is_protocol(parent)]
    attributes = [name for each in parents for name in each.get("__annotations__", ())]
    functions = [name for each in parents for name, member in each.items() if inspect.isfunction(member)]
    methods = [name for name in functions if not name.startswith("_")]
    called = ["__call__"] if "__call__" in functions else []
    some = methods if not any(hasattr(value, name) for name in methods) else []
    return [*(name for name in [*attributes, *called] if not hasattr(value, name)), *some]


def _require_kind(function: str, name: str, value: Any, hint: Any) -> None:
    """Refuse what is no map, no list, or no function, whatever it is to hold; predictors in a map are looked at too."""
    kind, arguments = get_origin(hint), get_args(hint)
    if not isinstance(value, kind):
        raise VidpredError(f"{name} of {function} is {_described(value)}, but a {kind.__name__} is needed")
    for key, one in value.items() if kind is Mapping and is_protocol(arguments[1]) else ():
        _require_attributes(function, f"{name}[{shown(key)}]", one, arguments[1])


def _require_type(function: str, name: str, value: Any, hint: Any) -> None:
    number = _as_plain(value)
    paths = Path in get_args(hint)
    if isinstance(number, int) and abs(number) > LARGEST:
        raise VidpredError(f"{name} of {function} is {shown(value)}, which is more than any computer counts to")
    if paths and isinstance(value, str | Path) and (value == "" or "\0" in str(value)):
        raise VidpredError(
            f"{name} of {function} is {shown(value)}, but no path is empty or has a null character; name another"
        )
    try:
        _adapter(hint).validate_python(number)
    except ValidationError as error:
        problems = error.errors()
        if paths and {problem["type"] for problem in problems} <= PATH:
            wanted = "a path is needed, as text or as a pathlib.Path"
        else:
            wanted = f"that is not accepted: {', or '.join(dict.fromkeys(map(reason, problems)))}"
        raise VidpredError(f"{name} of {function} is {_described(value)}, but {wanted}") from None


@cache
def _adapter(hint: Any) -> TypeAdapter[Any]:
    return TypeAdapter(hint, config=STRICT)


def _as_plain(value: Any) -> Any:
    """Return the number or the path of Python's own that a value stands for, if any; of a list, those of its values."""
    if isinstance(value, bool | Path):
        return value
    if type(value) in (list, tuple):
        return type(value)(map(_as_plain, value))
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    return Path(value) if isinstance(value, PathLike) else value


def _described(value: Any) -> str:
    plain = isinstance(value, str | bytes | int | float | complex | Path | None)
    return shown(value) if plain else f"an object of the class {type(value).__name__}"


def _is_plain(hint: Any) -> bool:
    """Return whether a type is made of what is checked here alone."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _is_plain(arguments[0])
    if origin in HOLDING:
        return all(map(_is_plain, arguments))
    return origin is Literal or hint in PLAIN

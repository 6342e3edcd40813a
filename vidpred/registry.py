"""Every kind of part that a user can swap by name, on one page."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from vidpred.errors import VidpredError, did_you_mean

Part = TypeVar("Part")


class UnknownPartError(VidpredError, KeyError):
    """No part is registered under the name asked for."""

    __str__ = Exception.__str__  # KeyError would print the message quoted and escaped


class Registry(Mapping[str, Any]):
    """Parts of one kind by name. A constructor's signature is the schema of its options."""

    def __init__(self, kind: str):
        self.kind = kind
        self._parts: dict[str, Any] = {}

    def register(self, name: str) -> Callable[[Part], Part]:
        """Make the decorated class or function available as ``name``."""
        return partial(self.add, name)

    def add(self, name: str, part: Part) -> Part:
        """Make ``part`` available as ``name``, and return it.

        Raises:
            ValueError: ``name`` is taken.
        """
        if name in self._parts:
            raise ValueError(f"{self.kind} {name!r} is already registered, by {self._parts[name]}")
        self._parts[name] = part
        return part

    def build(self, name: str, facts: Mapping[str, Any] | None = None, /, **options: Any) -> Any:
        """Construct the part called ``name``.

        Args:
            name: under which the part was registered.
            facts: what the run already knows (frame size, context length); offered to the
                constructor, which takes what it needs.
            options: what the user asked for, checked against the constructor's signature.

        Raises:
            VidpredError: no such part, an option it does not take, or a value of the wrong type.
        """
        known = {key: value for key, value in (facts or {}).items() if key in self.signature(name)}
        return self[name](**{**known, **self.check(name, options)})

    def check(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``options`` in the types that the part called ``name`` asks for.

        Raises:
            VidpredError: see :meth:`build`.
        """
        accepted = self.signature(name)
        for option in options:
            if option not in accepted:
                raise VidpredError(
                    f"{self.kind} {name!r} has no option {option!r}{did_you_mean(option, accepted)}; "
                    f"it takes: {', '.join(accepted) or 'none'}"
                )
        if not options:
            return {}  # a ready-made object has no types either
        part = self[name]
        hints = get_type_hints(part.__init__ if inspect.isclass(part) else part, include_extras=True)
        return {
            option: self._in_type(f"{self.kind} {name!r}: {option}", value, hints.get(option, Any))
            for option, value in options.items()
        }

    def signature(self, name: str) -> Mapping[str, inspect.Parameter]:
        """Return the named parameters of the part called ``name``; none for a ready-made object."""
        part = self[name]
        return inspect.signature(part).parameters if inspect.isroutine(part) or inspect.isclass(part) else {}

    @staticmethod
    def _in_type(where: str, value: Any, annotation: Any) -> Any:
        if isinstance(value, bool) and annotation not in (bool, Any) and bool not in get_args(annotation):
            raise VidpredError(f"{where} is {value}, which is not accepted: Input should be a value, not true or false")
        try:
            return TypeAdapter(annotation, config=ConfigDict(allow_inf_nan=False)).validate_python(value)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise VidpredError(f"{where} is {value!r}, which is not accepted: {problem}") from None

    def __getitem__(self, name: str) -> Any:
        if name not in self._parts:
            raise UnknownPartError(
                f"no {self.kind} is named {name!r}{did_you_mean(name, self._parts)}; "
                f"there are: {', '.join(sorted(self._parts))}"
            )
        return self._parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


PREDICTORS = Registry("predictor")
GENERATORS = Registry("generator")
DISCRIMINATORS = Registry("discriminator")
RECONSTRUCTION_LOSSES = Registry("reconstruction loss")
GAMES = Registry("adversarial game")
PENALTIES = Registry("penalty")
AUGMENTATIONS = Registry("augmentation")
DATASETS = Registry("dataset")
METRICS = Registry("metric")
MASKED_METRICS = Registry("masked metric")
TASKS = Registry("task")
EXTRACTORS = Registry("feature extractor")

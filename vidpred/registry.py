"""Registries: every kind of part that a user can swap by name, on one page."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, SupportsIndex, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from vidpred.errors import VidpredError, as_yaml, did_you_mean, pinpoint, reason, shown
from vidpred.kinds import (
    AUGMENTATION,
    CONSTRUCTOR,
    GAME,
    LOSS,
    MASKED_METRIC,
    METRIC,
    PENALTY,
    Wanted,
    called_by,
    is_constructor,
    is_required,
)
from vidpred.machine.files import from_home
from vidpred.machine.ranges import misplaced_switch
from vidpred.plugins import PLUGINS, Plugins

Part = TypeVar("Part")


class UnknownPartError(VidpredError, KeyError):
    """No part is registered under the requested name."""

    __str__ = Exception.__str__  # KeyError would print the message quoted and escaped


@dataclass(frozen=True)
class Prepared:
    """A part whose options are known to be right, and which facts are all that is missing to build."""

    part: Callable[..., Any]
    accepted: Mapping[str, inspect.Parameter]
    options: Mapping[str, Any]

    def build(self, facts: Mapping[str, Any] | None = None) -> Any:
        """Construct the part; it takes of ``facts`` what it accepts, and of the options what is in both."""
        known = self._own(facts or {})
        given = {**known, **self.options}
        if missing := [name for name, option in self.accepted.items() if is_required(option) and name not in given]:
            name = getattr(called_by(self.part), "__name__", self.part)
            raise VidpredError(
                f"{name} needs {', '.join(missing)}, which neither options nor facts give; give them as options"
            )
        return self.part(**given)

    def refuse_settled(self, section: str, facts: Mapping[str, Any]) -> None:
        """Refuse options that contradict what the rest of a run has settled.

        Args:
            section: of the settings that the options are from.
            facts: what has been settled, by name.

        Raises:
            VidpredError: there is one.
        """
        known = self._own(facts)
        for name, value in self.options.items():
            if name in known and value != known[name]:
                raise VidpredError(
                    f"{section}.{name} is {as_yaml(value)}, but data, task and network of this run make it "
                    f"{as_yaml(facts[name])}; leave it out"
                )

    def _own(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of ``facts`` that the part takes; a width without a height is one of layers, not of frames."""
        of_layers = (
            "width" in self.accepted and "height" not in self.accepted and not is_required(self.accepted["width"])
        )
        return {
            name: value
            for name, value in facts.items()
            if name in self.accepted and not (of_layers and name == "width")
        }


def _is_defined_anew(old: Any, new: Any) -> bool:
    """Return whether both are made by the same lines, none of vidpred's own."""
    places = _places(new)
    return bool(places) and places == _places(old) and not any(module.startswith("vidpred.") for module, _ in places)


def _places(part: Any) -> list[tuple[str, str]]:
    """Return module and name of a class or a function, or of the functions that a metric or a game is made of."""
    made_of = part if isinstance(part, tuple) else (part,)
    return [(one.__module__, one.__qualname__) for one in made_of if inspect.isfunction(one) or inspect.isclass(one)]


class Registry(Mapping[str, Any]):
    """Parts of one kind by name. A constructor's signature is the schema of its options.

    Args:
        kind: of the parts, as messages call it.
        wanted: what each must be; None takes anything.
        plugins: that may register parts too; the installed ones are loaded once a name is requested that is not
            registered without them, or all names are listed.
    """

    def __init__(self, kind: str, plugins: Plugins | None = None, wanted: Wanted | None = None):
        self.kind = kind
        self.wanted = wanted
        self.plugins = plugins
        self._parts: dict[str, Any] = {}

    def register(self, name: str) -> Callable[[Part], Part]:
        """Make the decorated class or function available as ``name``."""
        return partial(self.add, name)

    def add(self, name: str, part: Part) -> Part:
        """Make ``part`` available as ``name``, and return it.

        A definition of the user's that is run again, as a cell of a notebook or a module that is reloaded, replaces
        the part that it made before.

        Raises:
            VidpredError: ``name`` is taken, or ``part`` is none of this kind.
        """
        if name in self._parts and not _is_defined_anew(self._parts[name], part):
            taken = f"{self.kind} {name!r} is already registered, by {self._parts[name]}"
            raise VidpredError(f"{taken}; register this one under another name")
        if self.wanted:
            self.wanted.require(f"{self.kind} {name!r}", part)
        self._parts[name] = part
        if self.plugins is not None:
            self.plugins.enter(self.key(name), part, undo=partial(self._parts.pop, name, None))
        return part

    def key(self, name: str) -> str:
        """Return a key for the part called ``name`` that is unique among parts of all kinds, registered or not."""
        return f"{self.kind} {name}"

    def build(self, name: str, facts: Mapping[str, Any] | None = None, /, **options: Any) -> Any:
        """Construct the part called ``name``.

        Args:
            name: under which the part was registered.
            facts: what the run already knows (frame size, context length); only those that the
                constructor takes are passed to it.
            options: the user's, checked against the constructor's signature.

        Raises:
            VidpredError: no such part, an option it does not take, or a value of the wrong type.
        """
        return self.prepare(name, options).build(facts)

    def prepare(self, name: str, options: Mapping[str, Any]) -> Prepared:
        """Check all that can be told of the part called ``name`` before there are facts to build it with.

        Raises:
            VidpredError: see :meth:`build`.
        """
        return Prepared(self[name], self.signature(name), self.check(name, options))

    def check(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``options`` converted to the types that the part called ``name`` declares.

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
        hints = self.types(name)
        return {
            option: self._in_type(f"{self.kind} {name!r}: {option}", value, hints.get(option, Any))
            for option, value in options.items()
        }

    def signature(self, name: str) -> Mapping[str, inspect.Parameter]:
        """Return the named parameters of the part called ``name``; none for a ready-made object."""
        part = self[name]
        return inspect.signature(part).parameters if is_constructor(part) else {}

    def types(self, name: str) -> Mapping[str, Any]:
        """Return the types that the part called ``name``, no ready-made object, declares of its options."""
        part = called_by(self[name])
        return get_type_hints(part.__init__ if inspect.isclass(part) else part, include_extras=True)

    @staticmethod
    def _in_type(where: str, value: Any, annotation: Any) -> Any:
        if misplaced_switch(value, annotation) is not None:
            raise VidpredError(
                f"{where} is {as_yaml(value)}, which is not accepted: Input should be a value, not true or false"
            )
        try:
            found = TypeAdapter(annotation, config=ConfigDict(allow_inf_nan=False)).validate_python(value)
        except ValidationError as error:
            steps, inner = pinpoint(value, (problem := error.errors()[0])["loc"])
            told = f"{'.'.join([where, *steps])} is {as_yaml(inner)}"
            raise VidpredError(f"{told}, which is not accepted: {reason(problem)}") from None
        if isinstance(found, Path) and "\0" in str(found):
            raise VidpredError(f"{where} is {shown(value)}, but no path has a null character; name another")
        return from_home(found) if isinstance(found, Path) and str(value).startswith("~") else found

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            explanation = self.plugins.explain_missing(self.key(name)) if self.plugins is not None else None
            raise UnknownPartError(
                explanation
                or f"no {self.kind} is named {name!r}{did_you_mean(name, self)}; there are: {', '.join(sorted(self))}"
            )
        return self._present()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._present() or name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Copy and pickle one of vidpred's by its name, as a class is: there is one of each in a process."""
        own = next((name for name, each in globals().items() if each is self), None)
        return own or super().__reduce_ex__(protocol)

    def _present(self) -> Mapping[str, Any]:
        return self._parts

    def _all(self) -> Mapping[str, Any]:
        if self.plugins is not None:
            self.plugins.load_installed()
        return self._present()


class JointRegistry(Registry):
    """A live view of the parts of several registries together.

    Args:
        kind: of the parts, as messages call it.
        members: returns the registries.
    """

    def __init__(self, kind: str, members: Callable[[], Iterable[Registry]]):
        super().__init__(kind)
        self._members = members

    def add(self, name: str, part: Part) -> Part:
        """Raise TypeError: it would be ambiguous to which of the registries the part belongs."""
        del part
        raise TypeError(f"{name!r} can be registered as one kind of {self.kind} only; do so there")

    def _present(self) -> Mapping[str, Any]:
        return {name: part for member in self._members() for name, part in member.items()}


def without_modules(names: Mapping[str, Any]) -> list[str]:
    """Return what ``from package import *`` takes of a package's ``names``: public ones, but for its modules.

    These would replace what is called likewise, as the package ``vidpred.predictors.rollout`` the function.
    """
    return [one for one, it in names.items() if not (one[0] == "_" or it is without_modules or inspect.ismodule(it))]


PREDICTORS = Registry("predictor", PLUGINS, CONSTRUCTOR)
GENERATORS = Registry("generator", PLUGINS, CONSTRUCTOR)
DISCRIMINATORS = Registry("discriminator", PLUGINS, CONSTRUCTOR)
RECONSTRUCTION_LOSSES = Registry("reconstruction loss", PLUGINS, LOSS)
GAMES = Registry("adversarial game", PLUGINS, GAME)
PENALTIES = Registry("penalty", PLUGINS, PENALTY)
AUGMENTATIONS = Registry("augmentation", PLUGINS, AUGMENTATION)
DATASETS = Registry("dataset", PLUGINS, CONSTRUCTOR)
METRICS = Registry("metric", PLUGINS, METRIC)
MASKED_METRICS = Registry("masked metric", PLUGINS, MASKED_METRIC)
TASKS = Registry("task", PLUGINS, CONSTRUCTOR)
EXTRACTORS = Registry("feature extractor", PLUGINS, CONSTRUCTOR)

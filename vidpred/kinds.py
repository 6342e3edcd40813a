"""What the parts of every kind must be, which is checked when they are registered."""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from vidpred.errors import VidpredError, shown

PAIR = ("prediction", "target")
LOGITS = ("real logits", "fake logits")


def called_by(part: Any) -> Any:
    """Return the class or function that a part calls if it is a :class:`functools.partial`, else the part."""
    return called_by(part.func) if isinstance(part, partial) else part


def is_constructor(part: Any) -> bool:
    """Return whether a part is a class, or a function that may return an object."""
    return inspect.isclass(called_by(part)) or inspect.isroutine(called_by(part))


def is_required(option: inspect.Parameter) -> bool:
    """Return whether a part cannot be called without this one of its parameters."""
    variable = option.kind in (option.VAR_POSITIONAL, option.VAR_KEYWORD)
    return option.default is option.empty and not variable


def _is_called(part: Any) -> bool:
    return callable(part) and not inspect.isclass(part)


class Wanted(NamedTuple):
    """What the parts of a kind must be.

    Args:
        called: the kind, as messages say it.
        fits: whether a part may be one of it.
        given: what its functions are called with, by place; others that they take are options.
        functions: its attributes that are called; empty if it is called itself.
        options: whether its functions may take, beside what they are given, what has no default.
        words: its attributes that are texts.
    """

    called: str
    fits: Callable[[Any], bool] = _is_called
    given: Sequence[str] = ()
    functions: Sequence[str] = ()
    options: bool = False
    words: Sequence[str] = ()

    def require(self, name: str, part: Any) -> None:
        """Refuse a part that is none of this kind, or that cannot be called as parts of it are.

        Args:
            name: its kind and name, for the message.
            part: to look at; it is not called.

        Raises:
            VidpredError: it is refused.
        """
        if not self.fits(part):
            found = f"the class {part.__name__}" if inspect.isclass(part) else f"of the class {type(part).__name__}"
            raise VidpredError(f"{name} is {found}, but {self.called} is needed")
        for attribute in self.functions:
            self._require_call(f"the {attribute} of {name}", getattr(part, attribute))
        if not self.functions and self.given:
            self._require_call(name, part)
        for attribute in self.words:
            if not isinstance(word := getattr(part, attribute), str):
                raise VidpredError(
                    f"the {attribute} of {name} is {shown(word)}, but a word is needed; write '' where it has none"
                )

    def _require_call(self, name: str, function: Any) -> None:
        if not callable(function):
            raise VidpredError(f"{name} is {shown(function)}, but a function of {' and '.join(self.given)} is needed")
        try:
            signature = inspect.signature(function)
        except (ValueError, TypeError):  # written in C: it will tell when it is called
            return
        try:
            (signature.bind_partial if self.options else signature.bind)(*self.given)
        except TypeError:
            raise VidpredError(
                f"{name} takes {signature}, but is called with {' and '.join(self.given)}, by place; let it take these"
            ) from None


CONSTRUCTOR = Wanted("a class, or a function that returns an object,", is_constructor)
LOSS = Wanted("a function of prediction and target, or an object that is called as one,", given=PAIR, options=True)
GAME = Wanted(
    "vidpred.losses.Game(discriminator_loss, generator_loss)",
    lambda part: hasattr(part, "undecided"),
    LOGITS,
    ("discriminator", "generator"),
)
METRIC, MASKED_METRIC = (
    Wanted(
        f"vidpred.metrics.{name}(function, unit, higher_is_better)",
        lambda part: hasattr(part, "function"),
        given,
        ("function",),
        words=("unit",),
    )
    for name, given in (("Metric", PAIR), ("MaskedMetric", (*PAIR, "mask")))
)
PENALTY = Wanted("a function of a vidpred.losses.DiscriminatorPass", given=("DiscriminatorPass",))
AUGMENTATION = Wanted("a function of clips and of those that are chosen")

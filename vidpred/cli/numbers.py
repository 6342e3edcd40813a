"""Refuses options that are nan or infinite, whatever the command."""

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any

from vidpred.errors import VidpredError


def finite(command: Callable[..., None]) -> Callable[..., None]:
    """Return the same command, which refuses nan and infinity as the value of any of its options."""
    defaults = {name: option.default for name, option in inspect.signature(command).parameters.items()}

    @functools.wraps(command)
    def checked(**given: Any) -> None:
        for name, value in given.items():
            if isinstance(value, float) and not math.isfinite(value):
                usual = defaults[name]
                remedy = f"give one, such as {usual:g}" if usual is not None else "give one, or leave the option out"
                raise VidpredError(
                    f"--{name.replace('_', '-')} is {value:g}, but a finite number is asked for; {remedy}"
                )
        command(**given)

    return checked

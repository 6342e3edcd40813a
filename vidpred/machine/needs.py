"""Marks settings that have an effect only where others allow it, so that a useless one can be told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Needs:
    """Metadata of a setting's type, as in ``momentum: Annotated[Share, Needs(...)]``.

    Args:
        met: whether the setting has an effect, by the section or the options that it stands in, and all settings.
        otherwise: why it has none where that is not so, as a clause.
    """

    met: Callable[[Any, Any], bool]
    otherwise: str

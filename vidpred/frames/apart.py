"""Functions of others, which may write into the tensors that they are given, get ones of their own."""

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, TypeVar

from torch import Tensor

from vidpred.errors import shown

Result = TypeVar("Result")


def applied(function: Callable[..., Result], *tensors: Tensor, **options: Any) -> Result:
    """Return what a ``function`` of tensors returns: of copies, unless it is one of this package, which change none.

    So a metric that turns [-1, 1] into [0, 1] in place does so for itself, and not for all that are computed after it.
    """
    return function(*(tensors if _is_own(function) else (tensor.clone() for tensor in tensors)), **options)


def returned(value: object) -> str:
    """Write what such a function returned in the place of a number: the shape of a tensor, or the value."""
    return f"a tensor {tuple(value.shape)}" if isinstance(value, Tensor) else shown(value)


def _is_own(function: object) -> bool:
    """Return whether this package holds the code of a function; one that wraps it has its ``__module__`` alone."""
    function = function.__func__ if isinstance(function, MethodType) else function
    home = function.__globals__.get("__name__") if isinstance(function, FunctionType) else type(function).__module__
    return str(home).partition(".")[0] == "vidpred"

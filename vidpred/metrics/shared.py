"""What several scores compute of the same frames is computed once, while they are being scored."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Optional, ParamSpec, TypeVar

from torch import Tensor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Key = tuple[Any, ...]


class _Scope:
    """Results of functions of tensors, kept with the tensors, whose memory therefore belongs to no others meanwhile."""

    def __init__(self, outer: Optional["_Scope"], tensors: tuple[Tensor, ...]):
        self.outer = outer
        self.own = {_place(tensor): tensor for tensor in tensors}
        self.results: dict[Key, Any] = {}

    def home(self, tensors: Sequence[Tensor]) -> "_Scope":
        """Return where a result belongs: the outermost scope that has all the tensors it is computed from."""
        outer = self.outer.home(tensors) if self.outer else self
        return outer if all(_place(tensor) in outer.own for tensor in tensors) else self

    def keep(self, key: Key, tensors: Sequence[Tensor], result: Any) -> None:
        """Keep a result, and know what is computed from it."""
        self.results[key] = result
        for tensor in (*tensors, *_tensors(result if isinstance(result, tuple) else (result,))):
            self.own.setdefault(_place(tensor), tensor)


_CURRENT: ContextVar[_Scope | None] = ContextVar("scope of shared results", default=None)


@contextmanager
def shared(*tensors: Tensor) -> Iterator[None]:
    """Have functions marked with :func:`once` compute every result once, and forget it at the end.

    No tensor may be changed in place meanwhile. Within another such block, results that depend on nothing but the outer
    block's ``tensors`` are kept until that one ends: what is computed of the truth alone serves every prediction.

    Args:
        tensors: that the results are computed from, as far as they outlive an inner block.
    """
    before = _CURRENT.set(_Scope(_CURRENT.get(), tensors))
    try:
        yield
    finally:
        _CURRENT.reset(before)


def once(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Mark a function of tensors and plain values, given by place, whose result :func:`shared` keeps."""

    @wraps(function)
    def remembered(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        scope = _CURRENT.get()
        if scope is None or named:
            return function(*arguments, **named)
        tensors = _tensors(arguments)
        home = scope.home(tensors)
        key = (function, *(_view(each) if isinstance(each, Tensor) else each for each in arguments))
        if key not in home.results:
            home.keep(key, tensors, function(*arguments, **named))
        result: Result = home.results[key]
        return result

    return remembered


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    return [value for value in values if isinstance(value, Tensor)]


def _place(tensor: Tensor) -> Key:
    """Return which memory the values are in, whatever part of it ``tensor`` is."""
    return tensor.untyped_storage().data_ptr(), tensor.device


def _view(tensor: Tensor) -> Key:
    """Return which values of which memory ``tensor`` is made of."""
    return tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype, tensor.device

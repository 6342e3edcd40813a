"""Keeps the predictors that the page offers, and opens those that are asked for."""

from collections.abc import Callable, Mapping
from threading import Lock

from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor

MOST_OPEN = 2


class Shelf:
    """Opens predictors when they are asked for, and keeps the last ones.

    Args:
        offered: returns what there is to choose: by the label that people read, the word that ``load`` takes.
        load: opens one.
    """

    def __init__(self, offered: Callable[[], Mapping[str, str]], load: Callable[[str], Predictor]):
        self.offered, self._load = offered, load
        self._open: dict[str, Predictor] = {}
        self._lock = Lock()

    def take(self, word: str) -> Predictor:
        """Return a predictor that is offered.

        Raises:
            VidpredError: it is not offered (any more), or cannot be opened.
        """
        if word not in self.offered().values():
            raise VidpredError(f"{word} is not among the predictors of this page; reload the page and choose another")
        with self._lock:
            if word not in self._open:
                while len(self._open) >= MOST_OPEN:
                    del self._open[next(iter(self._open))]
                self._open[word] = self._load(word)
            return self._open[word]

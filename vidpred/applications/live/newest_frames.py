"""Frames on their way from a source to who looks at them: the newest are kept, older ones dropped and counted."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Condition

import numpy as np

HELD = 3  # frames that wait at most


@dataclass(frozen=True)
class Arrival:
    """A frame that has arrived.

    Args:
        index: its number in the source, from 0.
        pixels: 8-bit (H, W, 3).
        time: seconds by the clock, when it arrived.
    """

    index: int
    pixels: np.ndarray
    time: float


class NewestFrames:
    """A queue between two threads that never grows: where it is full, its oldest frame makes room.

    Args:
        held: how many frames wait at most.
    """

    def __init__(self, held: int = HELD):
        self.held, self.num_dropped = held, 0
        self._waiting: deque[Arrival] = deque()
        self._closed, self._error = False, None
        self._changed = Condition()

    _error: BaseException | None

    def put(self, arrival: Arrival) -> None:
        """Add a frame."""
        with self._changed:
            if len(self._waiting) == self.held:
                self._waiting.popleft()
                self.num_dropped += 1
            self._waiting.append(arrival)
            self._changed.notify()

    def close(self, error: BaseException | None = None) -> None:
        """Say that no more frames come, or why."""
        with self._changed:
            self._closed, self._error = True, error
            self._changed.notify()

    @property
    def is_closed(self) -> bool:
        """Whether no more frames are wanted."""
        return self._closed

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the frames as they arrive, until the queue is closed and empty.

        Raises:
            BaseException: what the source has raised, after its last frame.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    break
                arrival = self._waiting.popleft()
            yield arrival
        if self._error is not None:
            raise self._error


def feed(
    frames: Iterable[np.ndarray],
    queue: NewestFrames,
    period: float | None,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Put frames into the queue until they end or it is closed: as they come, or each at its time.

    Args:
        frames: 8-bit (H, W, 3).
        queue: that is closed at the end, with the error if one is raised.
        period: seconds between two frames of a file; None for a source that gives them as they happen.
        clock: returns seconds.
        sleep: waits for so many seconds.
    """
    start = clock()
    try:
        for index, pixels in enumerate(frames):
            early = start + index * period - clock() if period is not None else 0.0
            if early > 0:
                sleep(early)
            if queue.is_closed:
                break
            queue.put(Arrival(index, pixels, clock()))
    except BaseException as error:  # whatever it is, it belongs to who waits for the frames
        queue.close(error)
    else:
        queue.close()

"""The order in which a run goes through its data, and a thread that loads the next batches ahead of time."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch

from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Batch, Dataset, Labelled
from vidpred.wording import counted

AHEAD = 3  # steps that are kept ready


class DataOrder:
    """The clips of each step: a pure function of seed and step, whatever the number of processes.

    Every clip comes once per pass over the data, in a new order each pass; nothing is kept between
    steps, so that a resumed run goes on exactly where the order was.

    Args:
        num_clips: in the data set.
        clips_per_step: over all processes.
        seed: of the order and of the augmentation.
    """

    def __init__(self, num_clips: int, clips_per_step: int, seed: int):
        self.num_clips = num_clips
        self.clips_per_step = clips_per_step
        self.seed = seed
        self._pass: tuple[int, np.ndarray] = (-1, np.empty(0, dtype=int))

    def indices(self, step: int) -> np.ndarray:
        """Return the numbers of the clips of ``step``, counted from 0."""
        first = step * self.clips_per_step
        positions = range(first, first + self.clips_per_step)
        return np.array([self._order(p // self.num_clips)[p % self.num_clips] for p in positions])

    def generators(self, step: int) -> list[np.random.Generator]:
        """Return one random generator per clip of ``step``, for its augmentation."""
        return [np.random.default_rng([self.seed, step, place]) for place in range(self.clips_per_step)]

    def _order(self, number: int) -> np.ndarray:
        if self._pass[0] != number:
            self._pass = (number, np.random.default_rng([self.seed, number]).permutation(self.num_clips))
        return self._pass[1]


class Feed:
    """Loads this process's share of each step's clips, ahead of time in a thread.

    Args:
        dataset: where the clips come from.
        batch_size: clips per round, over all processes.
        rounds: discriminator steps per generator step, each with clips of its own.
        seed: of order and augmentation.
        rank: of this process.
        num_processes: that share the clips.
        accumulate: parts into which each process's clips must divide.
        device: where the clips go.
        ahead: steps that are kept ready.

    Raises:
        VidpredError: the batch does not divide among processes and parts.
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int,
        seed: int,
        device: torch.device,
        rounds: int = 1,
        rank: int = 0,
        num_processes: int = 1,
        accumulate: int = 1,
        ahead: int = AHEAD,
    ):
        if batch_size % (num_processes * accumulate):
            raise VidpredError(
                f"train.batch_size={batch_size} does not divide among {counted(num_processes, 'process')} and "
                f"train.accumulate={accumulate}; use a multiple of {num_processes * accumulate}"
            )
        self.dataset = dataset
        self.order = DataOrder(len(dataset), batch_size * rounds, seed)
        self.share = np.arange(batch_size * rounds).reshape(rounds, batch_size)[:, rank::num_processes].ravel()
        self.device = device
        self.ahead = ahead
        self.seconds_waited = 0.0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed")
        self._coming: deque[tuple[int, Future[Batch]]] = deque()

    def batch(self, step: int) -> Batch:
        """Return the clips (B, T, C, H, W) of ``step``, in [-1, 1], and their labels if any, on the device."""
        if not self._coming or self._coming[0][0] != step:
            self._coming.clear()
        while len(self._coming) <= self.ahead:
            later = step + len(self._coming)
            self._coming.append((later, self._thread.submit(self._gather, later)))
        started = time.perf_counter()
        batch = self._coming.popleft()[1].result()
        self.seconds_waited += time.perf_counter() - started
        return batch.to(self.device)

    def peek(self, step: int) -> Batch:
        """Return the clips of ``step`` and leave those that are ready as they are."""
        return self._gather(step).to(self.device)

    def close(self) -> None:
        """Stop gathering."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _gather(self, step: int) -> Batch:
        indices, generators = self.order.indices(step), self.order.generators(step)
        mine: Sequence[int] = [int(indices[place]) for place in self.share]
        clips = to_model(self.dataset.gather(mine, [generators[place] for place in self.share]))
        classes = self.dataset.labels(mine) if isinstance(self.dataset, Labelled) else None
        labels = torch.tensor(classes) if classes is not None else None
        if self.device.type != "cuda":
            return Batch(clips, labels)
        return Batch(clips.pin_memory(), labels.pin_memory() if labels is not None else None)  # copied without a wait

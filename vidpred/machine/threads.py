"""How many threads compute: as many as there are cores free, for threads that have to share one stall each other."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from torch import Tensor

CGROUP, STAT = Path("/sys/fs/cgroup"), Path("/proc/stat")
THREADS_VARIABLE = "OMP_NUM_THREADS"  # by which users, and torchrun, say so for every program

MOST_THREADS = 256  # where there are no more cores: a system may end a program that starts too many
SAMPLE = 0.1  # seconds over which it is seen, at least, how busy the machine is
LATELY = 5.0  # seconds, of which the beginning is not long past
IDLE = slice(3, 5)  # of a line of STAT, in which time is counted by kind: idle, and waiting for a disk
GUEST = 8  # the first of the kinds that others include

LARGEST_AT_ONCE = 1_000_000  # values of frames for which several tasks are done at once: a matter of memory

Result = TypeVar("Result")

_chosen: int | None = None


def use_threads(asked: int | None = None, before: int | None = None) -> None:
    """Settle with how many threads torch and OpenCV compute from now on.

    Args:
        asked: by the user, who is obeyed. Without, ``OMP_NUM_THREADS`` is left alone where it is set.
        before: that computed what goes on now: as many again give the same last digits, and are taken where this
            machine has so many cores. Else as many as are free: see :func:`free_threads`.

    Raises:
        VidpredError: more are asked for than any machine without so many cores makes use of.
    """
    import torch

    global _chosen
    if asked is None and os.environ.get(THREADS_VARIABLE):
        return
    if asked is not None and asked > (most := max(MOST_THREADS, os.cpu_count() or 1)):
        raise VidpredError(f"{asked} threads are asked for, but at most {most} start; give as many as there are cores")
    again = before if before is not None and 1 <= before <= int(allowed_cores()) else None
    _chosen = asked or again or free_threads()
    torch.set_num_threads(_chosen)


def limit_opencv(opencv: ModuleType) -> None:
    """Have OpenCV compute with as many threads as :func:`use_threads` settled; before, it has its own way."""
    if _chosen is not None:
        opencv.setNumThreads(_chosen)


def at_once(frames: "Tensor") -> int:
    """Return how many tasks on such ``frames`` (B, C, H, W) are best done :func:`side_by_side`, at least 1.

    Threads that share out one small frame stall each other; on large ones they do not, and more of these at once would
    take much memory. Another device than the CPU does them in order anyway.
    """
    import torch

    small = frames.device.type == "cpu" and frames.numel() <= LARGEST_AT_ONCE
    return torch.get_num_threads() if small else 1


def side_by_side(
    function: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], most: int = MOST_THREADS
) -> list[Result]:
    """Return what ``function`` makes of the arguments of each task; as many at once as threads of torch compute.

    Each is computed by one thread, so that results do not depend on how many there are; fewer tasks than threads share
    them. Number format, gradient mode and context variables are those of the caller. Where at ``most`` 1 is to be
    computed at once, all threads compute each in turn.
    """
    import torch

    threads = torch.get_num_threads()
    if min(threads, most) == 1:
        return [function(*task) for task in tasks]
    torch.set_num_threads(max(1, threads // max(1, len(tasks))))  # of those that are started now as well
    inference, gradients, formats = torch.is_inference_mode_enabled(), torch.is_grad_enabled(), _number_formats()

    def compute(task: tuple[Any, ...]) -> Result:
        with torch.inference_mode(inference), torch.set_grad_enabled(gradients), ExitStack() as stack:
            for kind, dtype in formats:
                stack.enter_context(torch.autocast(kind, dtype))
            return function(*task)

    try:
        with ThreadPoolExecutor(max_workers=min(threads, most)) as pool:
            waiting = [pool.submit(copy_context().run, compute, task) for task in tasks]
            try:
                return [each.result() for each in waiting]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    finally:
        torch.set_num_threads(threads)


def _number_formats() -> list[tuple[str, Any]]:
    """Return for which kinds of devices autocast is on, and to which format: every thread has its own."""
    import torch

    kinds = [kind for kind in ("cpu", "cuda", "mps") if torch.is_autocast_enabled(kind)]
    return [(kind, torch.get_autocast_dtype(kind)) for kind in kinds]


def free_threads() -> int:
    """Return how many cores are free for this process, at least 1.

    What counts is how busy the machine is now: a load average also holds what has just ended, such as the command
    before this one. This process may have a part of the cores alone (affinity), or a part of their time (cgroup quota).
    """
    return max(1, min(int(allowed_cores()), round(_reachable_cores() * max(0.0, 1 - busy_share()))))


def busy_share() -> float:
    """Return which share of the cores others keep busy, 0 to 1: now, or in the last minute where nothing else is told.

    What was seen since this module was imported counts if that was a moment ago; else a tenth of a second is waited.
    """
    before, now = _imported, _seen()
    if before is None or now is None or not SAMPLE <= now.clock - before.clock <= LATELY:
        before = now
        time.sleep(SAMPLE)
        now = _seen()
    if before is None or now is None:
        return _busy_of_late()
    idle, own, total = (getattr(now, kind) - getattr(before, kind) for kind in ("idle", "own", "total"))
    return min(1.0, max(0.0, 1 - (idle + own) / total)) if total > 0 else 0.0


def _busy_of_late() -> float:
    """Return the share of the last minute; 0 where no system tells."""
    try:
        return min(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    except (AttributeError, OSError):  # there is no such function on some systems
        return 0.0


class _Seen(NamedTuple):
    """How much time there had been on all cores, how much they had been idle, how much this process had: in ticks."""

    clock: float  # in seconds
    idle: int
    own: float
    total: int


def _seen() -> _Seen | None:
    """Return what a system says that counts; None where nobody does."""
    try:
        name, *counts = STAT.read_text().splitlines()[0].split()
        ticks = [int(count) for count in counts[:GUEST]]
        own = time.process_time() * os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError, IndexError):
        return None
    return _Seen(time.monotonic(), sum(ticks[IDLE]), own, sum(ticks)) if name == "cpu" else None


_imported = _seen()


def allowed_cores() -> float:
    """Return how many cores' worth of time this process may have at most, at least 1."""
    return max(1.0, min(float(_reachable_cores()), _quota()))


def _reachable_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # there is no such function on some systems
        return os.cpu_count() or 1


def _quota() -> float:
    """Return the share of cores that the control group of a container allows; infinite where none is set."""
    try:
        limit, period = (CGROUP / "cpu.max").read_text().split()  # of version 2
    except (OSError, ValueError):
        try:
            limit, period = ((CGROUP / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        except OSError:
            return float("inf")
    try:
        allowed = float(limit) / float(period)
    except (ValueError, ZeroDivisionError):  # "max"
        return float("inf")
    return allowed if allowed > 0 else float("inf")

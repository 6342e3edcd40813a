"""How much memory there is to be had, and one sentence where it is not enough."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vidpred.errors import VidpredError

if TYPE_CHECKING:
    import torch

MIB, GIB = 1 << 20, 1 << 30
UNLIMITED = 1 << 60  # bytes above which a limit is none
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # what glibc's mallopt() calls them by
THRESHOLDS = (GIB, 32 * MIB)  # bytes of a piece, the largest that glibc takes: before 2.35, half of one of its heaps
KEPT = 256 * MIB  # bytes that lie free at most before they are given back
WORDS = (  # of the errors of torch, OpenCV, the standard library of C++, and threads, which need memory too
    *("out of memory", "not enough memory", "allocate memory", "defaultcpuallocator", "insufficient memory"),
    *("bad_alloc", "bad allocation", "can't start new thread"),
)
CGROUPS = (  # files with the limit of a container, and with what it uses
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_memory(device: "torch.device | None" = None) -> int | None:
    """Return the bytes that can still be had on ``device``, the CPU by default; None where the system does not say.

    On the CPU that is the least of the machine's available memory and swap space, of what a container is left, and of
    what the process's own limit on its address space leaves.
    """
    if device is not None and device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    found = [amount for amount in (_of_machine(), _of_container(), _of_process()) if amount is not None]
    return max(0, min(found)) if found else None


def resident_bytes() -> int:
    """Return the bytes of memory that this process holds now, or has held at most; 0 where the system does not say."""
    with suppress(OSError, ValueError, AttributeError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return peak_bytes() or 0


def peak_bytes() -> int | None:
    """Return the most bytes of the machine's memory that this process has held; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def keep_freed_memory() -> None:
    """Let this process keep memory that it frees for what it needs next, instead of giving it back each time.

    glibc asks the system for every large piece anew, and the system clears it page by page. Steps of training, which
    need the same pieces again and again, are up to 7 % faster without, for up to 3 % more memory. Only glibc is told
    otherwise, and not where a user has tuned it by the environment.
    """
    tuned = "GLIBC_TUNABLES" in os.environ or any(name.startswith("MALLOC_") for name in os.environ)
    if sys.platform == "linux" and not tuned:
        with suppress(AttributeError):  # musl has no such function
            set_option = ctypes.CDLL(None).mallopt  # returns 0 where it refuses a value
            if any(set_option(MMAP_THRESHOLD, size) for size in THRESHOLDS):
                set_option(TRIM_THRESHOLD, KEPT)  # without the other, this would make every large piece a new one


def give_back_freed_memory() -> None:
    """Give memory that this process has freed back to the system, wherever it lies.

    glibc gives back by itself what lies at the end of a heap alone: what was freed before something that is still in
    use, or by another thread, stays with the process. To look through all of it takes up to a tenth of a second.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # musl has no such function
            ctypes.CDLL(None).malloc_trim(0)


def require_memory(needed: int, what: str, advice: str, device: "torch.device | None" = None) -> None:
    """Refuse what needs more memory than there is.

    Args:
        needed: bytes, at least.
        what: needs them, as the sentence begins.
        advice: what to do instead.
        device: whose memory it is; the CPU's by default.

    Raises:
        VidpredError: there is less.
    """
    free = free_memory(device)
    if free is not None and needed > free:
        raise VidpredError(f"{what} at least {in_words(needed)} of memory, but {in_words(free)} are free; {advice}")


@contextmanager
def memory_explained(advice: str) -> Iterator[None]:
    """Turn what any library raises when memory runs out into one sentence that ends with ``advice``.

    Raises:
        VidpredError: memory ran out.
    """
    try:
        yield
    except Exception as error:
        if not ran_out(error):
            raise
        raise VidpredError(f"memory ran out; {advice}") from error


def ran_out(error: BaseException) -> bool:
    """Return whether ``error`` says that memory ran out."""
    if isinstance(error, VidpredError | OSError):
        return False
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in WORDS)


def in_words(size: int) -> str:
    """Write a number of bytes as people read it."""
    if size >= GIB / 10:
        return f"{size / GIB:,.1f} GiB"
    return f"{size / MIB:,.0f} MiB" if size >= MIB else f"{size / (1 << 10):,.0f} KiB"


def _of_machine() -> int | None:
    with suppress(OSError, ValueError):
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        return sum(int(lines[key].split()[0]) << 10 for key in ("MemAvailable", "SwapFree") if key in lines)
    with suppress(AttributeError, OSError, ValueError):  # where there is no /proc: what the machine has altogether
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_container() -> int | None:
    for limit, used in CGROUPS:
        with suppress(OSError, ValueError):  # ValueError where the limit is "max"
            most = int(Path(limit).read_text())
            return most - int(Path(used).read_text()) if most < UNLIMITED else None
    return None


def _of_process() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY or most >= UNLIMITED:
        return None
    taken = 0
    with suppress(OSError, ValueError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return most - taken

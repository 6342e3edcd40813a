"""How much memory the program has taken at most."""

import sys

import torch

MIB = 2**20


def peak_memory() -> str:
    """Say how much memory was taken at most since the program started, of the machine and of a GPU that is used.

    Empty where the system does not tell.
    """
    try:
        import resource
    except ImportError:  # Windows
        return ""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    said = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB:,.0f} MiB of memory at most"
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        said += f", {torch.cuda.max_memory_allocated() / MIB:,.0f} MiB of the GPU's"
    return said

"""Where and how exactly a run is computed: device, number format, memory layout, processes."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import timedelta
from typing import Any, Literal, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import parametrize

from vidpred.errors import VidpredError
from vidpred.machine.processes import own_gpu, own_place, require_device_name, require_meeting_point

PATIENCE = timedelta(days=30)  # with processes that have more to do
Precision = Literal["auto", "fp32", "bf16", "fp16"]
Module = TypeVar("Module", bound=nn.Module)


class Engine:
    """One process of a run. Under ``torchrun`` it joins the others; alone it costs nothing.

    Args:
        device: ``auto`` (a GPU if there is one), ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        precision: format of the convolutions; ``auto`` is bf16 where the hardware computes it, else fp32.
        channels_last: keep a pixel's channels together in memory.
        compile_networks: compile every network with torch.compile.
        alone: join no other processes, whoever started this one.

    Raises:
        VidpredError: a device that is not there, or fp16 on a CPU (over a thousand times slower than fp32).
    """

    def __init__(
        self,
        device: str = "auto",
        precision: Precision = "auto",
        channels_last: bool = True,
        compile_networks: bool = False,
        alone: bool = False,
    ):
        self.rank, self.num_processes = (0, 1) if alone else _join_processes(device)
        self.device = _find_device(device)
        self.dtype = _find_dtype(precision, self.device)
        self.channels_last = channels_last
        self.compile_networks = compile_networks

    @property
    def is_main(self) -> bool:
        """Whether this process is the one that writes files."""
        return self.rank == 0

    @property
    def warms_up(self) -> bool:
        """Whether a first step takes longer than the next: it loads what a GPU computes with, or compiles."""
        return self.device.type != "cpu" or self.compile_networks

    @property
    def precision(self) -> str:
        """The number format in use: float32, bfloat16 or float16."""
        return str(self.dtype).removeprefix("torch.")

    def place(self, module: Module, differentiated_twice: bool = False) -> Module:
        """Move ``module`` to the device, in the memory layout of the run; compile it if asked.

        One with convolutions over time keeps its layout: PyTorch lays out either those or the others.

        What is ``differentiated_twice``, as under a gradient penalty, is not compiled: torch.compile cannot do that.
        """
        over_time = any(value.ndim == len("OCTHW") for value in (*module.parameters(), *module.buffers()))
        layout = torch.channels_last if self.channels_last and not over_time else torch.contiguous_format
        module = module.to(self.device, memory_format=layout)  # type: ignore[call-overload]
        if self.compile_networks and not differentiated_twice:
            module.compile()
        return module

    def distribute(self, module: nn.Module) -> nn.Module:
        """Wrap ``module`` so that its gradients are averaged over all processes; alone, return it as it is."""
        if self.num_processes == 1:
            return module
        ids = [self.device.index] if self.device.type == "cuda" else None
        return _Distributed(module, device_ids=ids, broadcast_buffers=False)

    def autocast(self) -> AbstractContextManager[None]:
        """Compute in the run's number format whatever autocast allows."""
        if self.dtype == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.dtype)

    def seed_step(self, seed: int, step: int) -> None:
        """Start all random streams of ``step`` anew, each process its own.

        A step's random numbers thus depend on the seed and the step alone: a resumed run has those of an
        uninterrupted one.
        """
        entropy = np.random.SeedSequence([seed, step, self.rank]).generate_state(3)
        torch.manual_seed(int(entropy[0]))
        np.random.seed(int(entropy[1]))
        random.seed(int(entropy[2]))

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """Let the main process do the enclosed work before all others, which then find what it left."""
        if not self.is_main:
            dist.barrier()
        yield
        if self.is_main and self.num_processes > 1:
            dist.barrier()

    def mean(self, values: Tensor) -> Tensor:
        """Average ``values`` (N,) over all processes."""
        if self.num_processes == 1:
            return values
        total = values.detach().clone()
        dist.all_reduce(total)
        return total / self.num_processes

    def from_main(self, number: float) -> float:
        """Return the main process's ``number`` in every process."""
        if self.num_processes == 1:
            return number
        shared = torch.tensor(number, dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return shared.item()

    def settle(self) -> None:
        """Wait until the device has done all that it was asked to, so that a clock tells how long that took."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":
            torch.mps.synchronize()

    def close(self) -> None:
        """Leave the other processes."""
        if dist.is_initialized():
            dist.destroy_process_group()


class _Distributed(DistributedDataParallel):
    """A distributed network that still has the attributes of the network itself, such as its lead and its scales."""

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("module"), name)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[nn.Module]:
    """Put ``network`` into evaluation mode, and back into the mode it was in, each part of it into its own."""
    modes = [(part, part.training) for part in network.modules()]
    try:
        yield network.eval()
    finally:
        network.train(modes[0][1])
        for part, was_training in modes:
            part.training = was_training


@contextmanager
def all_evaluating(networks: Iterable[object]) -> Iterator[None]:
    """Put those of ``networks`` that are modules into evaluation mode, and back: see :func:`evaluating`."""
    with ExitStack() as modes:
        for network in networks:
            if isinstance(network, nn.Module):
                modes.enter_context(evaluating(network))
        yield


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Let gradients pass through ``network`` without reaching its weights.

    What is computed from them, such as spectral normalisation, is computed once, however often it is called.
    """
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    try:
        for weight in weights:
            weight.requires_grad_(False)
        with parametrize.cached():
            yield
    finally:
        for weight in weights:
            weight.requires_grad_(True)


def device_of(network: object, otherwise: torch.device | None = None) -> torch.device:
    """Return where the weights of ``network`` are; where it has none, ``otherwise``, by default the CPU."""
    weights = network.parameters() if isinstance(network, nn.Module) else iter(())
    return next((weight.device for weight in weights), otherwise or torch.device("cpu"))


def is_own(network: object) -> bool:
    """Return whether ``network`` is one of this package, which keep nothing between calls, and has nobody's hooks."""
    modules = network.modules() if isinstance(network, nn.Module) else iter(())
    hooked = any(module._forward_hooks or module._forward_pre_hooks for module in modules)
    return type(network).__module__.partition(".")[0] == "vidpred" and not hooked


def dtype_of(network: object, otherwise: torch.dtype) -> torch.dtype:
    """Return which floats the weights of ``network`` are; where it has none, ``otherwise``."""
    weights = network.parameters() if isinstance(network, nn.Module) else iter(())
    return next((weight.dtype for weight in weights if weight.is_floating_point()), otherwise)


@contextmanager
def for_loaded_weights() -> Iterator[None]:
    """Build networks of float32, whatever torch makes by default, and draw nothing from the caller's random stream."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_default_dtype(before)


def without_sync(module: nn.Module, last: bool) -> AbstractContextManager[None]:
    """Keep a distributed ``module`` from averaging gradients until the ``last`` part of a step."""
    if last or not isinstance(module, DistributedDataParallel):
        return nullcontext()
    return module.no_sync()


def wait_for_others() -> None:
    """Wait until all processes that ``torchrun`` started have come here, since it ends all when one fails."""
    if own_place()[1] > 1 and "MASTER_ADDR" in os.environ:
        dist.init_process_group("gloo", timeout=PATIENCE)
        dist.barrier()
        dist.destroy_process_group()


def _join_processes(device: str) -> tuple[int, int]:
    """Join the processes that torchrun started; return rank and number of processes."""
    if own_place()[1] == 1:
        return 0, 1
    if not dist.is_initialized():
        require_meeting_point()
        on_gpu = torch.cuda.is_available() and not device.startswith("cpu")
        dist.init_process_group("nccl" if on_gpu else "gloo")
    return dist.get_rank(), dist.get_world_size()


def _find_device(name: str) -> torch.device:
    if require_device_name(name) == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:  # a number that torch does not count to
        raise VidpredError(f"the device {name!r} is not usable on this machine; use --device cpu, or auto") from None
    present: dict[str, Callable[[], bool]] = {
        "cpu": lambda: True,
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if not present.get(device.type, lambda: False)():
        raise VidpredError(f"the device {name!r} is not usable on this machine; use --device cpu, or auto")
    if device.type == "cuda":
        index = own_gpu() if device.index is None else device.index
        if index >= torch.cuda.device_count():
            raise VidpredError(
                f"there is no GPU {index}: this machine has {torch.cuda.device_count()}, counted from 0; name another"
            )
        torch.cuda.set_device(index)
        device = torch.device("cuda", index)
    return device


def _find_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    if precision == "fp16" and device.type == "cpu":
        raise VidpredError("precision fp16 is over a thousand times slower than fp32 on a CPU; use auto, bf16 or fp32")
    if precision == "auto":
        return torch.bfloat16 if _computes_bf16(device) else torch.float32
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]


def _computes_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return False

"""What memory a run takes at least, found out on torch's meta device, where shapes are computed and nothing is stored.

Lower bounds: what is refused could not have been trained; what is not may still run out of memory.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import num_scales
from vidpred.interfaces import Batch, Task
from vidpred.machine.engine import Engine
from vidpred.machine.memory import free_memory, require_memory
from vidpred.registry import Prepared
from vidpred.runs.settings import Config
from vidpred.training.attempt import make_attempt
from vidpred.training.feed import AHEAD
from vidpred.training.settings import PlayerSettings
from vidpred.wording import clip_or_image

FLOAT = 4  # bytes
KEPT_PER_CLIP = 300  # bytes that a step keeps per byte of its clips, at most; where so many fit, nothing is worked out
SHRINK = ("width_multiplier", "widths", "kernels", "hidden_channels", "num_blocks", "num_components", "num_scales")
OPTIMIZERS = {"adam": 2, "adamw": 2, "sgd": 1}  # numbers that they keep per weight; sgd only with momentum


def outline(part: Prepared, facts: Mapping[str, Any], section: str = "network") -> nn.Module | None:
    """Build a network whose weights have shapes and no values; None where its constructor needs values.

    Args:
        part: the network and its options.
        facts: see :meth:`vidpred.registry.Prepared.build`.
        section: of the settings that describes it, for messages.

    Raises:
        VidpredError: its constructor refuses its options, or a weight has more values than can be counted.
    """
    try:
        with torch.random.fork_rng(devices=[]), torch.device("meta"), _NoRandomValues():
            network: nn.Module = part.build(facts)
    except VidpredError:
        raise
    except Exception as error:
        if "overflow" not in str(error).lower():
            return None  # it computes with values: what it needs shows when it is built
        raise VidpredError(
            f"a weight of the {section} would have more values than any memory; {_smaller(part, section)}"
        ) from None
    return network if isinstance(network, nn.Module) else None


def require_room_to_load(part: Prepared, facts: Mapping[str, Any], path: object, device: torch.device) -> None:
    """Refuse a network that does not fit into memory, before it is built to be loaded.

    Raises:
        VidpredError: it does not.
    """
    network = outline(part, facts)
    if network is not None:
        what = f"the network that the settings in {path} describe needs"
        require_memory(FLOAT * num_weights(network), what, "name another checkpoint", device)


def require_room_to_train(
    config: Config, task: Task, parts: Mapping[str, Prepared], facts: Mapping[str, Any], engine: Engine
) -> None:
    """Refuse networks and batches that do not fit into memory, before anything is built.

    Args:
        config: of the run.
        task: that the network learns.
        parts: the network and, where one is trained, the discriminator, by the section that describes it.
        facts: what data and task settled.
        engine: where it is to be computed.

    Raises:
        VidpredError: they do not fit; it names the settings to lower.
    """
    weights, network = 0, outline(parts["network"], facts)
    for section, part in parts.items():
        scales = num_scales(network)
        built = network if section == "network" else outline(part, {**facts, "num_scales": scales}, section)
        if built is None:
            continue
        player = config.generator if section == "network" else config.adversary
        copies = _copies(player) + (1 if section == "network" and config.train.ema_decay else 0)
        weights += FLOAT * copies * num_weights(built)
        what = f"the {section}, its gradient and its optimiser need"
        require_memory(weights, what, _smaller(part, section), engine.device)
    noun = clip_or_image(task.clip_length)
    size = "size" if noun == "image" else "size or length"
    advice = f"lower train.batch_size, the {size} of the {noun}s, or objective.num_draws"
    loaded = _clip_bytes(config, facts) * (1 + AHEAD) // engine.num_processes
    require_memory(loaded, f"the {config.train.batch_size} {noun}s of a step, loaded ahead, need", advice)
    free = free_memory(engine.device)
    if network is not None and free is not None and weights + KEPT_PER_CLIP * loaded > free:
        computed = weights + _activations(network, config, task, facts, engine)
        require_memory(computed, "a step of training needs", f"{advice}, or raise train.accumulate", engine.device)


class _NoRandomValues(TorchFunctionMode):
    """Leaves weights as they are instead of drawing them, for which the meta device would import half of torch."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.Tensor.normal_, torch.Tensor.uniform_) or getattr(func, "__module__", "") == nn.init.__name__:
            return args[0] if args else (kwargs or {})["tensor"]
        return (torch.empty if func in (torch.randn, torch.rand) else func)(*args, **(kwargs or {}))


def num_weights(network: nn.Module) -> int:
    """Return how many numbers a network keeps."""
    return sum(value.numel() for value in (*network.parameters(), *network.buffers()))


def _copies(player: PlayerSettings) -> int:
    """Return how many numbers are kept per weight: itself, its gradient, and what the optimiser remembers."""
    remembered = OPTIMIZERS[player.optimizer] if player.optimizer != "sgd" or player.momentum else 0
    return 2 + remembered + (1 if player.historical_averaging else 0)


def _clip_bytes(config: Config, facts: Mapping[str, Any]) -> int:
    """Return the bytes of the clips that a step takes, all processes together."""
    sides = [facts.get(name, 1) for name in ("clip_length", "frame_channels", "height", "width")]
    size = FLOAT * config.train.batch_size
    if config.objective.has_adversary:
        size *= config.train.discriminator_steps + config.train.separate_batches
    for side in sides:
        size *= int(side)
    return size


def _activations(network: nn.Module, config: Config, task: Task, facts: Mapping[str, Any], engine: Engine) -> int:
    """Return the bytes that the generator keeps at least of one part of a step; 0 where that cannot be told."""
    trial = 2  # clips, of which some layers need several
    shape = [trial, *(int(facts.get(name, 1)) for name in ("clip_length", "frame_channels", "height", "width"))]
    sizes: dict[int, int] = {}
    own = {value.untyped_storage()._cdata for value in network.parameters()}
    alive = []  # so that no storage takes the place of another

    def count(value: Tensor) -> Tensor:
        alive.append(value)
        storage = value.untyped_storage()
        if storage._cdata not in own:
            sizes[storage._cdata] = storage.nbytes()
        return value

    with suppress(Exception), torch.autograd.graph.saved_tensors_hooks(count, lambda value: value):  # noqa: SIM117
        with torch.random.fork_rng(devices=[]):
            batch = torch.zeros(shape, device="meta")
            make_attempt(task, network, _batch(batch, facts))
    parts = config.train.accumulate * engine.num_processes * trial
    half = 1 if engine.dtype == torch.float32 else 2
    return sum(sizes.values()) * config.train.batch_size * config.objective.num_draws // (parts * half)


def _batch(clips: Tensor, facts: Mapping[str, Any]) -> Batch:
    labels = torch.zeros(len(clips), dtype=torch.long, device=clips.device) if facts.get("num_classes") else None
    return Batch(clips, labels)


def _smaller(part: Prepared, section: str) -> str:
    """Name the options that make a network smaller."""
    names = [f"{section}.{name}" for name in SHRINK if name in part.accepted]
    return f"lower {', '.join(names)}" if names else f"choose another {section}"

"""A run at one step, in one file: safetensors with JSON in its header, never pickle."""

import json
import math
import os
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from vidpred.errors import VidpredError, shown
from vidpred.machine.files import replacing
from vidpred.machine.folders import CHECKPOINTS
from vidpred.machine.memory import require_memory
from vidpred.machine.regular_files import require_regular, utf8_name
from vidpred.runs.checkpoint_header import Header, checksums, require_as_saved
from vidpred.runs.settings.retired import translate_retired
from vidpred.runs.settings.trees import MalformedError
from vidpred.runs.shipped import WORDS

FORMAT = "vidpred checkpoint"
VERSION = 1
LAST, BEST = "last.safetensors", "best.safetensors"
REAL = (torch.float64, torch.float32, torch.float16, torch.bfloat16)  # not those of 8 bits, which few kernels take
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to predict, and to go on training as if nothing had happened.

    Random numbers need no state of their own here: every step uses streams that are seeded by
    the run's seed, the step and the process (see ``engine.seed_step``), and so does the data order.
    """

    config: Mapping[str, Any]  # the resolved settings, as plain values
    facts: Mapping[str, Any]  # what data and task settled for the networks
    step: int  # optimiser steps taken
    state: Mapping[str, Any]  # of the trainer: networks, average, optimisers
    scores: Mapping[str, float] = field(default_factory=dict)  # on validation videos, by metric
    environment: Mapping[str, Any] = field(default_factory=dict)  # versions, machine, revision

    def save(self, path: Path) -> None:
        """Write to ``path``, replacing what is there only when the new file is complete.

        Raises:
            OSError: it cannot be written, as on a full disk.
        """
        tensors: dict[str, Tensor] = {}
        header = {
            "format": FORMAT,
            "version": str(VERSION),
            "config": json.dumps(self.config),
            "facts": json.dumps(self.facts),
            "step": str(self.step),
            "scores": json.dumps(self.scores),
            "environment": json.dumps(self.environment),
            "state": json.dumps(_strip(self.state, "state", tensors)),
        }
        header["checksums"] = json.dumps(checksums(self.state))
        with replacing(path) as temporary:
            temporary.write_bytes(save(tensors, metadata=header))  # save_file would leave files of its own when killed

    @classmethod
    def load(cls, path: Path, only: tuple[str, ...] | None = None) -> "Checkpoint":
        """Read a checkpoint.

        Args:
            path: the file, or a run's folder (its best checkpoint, else its last).
            only: names of the parts of ``state`` to read; none reads all.

        Raises:
            VidpredError: no checkpoint there, one of another kind or version, or a damaged file.
        """
        path = find_checkpoint(path)
        _require_readable(path)
        try:
            with utf8_name(path) as name, safe_open(name, framework="pt") as file:
                header = Header.parse(_check_header(path, file.metadata() or {}))
                kept = {key: part for key, part in header.state.items() if only is None or key in only}
                _check_size(path, kept, file)
                state = {key: _fill(part, file) for key, part in kept.items()}
            require_as_saved(path, state, header.checksums)
        except VidpredError:
            raise
        except (SafetensorError, OSError, *MALFORMED) as error:
            raise _damaged(path, error) from None
        config = translate_retired(header.config, header.facts)
        return cls(config, header.facts, header.step, state, header.scores, header.environment)

    def weights(self, part: str, path: Path) -> Mapping[str, Tensor] | None:
        """Return the weights of a part of ``state`` by name; none where it has none.

        Args:
            part: ``generator``, ``average`` or ``discriminator``.
            path: of the checkpoint, for messages.

        Raises:
            VidpredError: they are no tensors by name, or not all numbers.
        """
        weights = self.state.get(part)
        if weights is None:
            return None
        if not isinstance(weights, Mapping) or not all(isinstance(value, Tensor) for value in weights.values()):
            raise _damaged(path, MalformedError(f"its part {part} is not a map of tensors by name"))
        require_finite(weights, path)
        return weights


def require_finite(weights: Mapping[str, Tensor], path: Path) -> None:
    """Refuse weights that predict nothing.

    Raises:
        VidpredError: a tensor holds values that are infinite or not numbers, or of fewer than 16 bits.
    """
    for name, value in weights.items():
        is_real = value.dtype in REAL and bool(value.isfinite().all())
        if value.is_complex() or (value.is_floating_point() and not is_real):
            raise VidpredError(
                f"the weights {shown(name)} in {path} are not all finite real numbers of 16 bits or more, so nothing "
                "can be computed with them; name another checkpoint, such as an earlier one of that run"
            )


def load_weights(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a network its weights.

    Raises:
        RuntimeError: they have other names or shapes.
        TypeError: one is of whole numbers, and is to be of fractions, or the other way round.
        AttributeError: one is no tensor.
    """
    for name, own in network.state_dict().items():
        if name in weights and weights[name].is_floating_point() != own.is_floating_point():
            raise TypeError(f"{name} is of {weights[name].dtype}, and not of {own.dtype}")
    network.load_state_dict(weights)


def _damaged(path: Path, error: Exception) -> VidpredError:
    from vidpred.runs.other_files import other_file  # here, because other checkpoints have no use for it

    if other := other_file(path):
        return VidpredError(f"{path} is {other.what}, not a vidpred checkpoint; {other.remedy}")
    return VidpredError(
        f"the checkpoint {path} is damaged or not a checkpoint ({' '.join(str(error).split())[:300]}); "
        "name a .safetensors file that `vidpred train` wrote, or another checkpoint of that run"
    )


def load_to_predict(path: Path) -> tuple[Checkpoint, Mapping[str, Tensor]]:
    """Read a checkpoint and the weights that it predicts with: averaged where there are any, else the last.

    Raises:
        VidpredError: see :meth:`Checkpoint.load`.
    """
    saved = Checkpoint.load(path, only=("average",))
    weights = saved.weights("average", path)
    if weights is None:
        weights = Checkpoint.load(path, only=("generator",)).weights("generator", path)
    return saved, weights or {}


def find_checkpoint(path: Path, prefer: str = BEST) -> Path:
    """Return the checkpoint that ``path``, wherever it is named, means: itself, a run's, or by name a shipped one.

    Raises:
        VidpredError: there is none.
    """
    require_regular(path, "the checkpoint")
    if path.is_file():
        return path
    if str(path) in WORDS and not path.exists():
        return WORDS[str(path)]
    from vidpred.runs.neighbouring_runs import runs_to_name

    if not path.exists():
        raise VidpredError(
            f"there is no checkpoint {path}{runs_to_name(path)}; name a run's folder, a .safetensors file, or what is "
            f"shipped: {', '.join(WORDS)}"
        )
    for name in dict.fromkeys((prefer, BEST, LAST)):
        for folder in (path, path / CHECKPOINTS):
            _require_no_other(folder / name)
            if (folder / name).is_file():
                return folder / name
    raise VidpredError(f"{path} holds no checkpoint ({LAST} or {BEST}); name a run that has one{runs_to_name(path)}")


def _require_no_other(path: Path) -> None:
    """Refuse what has the name of a run's checkpoint and is none: whoever put it there meant it to be read.

    Raises:
        VidpredError: it is a folder, or a link to what is not there.
    """
    require_regular(path, "the checkpoint")
    if os.path.lexists(path) and not path.is_file():
        what = "a folder" if path.is_dir() else "a link that leads to no file"
        raise VidpredError(f"{path} is {what}, but a run's checkpoint has that name; put it back, or move that away")


def _require_readable(path: Path) -> None:
    """Say why a file cannot be opened, of which safetensors only says that it is not there.

    Raises:
        VidpredError: it may not be read, or its disk fails.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise VidpredError(
            f"the checkpoint {path} cannot be read ({error.strerror}); change that, or name another one"
        ) from None


def _check_header(path: Path, header: dict[str, str]) -> dict[str, str]:
    if header.get("format") != FORMAT:
        raise VidpredError(
            f"{path} is a safetensors file, but not a vidpred checkpoint; name one that `vidpred train` wrote"
        )
    if header.get("version") != str(VERSION):
        raise VidpredError(
            f"{path} is a checkpoint of version {_version(header)}, but this vidpred reads version {VERSION}; "
            "use the vidpred that wrote it, or train again"
        )
    return header


def _version(header: Mapping[str, str]) -> str:
    version = header.get("version", "")
    return version if version.isdecimal() and len(version) < 10 else shown(version)  # noqa: PLR2004


_TENSOR, _ITEMS = "__tensor__", "__items__"


def _strip(tree: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """Move the tensors of ``tree`` into ``tensors``; return the JSON that remembers where they were."""
    if isinstance(tree, Tensor):
        tensors[name] = tree.detach().cpu().clone(memory_format=torch.contiguous_format)
        return {_TENSOR: name}
    if isinstance(tree, Mapping):
        pairs = [(key, _strip(value, f"{name}.{key}", tensors)) for key, value in tree.items()]
        return dict(pairs) if all(isinstance(key, str) for key in tree) else {_ITEMS: pairs}
    if isinstance(tree, list | tuple):
        return [_strip(value, f"{name}.{index}", tensors) for index, value in enumerate(tree)]
    return tree


def _fill(tree: Any, file: Any) -> Any:
    """Put the tensors back where :func:`_strip` took them from."""
    if isinstance(tree, list):
        return [_fill(value, file) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if _TENSOR in tree:
        return file.get_tensor(_name_of(tree))
    return {key: _fill(value, file) for key, value in _pairs(tree)}


def _name_of(tree: Mapping[str, Any]) -> str:
    name = tree[_TENSOR]
    if not isinstance(name, str):
        raise MalformedError(f"the name of a tensor is {shown(name)}, not text")
    return name


def _pairs(tree: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    if _ITEMS not in tree:
        yield from tree.items()
        return
    for pair in tree[_ITEMS]:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], Hashable):  # noqa: PLR2004
            raise MalformedError(f"{shown(pair)} is not a key and its value")
        yield pair[0], pair[1]


def _check_size(path: Path, tree: Any, file: Any) -> None:
    """Refuse more tensors than memory holds, each counted as often as the header names it."""
    present, sizes = set(file.keys()), dict[str, int]()
    total, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and _TENSOR in node:
            name = _name_of(node)
            if name not in present:
                raise MalformedError(f"it holds no tensor {shown(name)}")
            if name not in sizes:
                sizes[name] = math.prod(file.get_slice(name).get_shape())
            total += sizes[name]  # bytes, at least
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    require_memory(total, f"the checkpoint {path} needs", "name a smaller one")

"""A run at one step, in one file: safetensors with JSON in its header, never pickle."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.machine.files import replacing
from vidpred.runs.shipped import DEFAULT, SHIPPED

FORMAT = "vidpred checkpoint"
VERSION = 1
LAST, BEST = "last.safetensors", "best.safetensors"


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
        try:
            with safe_open(path, framework="pt") as file:
                header = _check_header(path, file.metadata() or {})
                state = json.loads(header["state"])
                kept = {key: state[key] for key in state if only is None or key in only}
                filled = {key: _fill(value, file) for key, value in kept.items()}
                return cls(
                    config=json.loads(header["config"]),
                    facts=json.loads(header["facts"]),
                    step=int(header["step"]),
                    state=filled,
                    scores=json.loads(header["scores"]),
                    environment=json.loads(header["environment"]),
                )
        except (SafetensorError, OSError, KeyError, json.JSONDecodeError) as error:
            raise VidpredError(
                f"the checkpoint {path} is damaged or not a checkpoint ({error}); "
                "name a .safetensors file that `vidpred train` wrote, or another checkpoint of that run"
            ) from None


def load_to_predict(path: Path) -> tuple[Checkpoint, Mapping[str, Tensor]]:
    """Read a checkpoint and the weights that it predicts with: averaged where there are any, else the last.

    Raises:
        VidpredError: see :meth:`Checkpoint.load`.
    """
    saved = Checkpoint.load(path, only=("average",))
    weights = saved.state.get("average")
    if weights is None:
        weights = Checkpoint.load(path, only=("generator",)).state.get("generator")
    return saved, weights or {}


def find_checkpoint(path: Path, prefer: str = BEST) -> Path:
    """Return the checkpoint that ``path`` means: itself, the one of a run's folder, or by name a shipped one.

    Whatever names a checkpoint, wherever, is resolved here.

    Raises:
        VidpredError: there is none.
    """
    if path.is_file():
        return path
    if path == DEFAULT and not path.exists():
        return SHIPPED / f"{DEFAULT}.safetensors"
    if not path.exists():
        raise VidpredError(
            f"there is no checkpoint {path}; name a run's folder, a .safetensors file, or the shipped one: {DEFAULT}"
        )
    for name in dict.fromkeys((prefer, BEST, LAST)):
        for folder in (path, path / "checkpoints"):
            if (folder / name).is_file():
                return folder / name
    raise VidpredError(f"{path} holds no checkpoint ({LAST} or {BEST}); name the folder of a run that has saved one")


def _check_header(path: Path, header: dict[str, str]) -> dict[str, str]:
    if header.get("format") != FORMAT:
        raise VidpredError(
            f"{path} is a safetensors file, but not a vidpred checkpoint; name one that `vidpred train` wrote"
        )
    if header.get("version") != str(VERSION):
        raise VidpredError(
            f"{path} is a checkpoint of version {header.get('version')}, but this vidpred reads version {VERSION}; "
            "use the vidpred that wrote it, or train again"
        )
    return header


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
        return file.get_tensor(tree[_TENSOR])
    return {key: _fill(value, file) for key, value in _pairs(tree)}


def _pairs(tree: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    yield from (tree[_ITEMS] if _ITEMS in tree else tree.items())

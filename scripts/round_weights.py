"""The weights of a run in files that are small enough to be carried anywhere, and the checkpoint made of them again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint, load_to_predict

LARGEST = 16 * 10**6  # bytes of a file
ROOM = 64_000  # of them for names and settings
FIRST, NAME = "weights_1.safetensors", "weights_{}.safetensors"
DESCRIPTION = "vidpred"  # the field of the first file's header in which settings and facts are
PLACE = "@"  # between the name of a tensor and the row with which a part of it begins


def split_weights(run: Path, folder: Path) -> list[Path]:
    """Write the weights that a run predicts with into files of at most 16 MB each; return these.

    Args:
        run: its folder, or a checkpoint.
        folder: that holds them, and no older ones, afterwards.

    Raises:
        VidpredError: there is no checkpoint, or it cannot be read.
    """
    saved, weights = load_to_predict(find_checkpoint(run))
    files: list[dict[str, Tensor]] = [{}]
    taken = 0
    for name, tensor in _pieces(weights):
        size = tensor.numel() * tensor.element_size()
        if taken + size > LARGEST - ROOM and files[-1]:
            files.append({})
            taken = 0
        files[-1][name] = tensor
        taken += size
    described = {"config": saved.config, "facts": dict(saved.facts), "step": saved.step, "scores": dict(saved.scores)}
    for old in folder.glob(NAME.format("*")):
        old.unlink()
    paths = [folder / NAME.format(number) for number in range(1, len(files) + 1)]
    for path, tensors in zip(paths, files, strict=True):
        save_file(tensors, path, {DESCRIPTION: json.dumps(described if path.name == FIRST else {})})
    return paths


def join_weights(folder: Path) -> Path:
    """Put the files of :func:`split_weights` together; return the checkpoint, which predicts and starts other runs.

    Raises:
        VidpredError: the first file is missing.
    """
    if not (folder / FIRST).is_file():
        raise VidpredError(f"there is no {FIRST} in {folder}; name the folder of a run among the results of a round")
    parts: dict[str, dict[int, Tensor]] = {}
    described: dict[str, Any] = {}
    for path in folder.glob(NAME.format("*")):
        with safe_open(path, framework="pt") as file:
            described |= json.loads(file.metadata()[DESCRIPTION])
            for name in file.keys():  # noqa: SIM118
                whole, _, row = name.rpartition(PLACE)
                parts.setdefault(whole, {})[int(row)] = file.get_tensor(name)
    weights = {name: _whole(rows) for name, rows in parts.items()}
    joined = folder / "checkpoint.safetensors"
    Checkpoint(**described, state={"average": weights}).save(joined)
    return joined


def _pieces(weights: Mapping[str, Tensor]) -> list[tuple[str, Tensor]]:
    """Return every tensor by a name that says with which row it begins, in parts where it is too large by itself."""
    pieces = []
    for name, tensor in weights.items():
        rows = max(1, (LARGEST - ROOM) // max(1, tensor[:1].numel() * tensor.element_size())) if tensor.ndim else 1
        parts = tensor.split(rows) if tensor.ndim else (tensor,)
        pieces += [(f"{name}{PLACE}{at * rows}", part.contiguous().clone()) for at, part in enumerate(parts)]
    return pieces


def _whole(rows: dict[int, Tensor]) -> Tensor:
    parts = [rows[row] for row in sorted(rows)]
    return torch.cat(parts) if len(parts) > 1 else parts[0]

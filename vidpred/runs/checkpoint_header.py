"""The header of a checkpoint, which anybody may have written: every field is checked before anything is built of it."""

import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vidpred.errors import VidpredError, note, shown
from vidpred.runs.settings.trees import MalformedError, check_tree

LONGEST_FIELD = 64 << 20  # characters of JSON
LARGEST_NUMBER = 1 << 53  # up to which every number in JSON is exact
LARGEST_STEP = 10**15
LOST = 512  # bytes of zeros at the end of a file, a sector, by which it is known that its end was lost
COUNTS: Mapping[str, tuple[int, int]] = {  # least and most of the facts that networks are built from
    "frame_channels": (1, 4096),
    "height": (1, 1 << 16),
    "width": (1, 1 << 16),
    "num_context_frames": (1, 10_000),
    "lead": (1, 10_000),
    "clip_length": (1, 100_000),
    "num_frames": (1, 100_000),
    "latent_channels": (0, 1_000_000),
    "num_classes": (0, 1_000_000),
    "num_categories": (0, 1_000_000),
    "num_scales": (1, 64),
    "num_clips": (0, LARGEST_NUMBER),
}


@dataclass(frozen=True)
class Header:
    """What the header of a checkpoint says; ``state`` has names of tensors where the tensors belong."""

    config: dict[str, Any]
    facts: dict[str, Any]
    step: int
    scores: dict[str, float]
    environment: dict[str, Any]
    state: dict[str, Any]
    checksums: dict[str, Any]  # of the values of each part of the state; none of what older versions wrote

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> "Header":
        """Read the fields of a header.

        Raises:
            MalformedError: one is missing, or holds something else than it should.
        """
        trees = {name: _tree(name, fields) for name in ("config", "facts", "scores", "environment", "state")}
        _check_facts(trees["facts"])
        for name, score in trees["scores"].items():
            if isinstance(score, bool) or not isinstance(score, int | float):
                raise MalformedError(f"the score {shown(name)} is {shown(score)}, not a number")
        checksums = _tree("checksums", fields) if "checksums" in fields else {}
        return cls(step=_step(fields), checksums=checksums, **trees)


def _tree(name: str, fields: Mapping[str, str]) -> dict[str, Any]:
    text = _field(name, fields)
    if len(text) > LONGEST_FIELD:
        raise MalformedError(f"{name} has {len(text):,} characters, which no run writes")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{name} is not JSON: {str(error)[:80]}") from None
    if not isinstance(tree, dict):
        raise MalformedError(f"{name} is {shown(tree)}, not a map")
    check_tree(name, tree)
    return tree


def _field(name: str, fields: Mapping[str, str]) -> str:
    if name not in fields:
        raise MalformedError(f"{name} is missing")
    return fields[name]


def _step(fields: Mapping[str, str]) -> int:
    text = _field("step", fields)
    if not re.fullmatch(r"[0-9]{1,16}", text, re.ASCII) or int(text) > LARGEST_STEP:
        raise MalformedError(f"step is {shown(text)}, not a whole number from 0 to {LARGEST_STEP}")
    return int(text)


def _check_facts(facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name in COUNTS:
            low, high = COUNTS[name]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise MalformedError(f"the fact {name} is {shown(value)}, not a whole number from {low} to {high}")
        elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
            raise MalformedError(f"the fact {shown(name)} is {shown(value)}, not a number up to {LARGEST_NUMBER}")


def checksums(state: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return the CRC-32 of the shapes and of the values of all tensors of each part of a state, in its order."""
    return {part: list(_checksums(tree)) for part, tree in state.items()}


def require_as_saved(path: Path, state: Mapping[str, Any], saved: Mapping[str, Any]) -> None:
    """Refuse values whose end was lost and filled with zeros; of others that are not those that were saved, say so.

    Args:
        path: of the checkpoint.
        state: that was read, or some parts of it.
        saved: checksums of its parts; a part without them, or whose shapes are others, is left to who reads it.

    Raises:
        VidpredError: a part has other values, and the file ends in zeros.
    """
    for part in sorted(state.keys() & saved.keys()):
        shapes, values = _checksums(state[part])
        if saved[part] != [shapes, values] and isinstance(saved[part], list) and saved[part][:1] == [shapes]:
            _say_changed(path, part)


def _say_changed(path: Path, part: str) -> None:
    told = f"the values of its part {shown(part)} are not those that were saved"
    if _ends_in_zeros(path):
        raise VidpredError(
            f"the checkpoint {path} is damaged: {told}, and it ends in zeros, as after an incomplete copy or a power "
            "cut; copy it again, name another checkpoint of that run, or if a script wrote these zeros, have it leave "
            "the checksums out of the metadata"
        )
    note(f"the checkpoint {path} was changed or damaged after it was saved: {told}; if nobody did, copy it again")


def _ends_in_zeros(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(LOST, file.seek(0, SEEK_END)), SEEK_END)
        return not any(file.read(LOST))


def _checksums(tree: Any) -> tuple[int, int]:
    """Return the checksums of the shapes and of the values of all tensors in a tree."""
    shapes = values = 0
    for tensor in _tensors(tree):
        there = tensor.detach().cpu().contiguous()
        shapes = zlib.crc32(f"{there.dtype} {tuple(there.shape)}".encode(), shapes)
        values = zlib.crc32(there.reshape(-1).view(torch.uint8).numpy().data, values)
    return shapes, values


def _tensors(tree: Any) -> Iterator[Tensor]:
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, Mapping | list | tuple):
        for value in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _tensors(value)

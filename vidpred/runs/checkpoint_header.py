"""The header of a checkpoint, which anybody may have written: every field is checked before anything is built of it."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vidpred.errors import shown
from vidpred.runs.trees import MalformedError, check_tree

LONGEST_FIELD = 64 << 20  # characters of JSON
LARGEST_NUMBER = 1 << 53  # up to which every number in JSON is exact
LARGEST_STEP = 10**15
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
        return cls(step=_step(fields), **trees)


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

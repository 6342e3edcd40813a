"""What a run that goes on, or is scored, knows of its videos: which it was trained on, and which it validated on."""

from collections.abc import Mapping
from typing import Any

from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.folder import RunFolder

SPLIT = "known_split"  # the fact that says which videos were trained and validated on


def known_split(facts: Mapping[str, Any], folder: RunFolder | None = None) -> dict[str, Any]:
    """Return which videos a run was on, as its data set takes it; nothing where that is not known.

    Args:
        facts: of its checkpoint.
        folder: of the run, whose table of videos says it for runs of before this was recorded.
    """
    recorded = facts.get(SPLIT)
    if isinstance(recorded, Mapping):
        return dict(recorded)
    try:
        table = folder.data_report.read_text(encoding="utf-8", errors="surrogateescape") if folder else ""
    except OSError:
        return {}
    return {"table": table} if table else {}


def changed_facts(checkpoint: Checkpoint, facts: Mapping[str, Any]) -> list[str]:
    """Return which facts are others than when the run began, but for its videos, of which its data set tells."""
    return sorted(key for key in facts if key != SPLIT and facts[key] != checkpoint.facts.get(key))

"""What a run that goes on, or is scored, knows of its videos: which it was trained on, and which it validated on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.folder import RunFolder
from vidpred.runs.settings import Config

SPLIT = "known_split"  # the fact that says which videos were trained and validated on
SHAPING = ("frame_channels", "num_classes")  # facts of the data by which networks have the weights that they have


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


def require_same_kind(config: Config, checkpoint: Checkpoint, facts: Mapping[str, Any], run: Path) -> None:
    """Refuse data of another kind than those that the networks of a run were made for.

    Args:
        config: of the run, on the data that it is to go on with.
        checkpoint: its last.
        facts: of these data.
        run: its folder.

    Raises:
        VidpredError: they have other channels, or other classes.
    """
    for name in SHAPING:
        here, there = facts.get(name), checkpoint.facts.get(name)
        if there is not None and here != there:
            raise VidpredError(
                f"{name} of {config.data.options.get('source', config.data.name)} is {here}, but {there} of what the "
                f"run in {run} has learned from, so its networks do not fit; give it such data as before, or start a "
                "new run"
            )

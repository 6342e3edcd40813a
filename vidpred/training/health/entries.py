"""The figures of health in a run's metrics, which anybody may have written: checked before they are drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError, shown
from vidpred.training.health.diagnosis import Verdict
from vidpred.training.health.things import IMAGES, OF
from vidpred.training.metrics_file import is_number
from vidpred.wording import counted

KIND = "health"
TRACE = "trace"
FIGURES = (
    *("accuracy_real", "accuracy_fake", "accuracy_pairs", "accuracy_seen", "accuracy_held_out"),
    *("accuracy_own_pairs", "accuracy_own_pairs_held_out"),
    *("diversity", "drift", "periodicity"),
    *("gradient_adversary", "gradient_adversary_finest", "gradient_data", "gradient_share"),
)
FINEST, OLD_FINEST = "gradient_adversary_finest", "adversarial_gradient"  # as older runs call it
CLIPS = "clips"


def health_entries(entries: Sequence[Mapping[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Return those of ``entries`` that are of health, oldest first.

    Args:
        entries: each with its step and its kind.
        path: of the file that they are from, for messages.

    Raises:
        VidpredError: one has an unknown verdict, a figure that is no number, or a trace unlike the others.
    """
    found = [_as_named_today(entry) for entry in entries if entry["kind"] == KIND]
    length = len(found[0][TRACE]) if found and isinstance(found[0].get(TRACE), list) else 0
    for entry in found:
        if wrong := _what_is_wrong(entry, length):
            raise VidpredError(
                f"the figures of health of step {entry['step']} in {path} cannot be used: {wrong}; delete that line, "
                "or name the folder of another run"
            )
    return found


def _as_named_today(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Rename the finest scale's gradient, which older runs recorded where there was no other scale too."""
    named = dict(entry)
    finest = named.pop(OLD_FINEST, None)
    return named if finest is None or finest == named.get("gradient_adversary") else {FINEST: finest, **named}


def _what_is_wrong(entry: Mapping[str, Any], length: int) -> str:
    verdict = entry.get("verdict")
    if verdict not in set(Verdict) if isinstance(verdict, str) else True:
        return f"the verdict is {shown(verdict)}, and there are {', '.join(Verdict)}"
    for name in FIGURES:
        if name in entry and not is_number(entry[name]):
            return f"{name} is {shown(entry[name])}, not a number"
    if OF in entry and entry[OF] != IMAGES.clip:
        return f"{OF} is {shown(entry[OF])}, but only {IMAGES.clip!r} is ever said"
    clips = entry.get(CLIPS, 0)
    if isinstance(clips, bool) or not isinstance(clips, int) or clips < 0:
        return f"{CLIPS} is {shown(clips)}, not a number of clips"
    trace = entry.get(TRACE)
    if trace is not None and not (isinstance(trace, list) and all(map(is_number, trace)) and len(trace) == length):
        return f"the trace is {shown(trace)}, not a list of {counted(length, 'number')}"
    return ""

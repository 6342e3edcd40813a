"""Settings that vidpred no longer has: how a config is told so, and what they mean in an old checkpoint."""

from collections.abc import Mapping
from typing import Any

from vidpred.errors import VidpredError, as_yaml

SECTION, AGAINST = "objective", "adversarial_against"
BESIDE_SUMS, BESIDE_MEANS = "sum", "mean"
WEIGHTS = ("adversarial_weight", "feature_matching")  # that were measured against sums or means of errors
USUAL_SIDE = 64  # pixels of a crop where a config does not say


def refuse_retired(tree: Mapping[str, Any]) -> None:
    """Say what became of a setting that ``tree`` has and vidpred no longer has.

    Raises:
        VidpredError: there is one.
    """
    section = tree.get(SECTION)
    if not isinstance(section, Mapping) or AGAINST not in section:
        return
    against = section[AGAINST]
    gone = f"setting {SECTION}.{AGAINST} is {as_yaml(against)}, but there is none any more"
    gone += ": errors are means over values"
    if against != BESIDE_SUMS:
        raise VidpredError(f"{gone}, and the adversary's weight stands beside them as it is; take that setting away")
    weight: Any = section.get(WEIGHTS[0])
    side = _side(tree.get("data"))
    example = f"for frames of 3 x {side} x {side} values, "
    example += f"{weight:g} meant {weight / (3 * side**2):.2g}" if _is_number(weight) else f"by {3 * side**2}"
    raise VidpredError(
        f"{gone}, while it divided {SECTION}.{WEIGHTS[0]} and {SECTION}.{WEIGHTS[1]} by the number of a frame's values "
        f"({example}); take it away and divide both yourself, or set {SECTION}.{WEIGHTS[0]}=0.01, the authors' weight"
    )


def translate_retired(config: Mapping[str, Any], facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of an old checkpoint in today's terms: with weights that have the effect that they had.

    A checkpoint whose weights were divided by a number of values that its facts do not tell is left as it is.

    Args:
        config: of the checkpoint, which anybody may have written.
        facts: of the checkpoint: height, width, frame_channels ...
    """
    section = config.get(SECTION)
    if not isinstance(section, Mapping) or section.get(AGAINST) not in (BESIDE_SUMS, BESIDE_MEANS):
        return config
    values = _num_values(facts) if section[AGAINST] == BESIDE_SUMS else 1
    if values is None:
        return config
    kept = {name: value for name, value in section.items() if name != AGAINST}
    divided = {name: kept[name] / values for name in WEIGHTS if _is_number(kept.get(name))}
    return {**config, SECTION: {**kept, **divided}}


def _num_values(facts: Mapping[str, Any]) -> int | None:
    """Return of how many values a target was made, over all of its frames; none where ``facts`` do not tell."""
    context = facts.get("num_context_frames", 0)
    frames = facts.get("num_frames", context + 1 if _is_number(context) else None)
    if not _is_number(frames) or not _is_number(context):
        return None
    sides = [facts.get(name) for name in ("frame_channels", "height", "width")]
    sizes = [side for side in (frames - context, *sides) if isinstance(side, int) and _is_number(side) and side > 0]
    if len(sizes) <= len(sides):
        return None
    number = 1
    for size in sizes:
        number *= size
    return number


def _side(data: Any) -> int:
    options = data if isinstance(data, Mapping) else {}
    sides = (options.get("crop"), options.get("resolution"))
    return next((side for side in sides if isinstance(side, int) and side > 0), USUAL_SIDE)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

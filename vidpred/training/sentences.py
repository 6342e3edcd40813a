"""What a run says of itself while it trains: scores beside those to compare them with, and how long it will take."""

from collections.abc import Mapping
from types import MappingProxyType

from vidpred.metrics import METRICS
from vidpred.wording import counted
from vidpred.wording import say_time as say_time

BASELINES = ("copy_last", "flow")  # by how the names of their scores begin
LOWER_IS_BETTER = ("_distance", "_error")  # what the names of further scores end in, of which a task says nothing
LOWER = "lower is better"
Directions = Mapping[str, bool]  # whether a higher score is better, by the name of the score
UNKNOWN: Directions = MappingProxyType({})
DIVERGED = (  # follows what became infinite or no number; a run that is resumed would keep its settings
    "so the run stopped, its checkpoints as they were; start a new run, from them with --from if there are any, with a "
    "lower generator.lr or adversary.lr, or with generator.clip_norm=1"
)


def say_scores(scores: Mapping[str, float], start: Mapping[str, float], higher_is_better: Directions = UNKNOWN) -> str:
    """Write ``psnr 27.31 dB (start 27.10, copy_last 26.02), ssim ...``.

    Args:
        scores: by name; ``copy_last_psnr`` is the baseline's ``psnr``.
        start: of the weights at step 0; none where they are not known, or are these.
        higher_is_better: what the task says of its scores, by name.
    """
    said = {name: _beside(name, scores, start) for name in _own(scores)}
    all_lower = bool(said) and all(_is_lower_better(name, higher_is_better) for name in said)
    lower = [] if all_lower else [name for name in said if _is_lower_better(name, higher_is_better)]
    written = ", ".join(f"{name} {_with_remarks(name, scores, said[name], name in lower)}" for name in said)
    return f"{written}; {LOWER}" if all_lower else written


def scores_said(
    scores: Mapping[str, float], start: Mapping[str, float], higher_is_better: Directions = UNKNOWN
) -> dict[str, str]:
    """Write every score beside those to compare it with, by name: see :func:`say_scores`."""
    return {
        name: _with_remarks(name, scores, _beside(name, scores, start), _is_lower_better(name, higher_is_better))
        for name in _own(scores)
    }


def _own(scores: Mapping[str, float]) -> list[str]:
    """Return the names of scores that are of no baseline."""
    baselines = {f"{baseline}_{name}" for baseline in BASELINES for name in scores}
    return [name for name in scores if name not in baselines]


def _beside(name: str, scores: Mapping[str, float], start: Mapping[str, float]) -> str:
    """Write what a score is compared with; "" where there is nothing."""
    beside = {"start": start.get(name), **{each: scores.get(f"{each}_{name}") for each in BASELINES}}
    return ", ".join(f"{whose} {value:#.4g}" for whose, value in beside.items() if value is not None)


def _with_remarks(name: str, scores: Mapping[str, float], beside: str, says_lower: bool) -> str:
    remarks = "; ".join(filter(None, (beside, LOWER if says_lower else "")))
    return say_score(name, scores[name]) + (f" ({remarks})" if remarks else "")


def _is_lower_better(name: str, higher_is_better: Directions) -> bool:
    if name in higher_is_better:
        return not higher_is_better[name]
    return METRICS[name].higher_is_better is False if name in METRICS else name.endswith(LOWER_IS_BETTER)


def say_score(name: str, score: float) -> str:
    """Write ``27.31 dB``, or without a unit where a score has none."""
    return f"{score:#.4g}{_unit(name)}"


def how_to_read(name: str, higher_is_better: Directions = UNKNOWN) -> str:
    """Return the unit of a score, or, where it has none and nobody expects it, that lower is better; else ""."""
    return _unit(name).strip() or (LOWER if _is_lower_better(name, higher_is_better) else "")


def _unit(name: str) -> str:
    """Return the unit of a score, after a space; "" where it has none."""
    unit = METRICS[name].unit if name in METRICS else ""
    return f" {unit}" if unit else ""


def say_behind(scores: Mapping[str, float]) -> str | None:
    """Say that a run predicts worse than the repeated last frame, by PSNR; None where it does not, or none knows."""
    score, repeated = scores.get("psnr"), scores.get("copy_last_psnr")
    if score is None or repeated is None or score >= repeated or f"{score:#.4g}" == f"{repeated:#.4g}":
        return None
    return (
        f"that is worse than to repeat the last frame ({score:#.4g} against {repeated:#.4g} dB); it takes more "
        "steps, or a start from weights that have learned: those that vidpred ships, where no --config is named, or a "
        "run's by --from"
    )


def say_rate(steps_per_second: float) -> str:
    """Write ``12.3 steps/s``, or ``0.042 steps/s``."""
    return f"{steps_per_second:.1f} steps/s" if steps_per_second >= 1 else f"{steps_per_second:.2g} steps/s"


def say_first_step(seconds: float, left: int) -> str:
    """Say how long a run of slow steps will take, as far as the first one tells, ``left`` steps before the end."""
    more = "1 more like it takes" if left == 1 else f"{left:,} more like it take"
    return f"the first step took {say_time(seconds)}; {more} about {say_time(left * seconds)}"


def say_estimate(
    seconds: float,
    step: int,
    last_step: int,
    rate: str,
    origin: str = "",
    minutes: float | None = None,
    with_looks: bool = False,
) -> str:
    """Say how long a run will take.

    Args:
        seconds: that the rest takes.
        step: after which this is known: the first of them, or, where the run went on, a later one.
        last_step: of the run.
        rate: its pace between looks, and where.
        origin: where the weights are from, such as ``random weights``; "" where it goes without saying.
        minutes: to which the number of steps was fitted, if it was.
        with_looks: whether ``seconds`` hold looks at the run.
    """
    time = say_time(seconds) + (", looks included," if with_looks else "")
    whole = counted(last_step, "step")
    steps = whole if step == 0 else f"the other {last_step - step:,} of {whole}"
    start = f" from {origin}" if origin else ""
    fitted = f", as many as fit in {counted(minutes, 'minute')}" if minutes is not None else ""
    return f"about {time} for {steps}{start}{fitted} ({rate}); Ctrl-C saves and stops at any time"


def say_no_time(seconds: float, minutes: float) -> str:
    """Say that looks at the validation data before and after training alone take longer than the run's minutes."""
    return (
        f"note: looks before and after training take about {say_time(seconds)}, longer than "
        f"{counted(minutes, 'minute')}, so that there is one step between them; give more --minutes, or score less "
        "at a look by log.validation_clips=N"
    )


def say_stale(step: int, score: str, looks: int, record: float, record_step: int) -> str:
    """Say that a run stopped because it got no better: after how many looks, than which score of an earlier one."""
    return (
        f"stopped at step {step}, since {score} got no better than {say_score(score, record)}, of step {record_step}, "
        f"at the last {counted(looks, 'look')} at the validation data"
    )


def say_nothing_learned(score: str, start: float, latest: float, origin: str, least: float = 0.0) -> str:
    """Say that the weights of step 0 are the best ones, of which others would have to be better by ``least``."""
    first, now = say_score(score, start), say_score(score, latest)
    beside = f"{first} at the start and now" if first == now else f"{first} at the start, {now} now"
    by, chance = (f" by {least:g}{_unit(score)}", "; a smaller gain may be chance") if least else ("", "")
    return (
        f"nothing learned here beats the {origin} it started from{by} ({score} {beside}{chance}): they are kept as best"
        f"{'; train.least_gain=0 would take the better ones' if least else ''}"
    )

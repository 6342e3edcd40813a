"""The report as one HTML page that needs neither a network nor another file."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from vidpred.evaluation.curves import Line, draw_panel, key
from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.player import player
from vidpred.evaluation.protocol import MetricFacts
from vidpred.evaluation.report import Report
from vidpred.evaluation.scoring import RANKING
from vidpred.evaluation.table import decimals, title, verdict

ASSETS = Path(__file__).parents[1] / "assets" / "report"
NUM_COLOURS = 8  # that the style sheet has
FEW_VIDEOS = 10  # below which percentile intervals are known to be too narrow


def report_page(report: Report, made: str) -> str:
    """Return the whole page.

    Args:
        report: what it shows.
        made: the date that it bears, the only thing that differs between two pages of the same evaluation.
    """
    lines = _lines(report)
    wanted, ahead = report.asked_for, "1 frame" if report.horizon == 1 else f"{report.horizon} frames"
    return Template(_asset("page.html")).substitute(
        title=escape(f"Predicting {ahead} ahead: {', '.join(wanted)}"),
        style=_asset("style.css"),
        script=_asset("script.js"),
        lead=f"{report.num_clips} clips of {report.num_videos} videos, protocol {_code(report.protocol.short_hash)}",
        scores_note=_scores_note(report),
        scores=_mean_table(report, lines, report.headlines),
        differences_note="Paired differences on the same videos, averaged over the horizon: predictor minus baseline. "
        "Green or red where the interval excludes zero.",
        differences="".join(_difference_table(report, name, report.headlines) for name in wanted),
        legend="".join(f"<span>{key(lines[name])}{escape(name)}</span>" for name in report.predictors),
        curves="".join(_curves(report, lines, report.headlines)),
        every_metric=_every_metric(report, lines),
        players_note=f"The clips that <b>{escape(report.predictors[0])}</b> predicts best, median and worst, by "
        f"{RANKING} averaged over the horizon, in dB beside each name. Arrow keys step, space plays, Home and End "
        "jump; predicted frames have an orange frame.",
        players="".join(player(showcase, "dB", lines) for showcase in report.showcases),
        protocol=_protocol(report),
        made=escape(made),
    )


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _lines(report: Report) -> dict[str, Line]:
    """Give every predictor a colour; baselines keep theirs whoever they are compared with."""
    baselines = report.protocol.baselines
    others = [name for name in report.predictors if name not in baselines]
    numbers = {name: NUM_COLOURS - 1 - number for number, name in enumerate(baselines)}
    room = max(1, NUM_COLOURS - len(baselines))
    numbers |= {name: number % room for number, name in enumerate(others)}
    return {name: Line(numbers[name], name in baselines) for name in report.predictors}


def _code(text: Any) -> str:
    return f"<code>{escape(str(text))}</code>"


def _arrow(facts: MetricFacts) -> str:
    up = facts["higher_is_better"]
    return f' <span class="arrow" title="{"higher" if up else "lower"} is better">{"&uarr;" if up else "&darr;"}</span>'


def _scores_note(report: Report) -> str:
    note = "Means over the horizon and over videos, with 95&nbsp;% confidence intervals over videos; the best is bold."
    if report.num_videos == 1:
        return f"{note} With one video there is no interval."
    if report.num_videos < FEW_VIDEOS:
        return f"{note} With fewer than {FEW_VIDEOS} videos such intervals are too narrow: take them as a hint."
    return note


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table of ready-made cells; the first of a row names it."""
    columns = "".join(
        f'<th scope="col"{"" if number == 0 else " class=number"}>{cell}</th>' for number, cell in enumerate(head)
    )
    body = "".join(f'<tr><th scope="row">{first}</th>{"".join(cells)}</tr>' for first, *cells in rows)
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"


def _every_metric(report: Report, lines: Mapping[str, Line]) -> str:
    """Lay out what the headlines leave out, folded away: all metrics, and all steps ahead."""
    rest = [metric for metric in report.metrics if metric not in report.headlines]
    parts = {
        "Scores": f'<div class="scroll">{_mean_table(report, lines, rest)}</div>',
        "Against the baselines": "".join(_difference_table(report, name, rest) for name in report.asked_for),
        "Over the horizon": f'<div class="curves">{"".join(_curves(report, lines, rest))}</div>',
        "Every step ahead, every metric": f'<div class="scroll">{_step_tables(report)}</div>',
    }
    return "".join(f"<details><summary>{heading}</summary>{part}</details>" for heading, part in parts.items())


def _mean_table(report: Report, lines: Mapping[str, Line], metrics: Iterable[str]) -> str:
    """Lay out the means over the horizon: a row per metric, a column per predictor."""
    head = ["", *(f"{key(lines[name])}{escape(name)}" for name in report.predictors)]
    return _table(head, (_row(report, metric, -1) for metric in metrics))


def _step_tables(report: Report) -> str:
    """Lay out every metric at every step ahead: a table per metric, a row per step, a column per predictor."""
    tables = []
    for metric in report.metrics:
        head = [f"{escape(title(metric, report.protocol.metrics))}{_arrow(report.protocol.metrics[metric])}"]
        rows = [[f"t+{step + 1}", *_row(report, metric, step)[1:]] for step in range(report.horizon)]
        tables.append(_table([*head, *map(escape, report.predictors)], rows))
    return "".join(tables)


def _row(report: Report, metric: str, column: int) -> list[str]:
    """Return the name of a metric and the cell of every predictor."""
    facts, row = report.protocol.metrics[metric], report.metrics.index(metric)
    found = {name: _at(report.estimates[name], row, column) for name in report.predictors}
    known = [float(estimate.value) for estimate in found.values() if math.isfinite(estimate.value)]
    best = (max if facts["higher_is_better"] else min)(known, default=math.nan)
    places = decimals(known)
    cells = [
        _cell(estimate, places, css="best" if float(estimate.value) == best else "") for estimate in found.values()
    ]
    return [f"{escape(title(metric, report.protocol.metrics))}{_arrow(facts)}", *cells]


def _at(estimates: Estimates, row: int, column: int) -> Estimates:
    return Estimates(*(part[row, column] for part in estimates))


def _cell(estimate: Estimates, places: int, sign: str = "", css: str = "", mark: str = "") -> str:
    value, low, high = map(float, estimate)
    shown: Callable[[float], str] = lambda number: f"{number:{sign}.{places}f}".replace("-", "&minus;")  # noqa: E731
    interval = f"<small>[{shown(low)}, {shown(high)}]</small>" if math.isfinite(low) else ""
    text = shown(value) if math.isfinite(value) else "&ndash;"
    return f'<td class="number {css}">{text}{mark}{interval}</td>'


def _difference_table(report: Report, name: str, metrics: Iterable[str]) -> str:
    """Lay out the differences of one predictor to every baseline, averaged over the horizon."""
    rows = []
    for metric in metrics:
        facts, row = report.protocol.metrics[metric], report.metrics.index(metric)
        found = [_at(estimates, row, -1) for estimates in report.differences[name].values()]
        cells = []
        for estimate in found:
            word = verdict(estimate, facts)
            mark = f' <span title="{word}">{"&#10003;" if word == "better" else "&#10007;"}</span>' if word else ""
            cells.append(_cell(estimate, report.places[metric], "+", word, mark))
        rows.append([f"{escape(title(metric, report.protocol.metrics))}{_arrow(facts)}", *cells])
    head = [f"{escape(name)} minus", *map(escape, report.differences[name])]
    return f'<div class="scroll">{_table(head, rows)}</div>'


def _curves(report: Report, lines: Mapping[str, Line], metrics: Iterable[str]) -> Iterable[str]:
    for metric in metrics:
        row = report.metrics.index(metric)
        heading = title(metric, report.protocol.metrics)
        curves = {
            name: Estimates(*(part[row, :-1] for part in estimates)) for name, estimates in report.estimates.items()
        }
        arrow = _arrow(report.protocol.metrics[metric])
        yield f"<figure><figcaption>{escape(heading)}{arrow}</figcaption>{draw_panel(heading, curves, lines)}</figure>"


def _protocol(report: Report) -> str:
    """Lay out what was done, in the words of the protocol."""
    conditions, circumstances = report.protocol.conditions, report.protocol.circumstances
    facts = {key: value for key, value in conditions.items() if key not in ("metrics", "baselines")}
    metrics = _table(
        ["metric", "better", "definition", "fingerprint"],
        (
            [
                escape(title(name, report.protocol.metrics)),
                f"<td>{'higher' if metric['higher_is_better'] else 'lower'}</td>",
                f"<td>{escape(metric['definition'])}</td>",
                f"<td>{_code(metric['fingerprint'])}</td>",
            ]
            for name, metric in report.protocol.metrics.items()
        ),
    )
    return (
        f"<dl><dt>protocol hash</dt><dd>{_code(report.protocol.hash)}</dd>{_entries(facts)}</dl>"
        "<p>Numbers of two reports may be set side by side if their protocol hashes agree: same frames, horizon, "
        "baselines, averaging and metrics. A fingerprint is a metric's score of two frames that never change.</p>"
        f'<h3>Metrics</h3><div class="scroll">{metrics}</div>'
        f"<h3>Baselines</h3><dl>{_entries(conditions['baselines'])}</dl>"
        f"<h3>Circumstances</h3><dl>{_entries(circumstances)}</dl>"
    )


def _entries(facts: Mapping[str, Any]) -> str:
    return "".join(f"<dt>{_words(key)}</dt><dd>{_value(value)}</dd>" for key, value in facts.items())


def _words(key: Any) -> str:
    return escape(str(key)).replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_words(key)}: {_value(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return escape(str(value))

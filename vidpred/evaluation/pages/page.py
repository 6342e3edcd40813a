"""The report as one self-contained HTML page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from vidpred.evaluation.intervals import caution
from vidpred.evaluation.pages.clip_viewer import player
from vidpred.evaluation.pages.line_charts import Line, draw_panel, key
from vidpred.evaluation.pages.markup import cell, code, difference_heading, entries, metric_heading, table
from vidpred.evaluation.pages.sections import sample_section, set_section
from vidpred.evaluation.protocol import MetricFacts
from vidpred.evaluation.report import Report
from vidpred.evaluation.scoring import RANKING
from vidpred.evaluation.table import better_or_worse, decimals, opponents, title
from vidpred.metrics.metric import cost
from vidpred.wording import counted, counted_clips

ASSETS = Path(__file__).parent
NUM_COLOURS = 8  # in the style sheet


def report_page(report: Report, made: str) -> str:
    """Return the whole page.

    Args:
        report: what it shows.
        made: its date, the only thing that differs between two pages of the same evaluation.
    """
    lines = _lines(report)
    wanted, ahead = report.asked_for, counted(report.horizon, "frame")
    return Template(_asset("page.html")).substitute(
        title=escape(f"Predicting {ahead} ahead: {', '.join(wanted)}"),
        style=_asset("style.css"),
        script=_asset("script.js"),
        lead=f"{counted_clips(report.num_clips, report.num_videos)}, protocol {code(report.protocol.short_hash)}",
        scores_note=_scores_note(report),
        scores=_mean_table(report, lines, report.headlines),
        differences_note="Paired differences on the same videos, averaged over the horizon: a predictor minus another. "
        "Green or red where the interval excludes zero.",
        differences=_difference_tables(report, report.headlines),
        legend="".join(f"<span>{key(lines[name])}{escape(name)}</span>" for name in report.predictors),
        curves="".join(_curves(report, lines, report.headlines)),
        samples=sample_section(report.samples, lines) if report.samples else "",
        sets=set_section(report.sets, lines) if report.sets else "",
        every_metric=_every_metric(report, lines),
        players_note=f"The clips that <b>{escape(report.predictors[0])}</b> predicts best, median and worst, by "
        f"{RANKING} averaged over the horizon; beside each name, the {RANKING} in dB. Arrow keys step, space plays, "
        "Home and End jump; predicted frames have an orange border.",
        players="".join(player(example, "dB", lines) for example in report.example_clips),
        protocol=_protocol(report),
        made=escape(made),
    )


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _lines(report: Report) -> dict[str, Line]:
    """Give every predictor a colour; baselines have the same colours in every report."""
    baselines = report.protocol.baselines
    others = [name for name in report.predictors if name not in baselines]
    numbers = {name: NUM_COLOURS - 1 - number for number, name in enumerate(baselines)}
    room = max(1, NUM_COLOURS - len(baselines))
    numbers |= {name: number % room for number, name in enumerate(others)}
    return {name: Line(numbers[name], name in baselines) for name in report.predictors}


def _scores_note(report: Report) -> str:
    note = "Means over the horizon and over videos, with 95&nbsp;% confidence intervals over videos; the best is bold."
    note += "".join(f" {escape(each)}" for each in (report.note, *report.remarks, caution(report.num_videos)) if each)
    return note


def _every_metric(report: Report, lines: Mapping[str, Line]) -> str:
    """Lay out, folded away, what the headlines leave out: all metrics, and all steps ahead."""
    rest = [metric for metric in report.metrics if metric not in report.headlines]
    parts = {
        "Scores": f'<div class="scroll">{_mean_table(report, lines, rest)}</div>',
        "Differences": _difference_tables(report, rest),
        "Over the horizon": f'<div class="curves">{"".join(_curves(report, lines, rest))}</div>',
        "Every step ahead, every metric": f'<div class="scroll">{_step_tables(report)}</div>',
    }
    return "".join(f"<details><summary>{heading}</summary>{part}</details>" for heading, part in parts.items())


def _mean_table(report: Report, lines: Mapping[str, Line], metrics: Iterable[str]) -> str:
    """Lay out the means over the horizon: a row per metric, a column per predictor."""
    head = ["", *(f"{key(lines[name])}{escape(name)}" for name in report.predictors)]
    return table(head, (_row(report, metric, -1) for metric in metrics))


def _step_tables(report: Report) -> str:
    """Lay out every metric at every step ahead: a table per metric, a row per step, a column per predictor."""
    tables = []
    for metric in report.metrics:
        head = [metric_heading(metric, report.protocol.metrics)]
        rows = [[f"t+{step + 1}", *_row(report, metric, step)[1:]] for step in range(report.horizon)]
        tables.append(table([*head, *map(escape, report.predictors)], rows))
    return "".join(tables)


def _row(report: Report, metric: str, column: int) -> list[str]:
    """Return the name of a metric and the cell of every predictor."""
    facts, row = report.protocol.metrics[metric], report.metrics.index(metric)
    found = [report.estimates[name].at(row, column) for name in report.predictors]
    costs = [cost(float(estimate.value), facts["higher_is_better"], facts.get("best")) for estimate in found]
    least = min(filter(math.isfinite, costs), default=math.nan)
    places = decimals(float(estimate.value) for estimate in found)
    cells = [
        cell(estimate, places, css="best" if each == least else "") for estimate, each in zip(found, costs, strict=True)
    ]
    return [metric_heading(metric, report.protocol.metrics), *cells]


def _difference_tables(report: Report, metrics: Sequence[str]) -> str:
    """Lay out the differences of predictors to each other and to the baselines: a table for each."""
    beside = opponents(report.asked_for, report.protocol.baselines)
    return "".join(_difference_table(report, name, others, metrics) for name, others in beside)


def _difference_table(report: Report, name: str, others: Sequence[str], metrics: Sequence[str]) -> str:
    """Lay out the differences of one predictor to others, averaged over the horizon."""
    rows = []
    for metric in metrics:
        facts, row = report.protocol.metrics[metric], report.metrics.index(metric)
        found = [report.differences[name][other].at(row, -1) for other in others]
        cells = []
        for estimate in found:
            word = better_or_worse(estimate, facts)
            mark = f' <span title="{word}">{"&#10003;" if word == "better" else "&#10007;"}</span>' if word else ""
            cells.append(cell(estimate, report.places[metric], "+", word, mark))
        rows.append([difference_heading(metric, report.protocol.metrics), *cells])
    head = [f"{escape(name)} minus", *map(escape, others)]
    return f'<div class="scroll">{table(head, rows)}</div>'


def _curves(report: Report, lines: Mapping[str, Line], metrics: Iterable[str]) -> Iterable[str]:
    for metric in metrics:
        row = report.metrics.index(metric)
        curves = {name: estimates.at(row, slice(-1)) for name, estimates in report.estimates.items()}
        panel = draw_panel(title(metric, report.protocol.metrics), curves, lines)
        yield f"<figure><figcaption>{metric_heading(metric, report.protocol.metrics)}</figcaption>{panel}</figure>"


def _protocol(report: Report) -> str:
    """Lay out the protocol: its conditions with their definitions, and the circumstances."""
    description, circumstances = report.protocol.description, report.protocol.circumstances
    apart = ("metrics", "baselines", "sets", "stochastic_predictors")
    facts = {key: value for key, value in description.items() if key not in apart}
    sampling = dict(description.get("stochastic_predictors", {}))
    scores = sampling.pop("scores", {})
    sets = dict(description.get("sets", {}))
    extractors, distances = sets.pop("extractors", {}), sets.pop("distances", {})
    parts = [
        f"<dl><dt>protocol hash</dt><dd>{code(report.protocol.hash)}</dd>{entries(facts)}</dl>"
        "<p>Numbers of two reports may be compared if their protocol hashes agree: same frames, horizon, "
        "baselines, averaging and metrics. Definitions are not hashed; versions, raised when a computation changes, "
        "and fingerprints, its results on fixed frames, are.</p>"
        f"<h3>Metrics</h3>{_definitions(report.protocol.metrics)}",
        f"<h3>Samples</h3><dl>{entries(sampling)}</dl>{_definitions(scores)}" if report.samples else "",
        f"<h3>Sets</h3><dl>{entries(sets)}{entries(extractors)}{entries(distances)}</dl>" if sets else "",
        f"<h3>Baselines</h3><dl>{entries(description['baselines'])}</dl>",
        f"<h3>Circumstances</h3><dl>{entries(circumstances)}</dl>",
    ]
    return "".join(parts)


def _definitions(facts: Mapping[str, MetricFacts]) -> str:
    rows = (
        [
            escape(title(name, facts)),
            f"<td>{_direction(metric)}</td>",
            f"<td>{escape(metric['definition'])}{_weights(metric)}</td>",
            f"<td>{escape(str(metric['version']))}</td>",
            f"<td>{code(metric['fingerprint'])}</td>",
        ]
        for name, metric in facts.items()
    )
    return f'<div class="scroll">{table(["metric", "better", "definition", "version", "fingerprint"], rows)}</div>'


def _direction(metric: MetricFacts) -> str:
    if (best := metric.get("best")) is not None:
        return f"nearer to {best:g}"
    return "higher" if metric["higher_is_better"] else "lower"


def _weights(metric: MetricFacts) -> str:
    return f" Weights: SHA-256 {escape(str(metric['weights']))}." if "weights" in metric else ""

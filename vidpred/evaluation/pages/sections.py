"""The sections of the page on samples and on sets, where there are any."""

from collections.abc import Mapping, Sequence
from html import escape

from vidpred.evaluation.pages.line_charts import Line, draw_panel, key
from vidpred.evaluation.pages.markup import arrow, cell, metric_heading, table
from vidpred.evaluation.pages.rank_chart import draw_ranks
from vidpred.evaluation.sample_scores import OF_ONE, WARNING, SampleScores
from vidpred.evaluation.set_distances import COMPARED, SetComparison, higher_is_better
from vidpred.evaluation.table import decimals, title


def sample_section(samples: SampleScores, lines: Mapping[str, Line]) -> str:
    """Lay out the scores of samplers: means, rank histograms of the truth among the samples, curves."""
    head = ["", *(f"{key(lines[name])}{escape(name)}" for name in samples.estimates)]
    rows = []
    for row, name in enumerate(samples.facts):
        found = [estimates.at(row, -1) for estimates in samples.estimates.values()]
        places = decimals(float(each.value) for each in found)
        rows.append([metric_heading(name, samples.facts), *(cell(each, places) for each in found)])
    ratios = [
        f'<td class="number">{f"{samples.spread_skill[name][-1]:.2f}" if name in samples.samplers else "&ndash;"}</td>'
        for name in samples.estimates
    ]
    rows.append(["spread-skill ratio <small>1 is best</small>", *ratios])
    return (
        f"<section><h2>Samples</h2><p>{escape(samples.heading)}. {WARNING} {OF_ONE}</p>"
        f'<div class="scroll">{table(head, rows)}</div>'
        "<h3>Rank histograms</h3><p>How many samples lie below the truth, counted over all values of the frame. Flat "
        "(the dashed line) if the truth is like one more sample; U-shaped where samples vary too little, dome-shaped "
        f'where they vary too much.</p><div class="curves">{_ranks(samples, lines)}</div>'
        f'<details><summary>Samples over the horizon</summary><div class="curves">{_curves(samples, lines)}</div>'
        "</details></section>"
    )


def _ranks(samples: SampleScores, lines: Mapping[str, Line]) -> str:
    """Draw the rank histograms of every sampler at the first and the last step."""
    figures = []
    for name, ranks in samples.ranks.items():
        for step in sorted({0, len(ranks) - 1}):
            ratio = samples.spread_skill[name][step]
            heading = f"{name} at t+{step + 1}"
            chart = draw_ranks(f"Rank histogram of {heading}", ranks[step], lines[name])
            caption = f"{escape(heading)} <small>spread-skill ratio {ratio:.2f}</small>"
            figures.append(f"<figure><figcaption>{caption}</figcaption>{chart}</figure>")
    return "".join(figures)


def _curves(samples: SampleScores, lines: Mapping[str, Line]) -> str:
    figures = []
    for row, name in enumerate(samples.facts):
        curves = {predictor: each.at(row, slice(-1)) for predictor, each in samples.estimates.items()}
        panel = draw_panel(title(name, samples.facts), curves, lines)
        figures.append(f"<figure><figcaption>{metric_heading(name, samples.facts)}</figcaption>{panel}</figure>")
    return "".join(figures)


def set_section(sets: Sequence[SetComparison], lines: Mapping[str, Line]) -> str:
    """Lay out the distances between sets: a table per extractor."""
    return (
        f"<section><h2>As sets</h2><p>Whether the frames look real, whatever future they show. {COMPARED} The best is "
        "bold, values below 0 counting as 0; there are no intervals (see the protocol).</p>"
        f"{''.join(_set_table(each, lines) for each in sets)}</section>"
    )


def _set_table(compared: SetComparison, lines: Mapping[str, Line]) -> str:
    head = ["", *(f"{escape(text)}{arrow(higher_is_better(name))}" for name, text in compared.names.items())]
    rows = [
        [f"{key(lines[predictor])}{escape(predictor)}", *(_set_cell(compared, name, predictor) for name in found)]
        for predictor, found in compared.distances.items()
    ]
    reasons = "".join(
        f"<p>{escape(name.replace('_', ' ').capitalize())} is left out: {escape(reason)}.</p>"
        for name, reason in compared.left_out.items()
    )
    reasons += "".join(
        f"<p>{escape(name)} is left out: some of its features are not finite.</p>" for name in compared.not_finite
    )
    shown = f'<div class="scroll">{table(head, rows)}</div>' if compared.names else ""
    return f"<h3>{escape(compared.extractor)} <small>{escape(compared.facts)}</small></h3>{shown}{reasons}"


def _set_cell(compared: SetComparison, name: str, predictor: str) -> str:
    best = predictor in compared.best(name)
    text = compared.value_texts(name)[predictor].replace("-", "&minus;")
    return f'<td class="number{" best" if best else ""}">{text}</td>'

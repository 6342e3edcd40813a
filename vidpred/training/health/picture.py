"""Draws the health of an adversarial run over its steps: one picture, and a page that needs no other file."""

import base64
import io
import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from vidpred.frames.pictures import default_style, literal
from vidpred.machine.files import all_or_none, real_path, replacing, write_text
from vidpred.training.health.diagnosis import Diagnosis, Verdict
from vidpred.training.health.entries import FINEST
from vidpred.training.health.things import things_of
from vidpred.training.health.verdicts import (
    COLLAPSED,
    DROWNING,
    FOOLED,
    IN_NAME_ONLY,
    OVERFITTED,
    RESTLESS,
)
from vidpred.training.metrics_file import as_drawn

COLOURS: Mapping[Verdict, str] = {
    Verdict.HEALTHY: "#d9ead3",
    Verdict.DISCRIMINATOR_DOMINATES: "#9fc5e8",
    Verdict.GENERATOR_DOMINATES: "#ffe599",
    Verdict.COLLAPSE: "#ea9999",
    Verdict.OSCILLATING: "#f9cb9c",
    Verdict.DISCRIMINATOR_OVERFITS: "#d5a6bd",
    Verdict.DISCRIMINATOR_EXPLODES: "#e06666",
    Verdict.IN_NAME_ONLY: "#cfc7e8",
    Verdict.DROWNS_DATA: "#b6a08c",
    Verdict.TOO_EARLY: "#eeeeee",
}


PAIRED = ("accuracy_own_pairs", "accuracy_own_pairs_held_out")  # of a real clip and the fake made for it
FEW = 10  # points of a line up to which each is marked


class Panel(NamedTuple):
    """One row of the picture; its words have {clip} and {frame} where the game's own stand."""

    title: str
    lines: Mapping[str, str]  # what they are called, by figure
    marks: Mapping[str, float]  # levels worth seeing
    logarithmic: bool = False


PANELS = (
    Panel(
        "accuracy of the discriminator",
        {
            "accuracy_real": "real",
            "accuracy_fake": "fake",
            "accuracy_pairs": "pairs in order",
            "accuracy_own_pairs": "{clip} and own fake in order",
            "accuracy_own_pairs_held_out": "the same, held out",
        },
        {"cannot tell": 0.5, "fooled": FOOLED},
    ),
    Panel(
        f"accuracy on real {{clip}}s (overfits where they are {OVERFITTED} apart)",
        {"accuracy_seen": "trained on", "accuracy_held_out": "held out"},
        {"cannot tell": 0.5},
    ),
    Panel(
        "diversity of fakes, real {clip}s = 1",
        {"diversity": "diversity"},
        {"collapse": COLLAPSED, "as real {clip}s": 1.0},
    ),
    Panel(
        "outputs for a fixed input",
        {"drift": "drift per measurement, distance of real {clip}s = 1", "periodicity": "periodicity"},
        {"restless": RESTLESS},
    ),
    Panel(
        "share of the adversary in the gradient at the {frame}s",
        {"gradient_share": "share"},
        {"in name only": IN_NAME_ONLY, "drowns the data": DROWNING},
        logarithmic=True,
    ),
    Panel(
        "gradient at the {frame}s",
        {
            "gradient_adversary": "adversary",
            "gradient_data": "data terms",
            FINEST: "adversary, finest scale",
        },
        {},
        logarithmic=True,
    ),
)

PAGE = Template("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
.verdict { padding: .7rem 1rem; border-radius: .4rem; background: $colour }
img { width: 100% } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
i { display: inline-block; width: .9em; height: .9em; margin-right: .4em; border-radius: .2em }
</style></head><body>
<h1>$title</h1>
<p class="verdict"><b>$verdict</b> at step $step: $because.$advice</p>
<img alt="Figures over the steps, coloured by verdict" src="data:image/png;base64,$picture">
<h2>What happened</h2>
<table><tr><th>from step</th><th>to step</th><th>verdict</th></tr>$spells</table>$note
</body></html>
""")


@default_style()
def draw_health(entries: Sequence[Mapping[str, Any]], title: str) -> Figure:
    """Draw the figures over the steps, on ground that is coloured by verdict.

    Args:
        entries: of the kind ``health``, oldest first, at least one.
        title: over the picture.
    """
    panels = [panel._replace(lines=_worth_drawing(panel, entries)) for panel in PANELS]
    panels = [panel for panel in panels if panel.lines]
    number = max(len(panels), 1)
    figure = Figure(figsize=(9, 2.1 * number + 0.6), layout="constrained")
    figure.suptitle(literal(title), fontsize=11)
    rows = figure.subplots(number, 1, sharex=True, squeeze=False)[:, 0]
    for axes, panel in zip(rows, panels, strict=False):
        _draw(axes, panel, entries)
    rows[-1].set_xlabel("step")
    found = dict.fromkeys(Verdict(entry["verdict"]) for entry in entries)
    patches = [Patch(color=COLOURS[verdict], label=verdict.words) for verdict in found]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), fontsize=8, frameon=False)
    return figure


@default_style()
def write_health(folder: Path, entries: Sequence[Mapping[str, Any]], found: Diagnosis, picture: Path) -> list[Path]:
    """Write the picture, and the page beside it, replacing earlier ones; return their paths.

    Of those that were not there before, both are written or none.

    Args:
        folder: of the run, for its name.
        entries: see :func:`draw_health`.
        found: the diagnosis after the last of them.
        picture: where to draw, ``.png``.
    """
    name = real_path(folder).name
    figure = draw_health(entries, f"{name}: {found.verdict.words}")
    page = picture.with_suffix(".html")
    with all_or_none() as announced:
        with replacing(announced(picture)) as temporary:
            figure.savefig(temporary, dpi=110)
        write_text(announced(page), health_page(name, entries, found, figure))
    return [picture, page]


def health_page(name: str, entries: Sequence[Mapping[str, Any]], found: Diagnosis, figure: Figure) -> str:
    """Return a page with the verdict, the picture, and how the verdicts changed."""
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=110, format="png")
    spells = "".join(
        f"<tr><td>{escape(str(first))}</td><td>{escape(str(last))}</td>"
        f'<td><i style="background:{COLOURS[verdict]}"></i>{verdict.words}</td></tr>'
        for verdict, first, last in verdict_spells(entries)
    )
    return PAGE.substitute(
        title=escape(f"Health of {name}"),
        colour=COLOURS[found.verdict],
        verdict=found.verdict.words,
        step=escape(str(entries[-1]["step"])),
        because=escape(found.because),
        advice=f" Try: {escape(found.suggestion)}." if found.verdict.is_accusation else "",
        picture=base64.b64encode(drawn.getvalue()).decode(),
        spells=spells,
        note=f"<p>Note: {escape(note)}.</p>" if (note := note_on_rules(entries, found)) else "",
    )


def note_on_rules(entries: Sequence[Mapping[str, Any]], found: Diagnosis) -> str:
    """Return what is to be noted where verdicts were recorded by other rules than that after them; else nothing."""
    if entries[-1]["verdict"] == found.verdict:
        return ""
    return "the verdicts over the steps are as the run recorded them, by other rules than those of now"


def verdict_spells(entries: Sequence[Mapping[str, Any]]) -> list[tuple[Verdict, int, int]]:
    """Return each verdict in turn with the first and the last step at which it held."""
    spells: list[tuple[Verdict, int, int]] = []
    for entry in entries:
        verdict, step = Verdict(entry["verdict"]), entry["step"]
        if spells and spells[-1][0] is verdict:
            spells[-1] = (verdict, spells[-1][1], step)
        else:
            spells.append((verdict, step, step))
    return spells


def _worth_drawing(panel: Panel, entries: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the lines of a panel that have points, and that mean something in this game."""
    has_pairs = things_of(entries).has_pairs
    lines = {name: label for name, label in panel.lines.items() if has_pairs or name not in PAIRED}
    return {name: label for name, label in lines.items() if _points(entries, name)}


def _draw(axes: Axes, panel: Panel, entries: Sequence[Mapping[str, Any]]) -> None:
    spells = verdict_spells(entries)
    ends = [first for _, first, _ in spells[1:]] + [spells[-1][2]]
    for (verdict, first, _), end in zip(spells, ends, strict=True):
        axes.axvspan(first, end, color=COLOURS[verdict], alpha=0.6, linewidth=0)
    words = things_of(entries)._asdict()
    for name, label in panel.lines.items():
        if points := _points(entries, name):
            marker = "." if len(points) < FEW else ""  # a line through one point is none
            axes.plot(*zip(*points, strict=True), linewidth=1.2, marker=marker, label=label.format(**words))
    for label, level in panel.marks.items():
        axes.axhline(level, color="#555", linewidth=0.8, linestyle=":")
        place = (1.005, level)
        axes.annotate(label.format(**words), place, xycoords=("axes fraction", "data"), fontsize=7, va="center")
    if panel.logarithmic and any(value > 0 for name in panel.lines for _, value in _points(entries, name)):
        axes.set_yscale("log")
    axes.set_title(panel.title.format(**words), fontsize=9, loc="left")
    axes.tick_params(which="both", labelsize=7)
    above = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2, "frameon": False}
    axes.legend(fontsize=7, ncols=len(panel.lines), handlelength=1.2, columnspacing=1, **above)


def _points(entries: Sequence[Mapping[str, Any]], name: str) -> list[tuple[int, float]]:
    """Return the steps and the values of a figure, where it has any."""
    found = [(entry["step"], as_drawn(entry[name])) for entry in entries if name in entry]
    return [(step, value) for step, value in found if not math.isnan(value)]

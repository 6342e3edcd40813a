"""Writes a report into a folder: for people, for programs and for spreadsheets."""

import datetime
from pathlib import Path

from vidpred.evaluation.pages.page import report_page
from vidpred.evaluation.report import Report
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.files import all_or_none, write_text


@checked
def write_report(report: Report, folder: GivenPath, made: str | None = None) -> None:
    """Write ``report.html``, ``report.txt``, ``report.json``, ``per_clip.csv`` and ``curves.png``, or none of them.

    Args:
        report: what is written.
        folder: where to; it is created if needed, and files of these names are replaced.
        made: the date of the report; None for now. All else is the same for the same evaluation.
    """
    folder = Path(folder)
    made = made or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    folder.mkdir(parents=True, exist_ok=True)
    parts = [report.summary(), report.table(report.metrics, width=None), report.further_tables(width=None)]
    if report.samples:
        parts.append(report.samples.step_table())
    with all_or_none() as announced:
        write_text(announced(folder / "report.json"), report.to_json(made))
        write_text(announced(folder / "per_clip.csv"), report.to_csv())
        write_text(announced(folder / "report.txt"), "\n\n".join(filter(None, parts)) + "\n")
        write_text(announced(folder / "report.html"), report_page(report, made))
        report.plot(announced(folder / "curves.png"))

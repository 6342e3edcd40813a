"""Times training steps of presets on drawn clips, says where the time goes, and compares with another checkout.

    python scripts/benchmark_training.py --presets mathieu_adv_gdl_small r3_gpu --against ../old --rounds 5

A row of the first table is a preset: steps and images per second as a run takes them, with its feed and its log; the
arithmetic of a step (matrix products and convolutions, forward and backward), how much of it is done per second, and
which share that is of what the device reaches in a product of two large matrices; on a GPU, the kernels that a step
starts and the share of the time in which any of them runs, by torch.profiler, and on a CPU, the operations. The second
table has the milliseconds of a step in every phase, the device being waited for at the beginning and at the end of
each: their sum is longer than a step. Its last column is the share of the phases in which networks and losses go
forward and backward: what a step cannot do without.

With --against, both checkouts train alternately, each time in a process of its own, and the ratio is that of each pair,
above 1 where this checkout is faster: the median, and between which values half of the pairs lie. Where a preset has
changed since, a step is other work: the ratio of its arithmetic stands beside it, and that of arithmetic per second.
--python names the interpreter of the other checkout's environment.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markdown_table import markdown_table
from revision import revision

STEP = Path(__file__).with_name("training_step.py")
HERE = Path(__file__).resolve().parents[1]
PRESETS = ("mathieu_adv_gdl_small", "mathieu_adv_gdl", "flow_pyramid", "r3_tiny", "r3_gpu")
COLUMNS = {
    "steps/s": ("speed", "steps_per_second", "{:.2f}"),
    "images/s": ("speed", "images_per_second", "{:.1f}"),
    "GFLOP/step": ("device", "gflop_per_step", "{:.1f}"),
    "TFLOP/s": ("device", "tflops", "{:.3f}"),
    "of matmul": ("device", "share_of_matmul", "{:.1%}"),
    "operations/step": ("device", "operations_per_step", "{:.0f}"),
    "kernels/step": ("device", "kernels_per_step", "{:.0f}"),
    "copies/step": ("device", "copies_per_step", "{:.0f}"),
    "busy": ("device", "busy_share", "{:.0%}"),
}
NETWORKS_AND_LOSSES = ("generator forward", "data terms", "discriminator forward", "penalties", "backward")


@dataclass(frozen=True)
class Checkout:
    """A place of vidpred's code, and the Python that runs it."""

    path: Path
    python: str

    @property
    def revision(self) -> str:
        """The commit, where the place knows it."""
        return revision(self.path)

    def measure(self, work: Mapping[str, Any], parts: Sequence[str], threads: int | None) -> dict[str, Any]:
        """Measure in a process of its own.

        Raises:
            SystemExit: it failed.
        """
        command = [self.python, str(STEP), json.dumps(work), "--parts", *parts]
        command += ["--threads", str(threads)] if threads else []
        surroundings = {**os.environ, "PYTHONPATH": str(self.path.resolve())}
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
        if ended.returncode:
            reason = (ended.stderr.strip() or f"exit code {ended.returncode}").splitlines()[-1]
            raise SystemExit(f"benchmark_training: error: {work['preset']} in {self.path} failed: {reason}")
        report: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return report


def main() -> None:
    """Measure what is asked for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", default=PRESETS)
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="settings of all of them")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--side", type=int, help="of the clips in pixels, instead of the preset's")
    parser.add_argument("--seconds", type=float, default=3.0, help="over which a speed is measured, at least")
    parser.add_argument("--steps", type=int, default=8, help="that are profiled")
    parser.add_argument("--threads", type=int, help="of torch")
    parser.add_argument("--against", type=Path, help="another checkout, with which the speed is compared")
    parser.add_argument("--python", default=sys.executable, help="that runs the other checkout")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of processes")
    parser.add_argument("--json", type=Path, help="file for all numbers")
    arguments = parser.parse_args()
    here = Checkout(HERE, sys.executable)
    other = Checkout(arguments.against, arguments.python) if arguments.against else None
    reports = {}
    for preset in arguments.presets:
        names = ("device", "side", "steps", "seconds")
        work = {"preset": preset, "settings": arguments.set, **{name: getattr(arguments, name) for name in names}}
        reports[preset] = here.measure(work, ["speed", "phases", "device"], arguments.threads)
        if other:
            reports[preset]["pairs"] = _pairs(here, other, work, arguments.rounds, arguments.threads)
            device = other.measure(work, ["device"], arguments.threads)["device"]
            reports[preset]["more_arithmetic"] = reports[preset]["device"]["gflop_per_step"] / device["gflop_per_step"]
    text = _machine(here, other, next(iter(reports.values()))) + "\n\n" + _tables(reports)
    print(text)
    if arguments.json:
        arguments.json.write_text(json.dumps({"text": text, "presets": reports}, indent=2) + "\n")


def _pairs(
    here: Checkout, other: Checkout, work: Mapping[str, Any], rounds: int, threads: int | None
) -> list[tuple[float, float]]:
    """Return the steps per second here and in the other checkout, of every round; who is first takes turns."""
    pairs = []
    for number in range(rounds):
        order = (here, other) if number % 2 == 0 else (other, here)
        speed = {at: at.measure(work, ["speed"], threads)["speed"]["steps_per_second"] for at in order}
        pairs.append((speed[here], speed[other]))
    return pairs


def _tables(reports: Mapping[str, Mapping[str, Any]]) -> str:
    columns = {
        title: column for title, column in COLUMNS.items() if any(column[1] in of[column[0]] for of in reports.values())
    }
    compared = any("pairs" in report for report in reports.values())
    compared_titles = ["ratio to the other", "GFLOP/step, ratio", "GFLOP/s, ratio"] if compared else []
    head, rows = ["preset", *columns, *compared_titles], []
    for preset, report in reports.items():
        cells = [text.format(report[part][name]) for part, name, text in columns.values()]
        rows.append([preset, *cells, *(_compared(report) if compared else [])])
    phases = list(dict.fromkeys(name for report in reports.values() for name in report["phases"]))
    spent = [
        [
            preset,
            *(f"{report['phases'].get(name, 0):.1f}" for name in phases),
            f"{_share_of_networks(report['phases']):.1%}",
        ]
        for preset, report in reports.items()
    ]
    titles = ["ms per step", *phases, "networks and losses"]
    return markdown_table(head, rows) + "\n\n" + markdown_table(titles, spent)


def _share_of_networks(phases: Mapping[str, float]) -> float:
    """Return the share of a step that passes forward and backward through networks and losses."""
    return sum(phases.get(name, 0.0) for name in NETWORKS_AND_LOSSES) / sum(phases.values())


def _compared(report: Mapping[str, Any]) -> list[str]:
    """Return the ratios of steps per second, of the arithmetic of a step, and of the arithmetic per second."""
    more = report["more_arithmetic"]
    return [_ratio(report["pairs"], 1.0), f"{more:.2f}", _ratio(report["pairs"], more)]


def _ratio(pairs: Sequence[tuple[float, float]], work: float) -> str:
    lower, middle, upper = np.quantile([work * ours / theirs for ours, theirs in pairs], (0.25, 0.5, 0.75))
    return f"{middle:.2f} [{lower:.2f}, {upper:.2f}]"


def _machine(here: Checkout, other: Checkout | None, report: Mapping[str, Any]) -> str:
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    device = f"{report['device_name']}, {report['threads']} threads of {os.cpu_count()} cores{load}"
    commits = f"commit {here.revision}" + (f" against {other.revision}" if other else "")
    date = datetime.date.today().isoformat()
    return f"{device}, {platform.system()}, torch {report['torch']}; {commits}; {date}"


if __name__ == "__main__":
    main()

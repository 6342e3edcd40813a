"""The log of a run: numbers, TensorBoard events, curves, and a progress bar."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vidpred.machine.files import write_text
from vidpred.training.curves import draw_curves, numbers_in

SHOWN = 5  # losses on the progress bar
LINE_SECONDS = 10.0  # between two lines of progress where there is no terminal to redraw


class Logbook:
    """Keeps ``metrics.jsonl``, TensorBoard events and ``curves.png`` of a run, and its progress bar.

    Args:
        folder: of the run.
        first_step: steps already taken; later entries, of a run that was cut off, are dropped.
        last_step: at which the run ends.
    """

    def __init__(self, folder: Path, first_step: int, last_step: int):
        from torch.utils.tensorboard import SummaryWriter

        self.folder = folder
        self.path = folder / "metrics.jsonl"
        self._drop_after(first_step)
        self._drawn: list[dict[str, Any]] = []
        self._events = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step + 1)
        live = sys.stderr.isatty()
        self._bar = tqdm(
            total=last_step,
            initial=first_step,
            unit="step",
            dynamic_ncols=True,
            mininterval=0.2 if live else LINE_SECONDS,
            file=sys.stderr,
        )

    def progress(self, terms: Mapping[str, float]) -> None:
        """Count one step on the progress bar, beside its losses."""
        shown = list(terms.items())[:SHOWN]
        self._bar.set_postfix({name: f"{value:.4g}" for name, value in shown}, refresh=False)
        self._bar.update()

    def say(self, text: str) -> None:
        """Print ``text`` above the progress bar."""
        self._bar.write(text, file=sys.stderr)

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Write one line of metrics.

        Args:
            step: after which they hold.
            kind: ``train``, ``validation`` or ``health``.
            values: by name; those that are numbers become curves.
        """
        with self.path.open("a") as file:
            file.write(json.dumps({"step": step, "kind": kind, **values}) + "\n")
        for name in numbers_in(values):
            self._events.add_scalar(f"{kind}/{name}", values[name], step)

    def entries(self) -> list[dict[str, Any]]:
        """Return all lines of metrics, oldest first."""
        return read_entries(self.path)

    def draw_curves(self) -> None:
        """Draw every number over the steps into ``curves.png``, unless it shows them all already."""
        entries = self.entries()
        if entries != self._drawn:
            draw_curves(self.folder / "curves.png", entries)
            self._drawn = entries

    def close(self) -> None:
        """Finish the files."""
        self._bar.close()
        self._events.close()

    def _drop_after(self, step: int) -> None:
        """Drop entries that a resumed run will write again."""
        entries = self.entries()
        kept = [entry for entry in entries if entry["step"] <= step]
        if len(kept) < len(entries):
            write_text(self.path, "".join(json.dumps(entry) + "\n" for entry in kept))


def read_entries(path: Path) -> list[dict[str, Any]]:
    """Return all whole lines of a ``metrics.jsonl``, oldest first; none where there is no such file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]

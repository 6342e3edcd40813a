"""The log of a run: numbers, TensorBoard events, curves, and a progress bar."""

import errno
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vidpred.errors import printable_lines
from vidpred.machine.files import replacing
from vidpred.machine.folders import CURVES, METRICS, TENSORBOARD
from vidpred.machine.progress import bar
from vidpred.training.curves import draw_curves, numbers_in
from vidpred.training.events import open_events
from vidpred.training.metrics_file import read_entries, read_metrics
from vidpred.training.sentences import UNKNOWN, Directions

SHOWN = 5  # losses on the progress bar
LOSS = "loss"  # of the generator, which comes first
LEAST_BAR = 18  # characters for the bar itself, and for a time and a rate that are not known at first
WIDEST = 10_000  # columns where there is no terminal, in which nothing needs to fit


def fitting(figures: Mapping[str, str], room: int) -> str:
    """Return the figures that fit, whole, into so many characters, as ``a=1, b=2``; the first is there in any case."""
    shown, length = list[str](), 0
    for name, value in figures.items():
        figure = f"{name}={value}"
        if not shown or length + len(figure) <= room:
            shown.append(figure)
            length += len(figure) + len(", ")
    return ", ".join(shown)


def _open_what_is_there(path: str, flags: int) -> int:
    """Open a file, but make none: one that reappears in a folder that is being deleted would keep that from going."""
    return os.open(path, flags & ~os.O_CREAT)


def _opened(folder: Path) -> int | None:
    """Open a folder, so that nothing else is taken for it later; None where a system opens no folders."""
    try:
        return os.open(folder, os.O_RDONLY)
    except OSError:
        return None


def _columns() -> int:
    """Return how wide the terminal is that the bar stands in."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return WIDEST


class Logbook:
    """Keeps ``metrics.jsonl``, TensorBoard events and ``curves.png`` of a run, and its progress bar.

    Args:
        folder: of the run.
        first_step: steps already taken; later entries, of a run that was cut off, are dropped.
        last_step: at which the run ends; none where that is not known yet.
        higher_is_better: what the task says of its scores, by name.
    """

    def __init__(self, folder: Path, first_step: int, last_step: int | None, higher_is_better: Directions = UNKNOWN):
        self.folder = folder
        self.path = folder / METRICS
        self.higher_is_better = higher_is_better
        self._opened = _opened(folder)
        was_torn = self._drop_after(first_step)
        self._is_new = not self.path.exists()
        self._drawn: list[dict[str, Any]] = []
        self._kept_in_view: dict[str, str] = {}
        self._events = open_events(folder / TENSORBOARD, purge_step=first_step + 1)
        self._bar = bar(last_step, first_step, "step")
        if was_torn:
            self.say(f"note: the last line of {self.path} was cut off, as when a run is killed; it is dropped")

    def require_own_folder(self) -> None:
        """Refuse to write where another folder has taken the place of the run's, which was moved away or deleted.

        Raises:
            FileNotFoundError: one has; ``filename`` says where.
        """
        try:
            is_own = self._opened is None or os.path.samestat(os.fstat(self._opened), self.folder.stat())
        except OSError:  # it is gone, of which whatever is written says more
            return
        if not is_own:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def begin(self) -> None:
        """Begin to count the time of the steps: looks at the run before the first are no part of it."""
        self._bar.unpause()

    def progress(self, terms: Mapping[str, float]) -> None:
        """Count one step on the progress bar, beside its losses."""
        first = {LOSS: terms[LOSS]} if LOSS in terms else {}
        losses = {name: f"{value:.4g}" for name, value in list((first | dict(terms)).items())[:SHOWN]}
        bare = {**self._bar.format_dict, "postfix": None, "ncols": 0}  # what stands before the losses
        room = _columns() - len(self._bar.format_meter(**bare)) - LEAST_BAR
        self._bar.set_postfix_str(fitting(losses | self._kept_in_view, room), refresh=False)
        self._bar.update()

    def set_length(self, last_step: int) -> None:
        """Show how far it is to the step at which the run ends."""
        self._bar.total = last_step

    def keep_in_view(self, figures: Mapping[str, str]) -> None:
        """Show ``figures`` beside the losses, as they are written, until there are newer ones."""
        self._kept_in_view = dict(figures)

    def say(self, text: str) -> None:
        """Print ``text`` above the progress bar."""
        self._bar.write(printable_lines(text), file=sys.stderr)

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Write one line of metrics.

        Args:
            step: after which they hold.
            kind: ``train``, ``validation`` or ``health``.
            values: by name; those that are numbers become curves.

        Raises:
            OSError: they cannot be written, or the file has been deleted since the last; ``filename`` says which.
        """
        self.require_own_folder()
        try:
            with open(self.path, "a", opener=None if self._is_new else _open_what_is_there) as file:
                file.write(json.dumps({"step": step, "kind": kind, **values}) + "\n")
            self._is_new = False
        except OSError as error:  # which does not say where a disk is full
            error.filename = error.filename or str(self.path)
            raise
        for name in numbers_in(values):
            self._events.add_scalar(f"{kind}/{name}", values[name], step)

    def entries(self) -> list[dict[str, Any]]:
        """Return all lines of metrics, oldest first."""
        return read_entries(self.path)

    def draw_curves(self) -> None:
        """Draw every number over the steps into ``curves.png``, unless it shows them all already."""
        self.require_own_folder()
        entries = self.entries()
        if entries != self._drawn:
            draw_curves(self.folder / CURVES, entries, self.higher_is_better)
            self._drawn = entries

    def close(self) -> None:
        """Finish the files."""
        self._bar.close()
        self._events.close()
        if self._opened is not None:
            os.close(self._opened)
            self._opened = None

    def _drop_after(self, step: int) -> bool:
        """Drop lines that a resumed run will write again, and half a line at the end; return whether there was one."""
        if not self.path.exists():
            return False
        metrics = read_metrics(self.path)
        kept = b"".join(line.text + b"\n" for line in metrics.lines if line.entry["step"] <= step)
        if kept != self.path.read_bytes():
            with replacing(self.path) as temporary:
                temporary.write_bytes(kept)
        return metrics.is_torn

"""What alarms of one video come to: events, as text, CSV and JSON, and a picture of the scores over the time."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vidpred.applications.watch.alarms import Reading
from vidpred.applications.watch.calibration import Calibration
from vidpred.applications.watch.signs import SIGNS
from vidpred.frames.pictures import default_style, in_colour, literal
from vidpred.machine.files import all_or_none, replacing, write_text
from vidpred.machine.spreadsheets import as_csv
from vidpred.wording import counted, percent

APART = 0.5  # seconds without an alarm, after which another event begins
MOST_SHOWN = 5  # events whose frames are in the picture
COLOURS = {"surprise": "#1f77b4", "direction": "#2ca02c", "stillness": "#9467bd"}
COLUMNS = ("start", "end", "peak", "frames", "sign", "score", "threshold", "across", "down")


@dataclass
class Event:
    """Alarms that follow each other closely.

    Args:
        first: the first alarm.
        last: the last one.
        peak: the one with the largest score.
        frame: the frame of the peak, 8-bit (H, W, C).
        number: of alarms.
    """

    first: Reading
    last: Reading
    peak: Reading
    frame: np.ndarray
    number: int = 1

    def as_plain(self, threshold: float) -> dict[str, Any]:
        """Return it as values by :data:`COLUMNS`: times in seconds, places as shares of width and height."""
        across, down = self.peak.place or (None, None)
        values = (
            self.first.time,
            self.last.time,
            self.peak.time,
            self.number,
            self.peak.sign,
            self.peak.score,
            threshold,
        )
        return dict(zip(COLUMNS, (*map(_rounded, values), _rounded(across), _rounded(down)), strict=True))

    def __str__(self) -> str:
        place = f", {self.peak.place[0]:.0%} across and {self.peak.place[1]:.0%} down" if self.peak.place else ""
        return (
            f"alarm from {self.first.time:.2f} s to {self.last.time:.2f} s: {self.peak.sign}, with a score of "
            f"{self.peak.score:.2f} at {self.peak.time:.2f} s{place}"
        )


@dataclass
class Record:
    """All that was said of one video.

    Args:
        video: its name.
        calibration: by which it was judged.
        readings: of its frames.
        events: its alarms.
    """

    video: str
    calibration: Calibration
    readings: list[Reading] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    _open: bool = False

    def add(self, reading: Reading, frame: np.ndarray) -> Event | None:
        """Take in what is said of the next frame; return the event that is over with it, if one is."""
        self.readings.append(reading)
        if not reading.alarm:
            ends = self._open and reading.time - self.events[-1].last.time > APART
            return self._close() if ends else None
        if self._open and reading.time - self.events[-1].last.time <= APART:
            event = self.events[-1]
            event.last, event.number = reading, event.number + 1
            if reading.score > event.peak.score:
                event.peak, event.frame = reading, frame
            return None
        over = self._close()
        self.events.append(Event(reading, reading, reading, frame))
        self._open = True
        return over

    def close(self) -> Event | None:
        """Return the event that the end of the video ends, if one was going on."""
        return self._close()

    def _close(self) -> Event | None:
        was_open, self._open = self._open, False
        return self.events[-1] if was_open else None

    @property
    def num_alarms(self) -> int:
        """How many frames are alarms."""
        return sum(reading.alarm for reading in self.readings)

    @property
    def num_judged(self) -> int:
        """Of how many frames anything can be said."""
        return sum(not math.isnan(reading.score) for reading in self.readings)

    @property
    def note(self) -> str:
        """Say how many frames were judged where stillness was not; an empty text where it was."""
        if any(not math.isnan(reading.scores[SIGNS.index("stillness")]) for reading in self.readings):
            return ""
        were = "was" if self.num_judged == 1 else "were"
        judged = f"{self.num_judged} of {counted(len(self.readings), 'frame')} {were} judged"
        return f"note: {judged}, and stillness was not: too few frames follow each other"

    def as_plain(self) -> dict[str, Any]:
        """Return all of it as values for JSON."""
        calibration = self.calibration
        return {
            "video": self.video,
            "alarm_rate": calibration.rate,
            "threshold": calibration.threshold,
            "calibration": {
                "frames": calibration.num_frames,
                "videos": list(calibration.videos),
                "usual_videos": list(calibration.usual_videos),
                "cross_check": list(calibration.cross_check),
                "side": calibration.side,
                "notes": list(calibration.notes),
            },
            "frames": len(self.readings),
            "judged": self.num_judged,
            "alarms": self.num_alarms,
            "events": [event.as_plain(calibration.threshold) for event in self.events],
            "times": [_rounded(reading.time) for reading in self.readings],
            "scores": {
                sign: [_rounded(reading.scores[number]) for reading in self.readings]
                for number, sign in enumerate(SIGNS)
            },
        }


@default_style()
def write_record(record: Record, picture: Path) -> list[Path]:
    """Write the picture, and the events beside it as CSV and JSON, replacing earlier ones; return their paths.

    Of those that were not there before, all are written or none.
    """
    table, tree = picture.with_suffix(".csv"), picture.with_suffix(".json")
    with all_or_none() as announced:
        with replacing(announced(picture)) as temporary:
            draw_timeline(record).savefig(temporary, dpi=100)
        write_text(announced(table), events_csv(record))
        write_text(announced(tree), json.dumps(record.as_plain()))
    return [picture, table, tree]


def events_csv(record: Record) -> str:
    """Return one line for each event, below a line with the names of the columns."""
    events = [event.as_plain(record.calibration.threshold) for event in record.events]
    return as_csv([("video", *COLUMNS), *((record.video, *event.values()) for event in events)])


@default_style()
def draw_timeline(record: Record) -> Figure:
    """Draw the scores over the time with the threshold, alarms shaded, and the frames of the events that stand out."""
    shown = sorted(sorted(record.events, key=lambda event: -event.peak.score)[:MOST_SHOWN], key=lambda e: e.peak.time)
    figure = Figure(figsize=(11, 5.2 if shown else 3.2), layout="constrained")
    if shown:
        grid = figure.add_gridspec(2, MOST_SHOWN, height_ratios=(3, 2))
        axes = figure.add_subplot(grid[0, :])
        for column, event in enumerate(shown):
            _draw_event(figure.add_subplot(grid[1, column]), event)
    else:
        axes = figure.subplots()
    _draw_scores(axes, record)
    return figure


def _draw_scores(axes: Axes, record: Record) -> None:
    times = [reading.time for reading in record.readings]
    for event in record.events:
        axes.axvspan(event.first.time, event.last.time + 1e-9, color="#ea9999", alpha=0.6, linewidth=0.8)
    for number, sign in enumerate(SIGNS):
        axes.plot(times, [r.scores[number] for r in record.readings], linewidth=1, color=COLOURS[sign], label=sign)
    threshold, rate = record.calibration.threshold, percent(record.calibration.rate)
    told = f"alarm above {threshold:.2f}, as {rate} of normal frames are"
    axes.axhline(threshold, color="#222222", linestyle="--", linewidth=1, label=told)
    highest = max([threshold, *(event.peak.score for event in record.events)])
    axes.set_ylim(-1, 1.08 * max(highest, 1.0))
    axes.margins(x=0)
    share = record.num_alarms / max(record.num_judged, 1)
    heading = f"{record.video}: {share:.1%} of its frames are alarms; the rate set for normal videos is {rate}"
    axes.set_title(literal(heading), fontsize=9, loc="left")
    axes.set_xlabel("seconds", fontsize=8, loc="right")
    axes.set_ylabel("how unusual a frame is (0: usual)", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(0, -0.06), ncols=len(SIGNS) + 1, frameon=False)


def _draw_event(axes: Axes, event: Event) -> None:
    height, width = event.frame.shape[:2]
    axes.imshow(in_colour(event.frame))
    if event.peak.place:
        across, down = event.peak.place
        for colour, line in (("white", 3.5), ("#ff3b30", 1.5)):  # a ring that is seen on every ground
            axes.plot(across * width, down * height, "o", markersize=16, fillstyle="none", color=colour, mew=line)
    axes.set_axis_off()
    axes.set_title(f"{event.peak.time:.2f} s: {event.peak.sign} {event.peak.score:.1f}", fontsize=8)


def _rounded(value: Any) -> Any:
    """Return a number with at most four places; None where it is none."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value

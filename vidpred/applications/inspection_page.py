"""An inspection of videos as a table, and as a picture."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vidpred.applications.inspect_videos import AHEAD, BASELINES, InspectedVideo, Inspection
from vidpred.data.usable_videos import UsableVideo
from vidpred.data.usage import Usage, end_of_name, repeats_text, skipped_text
from vidpred.frames.pictures import default_style, in_colour, literal
from vidpred.machine.files import replacing
from vidpred.training.sentences import say_time
from vidpred.wording import LONGEST_LIST, PAGE_WIDTH, counted, folded, listed

LONGEST_NAME = 32  # characters
SHORTEST_NAME = 12  # that is cut in the table, however wide the other columns are
MOST_LISTED = 60  # videos in the table
MOST_DRAWN = 20  # videos in the picture
ROW_HEIGHT = 0.8  # inches
COLOURS = {"copy_last": "#999999", "optical_flow": "#1f77b4"}
COLUMNS = {  # each with its unit; what is counted or a share has none
    "frames": "",
    "length": "s",
    "rate": "per s",
    "size": "pixels",
    "clips": "",
    "motion": "of 255",
    "cuts": "",
    "breaks": "",
    "static": "",
}
LEGEND = (
    "motion: mean change of a pixel from frame to frame, in grey levels; static: share of clips left out since nothing "
    "moves; copy, flow: PSNR in dB of the last frame repeated and of optical flow, one and five frames ahead"
)


def inspection_table(inspection: Inspection) -> str:
    """Return a plain text table: each usable video, totals, what shows the same, and what is left out and why."""
    usable = inspection.usable
    lines = _rows(usable[:MOST_LISTED]) if usable else []
    if len(usable) > MOST_LISTED:
        lines.append(f"... and {len(usable) - MOST_LISTED} more, which --json lists")
    lines += textwrap.wrap(LEGEND, PAGE_WIDTH) if usable else []
    lines.append(_totals(inspection))
    if same := [f"{video.name} = {video.same_as}" for video in usable if video.same_as]:
        lines.append(folded(f"show the same in another encoding: {listed(same)}"))
    if woven := [video.name for video in usable if video.interlaced]:
        lines.append(folded(f"interlaced, and read as whole pictures, each of its first field: {listed(woven)}"))
    left_out = [
        Usage(video.name, "skipped", reason=video.reason, detail=video.detail)
        for video in inspection.videos
        if video.reason
    ]
    repeating = repeats_text([video.used_as("train") for video in inspection.used.values()])
    return "\n".join(filter(None, [*lines, repeating, skipped_text(left_out, LONGEST_LIST)]))


@default_style()
def draw_inspection(inspection: Inspection, path: Path) -> None:
    """Draw each usable video: a frame, how much moves over its time, and how predictable it is; PNG.

    They stand in the order of the table. Of many, some are drawn: the least and the most predictable by optical flow at
    the next frame, and evenly spaced ones between. What is drawn replaces ``path``.

    Args:
        inspection: with at least one usable video.
        path: of the picture.
    """
    shown = _some(inspection.usable)
    figure = Figure(figsize=(11, ROW_HEIGHT * len(shown) + 1.0), layout="constrained")
    rows = figure.subplots(len(shown), 3, squeeze=False, width_ratios=(1, 4, 3))
    for (picture, course, score), video in zip(rows, shown, strict=True):
        used = inspection.used[video.name]
        _draw_frame(picture, used, video.name)
        _draw_motion(course, used, video.frame_rate, inspection.scene_cut)
        _draw_scores(score, video)
    _label(figure, rows, shown)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=100)


def _ease(video: InspectedVideo) -> float:
    return video.predictability.get("optical_flow", {}).get(AHEAD[0], np.inf)


def _some(videos: Sequence[InspectedVideo]) -> list[InspectedVideo]:
    """Return at most :data:`MOST_DRAWN` of the videos in their order, from hardly to very predictable ones."""
    by_ease = sorted(range(len(videos)), key=lambda place: _ease(videos[place]))
    chosen = np.unique(np.linspace(0, len(videos) - 1, min(MOST_DRAWN, len(videos))).round().astype(int))
    return [videos[place] for place in sorted(by_ease[rank] for rank in chosen)]


def _draw_frame(axes: Axes, video: UsableVideo, name: str) -> None:
    frames = video.clip.frames
    axes.imshow(in_colour(frames[len(frames) // 2]), aspect="equal")
    axes.set_axis_off()
    axes.set_title(literal(end_of_name(name, LONGEST_NAME)), fontsize=7, loc="left", pad=2)


def _draw_motion(axes: Axes, video: UsableVideo, frame_rate: float, scene_cut: float) -> None:
    """Plot the change from frame to frame over the seconds; cuts are red, breaks in time grey."""
    transitions = video.transitions
    times = np.arange(1, len(transitions) + 1) / frame_rate
    axes.plot(times, transitions.differences, linewidth=0.8, color="#333333")
    cuts = transitions.cuts(scene_cut)
    for where, colour in ((cuts, "#d62728"), (transitions.breaks, "#bbbbbb")):
        for time in times[where]:
            axes.axvline(time, color=colour, linewidth=0.8)
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    axes.tick_params(labelsize=6)


def _draw_scores(axes: Axes, video: InspectedVideo) -> None:
    for height, name in enumerate(BASELINES):
        for ahead, marker in zip(AHEAD, ("o", "|"), strict=True):
            value = video.predictability.get(name, {}).get(ahead)
            if value is not None:
                axes.plot([value], [height], marker, color=COLOURS[name], markersize=6)
    axes.set_ylim(-0.7, len(BASELINES) - 0.3)
    axes.set_yticks([])
    axes.grid(axis="x", alpha=0.3)
    axes.tick_params(labelsize=6)


def _label(figure: Figure, rows: np.ndarray, shown: Sequence[InspectedVideo]) -> None:
    """Write what is drawn over the columns, and give all scores one scale."""
    rows[0, 1].set_title("change from frame to frame, grey levels, over seconds; red: cut, grey: break", fontsize=8)
    rows[0, 2].set_title(f"PSNR (dB) at t+{AHEAD[0]} (dot) and t+{AHEAD[1]} (bar)", fontsize=8)
    values = [score for video in shown for by_step in video.predictability.values() for score in by_step.values()]
    for axes in rows[:, 2]:
        if values:
            axes.set_xlim(min(values) - 1, max(values) + 1)
    handles = [rows[0, 2].plot([], [], "o", color=COLOURS[name])[0] for name in BASELINES]
    labels = [name.replace("_", " ") for name in BASELINES]
    figure.legend(handles, labels, loc="outside lower right", ncols=2, fontsize=8, frameon=False)


def _totals(inspection: Inspection) -> str:
    usable, everything = inspection.usable, inspection.videos
    frames, seconds = sum(video.num_frames for video in usable), sum(video.seconds for video in usable)
    rates = sorted({round(video.frame_rate, 2) for video in usable})
    kept = f", at {rates[0]:g} to {rates[-1]:g} frames/s" if len(rates) > 1 else ""
    how_many = f"{len(usable)} of {counted(len(everything), 'video')} can be trained on"
    if not usable:
        return how_many
    clips = counted(sum(video.num_clips for video in usable), "clip")
    return f"{how_many}: {counted(frames, 'frame')}, {say_time(seconds)}{kept}, {clips}"


def _cells(video: InspectedVideo) -> list[str]:
    scores = [video.predictability.get(name, {}).get(ahead) for name in BASELINES for ahead in AHEAD]
    return [
        f"{video.num_frames}",
        f"{video.seconds:.1f}",
        f"{video.frame_rate:.4g}",
        f"{video.width}x{video.height}",
        f"{video.num_clips}",
        f"{video.motion:.1f}",
        f"{video.num_cuts}",
        f"{video.num_breaks}",
        f"{video.static_share:.0%}",
        *("-" if score is None else f"{score:.1f}" for score in scores),
    ]


def _rows(videos: Sequence[InspectedVideo]) -> list[str]:
    """Return a line of headings, one of units, and one for each video, of :data:`PAGE_WIDTH` where they fit."""
    scores = [("copy" if name == "copy_last" else "flow", f"t+{ahead}") for name in BASELINES for ahead in AHEAD]
    heads = [[*column] for column in zip(*COLUMNS.items(), *scores, strict=True)]
    cells = [*heads, *map(_cells, videos)]
    widths = [1 + max(map(len, column)) for column in zip(*cells, strict=True)]
    names = ["video", "", *(video.name for video in videos)]
    room = min(LONGEST_NAME, max(SHORTEST_NAME, PAGE_WIDTH - sum(widths)), max(map(len, names)))
    rows = ["".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [f"{end_of_name(name, room):<{room}}{row}" for name, row in zip(names, rows, strict=True)]

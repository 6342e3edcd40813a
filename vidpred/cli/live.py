"""``vidpred live``: the present of a live video, predicted from a picture that is late."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import FLOW, CheckpointOption, DeviceOption, OverwriteOption, ThreadsOption, is_flow
from vidpred.cli.outputs import check_outputs, say, say_written
from vidpred.errors import VidpredError
from vidpred.machine.memory import MIB
from vidpred.wording import counted

if TYPE_CHECKING:
    from vidpred.applications.live.looking_ahead import LookAhead
    from vidpred.applications.live.present import LiveReport, Show


def live(
    source: Annotated[
        str,
        typer.Argument(
            help="The number of a camera, an address such as rtsp://host/stream, a video file, which is fed at its own "
            "rate, or - for a video on standard input."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The mp4 to write what is shown to; a window is opened if none is given.")
    ] = None,
    window: Annotated[bool, typer.Option("--window", help="Open a window besides writing --out.")] = False,
    delay: Annotated[
        float | None,
        typer.Option(
            help="Seconds by which pictures are late when they are shown, camera and network included; by default the "
            "time is measured that passes here.",
            min=0,
            max=5,
        ),
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="End after so many seconds.", min=0.1)] = None,
    checkpoint: CheckpointOption = FLOW,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Show what a camera sees now, although its picture is late: the present is predicted from it.

    How far ahead that is goes by the delay. The end is reached by q, Ctrl-C, --seconds or the source's own; then the
    latency, dropped pictures, memory, and how near it came to the true present, once that had arrived, are printed.
    """
    check_outputs([(out, ".mp4")], overwrite, Path(source))
    from vidpred.applications.live.outputs import Film, Window
    from vidpred.applications.live.present import run_live
    from vidpred.machine.threads import use_threads
    from vidpred.video.live_source import open_live

    with ExitStack() as held:
        shows: list[Show] = []
        if window or out is None:
            shows.append(shown := Window())
            held.callback(shown.close)
        use_threads(threads)
        ahead = _look_ahead(checkpoint, device)
        opened = open_live(source)
        if out is not None:
            shows.append(film := Film(out, opened.frame_rate, overwrite))
            held.callback(film.close)
        say(f"looking at {source} at {float(opened.frame_rate):.4g} frames/s; Ctrl-C ends it")
        report = run_live(opened, ahead, shows, delay, seconds)
    if not report.num_shown:
        unwritten = f", so {out} is not written" if out is not None else ""
        raise VidpredError(f"no picture of {source} came before the end{unwritten}; let it run for longer")
    typer.echo("\n".join(_sentences(report)))
    if ahead.lost_colour:
        say("note: the predictor sees no colour, so what was shown is grey")
    if out is not None:
        say_written(out)


def _look_ahead(checkpoint: Path, device: str) -> "LookAhead":
    from vidpred.applications.live.looking_ahead import FlowAhead, RolloutAhead

    if is_flow(checkpoint):
        return FlowAhead()
    from vidpred.runs.load import load_predictor

    return RolloutAhead(load_predictor(checkpoint, device))


def _sentences(report: "LiveReport") -> list[str]:
    lasted, ahead = report.ended - report.started, report.lead * report.period
    said = [
        f"{counted(report.num_shown, 'picture')} shown in {lasted:.1f} s, {report.num_dropped} dropped",
        "latency: " + ", ".join(f"p{p} {1000 * report.latency(p / 100):.1f} ms" for p in (50, 95, 99)),
        f"the present was {counted(report.lead, 'frame')} ({1000 * ahead:.0f} ms) after the picture at the end",
    ]
    if report.scale < 1:
        said.append(f"this machine is too slow for the whole size: motion is found at {report.scale:.0%} of the sides")
    if report.num_known:
        said.append(
            f"what was shown is {report.error_shown:.2f} grey levels off the true present, the late picture "
            f"{report.error_late:.2f} (mean of {report.num_known})"
        )
    if report.most_memory:
        growth = report.memory_growth
        grew = f", {growth / MIB:+.1f} MiB per minute at the end" if growth is not None else ""
        said.append(f"memory: {report.most_memory / MIB:,.0f} MiB at most{grew}")
    return said

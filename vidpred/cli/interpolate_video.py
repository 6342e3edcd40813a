"""``vidpred interpolate-video``: the same film with more frames per second."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import FLOW, DeviceOption, OutArgument, OverwriteOption, ThreadsOption, is_flow
from vidpred.cli.outputs import check_rewritten, one_output, say, say_written
from vidpred.machine.files import given_stem
from vidpred.wording import counted

if TYPE_CHECKING:
    from vidpred.applications.interpolate_video import Interpolator


def interpolate_video(
    film: Annotated[str, typer.Argument(help="A video file.")],
    denser: OutArgument = None,
    times: Annotated[int, typer.Option(help="How many times as many frames per second.", min=2, max=8)] = 2,
    out: Annotated[
        Path | None,
        typer.Option(help="The mp4, m4v, mov or mkv to write; FILM_2x.mp4 in the current folder by default."),
    ] = None,
    checkpoint: Annotated[
        Path,
        typer.Option(help="optical_flow, or a run of the task frame_interpolation, which takes --times 2, 4 or 8."),
    ] = FLOW,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Write the same film with more frames: the frames that it has, and between them what lies between.

    Size, shape of the pixels, colours, turn, title and chapters are those of the film, which is H.264 and lasts as
    long as it did; sound is copied, or encoded anew where the file to write cannot hold it. Nothing is blended across
    a cut: there the nearer frame is repeated.
    """
    source = Path(film)
    out = one_output(denser, out) or Path(f"{given_stem(source)}_{times}x.mp4")
    check_rewritten(film, out, overwrite)
    from vidpred.applications.interpolate_video import interpolate_video as make_denser
    from vidpred.machine.threads import use_threads

    use_threads(threads)
    written = make_denser(source, out, _interpolator(checkpoint, device), times, overwrite=overwrite)
    rate = f"{float(written.frame_rate):.4g} frames/s"
    say_written(out, f": {counted(written.num_frames, 'frame')}, {written.num_known} of them the film's own, at {rate}")
    for note in written.notes:
        say(f"note: {note}")


def _interpolator(checkpoint: Path, device: str) -> "Interpolator":
    """Return what draws: optical flow, or the network of a run."""
    from vidpred.applications.interpolate_video import FlowInterpolator, NetworkInterpolator
    from vidpred.runs.load import load_interpolator

    return FlowInterpolator() if is_flow(checkpoint) else NetworkInterpolator(*load_interpolator(checkpoint, device))

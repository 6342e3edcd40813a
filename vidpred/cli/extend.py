"""``vidpred extend``: the same film, longer."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.options import CheckpointOption, DeviceOption, OutArgument, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import check_rewritten, one_output, say, say_written
from vidpred.machine.files import given_stem
from vidpred.runs.shipped import DEFAULT
from vidpred.wording import counted


def extend(
    film: Annotated[str, typer.Argument(help="A video file.")],
    longer: OutArgument = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The mp4, m4v, mov or mkv to write; FILM_longer.mp4 in the current folder by default."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(help="How much longer; with 0, the film is encoded anew and no more.", min=0, max=60)
    ] = 1.0,
    checkpoint: CheckpointOption = DEFAULT,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Write a film that goes on for a second more, without border or mark, and with its sound.

    Size, rate (also a variable one), shape of the pixels, colours, turn, title and chapters are those of the film, and
    it is encoded as H.264; sound is copied, or encoded anew where the file to write cannot hold it, and silent at the
    end. The film's own frames come out bit for bit as with --seconds 0.
    """
    source = Path(film)
    out = one_output(longer, out) or Path(f"{given_stem(source)}_longer.mp4")
    check_rewritten(film, out, overwrite)
    from vidpred.applications.extend import extend as make_longer
    from vidpred.machine.threads import use_threads
    from vidpred.runs.load import load_predictor

    use_threads(threads)
    written = make_longer(source, out, load_predictor(checkpoint, device), seconds, overwrite=overwrite)
    rate = f"{float(written.frame_rate):.4g} frames/s"
    say_written(
        out, f": {counted(written.num_known, 'frame')} of the film and {written.num_new} predicted ones at {rate}"
    )
    for note in written.notes:
        say(f"note: {note}")

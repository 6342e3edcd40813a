"""``vidpred predict``: continue videos."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.claims import claiming, make_folder
from vidpred.cli.clips import find_clips, own_share
from vidpred.cli.destinations import NAME, Destination, Wanted, destinations_of
from vidpred.cli.left_over import say_left_over
from vidpred.cli.moments import parse_moment
from vidpred.cli.options import CheckpointOption, DeviceOption, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import say, say_written
from vidpred.cli.predicted_files import named_frames, peak_memory, scores_of, write_prediction
from vidpred.cli.sample_files import check_numbers
from vidpred.errors import VidpredError, printable
from vidpred.machine.memory import memory_explained
from vidpred.runs.shipped import DEFAULT, shipped_word
from vidpred.wording import counted

if TYPE_CHECKING:
    from vidpred.runs.load import Prediction

LEAD_IN = 24  # frames that the written video shows before the future: about a second

StartOption = Annotated[
    str | None,
    typer.Option(help="Predict what follows this time: seconds, 1:02 or 0:01:02; the end by default.", metavar="TIME"),
]
CompareOption = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Hold the video's own last frames back (or take those after --start), score against them and "
        "against repeating the last frame, and write a contact sheet and a side-by-side video.",
    ),
]
OutOption = Annotated[
    str | None,
    typer.Option(
        help="The mp4, gif or webp to write, or NAME/ for a folder of the predicted frames as PNG; VIDEO_future.mp4 in "
        "the current folder by default. For several videos, a folder for all, or a pattern such as {name}_next.gif."
    ),
]
SheetOption = Annotated[
    Path | None,
    typer.Option(help="Contact sheet to write as PNG; with --compare, beside the mp4 by default."),
]
PlainOption = Annotated[
    bool, typer.Option("--plain", help="Write predicted frames as they are, without border and label.")
]
SamplesOption = Annotated[
    int | None,
    typer.Option(
        help="Sample so many futures instead of one, with the shipped motion_sampler where no --checkpoint is named: "
        "the mp4 shows them side by side, and others, named after it, each future alone and how far they spread."
    ),
]
SeedOption = Annotated[int | None, typer.Option(help="Seed of the sampled futures; 0 by default.")]


def predict(
    videos: Annotated[
        list[str],
        typer.Argument(help="Video files, folders of them, folders of numbered frames, and patterns such as '*.mp4'."),
    ],
    checkpoint: CheckpointOption = DEFAULT,
    horizon: Annotated[int, typer.Option(help="How many frames to predict.")] = 10,
    out: OutOption = None,
    start: StartOption = None,
    compare: CompareOption = False,
    plain: PlainOption = False,
    frames: Annotated[Path | None, typer.Option(help="Folder for the predicted frames as PNG.")] = None,
    sheet: SheetOption = None,
    samples: SamplesOption = None,
    seed: SeedOption = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Predict how videos go on, and write each as an mp4 whose predicted frames have an orange border.

    Of several videos, one that cannot be predicted stops none of the others: it is named at the end. Under torchrun,
    each process takes its share of them.
    """
    check_numbers(horizon, samples, seed)
    moment = parse_moment(start)
    clips = find_clips(videos)
    wanted = Wanted(out, sheet, frames, compare, samples, overwrite)
    places = dict(zip(clips.paths, destinations_of(clips.paths, clips.several, wanted), strict=True))
    if clips.several and out is not None and out.endswith("/"):
        make_folder(Path(out.partition(NAME)[0]))
    elif not clips.several:
        for clip, place in places.items():
            place.check(overwrite, clip)
    from vidpred.machine.threads import use_threads
    from vidpred.runs.load import load_predictor, predict_video

    use_threads(threads)
    for left_out in clips.left_out:
        say(f"{left_out} is left out, since it is named as what was predicted of another one")
    predictor = load_predictor(shipped_word(checkpoint, samples), device)

    def one(clip: Path) -> None:
        """Predict a clip, write its files, and say so."""
        if clips.several:
            places[clip].check(overwrite, clip)
        began = time.perf_counter()
        prediction = predict_video(
            clip, predictor, horizon, moment, compare, lead_in=LEAD_IN, num_samples=samples, seed=seed or 0
        )
        seconds = time.perf_counter() - began
        write_prediction(prediction, places[clip], overwrite, plain)
        _report(prediction, places[clip], horizon * (samples or 1), seconds)
        _name_left_over(prediction, places, clip)

    if clips.several:
        share = own_share(clips.paths)
        there = [] if overwrite else [clip for clip in share if places[clip].is_there]
        if there:
            say(f"predicted before, and left as they are without --overwrite: {', '.join(map(str, there))}")
        _each([clip for clip in share if clip not in there], one, len(share))
    else:
        for clip in own_share(clips.paths):
            one(clip)


def _report(prediction: "Prediction", place: Destination, number: int, seconds: float) -> None:
    """Print the scores, if the truth is known, what was written, and how long so many frames took."""
    if prediction.cadence:
        say(f"note: in a steady rhythm, {prediction.cadence}; so the future goes on in it")
    if len(prediction.truth):
        typer.echo(scores_of(prediction) + "\n")
    for written in place.written:
        say_written(written, _what_it_shows(written, place))
    spent = f"predicted {counted(number, 'frame')} in {seconds:.1f} s, {seconds / number:.2f} s per frame"
    typer.echo("; ".join(filter(None, (spent, peak_memory()))))


def _what_it_shows(path: Path, place: Destination) -> str:
    """Say of a film of several futures, after its path, that it shows all of them, or how far they spread."""
    if path == place.spread:
        return ": how far the futures spread, pixel by pixel"
    return f": {len(place.single)} futures side by side" if path == place.film and len(place.single) > 1 else ""


def _name_left_over(prediction: "Prediction", places: dict[Path, Destination], clip: Path) -> None:
    """Name files of an earlier prediction that lie beside this one, which the clips and their outputs are none of."""
    others = [*places, *(path for place in places.values() for path in place.written)]
    if left := say_left_over(places[clip], others, [name for name, _ in named_frames(prediction)]):
        say(left)


def _each(clips: list[Path], one: Callable[[Path], None], named: int) -> None:
    """Do one thing with every clip, of so many that were named, and go on past those that it cannot be done with.

    Raises:
        VidpredError: at the end, if there were any; it names them.
    """
    from vidpred.machine.engine import wait_for_others

    bad = []
    for clip in clips:
        say(f"{printable(str(clip))}:")
        try:
            with memory_explained("predict fewer frames, or scale the video down"), claiming():
                one(clip)
        except (VidpredError, OSError) as error:
            bad.append(str(clip))
            typer.echo(f"vidpred: not predicted: {printable(str(error))}", err=True)
    wait_for_others()
    if bad:
        raise VidpredError(
            f"{len(bad)} of {counted(named, 'video')} could not be predicted, for the reasons above: "
            f"{', '.join(bad)}; mend or leave them out, and give the same command again, which predicts what is still "
            "missing"
        )

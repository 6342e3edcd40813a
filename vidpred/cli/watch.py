"""``vidpred watch``: alarms where a video is unlike normal ones."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import CheckpointOption, DeviceOption, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import check_outputs, say, say_written
from vidpred.errors import VidpredError
from vidpred.machine.files import real_path
from vidpred.runs.shipped import DEFAULT
from vidpred.wording import counted, percent

if TYPE_CHECKING:
    from vidpred.applications.watch_calibration import Calibration
    from vidpred.applications.watch_kept import KeptViews
    from vidpred.interfaces import Predictor

ALARMS = 3  # status of a program that raised any; 1 and 2 mean mistakes
SIDE = 96


def watch(
    normal: Annotated[Path, typer.Argument(help="A folder of normal videos (searched recursively), or one video.")],
    new: Annotated[Path, typer.Argument(help="The video to watch: a file, or a folder of numbered frames.")],
    alarm_rate: Annotated[float, typer.Option(help="Share of the frames of normal videos that may be alarms.")] = 0.01,
    checkpoint: CheckpointOption = DEFAULT,
    side: Annotated[
        int, typer.Option(help="Pixels of the shorter side at which videos are watched.", min=32, max=1024)
    ] = SIDE,
    out: Annotated[
        Path | None,
        typer.Option(help="The PNG to write, with .csv and .json beside it; VIDEO_alarms.png by default."),
    ] = None,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Raise alarms where a video is unlike normal ones, frame by frame: exit status 0 without any, 3 with alarms.

    Each frame is predicted from those before it. Where a part of it is predicted worse than is usual there, moves
    against the usual way, or the whole picture stands still, that is an alarm. The threshold is set so that of
    the frames of other normal videos a share of --alarm-rate exceeds it: on average, and for whole videos
    that did not tell what is usual. A fixed camera, and forty or more videos of it, serve best. --checkpoint also
    takes optical_flow, which is faster.
    """
    out = out or Path(f"{real_path(new).stem}_alarms.png")
    check_outputs([(out, ".png")], overwrite, new)
    check_outputs([(out.with_suffix(end), end) for end in (".csv", ".json")], overwrite, new)
    for path in (normal, new):
        if not path.exists():
            raise VidpredError(
                f"{path} does not exist; name a video, or, for the normal ones, a video or a folder of videos"
            )
    from vidpred.applications.watch_calibration import calibrate
    from vidpred.data.video_identity import content_key
    from vidpred.machine.progress import say
    from vidpred.machine.threads import use_threads
    from vidpred.video import probe

    use_threads(threads)
    probe(new)  # refused before minutes are spent on the normal videos
    who, predictor, names = _load(checkpoint, normal, device)
    calibration = calibrate(
        normal,
        predictor,
        alarm_rate,
        side,
        leave_out=[content_key(new)],
        may_calibrate=names,
        kept=_kept(who, predictor),
        say=say,
    )
    say(_described(calibration))
    if _judge(new, calibration, predictor, out):
        raise typer.Exit(ALARMS)


def _load(checkpoint: Path, normal: Path, device: str) -> "tuple[Path | str, Predictor, frozenset[str] | None]":
    """Return who predicts, by name and as object, and the normal videos that it was not trained on, if on others."""
    from vidpred.applications.watch_calibration import LOOKS_BACK
    from vidpred.predictors import PREDICTORS
    from vidpred.runs.contenders import resolve, trained_among
    from vidpred.runs.held_out import leave_out_training
    from vidpred.runs.load import load_predictor

    found = resolve([str(checkpoint)])
    (who,) = found.values()
    if isinstance(who, Path):
        runs = trained_among(found, "predict")
        return who, load_predictor(who, device), leave_out_training(normal, runs, say)
    predictor: Predictor = PREDICTORS.build(str(who), {"num_context_frames": LOOKS_BACK, "lead": 1})
    return str(who), predictor, None


def _kept(who: Path | str, predictor: "Predictor") -> "KeptViews | None":
    """Return where what normal videos showed to this predictor is kept; None where that may not be."""
    from vidpred.applications.watch_kept import KeptViews, may_keep
    from vidpred.machine.engine import Engine, device_of
    from vidpred.machine.files import sha256_of
    from vidpred.runs.checkpoint import find_checkpoint
    from vidpred.runs.circumstances import surroundings

    if not may_keep(predictor):
        return None
    identity = sha256_of(find_checkpoint(who)) if isinstance(who, Path) else who
    known = surroundings(Engine(str(device_of(predictor)), alone=True))
    return KeptViews(json.dumps([identity, *(known[key] for key in ("packages", "processor", "device"))]), say=say)


def _described(calibration: "Calibration") -> str:
    """Say what the threshold rests on."""
    usual, others = calibration.usual_videos, calibration.videos
    if usual == others:
        parts = "what is usual is learnt from the first half of the normal video, the threshold from the second"
    else:
        parts = (
            f"what is usual is learnt from {len(usual)} of the {len(usual) + len(others)} normal videos, the threshold "
            f"from the other {len(others)}"
        )
    lines = [
        f"{parts}, with {counted(calibration.num_frames, 'frame')}: alarms are scores above {calibration.threshold:.2f}"
        f" (0 is as usual), as {percent(calibration.rate)} of normal frames have"
    ]
    if shares := calibration.cross_check:
        mean = sum(shares) / len(shares)
        lines.append(
            f"false alarms in each of these {len(others)}, by the threshold of the others: {mean:.1%} of the frames on "
            f"average ({min(shares):.1%} to {max(shares):.1%})"
        )
    return "\n".join([*lines, *(f"note: {note}" for note in calibration.notes)])


def _judge(video: Path, calibration: "Calibration", predictor: "Predictor", out: Path) -> bool:
    """Watch a video, say each alarm as soon as it is over, write what was found; return whether there was any."""
    from vidpred.applications.watch import watch_video
    from vidpred.applications.watch_report import Record, write_record
    from vidpred.machine.progress import progress, say
    from vidpred.video import probe

    record, started = Record(video.name, calibration), time.perf_counter()
    readings = watch_video(video, calibration, predictor)
    for reading, frame in progress(readings, "watching", "frame", probe(video).num_frames):
        if event := record.add(reading, frame):
            say(str(event))
    seconds = time.perf_counter() - started
    if event := record.close():
        typer.echo(event)
    if not record.num_judged:
        known = counted(len(record.readings), "frame")
        raise VidpredError(f"{video} has {known}, too few to predict one; give a longer video")
    are_alarms = "is an alarm" if record.num_alarms == 1 else "are alarms"
    typer.echo(
        f"{record.num_alarms} of {counted(record.num_judged, 'frame')} {are_alarms}, in "
        f"{counted(len(record.events), 'event')}; {len(record.readings) / max(seconds, 1e-9):.0f} frames/s"
    )
    for path in write_record(record, out):
        say_written(path)
    return bool(record.events)

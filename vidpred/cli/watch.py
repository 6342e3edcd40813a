"""``vidpred watch``: alarms where videos are unlike normal ones."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli import INTERRUPTED
from vidpred.cli.alarm_files import alarm_pictures, check_alarm_files
from vidpred.cli.clips import find_clips
from vidpred.cli.options import CheckpointOption, DeviceOption, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import say, say_written
from vidpred.errors import VidpredError, printable
from vidpred.machine.files import not_there
from vidpred.runs.shipped import DEFAULT
from vidpred.wording import counted, percent

if TYPE_CHECKING:
    from vidpred.applications.watch.calibration import Calibration
    from vidpred.applications.watch.kept import KeptViews
    from vidpred.interfaces import Predictor

ALARMS = 3  # status of a program that raised any; 1 and 2 mean mistakes
SIDE = 96


def watch(
    normal: Annotated[Path, typer.Argument(help="A folder of normal videos (searched recursively), or one video.")],
    new: Annotated[
        list[str],
        typer.Argument(help="The videos to watch: files, folders of numbered frames or of videos, patterns."),
    ],
    alarm_rate: Annotated[float, typer.Option(help="Share of the frames of normal videos that may be alarms.")] = 0.01,
    checkpoint: CheckpointOption = DEFAULT,
    side: Annotated[
        int, typer.Option(help="Pixels of the shorter side at which videos are watched.", min=32, max=1024)
    ] = SIDE,
    out: Annotated[
        str | None,
        typer.Option(
            help="The PNG to write, with .csv and .json beside it; VIDEO_alarms.png by default. For several videos, "
            "{name} in it stands for the name of each; or a folder/."
        ),
    ] = None,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Raise alarms where videos are unlike normal ones, frame by frame: exit status 0 without any, 3 with alarms.

    Each frame is predicted from those before it. Where a part of it is predicted worse than is usual there, moves
    against the usual way, or the whole picture stands still, that is an alarm. The threshold is set so that of
    the frames of other normal videos a share of --alarm-rate exceeds it: on average, and for whole videos
    that did not tell what is usual. A fixed camera, and forty or more videos of it, serve best. --checkpoint also
    takes optical_flow, which is faster.
    """
    _require_there(normal)
    clips = find_clips(new)
    if clips.several and normal.is_file():
        raise VidpredError(
            f"{normal} is one video, by which several would be watched; name first the folder of the normal videos, "
            "then the videos to watch"
        )
    pictures = alarm_pictures(clips.paths, clips.several, out)
    check_alarm_files(pictures, out, overwrite)
    from vidpred.applications.watch.calibration import calibrate
    from vidpred.data.video_identity import content_key
    from vidpred.machine.progress import say
    from vidpred.machine.threads import use_threads
    from vidpred.video import probe

    use_threads(threads)
    for left_out in clips.left_out:
        say(f"{left_out} is left out, since it is named as what was predicted of another one")
    for video in pictures:
        probe(video)  # refused before minutes are spent on the normal videos
    who, predictor, names = _load(checkpoint, normal, device)
    kept = _kept(who, predictor)
    written = list[Path]()
    with _said_where_it_stops(kept, written):
        calibration = calibrate(
            normal,
            predictor,
            alarm_rate,
            side,
            leave_out=[content_key(video) for video in pictures],
            may_calibrate=names,
            kept=kept,
            say=say,
        )
        say(_described(calibration))
        alarming = _judge_all(pictures, Judge(calibration, predictor, written))
    if alarming:
        raise typer.Exit(ALARMS)


def _require_there(normal: Path) -> None:
    if not normal.exists():
        from vidpred.video.addresses import require_no_address

        require_no_address(normal)
        raise VidpredError(f"{not_there(normal)}; give the path of a folder of normal videos, or of one video")


@contextmanager
def _said_where_it_stops(kept: "KeptViews | None", written: Sequence[Path]) -> Iterator[None]:
    """Say what is left by Ctrl-C: of the normal videos, and of those that are watched."""
    try:
        yield
    except KeyboardInterrupt:
        seen = [*kept.found, *kept.added] if kept else []
        normal = (
            f"what {counted(len(seen), 'normal video')} showed is kept, and another call need not look there again"
            if seen
            else "nothing is kept of the normal videos"
        )
        new = f"alarms were written to {', '.join(map(str, written))}" if written else "no alarms were written"
        typer.echo(f"\n{printable(f'stopped: {new}; {normal}')}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _load(checkpoint: Path, normal: Path, device: str) -> "tuple[Path | str, Predictor, frozenset[str] | None]":
    """Return who predicts, by name and as object, and the normal videos that it was not trained on, if on others."""
    from vidpred.applications.watch.calibration import LOOKS_BACK
    from vidpred.predictors import PREDICTORS
    from vidpred.runs.comparing.contenders import resolve, trained_among
    from vidpred.runs.comparing.held_out import leave_out_training
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
    from vidpred.applications.watch.kept import KeptViews, may_keep
    from vidpred.machine.engine import Engine, device_of
    from vidpred.machine.files import sha256_of
    from vidpred.runs.checkpoint import find_checkpoint
    from vidpred.runs.comparing.circumstances import surroundings

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


@dataclass(frozen=True)
class Judge:
    """Watches videos.

    Args:
        calibration: what is normal.
        predictor: that it was calibrated with.
        written: gets the path of each picture of alarms.
    """

    calibration: "Calibration"
    predictor: "Predictor"
    written: list[Path]

    def watch(self, video: Path, out: Path) -> bool:
        """Watch a video, say each alarm as soon as it is over, write what was found; return whether there was any.

        Raises:
            VidpredError: it cannot be decoded, or is too short.
        """
        from vidpred.applications.watch.alarms import watch_video
        from vidpred.applications.watch.report import Record, write_record
        from vidpred.machine.progress import progress, say
        from vidpred.video import probe

        record, started = Record(video.name, self.calibration), time.perf_counter()
        readings = watch_video(video, self.calibration, self.predictor)
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
        if record.note:
            typer.echo(record.note)
        for path in write_record(record, out):
            say_written(path)
        self.written.append(out)
        return bool(record.events)


def _judge_all(pictures: Mapping[Path, Path], judge: Judge) -> list[Path]:
    """Watch each video, go on past those that cannot be watched, and return those with alarms.

    Raises:
        VidpredError: the only one cannot be watched; or, at the end, some of several: it names them.
    """
    if len(pictures) == 1:
        return [video for video, out in pictures.items() if judge.watch(video, out)]
    alarming, bad = list[Path](), list[Path]()
    for video, out in pictures.items():
        say(f"{video}:")
        try:
            if judge.watch(video, out):
                alarming.append(video)
        except VidpredError as error:
            bad.append(video)
            typer.echo(f"vidpred: not watched: {printable(str(error))}", err=True)
    named = f": {', '.join(map(str, alarming))}" if alarming else ""
    say(f"alarms in {len(alarming)} of {counted(len(pictures) - len(bad), 'video')}{named}")
    if bad:
        raise VidpredError(
            f"{len(bad)} of {counted(len(pictures), 'video')} could not be watched, for the reasons above: "
            f"{', '.join(map(str, bad))}; mend or leave them out"
        )
    return alarming

"""``vidpred inspect``: what a folder of videos holds, and what training on it would need."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import DeviceOption, OverwriteOption, ThreadsOption
from vidpred.cli.outputs import check_outputs, say, say_folded, say_written
from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from vidpred.applications.inspect_videos import Inspection
    from vidpred.runs.cost import Cost

WINDOWS = 4


def inspect(
    videos: Annotated[Path, typer.Argument(help="A folder of videos (searched recursively), or one video file.")],
    settings: Annotated[
        list[str] | None, typer.Argument(help="Settings of the training, as `vidpred train` takes them.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="YAML file of settings, or a preset; by default what `vidpred train` takes.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="A PNG to write: a frame, the motion and the predictability of each.")
    ] = None,
    windows: Annotated[
        int, typer.Option(help="Windows of each video at which it is tried how predictable it is.", min=1, max=1000)
    ] = WINDOWS,
    steps: Annotated[
        bool, typer.Option("--steps/--no-steps", help="Time some steps of training; they change nothing.")
    ] = True,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Say what is in a folder of videos before training on it, and what that would need.

    Lengths, rates, sizes, motion, cuts, copies, and what would be left out and why; how predictable each video is, as
    the PSNR of repeating the last frame and of optical flow; the disk that decoded videos take, and the time per step
    and the memory of training, measured here. Videos are decoded as `vidpred train` does, which then finds them. Where
    none can be trained on, the exit status is 1.
    """
    check_outputs([(out, ".png")], overwrite)
    from vidpred.applications.inspect_videos import Look, inspect_videos
    from vidpred.applications.inspection_page import draw_inspection, inspection_table
    from vidpred.machine.engine import Engine
    from vidpred.machine.threads import use_threads
    from vidpred.runs.cost import measure_cost
    from vidpred.runs.preparation import preparation
    from vidpred.runs.recipe import settle

    use_threads(threads)
    if steps:
        Engine(device, alone=True)  # one that is not there is refused before minutes are spent on the videos
    elif device != "auto":
        say(f"note: --device {device} is where steps are timed, of which --no-steps times none", err=True)
    begun = settle(config, settings or [], None)
    resolved = begun.config.on_data(videos)
    found = inspect_videos(videos, Look(*preparation(resolved), windows=windows))
    cost, hindrance = None, ""
    if steps and found.usable:
        try:
            cost = measure_cost(resolved, device, begun.start_from)
        except VidpredError as error:
            hindrance = str(error)
    if as_json:
        typer.echo(json.dumps(found.as_plain() | {"training": asdict(cost) if cost else None, "hindrance": hindrance}))
    else:
        say(inspection_table(found))
        if found.usable:
            say_folded(_needs(found, cost))
        if hindrance:
            say_folded(f"training would be refused: {hindrance}")
    if out is not None and found.usable:
        draw_inspection(found, out)
        say_written(out, err=as_json)
    if not found.usable:
        raise VidpredError(
            f"nothing in {videos} can be trained on as it is, for the reasons above; give other videos, or settings "
            "that admit these"
        )


def _needs(found: "Inspection", cost: "Cost | None") -> str:
    """Say what training takes: disk, and, where it was measured, memory and time."""
    from vidpred.machine.memory import in_words
    from vidpred.training.sentences import say_time
    from vidpred.wording import counted

    disk = sum(video.stored for video in found.usable)
    lines = [f"disk: {in_words(disk)} of decoded videos, which lie in the store now (`vidpred cache` lists it)"]
    if cost is not None:
        where = "of the GPU's memory" if cost.device != "cpu" else "of memory"
        memory = f", {in_words(cost.memory)} {where} at most" if cost.memory is not None else ""
        lines.append(
            f"training: {cost.parameters / 1e6:.2f} M parameters, {counted(cost.batch_size, 'clip')} a step; on "
            f"{cost.device} {cost.seconds_per_step:.2g} s per step{memory}; {counted(cost.steps, 'step')} take about "
            f"{say_time(cost.steps * cost.seconds_per_step)}, and the looks in between"
        )
    return "\n".join(lines)

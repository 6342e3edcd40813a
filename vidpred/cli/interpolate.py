"""``vidpred interpolate``: images on the way from one noise to another."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import ClassOption, DeviceOption, GeneratorArgument, OverwriteOption, check_seed
from vidpred.cli.outputs import check_outputs, say_written
from vidpred.errors import VidpredError, as_word
from vidpred.machine.files import all_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from torch import nn

RATE = 24.0  # frames per second of the walk


def interpolate(
    run: GeneratorArgument,
    num: Annotated[int, typer.Option(help="How many rows: from each noise to the next, the last to the first.")] = 8,
    steps: Annotated[int, typer.Option(help="Images per row, both ends included.")] = 10,
    seed: Annotated[int, typer.Option(help="The left column are the first images of `vidpred sample --seed`.")] = 0,
    label: ClassOption = None,
    out: Annotated[Path, typer.Option(help="The PNG to write the rows to.")] = Path("walk.png"),
    video: Annotated[Path | None, typer.Option(help="An mp4 of a walk through all of the noise and back.")] = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Show what lies between images: rows that lead from one to the next, and a smooth closed walk as a video.

    Where there are classes and none is named, every row has its own, and the video shows all of them side by
    side, from the same noise.
    """
    check_seed(seed)
    _require_no_film(run)
    check_outputs([(out, ".png"), (video, ".mp4")], overwrite)
    from vidpred.exploration import interpolate as draw_rows
    from vidpred.exploration.interpolation import FEWEST_POINTS
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import image_grid, write_png
    from vidpred.runs.load import load_generator
    from vidpred.video import write_video

    if video is not None and num < FEWEST_POINTS:
        raise VidpredError(
            f"--num is {num}, but the walk of --video needs at least {FEWEST_POINTS} images to lead through; ask for "
            "so many, or leave --video out"
        )
    generator = load_generator(run, device, "interpolate")
    rows = draw_rows(generator, num, steps, seed, label)
    with all_or_none() as announced:
        write_png(announced(out), image_grid(to_uint8(rows.flatten(0, 1)), steps))
        if video is not None:
            write_video(announced(video), _walk(generator, num, seed, label), RATE, overwrite=overwrite)
    for path in filter(None, (out, video)):
        say_written(path)


def _walk(generator: "nn.Module", num: int, seed: int, label: int | None) -> "Iterator[np.ndarray]":
    """Yield the frames of a walk, of all classes side by side where there are some and none is named."""
    import numpy as np

    from vidpred.exploration import walk
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import image_grid
    from vidpred.nn.labels import num_classes

    shown = [*range(num_classes(generator))] if label is None and num_classes(generator) else [label]
    films = [to_uint8(walk(generator, num, num * int(RATE), seed, one)) for one in shown]
    columns = min(
        range(math.isqrt(len(films) - 1) + 1, len(films) + 1), key=lambda count: -len(films) % count + count / 100
    )
    for images in np.stack(films, axis=1):
        yield image_grid(images, columns)


def _require_no_film(run: Path) -> None:
    """Refuse a film, which another command is for.

    Raises:
        VidpredError: ``run`` is called like a video file.
    """
    from vidpred.video.sources import SUFFIXES

    if run.suffix.lower() in SUFFIXES and not run.is_dir():
        raise VidpredError(
            f"{run} is a video, but what lies between images is shown of a run on images; for more frames per second, "
            f"give the film to `vidpred interpolate-video {as_word(run)}`"
        )

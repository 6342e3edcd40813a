"""``vidpred complete``: fill in what is missing of an image."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.latent_search import describe, open_image
from vidpred.cli.numbered_images import write_numbered
from vidpred.cli.options import (
    DeviceOption,
    GeneratorArgument,
    ImageArgument,
    OverwriteOption,
    RestartsOption,
    SearchSeedOption,
    SearchStepsOption,
    WantedClassOption,
    check_seed,
)
from vidpred.cli.outputs import check_folder, check_outputs, say_written
from vidpred.machine.files import all_or_none

SHOWN = 5  # completions, the best first
GREY = 0.0  # of missing pixels where they are shown


def complete(
    run: GeneratorArgument,
    image: ImageArgument,
    mask: Annotated[
        str,
        typer.Option(
            help="What is missing: centre, left, right, top, bottom, random (80 % of the pixels), or a picture that "
            "is white there."
        ),
    ] = "centre",
    restarts: RestartsOption = 20,
    steps: SearchStepsOption = 300,
    prior: Annotated[
        float | None,
        typer.Option(help="Weight of the noise's size beside the error: more makes usual images, less matches better."),
    ] = None,
    seed: SearchSeedOption = 0,
    label: WantedClassOption = None,
    out: Annotated[Path, typer.Option(help="The PNG to write: the image, what is known, completions.")] = Path(
        "completions.png"
    ),
    files: Annotated[Path | None, typer.Option(help="Folder for all completions one by one, the best first.")] = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Inpaint an image: fill in what is missing with what the generator makes of the rest.

    Every search ends with a completion of its own; they are sorted by the error in what is known, whose pixels
    are kept as they are.
    """
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite, image)
    if files is not None:
        check_folder(files, overwrite)
    import torch

    from vidpred.exploration import complete as fill
    from vidpred.exploration import open_mask
    from vidpred.exploration.latent_search import COMPLETE_PRIOR
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import draw_rows, write_png
    from vidpred.runs.load import load_generator

    generator = load_generator(run, device, "complete")
    whole = open_image(image, generator)
    missing = open_mask(mask, whole.shape[-1], seed)
    weight = COMPLETE_PRIOR if prior is None else prior
    filled, found = fill(generator, whole, missing, restarts, steps, weight, seed, label)
    completions = to_uint8(filled)
    cells = {0: ("image", to_uint8(whole)), 1: ("known", to_uint8(torch.where(missing, GREY, whole)))}
    cells |= {c + 2: (describe(found, c), shown) for c, shown in enumerate(completions[:SHOWN])}
    picture = draw_rows([(Path(mask).stem, cells)], len(cells), *completions.shape[1:3])
    typer.echo(f"what is known is matched with {describe(found, 0)} by the best of {restarts}")
    with all_or_none() as announced:
        write_png(announced(out), picture)
        if files is not None:
            write_numbered(files, "completion", 3, completions)
    say_written(out)

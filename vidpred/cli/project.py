"""``vidpred project``: the noise from which a generator makes an image."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.latent_search import describe, open_image
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
from vidpred.cli.outputs import check_outputs, say_written

SHOWN = 5  # results, the best first


def project(
    run: GeneratorArgument,
    image: ImageArgument,
    restarts: RestartsOption = 20,
    steps: SearchStepsOption = 300,
    prior: Annotated[
        float | None,
        typer.Option(help="Weight of the noise's size beside the error: 0 gets closest, more stays usual."),
    ] = None,
    seed: SearchSeedOption = 0,
    label: WantedClassOption = None,
    out: Annotated[Path, typer.Option(help="The PNG to write: the image, and what is generated for it.")] = Path(
        "projection.png"
    ),
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Find the noise from which the generator comes closest to an image, and say how close."""
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite, image)
    from vidpred.exploration import project as search
    from vidpred.exploration.latent_search import PROJECT_PRIOR
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import draw_rows, write_png
    from vidpred.runs.load import load_generator

    generator = load_generator(run, device, "project")
    target = open_image(image, generator)
    weight = PROJECT_PRIOR if prior is None else prior
    found = search(generator, target, restarts, steps, weight, seed, label)
    generated = to_uint8(found.images[:SHOWN])
    cells = {0: ("image", to_uint8(target))}
    cells |= {place: (describe(found, place - 1), shown) for place, shown in enumerate(generated, start=1)}
    write_png(out, draw_rows([("projected", cells)], len(cells), *generated.shape[1:3]))
    typer.echo(f"best of {restarts}: {describe(found, 0)}; worst: {describe(found, -1)}")
    say_written(out)

"""``vidpred sample``: sample images from a trained generator."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.numbered_images import write_numbered
from vidpred.cli.options import ClassOption, DeviceOption, GeneratorArgument, OverwriteOption, check_seed
from vidpred.cli.outputs import check_folder, check_outputs, say_written
from vidpred.machine.files import all_or_none


def sample(
    run: GeneratorArgument,
    num: Annotated[int, typer.Option(help="How many images to sample.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of the samples.")] = 0,
    label: ClassOption = None,
    truncate: Annotated[
        float | None,
        typer.Option(help="Keep the noise so close to 0: 0.7 gives fewer failures, and less variety."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The PNG to write all images to, in rows.")] = Path("samples.png"),
    files: Annotated[Path | None, typer.Option(help="Folder for the images one by one, as PNG.")] = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Sample images from a generator that was trained on images, and write them as one picture."""
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite)
    if files is not None:
        check_folder(files, overwrite)
    from vidpred.frames import to_uint8
    from vidpred.frames.layout import class_columns
    from vidpred.frames.pictures import image_grid, write_png
    from vidpred.generators.sampling import sample as sample_images
    from vidpred.nn.labels import num_classes
    from vidpred.runs.load import load_generator

    generator = load_generator(run, device)
    images = to_uint8(sample_images(generator, num, seed, label, truncate))
    columns = class_columns(len(images), num_classes(generator)) if label is None else 0
    with all_or_none() as announced:
        write_png(announced(out), image_grid(images, columns))
        if files is not None:
            write_numbered(files, "sample", 5, images)
    say_written(out)

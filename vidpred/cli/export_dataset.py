"""``vidpred export-dataset``: generated images as a folder to train other programs on."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.options import DeviceOption, GeneratorArgument, SampleSeedOption, check_seed
from vidpred.cli.outputs import check_folder
from vidpred.errors import printable
from vidpred.wording import counted


def export_dataset(
    run: GeneratorArgument,
    out: Annotated[Path, typer.Option(help="A new folder, with a subfolder per class where there are classes.")],
    num: Annotated[int, typer.Option(help="How many images, the classes in turn.")] = 1000,
    seed: SampleSeedOption = 0,
    truncate: Annotated[
        float | None, typer.Option(help="Keep the noise so close to 0, as in `vidpred sample`.")
    ] = None,
    device: DeviceOption = "auto",
) -> None:
    """Write generated images as a data set: PNG files in a folder per class."""
    check_seed(seed)
    check_folder(out)
    from vidpred.exploration import export_dataset as export
    from vidpred.runs.load import load_generator

    export(load_generator(run, device, "export-dataset"), out, num, seed, truncate)
    typer.echo(f"wrote {counted(num, 'image')} to {printable(str(out))}")

"""``vidpred arithmetic``: sums of averages of noise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import DeviceOption, GeneratorArgument, OverwriteOption, SampleSeedOption, check_seed
from vidpred.cli.outputs import check_outputs, say_written

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from vidpred.exploration import Sum, Term

NUM_OFFERED = 64  # samples to choose from
PER_ROW = 8


def arithmetic(
    run: GeneratorArgument,
    terms: Annotated[
        str | None,
        typer.Argument(
            metavar="[SUM]",
            help="Numbers of samples, averaged where commas are, such as '1,2,3 - 4,5,6 + 7,8,9'; "
            "left out, numbered samples to choose from are shown.",
        ),
    ] = None,
    seed: SampleSeedOption = 0,
    label: Annotated[
        int | None, typer.Option("--class", help="The class of all images, where there are classes.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("arithmetic.png"),
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Add and take away averages of noise: first look at the numbered samples, then write the sum of some.

    The picture shows the chosen samples, the image of each average, the image of the sum, and images of the sum
    with small noise added.
    """
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite)
    from vidpred.exploration import add_noise, parse_sum
    from vidpred.frames.pictures import write_png
    from vidpred.runs.load import load_generator

    generator = load_generator(run, device, "arithmetic")
    if terms is None:
        picture = _offer(generator, seed, label)
    else:
        chosen = parse_sum(terms)
        picture = _show(chosen, add_noise(generator, chosen, seed, label))
    write_png(out, picture)
    say_written(out)


def _offer(generator: "nn.Module", seed: int, label: int | None) -> "np.ndarray":
    """Show samples with their numbers."""
    from vidpred.exploration.arithmetic import check_class
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import draw_rows
    from vidpred.generators.sampling import sample

    check_class(generator, label)
    images = to_uint8(sample(generator, NUM_OFFERED, seed, label))
    rows = [
        (f"{first + 1} to {first + PER_ROW}", {c: (str(first + c + 1), images[first + c]) for c in range(PER_ROW)})
        for first in range(0, NUM_OFFERED, PER_ROW)
    ]
    return draw_rows(rows, PER_ROW, *images.shape[1:3])


def _show(terms: "list[Term]", added: "Sum") -> "np.ndarray":
    """Lay out every term with its average, then the sum and what lies around it."""
    from vidpred.frames import to_uint8
    from vidpred.frames.pictures import draw_rows

    num_columns = max(len(numbers) for _, numbers in terms) + 1
    rows = []
    for (sign, numbers), chosen, average in zip(terms, added.chosen, added.averages, strict=True):
        cells = {
            c: (str(number), image) for c, (number, image) in enumerate(zip(numbers, to_uint8(chosen), strict=True))
        }
        cells[num_columns - 1] = ("average", to_uint8(average))
        rows.append(("+" if sign > 0 else "-", cells))
    rows.append(("=", {num_columns - 1: ("sum", to_uint8(added.result[0]))}))
    around = to_uint8(added.around)
    for first in range(0, len(around), num_columns):
        cells = {c: ("", image) for c, image in enumerate(around[first : first + num_columns])}
        rows.append(("around it" if not first else "", cells))
    return draw_rows(rows, num_columns, *around.shape[1:3])

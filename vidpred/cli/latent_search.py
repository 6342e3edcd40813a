"""What ``vidpred project`` and ``vidpred complete`` share: their options, and opening the image."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from torch import Tensor, nn

    from vidpred.exploration import Found

ImageArgument = Annotated[
    Path, typer.Argument(help="An image file, or a frame; its middle square is taken, scaled to the generator's size.")
]
RestartsOption = Annotated[int, typer.Option(help="How many searches, each from noise of its own.")]
StepsOption = Annotated[int, typer.Option(help="Steps of every search.")]
SeedOption = Annotated[int, typer.Option(help="Settles where the searches begin.")]
WantedClassOption = Annotated[
    int | None,
    typer.Option("--class", help="The class to draw, by its number in data.txt of the run; all are tried by default."),
]


def open_image(path: Path, generator: "nn.Module") -> "Tensor":
    """Return the image (C, H, W) in [-1, 1], as large as ``generator`` draws and with as many channels.

    Raises:
        VidpredError: it cannot be read as a picture.
    """
    from vidpred.data.frame_folder import read_picture
    from vidpred.data.image_store import square
    from vidpred.frames import to_model
    from vidpred.sampling import sample

    channels, side, _ = sample(generator, 1).shape[1:]
    return to_model(square(read_picture(path, greyscale=channels == 1), side))


def describe(found: "Found", place: int) -> str:
    """Say how well one of the results matches, and of which class it is."""
    psnr = f"{float(found.psnr[place]):.2f} dB"
    return psnr if found.labels is None else f"{psnr}, class {int(found.labels[place])}"

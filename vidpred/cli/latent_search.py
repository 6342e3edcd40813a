"""What ``vidpred project`` and ``vidpred complete`` share: opening the image, and saying how near a result comes."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

    from vidpred.exploration import Found


def open_image(path: Path, generator: "nn.Module") -> "Tensor":
    """Return the image (C, H, W) in [-1, 1], as large as ``generator`` makes them and with as many channels.

    Raises:
        VidpredError: it cannot be read as a picture.
    """
    from vidpred.data.image_store import square
    from vidpred.frames import to_model
    from vidpred.generators.sampling import sample
    from vidpred.video.pictures.picture import read_picture

    channels, side, _ = sample(generator, 1).shape[1:]
    return to_model(square(read_picture(path, greyscale=channels == 1), side))


def describe(found: "Found", place: int) -> str:
    """Say how well one of the results matches, and of which class it is."""
    psnr = f"{float(found.psnr[place]):.2f} dB"
    return psnr if found.labels is None else f"{psnr}, class {int(found.labels[place])}"

"""Generated images as a data set: files in a folder per class, as other programs read them."""

from pathlib import Path

from torch import nn

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.frames.pictures import write_png
from vidpred.generators.sampling import choose_classes, draw_noise, generate
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.files import all_or_none, missing_folders
from vidpred.nn.labels import num_classes
from vidpred.nn.latent import latent_channels

AT_ONCE = 256  # images generated at once


@checked
def export_dataset(
    generator: nn.Module, folder: GivenPath, num_images: int = 1000, seed: int = 0, truncate: float | None = None
) -> None:
    """Write images as ``folder/CLASS/NUMBER.png``, the classes in turn; without classes, ``folder/NUMBER.png``.

    All are written or none: where that is interrupted, what was written goes again.

    Args:
        generator: in evaluation mode.
        folder: a new or an empty folder.
        num_images: how many.
        seed: of the noise: the images are those of :func:`vidpred.generators.sampling.sample`.
        truncate: how far the noise may lie from 0; None for no limit.

    Raises:
        VidpredError: the folder is not empty, or less than one image is asked for.
    """
    if num_images < 1:
        raise VidpredError(f"{num_images} images were asked for, but at least 1 makes a data set; ask for 1 or more")
    folder = Path(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise VidpredError(f"the folder {folder} is not empty; choose a new one for the images")
    noise = draw_noise(latent_channels(generator), num_images, seed, truncate)
    classes = choose_classes(generator, num_images)
    class_digits, digits = len(str(num_classes(generator) - 1)), max(5, len(str(num_images)))
    with all_or_none() as announced:
        for first in range(0, num_images, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            images = to_uint8(generate(generator, noise[part], classes[part] if classes is not None else None))
            for number, image in enumerate(images, start=first):
                place = folder / f"{int(classes[number]):0{class_digits}}" if classes is not None else folder
                for missing in reversed(missing_folders(place)):
                    announced(missing).mkdir()
                write_png(announced(place / f"{number + 1:0{digits}}.png"), image)

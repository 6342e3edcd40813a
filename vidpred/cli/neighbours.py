"""``vidpred neighbours``: whether a generator repeats its training images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.predict import DeviceOption, check_outputs
from vidpred.cli.run_images import ImagesArgument, open_run_images, pixels_of
from vidpred.cli.sample import GeneratorArgument, OverwriteOption, check_seed

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from vidpred.exploration.neighbours import Features, Nearest

SHOWN = 4  # nearest images of every sample in each space
PIXELS = "pixels"


def neighbours(
    run: GeneratorArgument,
    images: ImagesArgument = None,
    num: Annotated[int, typer.Option(help="How many samples to show with their nearest training images.")] = 8,
    measured: Annotated[int, typer.Option(help="How many samples, and held-out images, to measure.")] = 500,
    extractor: Annotated[
        str, typer.Option(help="The features to compare by, beside pixels: one that needs no weights.")
    ] = "random_convolution",
    seed: Annotated[int, typer.Option(help="Settles the samples, as in `vidpred sample`.")] = 0,
    out: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("neighbours.png"),
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Find the training images nearest to samples, and measure whether samples are copies of them.

    The measure is the median distance of a sample to its nearest training image, divided by that of images that
    training has not seen: near 1 if nothing was copied, near 0 if everything was. Where training mirrored images,
    their mirror images count as well.
    """
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite)
    from vidpred.exploration import memorisation, nearest, pixels
    from vidpred.frames import to_model, to_uint8
    from vidpred.inference import load_generator
    from vidpred.pictures import write_png
    from vidpred.sampling import sample

    features: dict[str, Features] = {PIXELS: pixels, extractor: _features(extractor)}
    generator = load_generator(run, device)
    data = open_run_images(run, images)
    training = pixels_of(data.training, len(data.training), mirrored=getattr(data.training, "flip", False))
    held_out = to_model(pixels_of(data.held_out, measured))
    samples = sample(generator, max(num, measured), seed).clamp(-1, 1).cpu()
    found = {}
    typer.echo(f"{'median distance to the nearest training image':46} {'samples':>9} {'held out':>9} {'ratio':>7}")
    for name, feature in features.items():
        known, drawn = _in_parts(feature, training), feature(samples)
        measure = memorisation(drawn[:measured], feature(held_out), known)
        typer.echo(f"  {name:44} {measure.of_samples:9.4g} {measure.of_held_out:9.4g} {measure.ratio:7.2f}")
        found["pixels" if name == PIXELS else "features"] = nearest(drawn[:num], known, min(SHOWN, len(known)))
    typer.echo(f"{measured} samples, {len(held_out)} held-out and {len(data.training)} training images")
    write_png(out, _picture(to_uint8(samples[:num]), found, training))
    typer.echo(f"wrote {out}")


def _features(name: str) -> "Features":
    """Return the function from images to the features of the extractor called ``name``."""
    from vidpred.features import EXTRACTORS
    from vidpred.realism import extract

    extractor = EXTRACTORS.build(name)
    return lambda images: extract(extractor, images[:, None])


def _in_parts(feature: "Features", images: "np.ndarray", at_once: int = 1000) -> "Tensor":
    """Return the features (N, D) of 8-bit images (N, H, W, C), without all of them in floats at once."""
    import torch

    from vidpred.frames import to_model

    return torch.cat([feature(to_model(images[first : first + at_once])) for first in range(0, len(images), at_once)])


def _picture(samples: "np.ndarray", found: "dict[str, Nearest]", training: "np.ndarray") -> "np.ndarray":
    """Lay out every sample above its nearest training images, one space after the other."""
    from vidpred.pictures import draw_rows

    rows = [("sample", {column: (str(column + 1), image) for column, image in enumerate(samples)})]
    for name, near in found.items():
        for place in range(near.indices.shape[1]):
            cells = {
                column: (f"{float(distance):.3g}", training[int(index)])
                for column, (index, distance) in enumerate(
                    zip(near.indices[:, place], near.distances[:, place], strict=True)
                )
            }
            rows.append((f"by {name}" if not place else "", cells))
    return draw_rows(rows, len(samples), *samples.shape[1:3])

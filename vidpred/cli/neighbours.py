"""``vidpred neighbours``: whether a generator repeats its training images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import (
    DeviceOption,
    GeneratorArgument,
    ImagesArgument,
    OverwriteOption,
    SampleSeedOption,
    check_seed,
    extractor_names,
    weight_files,
)
from vidpred.cli.outputs import check_outputs, say, say_written
from vidpred.errors import VidpredError
from vidpred.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from torch import Tensor

    from vidpred.exploration.neighbours import Features, Nearest
    from vidpred.interfaces import Dataset

SHOWN = 4  # nearest images of every sample in each space
AT_ONCE = 1000  # training images in floats
PIXELS = "pixels"
_AND_MIRRORED = ", each mirrored too, as in training"


def neighbours(
    run: GeneratorArgument,
    images: ImagesArgument = None,
    num: Annotated[int, typer.Option(help="How many samples to show with their nearest training images.")] = 8,
    measured: Annotated[int, typer.Option(help="How many samples, and held-out images, to measure.")] = 500,
    extractor: Annotated[
        str, typer.Option(help="The features to compare by, beside pixels, as in `vidpred compare`.")
    ] = "random_convolution",
    weights: Annotated[str | None, typer.Option(help="The file of weights of an extractor that has any.")] = None,
    seed: SampleSeedOption = 0,
    out: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("neighbours.png"),
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Find the training images nearest to samples, and measure whether samples are copies of them.

    The measure is the median distance of a sample to its nearest training image, divided by that of images that
    are held out: near 1 if nothing was copied, near 0 if everything was. Where training mirrored images
    (data.flip), their mirror images are searched too, as the output says.
    """
    check_seed(seed)
    _require_samples({"--num": num, "--measured": measured})
    check_outputs([(out, ".png")], overwrite)
    import torch

    from vidpred.exploration import memorisation, nearest, pixels
    from vidpred.frames import to_model, to_uint8
    from vidpred.frames.pictures import write_png
    from vidpred.generators.sampling import sample
    from vidpred.runs.images import open_run_images, pixels_of
    from vidpred.runs.load import load_generator

    features: dict[str, Features] = {PIXELS: pixels, extractor: _features(extractor, weights, device)}
    generator = load_generator(run, device, "neighbours")
    data = open_run_images(run, images, say)
    _note_fewer(len(data.held_out), measured)
    held_out = to_model(pixels_of(data.held_out, measured))
    samples = sample(generator, max(num, measured), seed).clamp(-1, 1).cpu()
    found = {}
    typer.echo(f"{'median distance to the nearest training image':46} {'samples':>9} {'held out':>9} {'ratio':>7}")
    for name, feature in features.items():
        parts = _parts(data.training, f"searching by {name}{', mirrored too' if _mirrors(data.training) else ''}")
        near = nearest(feature(torch.cat([samples, held_out])), map(feature, parts), SHOWN)
        sampled, kept = near.distances[: len(samples), 0], near.distances[len(samples) :, 0]
        measure = memorisation(sampled[:measured], kept)
        say(f"  {name:44} {measure.of_samples:9.4g} {measure.of_held_out:9.4g} {measure.ratio:7.2f}")
        found["pixels" if name == PIXELS else "features"] = near
    searched = counted(len(data.training), "training image") + (_AND_MIRRORED if _mirrors(data.training) else "")
    typer.echo(f"{counted(measured, 'sample')}, {len(held_out):,} held-out and {searched}")
    write_png(out, _picture(to_uint8(samples[:num]), found, data.training))
    say_written(out)


def _require_samples(numbers: "Mapping[str, int]") -> None:
    for option, number in numbers.items():
        if number < 1:
            raise VidpredError(f"{option} is {number}, but at least 1 sample is needed; give 1 or more")


def _note_fewer(held_out: int, measured: int) -> None:
    """Say so where fewer images are held out than are to be measured."""
    if held_out < measured:
        say(
            f"note: {counted(held_out, 'image')} {'is' if held_out == 1 else 'are'} held out, fewer than the "
            f"{measured:,} of --measured: beside {counted(measured, 'sample')}, these are all that can be measured"
        )


def _features(name: str, weights: str | None, device: str) -> "Features":
    """Return the function from images to the features of the extractor called ``name``, one vector each.

    Raises:
        VidpredError: there is no such extractor, it needs weights, or it gives no vector per image.
    """
    from vidpred.evaluation.extractors import open_extractors, take_weights
    from vidpred.machine.engine import Engine
    from vidpred.metrics.compare_sets import extract

    names = extractor_names([name]) or ()
    files = weight_files([weights] if weights else None, take_weights(names))
    extractors = open_extractors(names, files, Engine(device).device).extractors

    def features(images: "Tensor") -> "Tensor":
        vectors = extract(extractors[0], images[:, None]) if len(extractors) == 1 else images[:0]
        if len(vectors) != len(images):
            raise VidpredError(
                f"{name} gives no single vector for each image, by which they could be compared; use "
                "random_convolution, inception_2015 or local_classifier"
            )
        return vectors

    return features


def _parts(dataset: "Dataset", doing: str) -> "Iterator[Tensor]":
    """Yield all images (N, C, H, W) in [-1, 1], some at a time; then their mirror images, where training saw them.

    How many have been is shown as progress of what is being done.
    """
    from vidpred.frames import to_model
    from vidpred.machine.progress import counting

    passes = (False, True) if _mirrors(dataset) else (False,)
    with counting(len(passes) * len(dataset), doing, "training image") as bar:
        for mirrored in passes:
            for first in range(0, len(dataset), AT_ONCE):
                rows = range(first, min(first + AT_ONCE, len(dataset)))
                images = to_model(dataset.gather(rows)[:, 0])
                yield images.flip(-1) if mirrored else images
                bar.update(len(images))


def _mirrors(dataset: "Dataset") -> bool:
    """Return whether training saw mirror images too."""
    from vidpred.interfaces import Mirroring

    return isinstance(dataset, Mirroring) and dataset.flip


def _shown(dataset: "Dataset", index: int, distance: float) -> "tuple[str, np.ndarray]":
    """Return caption and image (H, W, C) of what comes as number ``index`` in :func:`_parts`."""
    image: np.ndarray = dataset.gather([index % len(dataset)])[0, 0]
    is_mirrored = index >= len(dataset)
    return f"{distance:.3g}{' mirrored' if is_mirrored else ''}", image[:, ::-1] if is_mirrored else image


def _picture(samples: "np.ndarray", found: "dict[str, Nearest]", training: "Dataset") -> "np.ndarray":
    """Lay out every sample above its nearest training images, one space after the other."""
    from vidpred.frames.pictures import draw_rows

    rows = [("sample", {column: (str(column + 1), image) for column, image in enumerate(samples)})]
    for name, near in found.items():
        for place in range(near.indices.shape[1]):
            distances, indices = near.distances[: len(samples), place], near.indices[: len(samples), place]
            cells = {
                column: _shown(training, index, distance)
                for column, (distance, index) in enumerate(zip(distances.tolist(), indices.tolist(), strict=True))
            }
            rows.append((f"by {name}" if not place else "", cells))
    return draw_rows(rows, len(samples), *samples.shape[1:3])

"""``vidpred probe``: what a discriminator has learnt of the classes of images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import DeviceOption, GeneratorArgument, ImagesArgument, OverwriteOption, check_seed
from vidpred.cli.outputs import check_outputs, say_written
from vidpred.wording import counted

if TYPE_CHECKING:
    import numpy as np


def probe(
    run: GeneratorArgument,
    images: ImagesArgument = None,
    num: Annotated[int, typer.Option(help="How many labelled images to learn from, and to test on, at most.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the choice of images, where there are more.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A PNG to write: the accuracy of every class.")] = None,
    device: DeviceOption = "auto",
    overwrite: OverwriteOption = False,
) -> None:
    """Classify images by a linear look at the discriminator's layers, beside a linear look at their pixels.

    The discriminator stays as it is; its layers are max-pooled to 4 x 4. A discriminator that takes labels is given
    class 0 of every image.
    """
    check_seed(seed)
    check_outputs([(out, ".png")], overwrite)
    from vidpred.exploration import accuracy_by_class, fit_linear, pixels, pooled_features
    from vidpred.frames import to_model
    from vidpred.frames.pictures import default_style
    from vidpred.runs.images import labelled, open_run_images
    from vidpred.runs.load import load_discriminator

    discriminator = load_discriminator(run, device)
    data = open_run_images(run, images, typer.echo)
    (learnt, labels), (tested, wanted) = (labelled(side, num, seed) for side in data)
    spaces = {
        "discriminator": lambda images: pooled_features(discriminator, images),
        "pixels": pixels,
    }
    by_class = {}
    typer.echo(f"linear classifier of {counted(len(learnt), 'image')}, accuracy on {len(tested)} held-out ones:")
    for name, features in spaces.items():
        known, held_out = features(to_model(learnt)), features(to_model(tested))
        classifier = fit_linear(known, labels.tolist(), seed)
        overall = float((classifier(held_out).argmax(1).numpy() == wanted).mean())
        typer.echo(f"  {name:14} {overall:7.2%}   ({counted(known.shape[1], 'feature')})")
        by_class[f"{name} {overall:.1%}"] = accuracy_by_class(classifier, held_out, wanted.tolist())
    if out is not None:
        with default_style():
            _draw(out, by_class)
        say_written(out)


def _draw(path: Path, by_class: "dict[str, np.ndarray]") -> None:
    """Plot the accuracy (K,) of every class as bars, one colour for each kind of features."""
    import numpy as np
    from matplotlib.figure import Figure

    from vidpred.machine.files import replacing

    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(by_class)
    for place, (name, shares) in enumerate(by_class.items()):
        axes.bar(np.arange(len(shares)) + (place - (len(by_class) - 1) / 2) * width, shares, width, label=name)
    axes.set(xlabel="class", ylabel="accuracy", ylim=(0, 1))
    axes.locator_params(axis="x", integer=True)
    figure.legend(loc="outside upper center", ncols=len(by_class), fontsize=8)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=100)

"""``vidpred accuracy-score``: what a classifier learns from generated images."""

from typing import Annotated

import typer

from vidpred.cli.options import DeviceOption, GeneratorArgument, ImagesArgument, check_seed
from vidpred.cli.outputs import say
from vidpred.wording import counted


def accuracy_score(
    run: GeneratorArgument,
    images: ImagesArgument = None,
    num: Annotated[int, typer.Option(help="How many images each classifier learns from, at most.")] = 5000,
    steps: Annotated[int, typer.Option(help="Batches of 128 images that each classifier learns from.")] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the images and of the classifiers.")] = 0,
    device: DeviceOption = "auto",
) -> None:
    """Train a classifier on generated images and one on as many real ones, and test both on held-out real images.

    Generated images that are as good and as diverse as real ones give the same accuracy.
    """
    check_seed(seed)
    from vidpred.exploration import accuracy_score as score
    from vidpred.runs.images import labelled, open_run_images
    from vidpred.runs.load import load_generator

    generator = load_generator(run, device, "accuracy-score")
    data = open_run_images(run, images, say)
    training, held_out = labelled(data.training, num, seed), labelled(data.held_out, num, seed)
    found = score(generator, training, held_out, steps, seed, str(next(generator.parameters()).device))
    typer.echo(
        f"accuracy on {counted(found.num_tested, 'held-out real image')}, after {counted(steps, 'step')} on "
        f"{counted(found.num_images, 'image')}"
    )
    typer.echo(f"  generated {found.of_generated:8.2%}   (the classification accuracy score)")
    typer.echo(f"  real      {found.of_real:8.2%}")

"""``vidpred fit``: a Gaussian mixture of images, by expectation maximisation."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.outputs import check_folder, say
from vidpred.errors import as_word, printable
from vidpred.wording import counted

READ = ("data", "task", "network", "train.seed")  # settings that count here
IMAGES = (
    "task=image_synthesis",
    "data=image_folder",
    "data.resolution=32",
    "objective.adversarial_weight=0",
    "log.best_by=kernel_distance",
)


def fit(
    images: Annotated[str, typer.Argument(help="A folder of images (searched recursively), or of another data set.")],
    settings: Annotated[
        list[str] | None,
        typer.Argument(
            help="Any setting as section.key=value, such as data.name=mnist or network.covariance=diagonal."
        ),
    ] = None,
    components: Annotated[int, typer.Option(help="Gaussians in the mixture, of every class if any.", min=1)] = 50,
    dimensions: Annotated[
        int, typer.Option(help="Principal components that the mixture lives in; 0 for the pixels themselves.", min=0)
    ] = 64,
    iterations: Annotated[int, typer.Option(help="Most steps of expectation maximisation.", min=1)] = 50,
    out: Annotated[Path | None, typer.Option(help="New folder; runs/mixture-DATE-TIME by default.")] = None,
) -> None:
    """Fit a mixture of Gaussians to images: the simplest generator, to see what the others are better at.

    The folder is used like that of a training run: vidpred sample FOLDER, vidpred evaluate images/ --checkpoint
    FOLDER. Where images have classes, each gets a mixture of its own; data.labels=false fits one to all.
    """
    if out is not None:
        check_folder(out)
    from vidpred.generators.gaussian_mixture import ANGLE
    from vidpred.runs.fit import fit_mixture
    from vidpred.runs.idle_settings import say_idle, say_unread
    from vidpred.runs.settings import load_config

    mixture = ("network=gaussian_mixture", f"network.num_components={components}")
    latent = f"task.latent_channels={max(dimensions, 1) + ANGLE}"
    config = load_config(None, [*IMAGES, latent, *mixture, *(settings or [])]).on_data(Path(images))
    given = settings or []
    read = [each for each in given if not say_unread([each], READ, "")]
    for sentence in [*say_unread(given, READ, "vidpred fit"), *say_idle(config, None, read)]:
        say(f"note: {sentence}")
    fitted = fit_mixture(config, out, pixels=dimensions == 0, iterations=iterations, say=say)
    network = fitted.mixture
    rows, count = network.weights.shape
    classes = f" for each of {rows} classes" if rows > 1 else ""
    typer.echo(
        f"{count} Gaussians{classes} over {counted(network.num_coordinates, 'coordinate')}, {network.covariance} "
        f"covariance: {counted(network.num_free, 'free number')}, {counted(max(fitted.iterations), 'iteration')}"
    )
    typer.echo(f"log-likelihood of training images: {fitted.log_likelihood:.1f} nats per image; BIC {fitted.bic:,.0f}")
    if fitted.validation_log_likelihood is not None:
        typer.echo(f"log-likelihood of validation images: {fitted.validation_log_likelihood:.1f} nats per image")
    typer.echo(f"folder: {printable(str(fitted.folder))}\ntry it: vidpred sample {as_word(fitted.folder)}")

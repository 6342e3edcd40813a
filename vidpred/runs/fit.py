"""A Gaussian mixture fitted to images: from settings to a folder that is used like that of a training run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.frames.pictures import write_png
from vidpred.generators import GaussianMixture
from vidpred.generators.gaussian_mixture import ANGLE
from vidpred.interfaces import Dataset, Labelled
from vidpred.machine.engine import Engine
from vidpred.runs.build import with_plugins
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.folder import RunFolder, environment
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.new_folder import require_new
from vidpred.runs.resuming.resumed_data import SPLIT
from vidpred.runs.settings import Config, dump_config, parse_config
from vidpred.tasks import ImageSynthesis
from vidpred.wording import counted

BATCH_SIZE = 1024  # images converted at once
SIDES = "frame_channels", "height", "width"  # of an image
NETWORK = "gaussian_mixture"


@dataclass(frozen=True)
class Fit:
    """A mixture that was fitted, and how well it does; log-likelihoods are in nats per image."""

    folder: Path
    mixture: GaussianMixture
    iterations: list[int]  # of every class
    log_likelihood: float  # of the images it was fitted to
    bic: float
    validation_log_likelihood: float | None = None  # of those it was not


def fit_mixture(
    config: Config,
    out: Path | None = None,
    pixels: bool = False,
    iterations: int = 50,
    name: str = "mixture",
    say: Callable[[str], None] = print,
) -> Fit:
    """Fit the Gaussian mixture of ``config`` to the training images of its data, and write it to a folder.

    Args:
        config: with the task ``image_synthesis`` and the network ``gaussian_mixture``.
        out: new folder; none takes ``runs/NAME-DATE-TIME``.
        pixels: fit to the pixels themselves instead of task.latent_channels - 2 principal components.
        iterations: most of the expectation maximisation, for every class.
        name: for the folder.
        say: prints what happens.

    Raises:
        VidpredError: another network, or data or a folder that cannot be used.
    """
    require_new(out)
    if config.network.name != NETWORK:
        raise VidpredError(
            f"the network is {config.network.name!r}, but only {NETWORK!r} is fitted without gradients; "
            "train any other with `vidpred train`"
        )
    data = build_data(config, build_task(config))
    config = with_plugins(config)
    if pixels:
        config = _with_latent(config, int(np.prod([data.train.facts[side] for side in SIDES])) + ANGLE)
    task = build_task(config)
    facts = {**task.facts, **data.train.facts, "num_clips": len(data.train)}
    facts |= {SPLIT: data.known_split} if data.known_split else {}
    torch.manual_seed(config.train.seed)
    mixture = build_network(config, task, facts)
    assert isinstance(mixture, GaussianMixture)
    assert isinstance(task, ImageSynthesis)
    say(data.report)
    images, labels = read_images(data.train)
    taken = mixture.fit(images.numpy(), labels, seed=config.train.seed, iterations=iterations)
    if max(taken) == iterations:
        say(f"note: stopped after {counted(iterations, 'iteration')}; more of them (--iterations) may fit better")
    scores = _scores(mixture.eval(), images, data.validation)
    surroundings = environment(config.train.seed, Engine("cpu", "fp32"))
    state = {"generator": mixture.state_dict(), "average": None, "discriminator": None}
    folder = RunFolder.create(out, name)
    with folder.kept_if_begun():  # the largest file first, so that nothing stays where there is no room
        Checkpoint(config.model_dump(mode="json"), facts, max(taken), state, scores, surroundings).save(folder.last)
        folder.describe(dump_config(config), data.report, surroundings, first_step=0)
    write_png(folder.sample(max(taken), ".png"), task.illustrate(mixture, np.empty(0)).picture)
    return Fit(folder.path, mixture, taken, **scores)


def _scores(mixture: GaussianMixture, images: Tensor, held_out: Dataset | None) -> dict[str, float]:
    """Return how well a mixture does on the images that it was fitted to, and on those that it was not, if any."""
    scores = {"log_likelihood": float(mixture.log_likelihood(images).mean()), "bic": mixture.bic(images)}
    if held_out is not None:
        scores["validation_log_likelihood"] = float(mixture.log_likelihood(read_images(held_out)[0]).mean())
    return scores


def read_images(dataset: Dataset) -> tuple[Tensor, np.ndarray | None]:
    """Return all images of a data set, (N, C, H, W) in [-1, 1], and their labels (N,), if they have any."""
    parts = []
    for first in range(0, len(dataset), BATCH_SIZE):
        indices = range(first, min(first + BATCH_SIZE, len(dataset)))
        parts.append(to_model(dataset.gather(indices))[:, 0])
    labels = dataset.labels(range(len(dataset))) if isinstance(dataset, Labelled) else None
    return torch.cat(parts), labels


def _with_latent(config: Config, latent_channels: int) -> Config:
    tree = config.model_dump(mode="json")
    tree["task"]["latent_channels"] = latent_channels
    return parse_config(tree)

"""Monte Carlo estimates: the mean of any function of what is sampled, futures or images, with its standard error."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.generators.sampling import BATCH_SIZE, Labels, choose_classes, draw_noise, generate
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import checked
from vidpred.motion.cache import MotionCache
from vidpred.nn.latent import latent_channels
from vidpred.predictors.rollout.rollout import rollout
from vidpred.predictors.rollout.samples import mean_future as mean_future
from vidpred.predictors.rollout.samples import quantiles as quantiles
from vidpred.predictors.rollout.samples import spread as spread
from vidpred.wording import counted, there_are

FEWEST = 2  # samples, of which there is a spread

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Estimate:
    """The estimated mean of a function of random samples.

    Args:
        mean: over the samples, in float64.
        standard_error: of the mean, in its shape: the deviation of the samples divided by the root of their number.
            The true mean lies within twice as much for 19 of 20 estimates from many samples.
        num_samples: how many there were.
    """

    mean: Tensor
    standard_error: Tensor
    num_samples: int


@checked
def estimate(function: Function, samples: Iterable[Tensor]) -> Estimate:
    """Estimate the mean of ``function`` from independent samples, of which no more than a batch is in memory.

    The mean of a condition, as of ``lambda x: x.mean((1, 2, 3)) > 0``, is its probability.

    Args:
        function: maps a batch of samples (N, ...) to a value of each (N, ...): numbers, or true and false.
        samples: batches (N, ...), at least two samples in all.

    Raises:
        VidpredError: there are fewer, or the function does not return a real value for each, of one shape.
    """
    number, mean, squares = 0, torch.zeros(()), torch.zeros(())
    for batch in samples:
        if not len(batch):
            continue
        values = function(batch)
        _check(values, len(batch))
        if number and values.shape[1:] != mean.shape:
            raise VidpredError(
                f"the function returned values {tuple(values.shape[1:])} of samples, but {tuple(mean.shape)} of those "
                "before, which have no common mean; return one shape for all"
            )
        values = values.detach().double().cpu()
        here = values.mean(dim=0)
        around = (values - here).square().sum(dim=0)
        away, total = here - mean, number + len(values)
        squares = squares + around + away.square() * (number * len(values) / total)
        mean = mean + away * (len(values) / total)
        number = total
    if number < FEWEST:
        raise VidpredError(f"{there_are(number, 'sample')}, but a standard error takes at least {FEWEST}; give more")
    return Estimate(mean, (squares / (number - 1) / number).sqrt(), number)


@checked
def estimate_future(
    function: Function, predictor: Predictor, context: Tensor, horizon: int, num_samples: int = 64, seed: int = 0
) -> Estimate:
    """Estimate the mean of a function of the future, over sampled futures: those of ``rollout`` with the same seed.

    Args:
        function: maps one future of each clip (B, horizon, C, H, W) to a value of each (B, ...).
        predictor: which samples, with ``latent_channels`` above 0.
        context: clips (B, T, C, H, W) in [-1, 1].
        horizon: how many frames ahead, at least 1.
        num_samples: futures of every clip, at least 2.
        seed: of the samples.

    Returns:
        the estimate of each clip: its mean and standard error are (B, ...).

    Raises:
        VidpredError: a deterministic predictor, too few context frames, samples or frames ahead, or see
            :func:`estimate`.
    """
    cache = MotionCache()

    def sample(number: int) -> Tensor:
        with torch.no_grad(), cache.in_use():  # motion between known frames is estimated once
            future = rollout(predictor, context, horizon, num_samples=1, seed=seed, first=number)
        return future.movedim(1, 0)  # (1, B, horizon, C, H, W)

    def of_all_clips(futures: Tensor) -> Tensor:
        values = function(futures[0])
        _check(values, len(context))
        return values[None]

    return estimate(of_all_clips, map(sample, range(num_samples)))


@checked
def estimate_images(
    function: Function,
    generator: nn.Module,
    num_images: int = 1000,
    seed: int = 0,
    labels: Labels = None,
    truncate: float | None = None,
) -> Estimate:
    """Estimate the mean of a function of generated images, over those of :func:`vidpred.sample` with the same seed.

    Args:
        function: maps images (N, C, H, W) to a value of each (N, ...).
        generator: in evaluation mode.
        num_images: how many, at least 2.
        seed: of the noise.
        labels: as for :func:`vidpred.sample`.
        truncate: as for :func:`vidpred.sample`.

    Raises:
        VidpredError: see :func:`vidpred.sample` and :func:`estimate`.
    """
    if num_images < FEWEST:
        raise VidpredError(
            f"the mean of {counted(num_images, 'image')} has no standard error; ask for at least {FEWEST}"
        )
    noise = draw_noise(latent_channels(generator), num_images, seed, truncate)
    classes = choose_classes(generator, num_images, labels)
    parts = [slice(first, first + BATCH_SIZE) for first in range(0, num_images, BATCH_SIZE)]
    images = (generate(generator, noise[part], None if classes is None else classes[part]) for part in parts)
    return estimate(function, images)


def _check(values: Tensor, number: int) -> None:
    if not isinstance(values, Tensor) or values.ndim == 0 or len(values) != number:
        given = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
        raise VidpredError(
            f"the function returned {given}, but a tensor with one row for each of {number} is needed; let it average "
            "over all axes but the first"
        )
    if values.is_complex():
        raise VidpredError(
            "the function returned complex values, but real ones are averaged; return their real part, their magnitude "
            "or torch.view_as_real of them"
        )

"""The predictors of a comparison, each predicting the same clips; stochastic ones several futures of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor
from vidpred.machine.engine import device_of, is_own
from vidpred.metrics import METRICS
from vidpred.motion.cache import MotionCache
from vidpred.nn.latent import latent_channels
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use, rollout
from vidpred.wording import counted

BestOf = Literal["truth"]
FEWEST_SAMPLES = 2  # fewer have no spread
CHOOSING = "psnr"  # the metric by which the future nearest to the truth is found
SHOWN = {  # which future of a clip is shown, by the name that enters the protocol's hash
    "first": "the first sample",
    f"nearest_by_{CHOOSING}": f"the sample nearest to the truth, by {CHOOSING} averaged over the horizon",
}
FIRST, NEAREST = SHOWN


@dataclass(frozen=True)
class ComparedPredictors:
    """Which predictors are compared, and how far they predict.

    Args:
        predictors: by name.
        horizon: how many frames ahead, at least 1.
        num_samples: futures that every stochastic predictor samples per clip, at least 2.
        best_of: what the shown future is the best by; without, the first sample is shown.
        seed: of the noise.
        motion: keeps the optical flow that one predictor has estimated for the others that need the same.

    Raises:
        VidpredError: a horizon or number of samples that is too low.
    """

    predictors: Mapping[str, Predictor]
    horizon: int
    num_samples: int
    best_of: BestOf | None
    seed: int
    motion: MotionCache = field(default_factory=MotionCache, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse numbers that are too low."""
        check_numbers(self.horizon, self.num_samples)

    @property
    def samplers(self) -> list[str]:
        """Names of the stochastic predictors."""
        return [name for name, predictor in self.predictors.items() if is_stochastic(predictor)]

    def predict(self, clip: Tensor, number: int) -> dict[str, Tensor]:
        """Predict the last frames of ``clip`` (T, C, H, W) from those before.

        Args:
            clip: in [-1, 1].
            number: of the clip, which determines its noise.

        Returns:
            By predictor, futures (N, horizon, C, H, W): ``num_samples`` of a stochastic one, one of any other.

        Raises:
            VidpredError: the clip is too short.
        """
        with self.motion.in_use():
            return {name: self._futures(predictor, clip, number) for name, predictor in self.predictors.items()}

    @property
    def may_share_threads(self) -> bool:
        """Whether several threads may predict at once: with this package's predictors, in evaluation, on the CPU.

        Those of others may keep something between calls, or draw random numbers of all.
        """
        cpu = torch.device("cpu")
        return all(
            is_own(one) and device_of(one, otherwise=cpu) == cpu and not _learns(one)
            for one in self.predictors.values()
        )

    def shown(self, futures: Mapping[str, Tensor], target: Tensor) -> dict[str, Tensor]:
        """Return the one future (T, C, H, W) of every predictor that is shown."""
        return {name: samples[choose_shown(samples, target, self.best_of)] for name, samples in futures.items()}

    def _futures(self, predictor: Predictor, clip: Tensor, number: int) -> Tensor:
        needed = frames_needed(predictor)
        if len(clip) < needed + self.horizon:
            raise VidpredError(
                f"the clips have {counted(len(clip), 'frame')}, but {needed} + {self.horizon} are needed (context + "
                f"horizon); open the data with clip_length={needed + self.horizon}, or lower the horizon"
            )
        context = clip[None, : -self.horizon][:, -frames_of_use(predictor) :]
        if is_stochastic(predictor):
            futures = sample_futures(
                predictor, context, self.horizon, self.num_samples, derive_seed(self.seed, number)
            )[0]
        else:
            futures = rollout(predictor, context, self.horizon)
        return futures.float()


def _learns(predictor: Predictor) -> bool:
    """Return whether it has weights and is in training mode."""
    return isinstance(predictor, nn.Module) and predictor.training and next(predictor.parameters(), None) is not None


def check_numbers(horizon: int, num_samples: int) -> None:
    """Refuse a horizon or a number of samples that is too low.

    Raises:
        VidpredError: it is.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set it to 1 or more")
    if num_samples < FEWEST_SAMPLES:
        raise VidpredError(
            f"{counted(num_samples, 'sample')} of each clip cannot be judged, since samplers are judged by "
            f"{FEWEST_SAMPLES} futures or more; raise the number"
        )


def is_stochastic(predictor: Predictor) -> bool:
    """Return whether ``predictor`` samples its futures from noise."""
    return latent_channels(predictor) > 0


def sample_futures(predictor: Predictor, context: Tensor, horizon: int, num_samples: int, seed: int) -> Tensor:
    """Sample futures of ``context`` (B, T, C, H, W) from a stochastic predictor.

    Future n depends on ``seed`` and n alone, not on how many are sampled.

    Returns:
        (B, num_samples, horizon, C, H, W).
    """
    return rollout(predictor, context, horizon, num_samples, seed)


def choose_shown(futures: Tensor, target: Tensor, best_of: BestOf | None) -> int:
    """Return which future is shown where there is room for one.

    It is the first sample, which involves no selection; for ``truth`` it is the one of highest PSNR, averaged over
    the steps, which cannot be known before the truth is.

    Args:
        futures: (N, T, C, H, W).
        target: the truth (T, C, H, W).
        best_of: what the best is chosen by, if it is to be.
    """
    if best_of is None or len(futures) == 1:
        return 0
    psnr = METRICS[CHOOSING].function
    return int(torch.stack([psnr(future[None], target[None]).mean() for future in futures]).argmax())


def derive_seed(*numbers: int) -> int:
    """Return a seed that depends on all ``numbers``; neighbouring numbers give unrelated seeds."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])

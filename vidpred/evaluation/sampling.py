"""Draws many futures of one clip from predictors that can, and says which of them is shown."""

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vidpred.interfaces import Predictor
from vidpred.metrics import METRICS
from vidpred.nn.latent import latent_channels
from vidpred.predictors.rollout.rollout import rollout

BestOf = Literal["truth"]
CHOOSING = "psnr"  # by which the future nearest to the truth is found
SHOWN = {  # which future stands for all, and what that means
    "first": "the first that was drawn",
    f"nearest_by_{CHOOSING}": f"the one nearest to the truth, by {CHOOSING} averaged over the horizon",
}
FIRST, NEAREST = SHOWN


def is_stochastic(predictor: Predictor) -> bool:
    """Return whether ``predictor`` draws its futures from noise."""
    return latent_channels(predictor) > 0


def draw_futures(predictor: Predictor, context: Tensor, horizon: int, num_samples: int, seed: int) -> Tensor:
    """Draw futures of ``context`` (B, T, C, H, W) from a stochastic predictor.

    Future n depends on ``seed`` and n alone, not on how many are drawn.

    Returns:
        (B, num_samples, horizon, C, H, W).
    """
    return rollout(predictor, context, horizon, num_samples, seed)


def choose_shown(futures: Tensor, target: Tensor, best_of: BestOf | None) -> int:
    """Return which future stands for all where there is room for one.

    It is the first that was drawn, which nobody chose; for ``truth`` it is the one of highest PSNR, averaged over
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


def settle(*numbers: int) -> int:
    """Return a seed that depends on all ``numbers``; those of neighbours have nothing in common."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])

"""How several draws of one future are judged against what did happen."""

from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.losses.precision import at_least_float32

Loss = Callable[[Tensor, Tensor], Tensor]  # of frames (..., C, H, W), averaged


def sample_loss(loss: Loss, draws: Tensor, target: Tensor, num_draws: int) -> Tensor:  # noqa: ARG001
    """Return the loss of the draws, averaged: the best answer to it is one guess, whatever the noise.

    Args:
        loss: compares two sets of frames.
        draws: (num_draws * B, T, C, H, W): the first of every example, then the second of every example.
        target: what happened, once for every draw, of the same shape.
        num_draws: draws per example.
    """
    return loss(draws, target)


def mean_loss(loss: Loss, draws: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the loss of the draws' mean, which leaves the draws themselves to the adversary.

    Args:
        loss: as in :func:`sample_loss`.
        draws: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Ravuri et al. (2021), "Skilful precipitation nowcasting using deep generative models of radar".
    """
    if num_draws == 1:
        return loss(draws, target)
    mean = torch.stack(at_least_float32(draws).chunk(num_draws)).mean(dim=0)  # (B, T, C, H, W)
    return loss(mean, target[: len(mean)])


def kernel_score(loss: Loss, draws: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the mean of loss(draw, target) less half of the mean of loss(draw, another draw).

    In expectation it is least where the draws have the law of the targets, for any number of them: the fair
    form. With the absolute difference as loss it is the CRPS, and with one draw just the loss. The loss must
    be symmetric, and grow more slowly than the square of the difference.

    Args:
        loss: as in :func:`sample_loss`.
        draws: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules"; Ferro (2014), "Fair scores".
    """
    error = loss(draws, target)
    if num_draws == 1:
        return error
    apart = [loss(one, other) for one, other in combinations(draws.chunk(num_draws), 2)]
    return error - torch.stack(apart).mean() / 2


def energy_score(loss: Loss, draws: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the kernel score of the root of a squared ``loss``, taken frame by frame.

    With the squared difference that is the Euclidean norm over a frame's values, up to a factor. It judges
    frames as wholes, where an absolute difference judges every value by itself.

    Args:
        loss: as in :func:`sample_loss`, and grows as the square of the difference.
        draws: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules".
    """

    def root_by_frame(one: Tensor, other: Tensor) -> Tensor:
        return _root(torch.vmap(loss)(one.flatten(0, 1), other.flatten(0, 1))).mean()  # mean over (B T,) roots

    return kernel_score(root_by_frame, draws, target, num_draws)


def _root(values: Tensor) -> Tensor:
    """Return the square root, whose gradient at 0 is 0 rather than infinite."""
    positive = values > 0
    return torch.where(positive, torch.where(positive, values, 1).sqrt(), 0)


class Judgement(NamedTuple):
    """A way to judge draws, and the losses that it takes."""

    score: Callable[[Loss, Tensor, Tensor, int], Tensor]
    accepts: Callable[[float], bool] = lambda growth: True  # noqa: ARG005
    needs: str = ""  # what is accepted, for who gave another


SQUARE = 4.0  # by how much a squared loss grows when all differences double
JUDGEMENTS: Mapping[str, Judgement] = MappingProxyType(
    {
        "sample": Judgement(sample_loss),
        "mean": Judgement(mean_loss),
        "crps": Judgement(
            kernel_score,
            lambda growth: growth < SQUARE * 0.99,
            "losses that grow more slowly than the square of the difference, such as l1; take one, or over=energy",
        ),
        "energy": Judgement(
            energy_score,
            lambda growth: abs(growth - SQUARE) < SQUARE * 0.01,
            "squared losses, of which it takes the root, such as l2 or gdl with alpha 2; take one, or over=crps",
        ),
    }
)


def check_loss(over: str, name: str, loss: Loss) -> None:
    """Refuse a loss that makes no score of several draws.

    Raises:
        VidpredError: the loss called ``name`` grows too fast or too slowly for ``over``.
    """
    judgement = JUDGEMENTS[over]
    if not judgement.needs:
        return
    generator = torch.Generator().manual_seed(0)
    frame = torch.rand(1, 1, 3, 16, 16, generator=generator)
    nothing = torch.zeros_like(frame)
    growth = (loss(2 * frame, nothing) / loss(frame, nothing)).item()
    if not judgement.accepts(growth):
        raise VidpredError(f"loss {name!r} makes no score over {over}, which needs {judgement.needs}")

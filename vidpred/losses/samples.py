"""How several samples of the future are compared with the one that happened."""

from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.losses.precision import at_least_float32
from vidpred.nn.bounds import square_root

Loss = Callable[[Tensor, Tensor], Tensor]  # of frames (..., C, H, W), averaged


def sample_loss(loss: Loss, samples: Tensor, target: Tensor, num_draws: int) -> Tensor:  # noqa: ARG001
    """Return the loss averaged over the samples: it is least for a single prediction that ignores the noise.

    Args:
        loss: compares two sets of frames.
        samples: (num_draws * B, T, C, H, W): the first of every example, then the second of every example.
        target: what happened, repeated for every sample, of the same shape.
        num_draws: samples per example.
    """
    return loss(samples, target)


def mean_loss(loss: Loss, samples: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the loss of the samples' mean; the single samples are constrained by the adversary alone.

    Args:
        loss: as in :func:`sample_loss`.
        samples: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Ravuri et al. (2021), "Skilful precipitation nowcasting using deep generative models of radar".
    """
    if num_draws == 1:
        return loss(samples, target)
    mean = torch.stack(at_least_float32(samples).chunk(num_draws)).mean(dim=0)  # (B, T, C, H, W)
    return loss(mean, target[: len(mean)])


def kernel_score(loss: Loss, samples: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the mean of loss(sample, target) minus half the mean of loss(sample, another sample).

    Its expectation is least where samples and targets have the same distribution, for any number of samples: the
    fair form. With the absolute difference as loss it is the CRPS, and with one sample just the loss. The loss must
    be symmetric, and grow more slowly than the square of the difference.

    Args:
        loss: as in :func:`sample_loss`.
        samples: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules"; Ferro (2014), "Fair scores".
    """
    error = loss(samples, target)
    if num_draws == 1:
        return error
    between = [loss(one, other) for one, other in combinations(samples.chunk(num_draws), 2)]
    return error - torch.stack(between).mean() / 2


def energy_score(loss: Loss, samples: Tensor, target: Tensor, num_draws: int) -> Tensor:
    """Return the kernel score of the root of a squared ``loss``, taken frame by frame.

    For the squared difference the root is, up to a factor, the Euclidean norm over a frame's values. It compares
    whole frames, where an absolute difference compares every value separately.

    Args:
        loss: as in :func:`sample_loss`; it must grow as the square of the difference.
        samples: as in :func:`sample_loss`.
        target: as in :func:`sample_loss`.
        num_draws: as in :func:`sample_loss`.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules".
    """

    def root_by_frame(one: Tensor, other: Tensor) -> Tensor:
        return square_root(_by_frame(loss, one.flatten(0, 1), other.flatten(0, 1))).mean()  # mean over (B T,) roots

    return kernel_score(root_by_frame, samples, target, num_draws)


def _by_frame(loss: Loss, one: Tensor, other: Tensor) -> Tensor:
    """Return the loss of each of N pairs of frames (N, C, H, W), at once, or in turn where it asks for values."""
    try:
        return torch.vmap(loss)(one, other)
    except RuntimeError:  # of torch.vmap: an ``if`` or ``.item()``; an error of the loss itself comes once more
        return torch.stack([loss(*pair) for pair in zip(one, other, strict=True)])


class SampleScore(NamedTuple):
    """A way to score samples, and the losses that it can be computed from."""

    score: Callable[[Loss, Tensor, Tensor, int], Tensor]
    accepts: Callable[[float], bool] = lambda growth: True  # noqa: ARG005
    needs: str = ""  # which losses it accepts, for messages


SQUARE = 4.0  # the factor by which a squared loss grows when all differences double
SAMPLE_SCORES: Mapping[str, SampleScore] = MappingProxyType(
    {
        "sample": SampleScore(sample_loss),
        "mean": SampleScore(mean_loss),
        "crps": SampleScore(
            kernel_score,
            lambda growth: growth < SQUARE * 0.99,
            "losses that grow more slowly than the square of the difference, such as l1; take one, or over=energy",
        ),
        "energy": SampleScore(
            energy_score,
            lambda growth: abs(growth - SQUARE) < SQUARE * 0.01,
            "squared losses, of which it takes the root, such as l2 or gdl with alpha 2; take one, or over=crps",
        ),
    }
)


def check_loss(over: str, name: str, loss: Loss) -> None:
    """Reject a loss that the score called ``over`` cannot be computed from.

    Raises:
        VidpredError: the loss called ``name`` grows too fast or too slowly for ``over``.
    """
    score = SAMPLE_SCORES[over]
    if not score.needs:
        return
    generator = torch.Generator().manual_seed(0)
    size = 2, 1, 3, 16, 16  # two clips, which a loss has to average
    frame = torch.rand(size, generator=generator, dtype=torch.float32, device="cpu")
    zeros = torch.zeros_like(frame)
    growth = (loss(2 * frame, zeros) / loss(frame, zeros)).item()
    if not score.accepts(growth):
        raise VidpredError(f"loss {name!r} cannot be scored over {over}, which needs {score.needs}")

"""Scores of predictors that sample the future instead of making a single prediction.

Never rank samplers by the PSNR of a single sample, nor by its mean over samples: the mean of all futures,
which is blurred and never happens, scores better there than samples of the true distribution. Rank by a
proper score (energy score, CRPS), along with diversity and calibration (rank histogram, spread-skill ratio)
and best of N at the same N. CRPS scores every value separately and cannot detect incoherent samples; the
energy score can.

Samples are (K, B, T, C, H, W), K of them for each target (B, T, C, H, W), in [-1, 1]; everything is computed
in float64, one step ahead after the other to save memory.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor
from vidpred.frames.apart import applied
from vidpred.metrics.metric import Metric, comparable, cost
from vidpred.nn.bounds import square_root

Frames = Tensor  # (K, B, C, H, W) or (B, C, H, W)
VALUES = (-3, -2, -1)  # the axes of a frame


class SampleSummary(NamedTuple):
    """A metric over K samples, each (B, T)."""

    best: Tensor  # of the sample with the best mean over the clip, chosen per clip
    mean: Tensor  # over the samples
    worst: Tensor


def score_samples(metric: Metric, samples: Tensor, target: Tensor) -> SampleSummary:
    """Return best, mean and worst of K samples by ``metric``.

    The best is one sample per clip, chosen by its mean over the steps, as in the literature; choosing
    separately at every step would score a future that was never sampled. It improves with K: state K.

    Args:
        metric: any registered one.
        samples: (K, B, T, C, H, W), K at least 1.
        target: (B, T, C, H, W).

    Raises:
        VidpredError: shapes that do not fit, or the metric raises it.

    Source: Denton and Fergus (2018), "Stochastic video generation with a learned prior".
    """
    samples, target = _check(samples, target, fewest=1)
    scores = torch.stack([applied(metric.function, sample, target) for sample in samples])  # (K, B, T)
    by_clip = cost(scores, metric.higher_is_better, metric.best).nanmean(dim=2)
    best, worst = by_clip.argmin(dim=0), by_clip.argmax(dim=0)
    clips = torch.arange(scores.shape[1], device=scores.device)
    return SampleSummary(best=scores[best, clips], mean=scores.mean(dim=0), worst=scores[worst, clips])


def energy_score(samples: Tensor, target: Tensor) -> Tensor:
    """Return the energy score of every frame, in units of [-1, 1]: the lower, the better.

    It is mean_k |x_k - y| - sum_{j != k} |x_j - x_k| / (2 K (K - 1)), where |.| is the root mean square
    over the frame's values. This is the fair form: its expectation does not depend on K and is least for
    samples of the true distribution; a single value may be negative. To judge clips as a whole rather than frame by
    frame, fold the steps into the channels first.

    Args:
        samples: (K, B, T, C, H, W), K at least 2.
        target: (B, T, C, H, W).

    Returns:
        (B, T).

    Raises:
        VidpredError: shapes that do not fit, or fewer than 2 samples.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules"; Ferro (2014), "Fair scores".
    """
    samples, target = _check(samples, target, fewest=2)

    def score(sampled: Frames, real: Frames) -> Tensor:
        return _rms(sampled - real).mean(dim=0) - _mean_over_pairs(sampled, _rms_apart) / 2

    return _by_step(score, samples, target)


def crps(samples: Tensor, target: Tensor) -> Tensor:
    """Return the continuous ranked probability score, averaged over every frame's values: the lower, the better.

    For each value it is mean_k |x_k - y| - sum_{j != k} |x_j - x_k| / (2 K (K - 1)), the fair form, whose
    expectation does not depend on K. It scores each value separately: samples with the right marginal distribution
    at every pixel score best even where no sample is a possible frame.

    Args:
        samples: (K, B, T, C, H, W), K at least 2.
        target: (B, T, C, H, W).

    Returns:
        (B, T).

    Raises:
        VidpredError: shapes that do not fit, or fewer than 2 samples.

    Source: Gneiting and Raftery (2007), "Strictly proper scoring rules"; Ferro (2014), "Fair scores".
    """
    samples, target = _check(samples, target, fewest=2)
    number = len(samples)
    # Of sorted values, the sum of |x_j - x_k| over pairs j < k is a weighted sum.
    weights = 2 * torch.arange(number, dtype=torch.float64, device=samples.device) - (number - 1)

    def score(sampled: Frames, real: Frames) -> Tensor:
        apart = torch.einsum("k,k...->...", weights, sampled.sort(dim=0).values) / (number * (number - 1))
        return ((sampled - real).abs().mean(dim=0) - apart).mean(dim=VALUES)

    return _by_step(score, samples, target)


def rank_histogram(samples: Tensor, target: Tensor) -> Tensor:
    """Return, per step, the fraction of values whose target is above exactly 0, 1, ..., K of the samples.

    Flat for calibrated samples; U-shaped where samples vary too little, dome-shaped where they vary too much, sloped
    where they are biased. Flatness is necessary, not sufficient. A target equal to some samples counts in equal
    parts for all the ranks that it ties with.

    Args:
        samples: (K, B, T, C, H, W), K at least 1.
        target: (B, T, C, H, W).

    Returns:
        (T, K + 1), each row summing to 1; NaN at steps with values that are NaN, which have no rank.

    Raises:
        VidpredError: shapes that do not fit.

    Source: Hamill (2001), "Interpretation of rank histograms".
    """
    samples, target = _check(samples, target, fewest=1)
    number = len(samples)

    def shares(sampled: Frames, real: Frames) -> Tensor:
        below = (sampled < real).sum(dim=0).flatten()
        ties = (sampled == real).sum(dim=0).flatten()
        share = 1 / (ties + 1).to(torch.float64)
        steps = torch.zeros(number + 2, dtype=torch.float64, device=sampled.device)
        steps.index_add_(0, below, share).index_add_(0, below + ties + 1, -share)
        has_ranks = not (sampled.isnan().any() or real.isnan().any())
        return steps.cumsum(dim=0)[:-1] / real.numel() if has_ranks else steps[:-1].fill_(torch.nan)

    return torch.stack([shares(sampled, real) for sampled, real in _steps(samples, target)])


def diversity(samples: Tensor, distance: Callable[[Tensor, Tensor], Tensor] | None = None) -> Tensor:
    """Return the mean distance between two different samples of every frame: 0 where all are the same.

    Args:
        samples: (K, B, T, C, H, W), K at least 2.
        distance: maps two clips (B, T, C, H, W) to (B, T), such as a perceptual distance; the root mean
            square difference by default.

    Returns:
        (B, T).

    Raises:
        VidpredError: samples of another shape, or fewer than 2.
    """
    require_tensor("the samples are", samples, "(K, B, T, C, H, W)")
    samples, nothing = _check(samples, samples.new_zeros(samples.shape[1:]), fewest=2)
    if distance is None:
        return _by_step(lambda sampled, _: _mean_over_pairs(sampled, _rms_apart), samples, nothing)
    return _mean_over_pairs(
        samples, lambda one, others: torch.stack([applied(distance, one, other) for other in others])
    )


def spread_skill_ratio(samples: Tensor, target: Tensor) -> Tensor:
    """Return the spread of the samples divided by the error of their mean, at each step: 1 if calibrated.

    The spread is the root of the unbiased variance of the samples, averaged over all clips and values and
    multiplied by (K + 1) / K; the skill is the root mean square error of the samples' mean, over the same.
    Below 1 the samples vary too little. Where the error is 0 the ratio is infinite, or NaN without spread.

    Args:
        samples: (K, B, T, C, H, W), K at least 2.
        target: (B, T, C, H, W).

    Returns:
        (T,): one ratio of averages over the whole batch, not an average of ratios.

    Raises:
        VidpredError: shapes that do not fit, or fewer than 2 samples.

    Source: Fortin et al. (2014), "Why should ensemble spread match the RMSE of the ensemble mean?".
    """
    spread, skill = (squares.mean(dim=0) for squares in spread_and_skill(samples, target))
    return (spread / skill).sqrt()


def spread_and_skill(samples: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return the squares of spread and skill for every frame, from which :func:`spread_skill_ratio` is computed.

    Average both over all clips before dividing them.

    Args:
        samples: (K, B, T, C, H, W), K at least 2.
        target: (B, T, C, H, W).

    Returns:
        The unbiased variance of the samples times (K + 1) / K, and the squared error of their mean, each (B, T)
        and averaged over the frame's values.

    Raises:
        VidpredError: shapes that do not fit, or fewer than 2 samples.
    """
    samples, target = _check(samples, target, fewest=2)
    number = len(samples)
    spread = _by_step(lambda sampled, _: sampled.var(dim=0).mean(dim=VALUES), samples, target)
    skill = _by_step(lambda sampled, real: (sampled.mean(dim=0) - real).square().mean(dim=VALUES), samples, target)
    return (number + 1) / number * spread, skill


def _check(samples: Tensor, target: Tensor, fewest: int) -> tuple[Tensor, Tensor]:
    """Return samples and target, checked, in float64."""
    require_tensor("the samples are", samples, "(K, B, T, C, H, W)")
    require_tensor("the target is", target, "(B, T, C, H, W)")
    if samples.ndim != target.ndim + 1 or len(samples) < fewest:
        raise VidpredError(
            f"the samples are {tuple(samples.shape)}, but (K, B, T, C, H, W) with K = {fewest} or more are scored; "
            "stack the samples of one context along a new first axis, and sample enough"
        )
    _, real = comparable(samples[0], target)
    return samples.to(torch.float64), real


def _steps(samples: Tensor, target: Tensor) -> list[tuple[Frames, Frames]]:
    return list(zip(samples.unbind(2), target.unbind(1), strict=True))


def _by_step(score: Callable[[Frames, Frames], Tensor], samples: Tensor, target: Tensor) -> Tensor:
    return torch.stack([score(sampled, real) for sampled, real in _steps(samples, target)], dim=1)


def _rms(frames: Tensor) -> Tensor:
    return square_root(frames.square().mean(dim=VALUES))


def _rms_apart(one: Tensor, others: Tensor) -> Tensor:
    return _rms(one - others)


def _mean_over_pairs(samples: Tensor, distance: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Return the mean of ``distance`` (one, others) -> (others, ...) over all pairs of different samples."""
    number = len(samples)
    sums = [distance(samples[first], samples[first + 1 :]).sum(dim=0) for first in range(number - 1)]
    return torch.stack(sums).sum(dim=0) / (number * (number - 1) / 2)

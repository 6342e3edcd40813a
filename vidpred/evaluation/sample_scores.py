"""Scores of the futures that stochastic predictors sample, beside predictors of a single future.

Samplers must never be ranked by the PSNR of a single sample: the mean of all futures, blurred and never one of them,
scores best there. Proper scores of the samples (energy score, CRPS), best of N at the same N, and calibration
distinguish samplers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vidpred.evaluation.intervals import Estimates, bootstrap, video_means
from vidpred.evaluation.protocol import DIGITS, MetricFacts, definition, drawn_frame, fingerprint
from vidpred.evaluation.table import (
    decimals,
    estimate_text,
    in_blocks,
    score_table,
    title_with_direction,
)
from vidpred.metrics import METRICS
from vidpred.metrics.metric import ANY, NOT_NEGATIVE
from vidpred.metrics.samples import crps, diversity, energy_score, rank_histogram, score_samples, spread_and_skill
from vidpred.wording import PAGE_WIDTH, folded

OF_SAMPLES = ("psnr", "ssim")  # metrics reported for the best, the mean and the worst sample
KINDS = ("best", "mean", "worst")
PROPER = {"energy_score": energy_score, "crps": crps}
# Raise one when the same futures get another score; best, mean and worst do not count changes of their metric.
VERSIONS = {"best": 1, "mean": 1, "worst": 1, "energy_score": 1, "crps": 1, "diversity": 1}
RANGE = 2  # of [-1, 1]: errors and distances are reported for frames in [0, 1], like mae
FRAME = (-3, -2, -1)
WARNING = (
    "Never rank samplers by the PSNR of a single sample, nor by its mean: the blurred mean of all futures wins there. "
    "Rank by energy score or CRPS, or by the best of equally many samples."
)
OF_ONE = "A predictor of a single future has one value where samplers have three; its CRPS is its mean absolute error."


@dataclass(frozen=True, eq=False)
class SampleScores:
    """Scores of samplers, and of the other predictors beside them.

    Args:
        number: how many futures were sampled per clip.
        samplers: names of the stochastic predictors.
        facts: of every score.
        estimates: by predictor, means over videos (score, step ahead and, last, their mean).
        ranks: by sampler, how often the truth ranks 0, 1, ..., N among the samples: (step ahead, N + 1).
        spread_skill: by sampler, the ratio at every step ahead and, last, over all of them.
    """

    number: int
    samplers: Sequence[str]
    facts: Mapping[str, MetricFacts]
    estimates: Mapping[str, Estimates]
    ranks: Mapping[str, np.ndarray]
    spread_skill: Mapping[str, np.ndarray]

    @property
    def heading(self) -> str:
        """Say what was sampled."""
        return f"{self.number} futures per clip sampled from {', '.join(self.samplers)}"

    def table(self, width: int | None = PAGE_WIDTH) -> str:
        """Write the means over the steps ahead as plain text: a row per score, a column per predictor.

        Lines are of ``width`` characters, with the predictors in as many blocks as that takes; None for one block.
        """
        rows = [["", *self.estimates]]
        for row, name in enumerate(self.facts):
            found = [estimates.at(row, -1) for estimates in self.estimates.values()]
            places = decimals(float(each.value) for each in found)
            heading = f"  {title_with_direction(name, self.facts)}"
            rows.append([heading, *(estimate_text(each, places) for each in found)])
        ratios = [f"{self.spread_skill[name][-1]:.2f}" if name in self.samplers else "-" for name in self.estimates]
        rows.append(["  spread-skill ratio (1 is best)", *ratios])
        labels, *columns = zip(*rows, strict=True)
        head = f"{self.heading}; mean over the steps ahead [95 % interval]"
        return "\n".join([head, in_blocks(labels, columns, width), folded(OF_ONE, width), folded(WARNING, width)])

    def step_table(self) -> str:
        """Write every score at every step ahead as plain text, in lines as long as that takes."""
        scores = {
            name: {predictor: each.at(row) for predictor, each in self.estimates.items()}
            for row, name in enumerate(self.facts)
        }
        return score_table(scores, self.facts, width=None)


class SampleLedger:
    """Collects the scores of samples clip by clip, also of several threads."""

    def __init__(self, number: int, samplers: Sequence[str]):
        self.number, self.samplers = number, samplers
        self.scores: dict[int, dict[str, np.ndarray]] = {}
        self.calibration: dict[int, dict[str, tuple[np.ndarray, ...]]] = {}

    def add(self, clip: int, futures: Mapping[str, Tensor], target: Tensor) -> None:
        """Score the futures of a clip, by predictor (N, T, C, H, W), N = 1 of a single one, against (T, C, H, W).

        ``clip`` is its number, from 0 on.
        """
        if not self.samplers:
            return
        scores = {name: torch.stack([*score_futures(each, target).values()]) for name, each in futures.items()}
        self.scores[clip] = {name: values.numpy() for name, values in scores.items()}
        self.calibration[clip] = {name: _calibration(futures[name], target) for name in self.samplers}

    def close(
        self, videos: Sequence[str], seed: int, broken: Mapping[str, np.ndarray] | None = None
    ) -> SampleScores | None:
        """Return the scores on clips of ``videos``, one name per clip; None where there are no samplers.

        Where a predictor is ``broken``, (step ahead,) by its name, there are no means.
        """
        if not self.samplers:
            return None
        clips = sorted(self.scores)
        ranks, ratios = {}, {}
        for name in self.samplers:
            parts = zip(*(self.calibration[clip][name] for clip in clips), strict=True)
            ranks[name], spread, skill = (video_means(np.stack(part), videos).mean(axis=0) for part in parts)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios[name] = np.sqrt(np.append(spread, spread.mean()) / np.append(skill, skill.mean()))
        estimates = {}
        for name in self.scores[clips[0]]:
            steps = video_means(np.stack([self.scores[clip][name] for clip in clips]), videos)
            if broken is not None:
                steps[..., broken[name]] = np.nan
            complete = np.concatenate([steps, steps.mean(axis=-1, keepdims=True)], axis=-1)
            estimates[name] = bootstrap(complete, seed).within(*_bounds())
        return SampleScores(self.number, self.samplers, sample_facts(self.number), estimates, ranks, ratios)


def _calibration(samples: Tensor, target: Tensor) -> tuple[np.ndarray, ...]:
    """Return how often the truth (T, C, H, W) has each rank among samples (N, T, C, H, W), their spread and skill."""
    batch, real = samples[:, None], target[None]  # (N, 1, T, C, H, W), (1, T, C, H, W)
    parts = (rank_histogram(batch, real), *(part[0] for part in spread_and_skill(batch, real)))
    return tuple(part.numpy() for part in parts)


def score_futures(futures: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Return every score of the futures of one clip at every step, each (T,).

    Args:
        futures: (N, T, C, H, W) in [-1, 1]; where N is 1, the scores reduce to those of a single prediction.
        target: (T, C, H, W) in [-1, 1].
    """
    samples, real = futures[:, None].double(), target[None].double()
    scores: dict[str, Tensor] = {}
    for metric in OF_SAMPLES:
        found = score_samples(METRICS[metric], samples, real)
        scores |= {f"{metric}_{kind}": getattr(found, kind)[0] for kind in KINDS}
    samples, real = samples / RANGE, real / RANGE
    if len(samples) == 1:
        error = (samples[0] - real)[0]
        scores["energy_score"] = error.square().mean(dim=FRAME).sqrt()
        scores["crps"] = error.abs().mean(dim=FRAME)
        scores["diversity"] = torch.zeros(len(error), dtype=error.dtype)
        return scores
    scores |= {name: score(samples, real)[0] for name, score in PROPER.items()}
    scores["diversity"] = diversity(samples)[0]
    return scores


def sample_facts(number: int) -> dict[str, MetricFacts]:
    """Return the facts of every score of ``number`` futures; their fingerprints are of fixed frames."""
    definitions = {
        f"{metric}_{kind}": f"{metric} of {_which(kind, number)}." for metric in OF_SAMPLES for kind in KINDS
    }
    others = {**PROPER, "diversity": diversity}
    definitions |= {name: f"{definition(score)} Of frames in [0, 1]." for name, score in others.items()}
    definitions["diversity"] += " It says nothing of quality: noise is diverse, too."
    frames = [drawn_frame(time)[0] for time in range(4)]
    of_drawn_frames = score_futures(torch.stack(frames[1:]), frames[0])
    return {
        name: {
            "unit": METRICS["psnr"].unit if name.startswith("psnr") else "",
            "higher_is_better": name.startswith(OF_SAMPLES) or name == "diversity",
            "definition": text,
            "version": VERSIONS[name.removeprefix("psnr_").removeprefix("ssim_")],
            "fingerprint": fingerprint(of_drawn_frames[name], DIGITS),
        }
        for name, text in definitions.items()
    }


def _bounds() -> np.ndarray:
    """Return the lowest and the highest value that each score can have: (2, score, 1)."""
    of_kinds = [METRICS[metric].bounds for metric in OF_SAMPLES for _ in KINDS]
    proper = [ANY for _ in PROPER]  # estimates of few samples, which may be below 0
    return np.array([*of_kinds, *proper, NOT_NEGATIVE]).T[..., None]


def _which(kind: str, number: int) -> str:
    if kind == "mean":
        return f"a future, averaged over {number} of a clip"
    return f"the {kind} of {number} futures of a clip, one for all its steps, chosen by their mean"

"""Distances between the sets of predicted and of true frames: whether they look real, whatever future they show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.evaluation.compared_predictors import derive_seed
from vidpred.evaluation.protocol import Facts, definition, drawn_frame, fingerprint
from vidpred.evaluation.table import decimals, flush, in_blocks
from vidpred.metrics.compare_sets import DISTANCES, MOST_SAMPLES, Measure, compare_features, extract, subsample
from vidpred.metrics.features import Extractor
from vidpred.metrics.frechet import require_enough
from vidpred.metrics.prdc import Prdc
from vidpred.metrics.set_distance import SetDistance, in_words_of
from vidpred.metrics.shared import shared
from vidpred.wording import PAGE_WIDTH, counted, folded

ENOUGH = 1000  # vectors per set: of patches no more are compared; of frames and clips, up to MOST_SAMPLES
FRAMES = 9  # of the clip for the extractors' fingerprints: enough for all of them
DIGITS = 4  # of fingerprints, whose last digits differ between machines
HALF_IS_BEST = "nearest_neighbour_accuracy"  # where samples cannot be told from real ones
OF_FRAMES = ("true", "predicted")  # what the samples of either set are called
VERSION = 1  # raise it when other frames make up the sets that are compared
COMPARED = (
    "Predicted frames of all steps ahead, as one set, against the true frames of the same times; no context frames. "
    "Of a stochastic predictor, the first sample."
)
NO_INTERVALS = (
    "There are no confidence intervals: a set in which some videos are repeated lies further from any other, so that "
    "resampling videos would not show how far a distance varies. All distances depend on the number of samples, and "
    "frames of one clip resemble each other: compare only predictors within one table, or tables with equal counts. "
    "True frames against themselves are 0 apart by the Frechet distance, and slightly below by the kernel distance."
)


@dataclass(frozen=True, eq=False)
class SetComparison:
    """The distances of every predictor's frames to the true ones, by one extractor.

    Args:
        extractor: its name, and the first digits of its digest (of its weights, where it has any).
        distances: by predictor and name of the distance.
        left_out: by name of the distance, why it is missing.
        kinds: what the samples of either set are called.
        not_finite: predictors without distances, since some of their features are not finite.
    """

    extractor: str
    distances: Mapping[str, Mapping[str, SetDistance]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, str] = OF_FRAMES
    not_finite: Sequence[str] = ()

    @property
    def names(self) -> dict[str, str]:
        """What every distance is called, by its name."""
        first = next(iter(self.distances.values()))
        return {name: each.name.removeprefix(f"{self.extractor.split()[0]} ") for name, each in first.items()}

    @property
    def facts(self) -> str:
        """Say what all its numbers depend on, in one line."""
        some = next((each for found in self.distances.values() for each in found.values()), None)
        if some is None:
            return "no distance"
        counts = f"{some.num_real:,} {self.kinds[0]} and {counted(some.num_fake, f'{self.kinds[1]} sample')}"
        return f"resize {some.resize}; {counts}; seed {some.seed}"

    def value_texts(self, name: str) -> dict[str, str]:
        """Write one distance of every predictor."""
        values = {predictor: found[name].value for predictor, found in self.distances.items()}
        places = decimals(values.values())
        return {predictor: f"{value:z.{places}f}" for predictor, value in values.items()}

    def best(self, name: str) -> list[str]:
        """Return who is best by a distance, the lowest, or by a score of ``prdc``, the highest.

        Values below 0, as those of the kernel distance may be by chance, are no better than 0.
        """
        values = {predictor: max(found[name].value, 0.0) for predictor, found in self.distances.items()}
        best = (max if higher_is_better(name) else min)(values.values())
        return [predictor for predictor, value in values.items() if value == best]

    def table(self, width: int | None = PAGE_WIDTH) -> str:
        """Write all distances as plain text, in lines of ``width`` characters where they can be; None breaks none."""
        reasons = [f"  {name.replace('_', ' ')} left out: {reason}" for name, reason in self.left_out.items()]
        reasons += [f"  {name} left out: some of its features are not finite" for name in self.not_finite]
        head = folded(f"{self.extractor}; {self.facts}", width)
        if not self.names:
            return folded("\n".join([head, *reasons]), width)
        labels = ["", *(f"  {predictor}" for predictor in self.distances)]
        columns = [flush([title, *self.value_texts(name).values()]) for name, title in self.names.items()]
        below = folded("\n".join([f"  {self._directions()}", *reasons]), width)
        return "\n".join([head, in_blocks(labels, columns, width), below])

    def _directions(self) -> str:
        """Say which way each column is better."""
        grouped: dict[str, list[str]] = {}
        for name, said in self.names.items():
            which = "0.5" if name == HALF_IS_BEST else "higher" if higher_is_better(name) else "lower"
            grouped.setdefault(which, []).append(said)
        ends = {"0.5": "is best", "higher": "is better", "lower": "is better"}
        return "; ".join(f"{which} {ends[which]}: {', '.join(names)}" for which, names in grouped.items())


class FeatureLedger:
    """Collects features clip by clip, also of several threads, and compares the sets at the end.

    Args:
        extractors: of the features.
        num_clips: how many clips will come.
        seed: by which vectors are chosen where there are more than are compared.
        optional: names of extractors whose distances are left out, with the reason, where they need more samples;
            for any other this is an error.
    """

    def __init__(self, extractors: Sequence[Extractor], num_clips: int, seed: int, optional: Collection[str] = ()):
        self.extractors, self.num_clips, self.seed, self.optional = extractors, num_clips, seed, optional
        self.real: dict[str, dict[int, Tensor]] = {each.name: {} for each in extractors}
        self.fake: dict[str, dict[int, dict[str, Tensor]]] = {each.name: {} for each in extractors}

    def add(self, number: int, predictions: Mapping[str, Tensor], target: Tensor) -> None:
        """Add the features of one clip: of the predictions by predictor, and of the truth, each (T, C, H, W).

        Args:
            number: of the clip, from 0 on, which settles its place and which of its features are chosen.
            predictions: see above.
            target: see above.

        Raises:
            VidpredError: frames that an extractor cannot take, or too few clips to come.
        """
        for extractor in self.extractors:
            enough = max(ENOUGH, extractor.dimension + 1, self.num_clips * len(target))
            most = -(-min(MOST_SAMPLES, enough) // self.num_clips)
            seed = derive_seed(self.seed, number)
            real = subsample(extract(extractor, target[None]), most, seed)
            if number == 0 and extractor.name not in self.optional:
                with in_words_of(OF_FRAMES):
                    require_enough(len(real) * self.num_clips, extractor.dimension)
            self.real[extractor.name][number] = real
            self.fake[extractor.name][number] = {
                name: subsample(extract(extractor, prediction[None]), most, seed)
                for name, prediction in predictions.items()
            }

    def close(self) -> list[SetComparison]:
        """Return the distances by every extractor.

        Raises:
            VidpredError: too few samples for an extractor that is not optional.
        """
        return [self._compare(extractor) for extractor in self.extractors]

    def _compare(self, extractor: Extractor) -> SetComparison:
        clips = sorted(self.real[extractor.name])
        real = torch.cat([self.real[extractor.name][clip] for clip in clips])
        parts = [self.fake[extractor.name][clip] for clip in clips]
        fakes = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        not_finite = [name for name, fake in fakes.items() if not fake.isfinite().all()]
        fakes = {name: fake for name, fake in fakes.items() if name not in not_finite}
        found: dict[str, dict[str, SetDistance]] = {name: {} for name in fakes}
        left_out = {}
        for distance in DISTANCES:
            try:
                with shared(), in_words_of(OF_FRAMES):  # what they take of the true features alone
                    for name, fake in fakes.items():
                        found[name] |= compare_features(extractor, real, fake, [distance], self.seed)
            except VidpredError as error:
                if extractor.name not in self.optional:
                    raise
                left_out[distance] = str(error)
        return SetComparison(name_with_digest(extractor), found, left_out, not_finite=not_finite)


def higher_is_better(name: str) -> bool:
    """Return whether a higher distance is better."""
    return name in Prdc._fields


def name_with_digest(extractor: Extractor) -> str:
    """Return an extractor's name with the first digits of its digest."""
    return f"{extractor.name} {extractor.digest[:8]}"


def set_facts(extractors: Sequence[Extractor], seed: int) -> dict[str, Any]:
    """Return the conditions of distances by ``extractors``, as plain values."""
    return {
        "compared": {"definition": COMPARED, "version": VERSION},
        "seed": seed,
        "most_samples": {"patches": ENOUGH, "frames_or_clips": MOST_SAMPLES},
        "intervals": {"definition": NO_INTERVALS, "number": 0},
        "extractors": extractor_facts(extractors),
        "distances": measure_facts(DISTANCES),
    }


def extractor_facts(extractors: Sequence[Extractor]) -> dict[str, Any]:
    """Return the facts of every extractor; the digest of its weights stands in place of a version."""
    clip = torch.cat([drawn_frame(time) for time in range(FRAMES)], dim=1)
    return {
        each.name: {
            "definition": f"{definition(type(each))} Resize: {each.resize}.",
            "digest": each.digest,
            "fingerprint": fingerprint(extract(each, clip).abs().mean(), DIGITS),
        }
        for each in extractors
    }


def measure_facts(measures: Mapping[str, Measure]) -> dict[str, Facts]:
    """Return the facts of every measure; its fingerprint is of two fixed sets."""
    sides = [torch.tensor(np.cos(np.arange(64 * 3) ** 2 / 50 + side).reshape(64, 3)) for side in (0, 1)]
    return {
        name: {
            "definition": definition(measure.function),
            "version": measure.version,
            "fingerprint": _short(measure.function(*sides)),
        }
        for name, measure in measures.items()
    }


def _short(value: float | Prdc) -> str:
    return ",".join(fingerprint(each, DIGITS) for each in (value if isinstance(value, Prdc) else [value]))

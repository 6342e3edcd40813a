"""How far sets of generated images are from a set of real, held-out ones."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.evaluation.protocol import Protocol
from vidpred.evaluation.set_distances import SetComparison, extractor_facts, measure_facts, name_with_digest
from vidpred.evaluation.table import aligned
from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import image_grid, write_png
from vidpred.generators.sampling import sample
from vidpred.machine.files import all_or_none, write_text
from vidpred.metrics.compare_sets import MEASURES, MOST_SAMPLES, compare_features, extract, subsample
from vidpred.metrics.features import Extractor, LocalClassifier
from vidpred.metrics.frechet import require_enough
from vidpred.metrics.inception_score import inception_score
from vidpred.metrics.set_distance import SetDistance
from vidpred.nn.labels import num_classes
from vidpred.wording import PAGE_WIDTH, folded

REFERENCE, HELD_OUT = "training images", "unseen images"  # rows of real images, as report.json names them
BATCH_SIZE = 64  # images per extractor call
SHOWN = 64  # images per picture
KINDS = ("held-out real", "other")
READING = (
    "Real images beside real images (row `training images`) show what the figures are at best for this many samples; "
    "they depend on that number, so compare only figures of one protocol."
)


@dataclass(frozen=True, eq=False, repr=False)
class GeneratorReport:
    """The scores of several generators.

    Args:
        comparisons: the distances of every row to the held-out images, by extractor.
        scores: the inception-style score of every row, by classifier.
        protocol: the conditions that all numbers depend on.
        pictures: the first images of every row, 8-bit (N, H, W, C).
    """

    comparisons: Sequence[SetComparison]
    scores: Mapping[str, Mapping[str, float]]
    protocol: Protocol
    pictures: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __repr__(self) -> str:  # without pictures, which a notebook would print
        rows = dict.fromkeys(row for comparison in self.comparisons for row in comparison.distances)
        return f"<GeneratorReport of {', '.join(rows)}; protocol {self.protocol.short_hash}>"

    def table(self, width: int | None = PAGE_WIDTH) -> str:
        """Write all numbers as plain text, with what they depend on.

        Lines are of ``width`` characters, with columns in as many blocks as that takes; None for one block of each.
        """
        head = f"{self.protocol.description['images']['definition']}; protocol {self.protocol.short_hash}"
        blocks = [folded(head, width), *(comparison.table(width) for comparison in self.comparisons)]
        for classifier, values in self.scores.items():
            lines = [[f"  {row}", f"{value:.3f}"] for row, value in values.items()]
            first = f"inception-style score by {classifier}, all images of a row as one split: the higher the better"
            blocks.append("\n".join([folded(first, width), *aligned(lines)]))
        return "\n\n".join([*blocks, folded(READING, width)])

    def to_json(self) -> str:
        """Write all numbers for programs."""
        tree = {
            "protocol": self.protocol.hash,
            "conditions": self.protocol.description,
            "circumstances": self.protocol.circumstances,
            "distances": {
                comparison.extractor: {
                    row: {name: vars(each) for name, each in found.items()}
                    for row, found in comparison.distances.items()
                }
                for comparison in self.comparisons
            },
            "left_out": {comparison.extractor: comparison.left_out for comparison in self.comparisons},
            "inception_style_scores": self.scores,
        }
        return json.dumps(tree, indent=2) + "\n"

    def write(self, folder: Path) -> None:
        """Write ``report.txt``, ``report.json`` and a picture of every row; files of these names are replaced."""
        folder.mkdir(parents=True, exist_ok=True)
        with all_or_none() as announced:
            write_text(announced(folder / "report.txt"), self.table(width=None) + "\n")
            write_text(announced(folder / "report.json"), self.to_json())
            for row, images in self.pictures.items():
                name = f"{row.replace(' ', '_').replace('/', '_')}.png"
                write_png(announced(folder / name), image_grid(images))


def evaluate_generators(
    generators: Mapping[str, nn.Module],
    held_out: Tensor,
    reference: Tensor | None,
    extractors: Sequence[Extractor],
    labels: Sequence[int] | None = None,
    seed: int = 0,
    optional: Collection[str] = (),
    images: str = "held-out images",
    circumstances: Mapping[str, Any] | None = None,
) -> GeneratorReport:
    """Compare every generator's images with as many held-out real ones, beside other real images.

    Args:
        generators: by name.
        held_out: real images (N, C, H, W) in [-1, 1] that no generator was trained on, at most 10,000.
        reference: as many other real images, for the first row; none for no such row.
        extractors: of the features; a classifier also gives the inception-style score.
        labels: of the held-out images (N,): generators that take labels sample the same classes. Without, one class
            after the other.
        seed: of the noise.
        optional: names of extractors whose measures are left out, with the reason, where they need more images.
        images: what the held-out images are, in words.
        circumstances: what else the report records, as plain values.

    Raises:
        VidpredError: too few images for an extractor that is not optional.
    """
    for extractor in extractors:
        if extractor.name not in optional and extractor.name != "raw_patches":
            require_enough(len(held_out), extractor.dimension)
    rows = {} if reference is None else {REFERENCE: reference}
    for name, generator in generators.items():
        samples = sample(generator, len(held_out), seed, labels if num_classes(generator) else None)
        rows[name] = to_model(to_uint8(samples))  # rounded to 8 bits, as in a file
    comparisons = [_compare(extractor, held_out, rows, seed, optional) for extractor in extractors]
    everything = {HELD_OUT: held_out, **rows}
    scores = {
        f"{name_with_digest(extractor)} (accuracy {extractor.facts['accuracy']:.1%})": {
            row: inception_score(_by_batch(extractor.classify, pictures)) for row, pictures in everything.items()
        }
        for extractor in extractors
        if isinstance(extractor, LocalClassifier)
    }
    description = {
        "images": {
            "definition": images,
            "digest": hashlib.sha256(to_uint8(held_out).tobytes()).hexdigest(),
            "number": len(held_out),
        },
        "seed": seed,
        "most_samples": MOST_SAMPLES,
        "extractors": extractor_facts(extractors),
        "measures": measure_facts(MEASURES),
    }
    shown = {row: to_uint8(pictures[:SHOWN]) for row, pictures in everything.items()}
    return GeneratorReport(comparisons, scores, Protocol(description, circumstances or {}), shown)


def _compare(
    extractor: Extractor, held_out: Tensor, rows: Mapping[str, Tensor], seed: int, optional: Collection[str]
) -> SetComparison:
    """Measure every row against the held-out images by one extractor."""
    real, *others = (
        subsample(extract(extractor, pictures[:, None], BATCH_SIZE), MOST_SAMPLES, seed)
        for pictures in (held_out, *rows.values())
    )
    found: dict[str, dict[str, SetDistance]] = {row: {} for row in rows}
    left_out = {}
    for measure in MEASURES:
        try:
            for row, other in zip(rows, others, strict=True):
                found[row] |= compare_features(extractor, real, other, [measure], seed)
        except VidpredError as error:
            if extractor.name not in optional:
                raise
            left_out[measure] = str(error)
    return SetComparison(name_with_digest(extractor), found, left_out, KINDS)


def _by_batch(function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    return torch.cat([function(part[:, None]).cpu() for part in images.split(BATCH_SIZE)])

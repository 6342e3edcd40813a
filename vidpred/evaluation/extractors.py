"""Opens what is measured beside the usual metrics: features of sets of frames, and perceptual distances."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from torch import nn

from vidpred.errors import VidpredError, did_you_mean
from vidpred.metrics import Metric
from vidpred.metrics.features import EXTRACTORS, Extractor, Lpips
from vidpred.metrics.features.extractor import Perceptual
from vidpred.metrics.features.lpips import PUBLISHED

ALWAYS_AVAILABLE = ("random_convolution", "raw_patches")
LPIPS = "lpips_"  # prefix of the backbone's name
BACKBONES = [f"{LPIPS}{backbone}" for backbone in PUBLISHED]


class FurtherMeasures(NamedTuple):
    """What is measured beside the usual metrics, by the argument names of :func:`vidpred.evaluation.evaluate`."""

    extractors: list[Extractor]
    perceptual: dict[str, Metric]
    optional: list[str]  # extractors not asked for by name, or that also score frames: left out for small sets


def open_extractors(
    names: Sequence[str] | None,
    weights: Mapping[str, str | Path] | None,
    device: torch.device,
    by_default: Sequence[str] = ALWAYS_AVAILABLE,
) -> FurtherMeasures:
    """Build extractors of features and perceptual distances by their names.

    Args:
        names: of registered extractors, and ``lpips_alex``, ``lpips_vgg``, ``lpips_squeeze``; None is ``by_default``.
        weights: files of weights, by name.
        device: where the networks are put.
        by_default: names to use where none are given; their distances may be left out where there are too few frames.

    Raises:
        VidpredError: an unknown name, weights for an extractor that was not asked for, or missing or unusable weights.
    """
    chosen = list(dict.fromkeys(by_default if names is None else names))
    files = {name: Path(file) for name, file in (weights or {}).items()}
    takers = take_weights(chosen)
    for name in sorted(files.keys() - set(takers)):
        raise VidpredError(
            f"weights are given for {name}, but of the extractors asked for, those that take weights are: "
            f"{', '.join(takers) or 'none'}; ask for it, too, or leave its weights out"
        )
    opened = FurtherMeasures([], {}, list(chosen) if names is None else [])
    for name in chosen:
        if name in BACKBONES:
            opened.perceptual.update(_lpips(name, files.get(name), device))
        else:
            _open(name, files, opened, device)
    return opened


def take_weights(names: Collection[str]) -> list[str]:
    """Return which of ``names`` take a file of weights.

    Raises:
        VidpredError: one is unknown.
    """
    for name in names:
        if name not in EXTRACTORS and name not in BACKBONES:
            known = [*sorted(EXTRACTORS), *BACKBONES]
            raise VidpredError(
                f"no extractor is named {name!r}{did_you_mean(name, known)}; there are: {', '.join(known)}"
            )
    return [name for name in names if name in BACKBONES or "weights" in EXTRACTORS.signature(name)]


def _open(name: str, files: Mapping[str, Path], opened: FurtherMeasures, device: torch.device) -> None:
    """Add the extractor called ``name``; the classifier also gives a perceptual distance."""
    if name == "local_classifier" and name not in files:
        raise VidpredError(
            "local_classifier is not available without its weights; train one on labelled images with "
            "vidpred.metrics.features.train_classifier, and name its file as its weights (--weights FILE)"
        )
    extractor = EXTRACTORS.build(name, **({"weights": files[name]} if name in files else {}))
    if isinstance(extractor, nn.Module):
        extractor.to(device)
    opened.extractors.append(extractor)
    if isinstance(extractor, Perceptual):
        measure = Metric(extractor.distance, unit="", higher_is_better=False, weights=extractor.digest)
        opened.perceptual[f"{name}_distance"] = measure
        opened.optional.append(name)


def _lpips(name: str, weights: Path | None, device: torch.device) -> dict[str, Metric]:
    network = Lpips(cast(Any, name.removeprefix(LPIPS)), weights).to(device)
    measure = Metric(network.forward, unit="", higher_is_better=False, weights=network.digest)
    return {name if network.is_published else f"{name}_unknown_weights": measure}

"""What else `evaluate` and `compare` look at: features of sets of frames, perceptual distances, and their weights."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import typer

from vidpred.errors import VidpredError, did_you_mean

if TYPE_CHECKING:
    from vidpred.features import Extractor
    from vidpred.metrics import Metric
    from vidpred.training import Engine

ExtractorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--extractor",
        help="Compare predicted and true frames as sets by the features of NAME (repeatable, or a,b): "
        "random_convolution and raw_patches by default; inception_2015 (FID), i3d (FVD), local_classifier; "
        "lpips_alex, lpips_vgg, lpips_squeeze score frames; none for none.",
        metavar="NAME",
    ),
]
WeightsOption = Annotated[
    list[str] | None,
    typer.Option("--weights", help="Weights for an --extractor: FILE, or NAME=FILE for each.", metavar="[NAME=]FILE"),
]
ALWAYS_THERE = ("random_convolution", "raw_patches")
NONE = "none"
LPIPS = "lpips_"  # before the name of the network within


class Looks(NamedTuple):
    """What is looked at beside the usual metrics, in the words of ``vidpred.evaluation.evaluate``."""

    extractors: "list[Extractor]"
    perceptual: "dict[str, Metric]"
    optional: "list[str]"  # which extractors are there by default, or to score frames, and need no large sets


def open_extractors(
    names: Sequence[str] | None,
    weights: Sequence[str] | None,
    engine: "Engine",
    unless_named: Sequence[str] = ALWAYS_THERE,
) -> Looks:
    """Build what was asked for on the command line, or else ``unless_named``, on the device of ``engine``.

    Raises:
        VidpredError: an unknown name, weights that belong to nothing, or that are missing or unusable.
    """
    from vidpred.features import EXTRACTORS

    wanted = [name for word in names or () for name in word.split(",") if name]
    chosen = [name for name in dict.fromkeys(wanted or unless_named) if name != NONE]
    backbones = _backbones()
    for name in chosen:
        if name not in EXTRACTORS and name not in backbones:
            known = [*sorted(EXTRACTORS), *backbones, NONE]
            raise VidpredError(
                f"no extractor is named {name!r}{did_you_mean(name, known)}; there are: {', '.join(known)}"
            )
    files = _files(weights or (), [name for name in chosen if name in backbones or _takes_weights(name)])
    looks = Looks([], {}, [] if wanted else list(chosen))
    for name in chosen:
        if name in backbones:
            looks.perceptual.update(_lpips(name, files.get(name), engine))
        else:
            _open(name, files, looks, engine)
    return looks


def _open(name: str, files: Mapping[str, Path], looks: Looks, engine: "Engine") -> None:
    """Add the extractor called ``name``; the classifier is a perceptual distance, too."""
    from torch import nn

    from vidpred.features import EXTRACTORS
    from vidpred.features.extractor import Perceptual
    from vidpred.metrics import Metric

    if name == "local_classifier" and name not in files:
        raise VidpredError(
            "local_classifier is not available without its weights; train one on labelled images with "
            "vidpred.features.train_classifier, and name its file with --weights FILE"
        )
    extractor = EXTRACTORS.build(name, **({"weights": files[name]} if name in files else {}))
    if isinstance(extractor, nn.Module):
        extractor.to(engine.device)
    looks.extractors.append(extractor)
    if isinstance(extractor, Perceptual):
        measure = Metric(extractor.distance, unit="", higher_is_better=False, weights=extractor.digest)
        looks.perceptual[f"{name}_distance"] = measure
        looks.optional.append(name)


def _lpips(name: str, weights: Path | None, engine: "Engine") -> "dict[str, Metric]":
    from vidpred.features import Lpips
    from vidpred.metrics import Metric

    network = Lpips(cast(Any, name.removeprefix(LPIPS)), weights).to(engine.device)
    measure = Metric(network.forward, unit="", higher_is_better=False, weights=network.digest)
    return {name if network.is_published else f"{name}_unknown_weights": measure}


def _backbones() -> list[str]:
    from vidpred.features.lpips import PUBLISHED

    return [f"{LPIPS}{backbone}" for backbone in PUBLISHED]


def _takes_weights(name: str) -> bool:
    from vidpred.features import EXTRACTORS

    return "weights" in EXTRACTORS.signature(name)


def _files(weights: Sequence[str], takers: Sequence[str]) -> dict[str, Path]:
    """Return the file of every extractor that was given one."""
    files: dict[str, Path] = {}
    for word in weights:
        name, equals, file = word.partition("=")
        if not equals or not name.replace("_", "").isalnum():
            name, file = (takers[0] if len(takers) == 1 else ""), word
        if name not in takers or name in files:
            these = ", ".join(takers) or "none of those asked for"
            raise VidpredError(
                f"it is not clear what the weights {word} are for; name one --extractor that takes weights ({these}), "
                "or say --weights NAME=FILE, once for each"
            )
        files[name] = Path(file)
    return files

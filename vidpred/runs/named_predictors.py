"""Finds out what a word for a predictor means: a run, a checkpoint, or a predictor without weights by its name."""

from contextlib import suppress
from pathlib import Path

from torch import nn

from vidpred.errors import VidpredError, did_you_mean
from vidpred.interfaces import Predictor
from vidpred.predictors import PREDICTORS
from vidpred.runs.shipped import WORDS

FACTS = {"num_context_frames": 4, "lead": 1}  # to build a predictor with that sees whatever it is given


def find_named(word: str | Path) -> Path | str:
    """Return the path that a word means, also of shipped weights, or the name of a predictor without weights.

    A path that is there comes before a name that is written alike.

    Raises:
        VidpredError: it is neither, or the name of a predictor that cannot be built by its name alone.
    """
    path, name = Path(word), str(word)
    if path.exists() or name in WORDS:
        return path
    if name not in PREDICTORS:
        from vidpred.runs.neighbouring_runs import runs_to_name  # which what is there does not need

        raise VidpredError(
            f"there is no checkpoint {name}{runs_to_name(path)}: it is no folder of a run, no file, none of "
            f"{', '.join(WORDS)}, and no predictor without weights{did_you_mean(name, [*PREDICTORS, *WORDS])}; "
            f"predictors without weights are: {', '.join(without_weights())}"
        )
    if missing := _missing_options(name):
        raise VidpredError(
            f"predictor {name!r} cannot be built without {', '.join(missing)}; build it in Python and give the "
            f"object, or name a predictor that needs none: {', '.join(without_weights())}"
        )
    if _has_weights(name):
        raise VidpredError(
            f"predictor {name!r} has weights, which training finds; name the folder of a run instead, or one of "
            f"those without weights: {', '.join(without_weights())}"
        )
    return name


def build_named(name: str) -> Predictor:
    """Build the predictor without weights that is registered as ``name``."""
    built: Predictor = PREDICTORS.build(name, FACTS)
    return built


def without_weights() -> list[str]:
    """Return the names of the registered predictors that need neither training nor an option."""
    names = []
    for name in PREDICTORS:
        with suppress(VidpredError):  # one that cannot be built like this cannot be named like this either
            if not _missing_options(name) and not _has_weights(name):
                names.append(name)
    return names


def _has_weights(name: str) -> bool:
    """Return whether the registered predictor called ``name`` has anything to train."""
    predictor = build_named(name)
    return isinstance(predictor, nn.Module) and any(True for _ in predictor.parameters())


def _missing_options(name: str) -> list[str]:
    """Return the options without which the predictor called ``name`` cannot be built."""
    return [
        option.name
        for option in PREDICTORS.signature(name).values()
        if option.default is option.empty
        and option.kind not in (option.VAR_POSITIONAL, option.VAR_KEYWORD)
        and option.name not in FACTS
    ]

"""Finds out who is compared: trained runs, predictors without weights by their names, and objects."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, cast

from torch import nn

from vidpred.errors import VidpredError, did_you_mean, printable
from vidpred.evaluation import BASELINES
from vidpred.interfaces import Predictor
from vidpred.predictors import PREDICTORS
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.folder import RunFolder
from vidpred.runs.held_out import Trained
from vidpred.runs.load import load_predictor
from vidpred.runs.resumed_data import SPLIT, known_split
from vidpred.runs.settings import parse_config
from vidpred.runs.shipped import WORDS
from vidpred.tasks.commands import require_served, served

Word: TypeAlias = str | Path  # a run's folder, a checkpoint, or the registered name of a predictor without weights
Contender: TypeAlias = Path | str | Predictor  # the same, resolved: weights, a registered name, an object
FACTS = {"num_context_frames": 4, "lead": 1}  # to build a predictor with, only to see whether it has weights
SHAPE = ("frame_channels", "height", "width")  # facts that every checkpoint has
MUST_HAVE = ("num_context_frames", "lead", "__call__")  # what a predictor offers


def resolve(wanted: Word | Iterable[Word] | Mapping[str, Word | Predictor]) -> dict[str, Contender]:
    """Return who is compared, by the name that each has in the report.

    Args:
        wanted: folders of runs, checkpoints (``default`` and others are shipped) and names of predictors without
            weights; or a mapping from names to these and to predictors themselves.

    Raises:
        VidpredError: a word is none of these, an object is no predictor or has no name, or a name is that of a
            baseline.
    """
    if isinstance(wanted, Mapping):
        found = {name: _find(name, word) for name, word in wanted.items()}
    else:
        found = {}
        if not isinstance(wanted, str | Path | Iterable):
            raise VidpredError(
                f"an object of the class {type(wanted).__name__} is to be compared; name folders of runs, checkpoints "
                "or predictors, in a list or as a mapping from their names in the report"
            )
        for word in [wanted] if isinstance(wanted, str | Path) else wanted:
            if not isinstance(word, str | Path):
                raise VidpredError(
                    f"an object of the class {type(word).__name__} has no name to stand under in the report; "
                    'give a mapping such as {"mine": predictor, "run": "runs/NAME"}'
                )
            one = _find(str(word), word)
            if one not in found.values():
                found[_short_name(one, taken={*found, *BASELINES}) if isinstance(one, Path) else str(one)] = one
    for name, one in found.items():
        if name in BASELINES and one != name:
            raise VidpredError(f"{name} is the name of a baseline, which every report has; give yours another name")
    return found


def trained_among(found: Mapping[str, Contender], command: str = "compare") -> list[Trained]:
    """Read what the runs among ``found`` know of their training.

    Raises:
        VidpredError: one is no checkpoint that can be read, or its task does not serve ``command``.
    """
    runs = []
    for name, one in found.items():
        if isinstance(one, Path):
            saved = Checkpoint.load(one, only=())
            config = parse_config(saved.config)
            require_served(command, config.task.name, one)
            if missing := [fact for fact in SHAPE if fact not in saved.facts]:
                raise VidpredError(f"{one} does not say what frames it is for ({', '.join(missing)}); name another run")
            runs.append(Trained(name, config, {**saved.facts, SPLIT: known_split(saved.facts, _folder_of(one))}))
    return runs


def open_predictor(word: Word, device: str = "auto") -> Predictor:
    """Return the predictor of a run or a checkpoint, or one without weights by its registered name.

    Raises:
        VidpredError: the word is none of these, or the checkpoint cannot be loaded.
    """
    is_registered = str(word) in PREDICTORS and not Path(word).exists()
    found = _find(str(word), str(word)) if is_registered else Path(word)
    if isinstance(found, str):
        built: Predictor = PREDICTORS.build(found, FACTS)
        return built
    return load_predictor(cast(Path, found), device)


def generates_images(run: Trained) -> bool:
    """Return whether a run trained a generator of images."""
    return "sample" in served(run.config.task.name)


def interpolates(run: Trained) -> bool:
    """Return whether a run draws frames between others."""
    return "interpolate-video" in served(run.config.task.name)


def _folder_of(path: Path) -> RunFolder | None:
    """Return the folder of the run that a checkpoint is from, if ``path`` is or lies in one."""
    if path.is_dir():
        return RunFolder(path)
    return RunFolder(path.parent.parent) if path.parent.name == "checkpoints" else None


def _find(name: str, word: Word | Predictor) -> Contender:
    """Return what a word or an object stands for."""
    if isinstance(word, str) and word in PREDICTORS and word not in WORDS:
        if missing := _missing_options(word):
            raise VidpredError(
                f"predictor {word!r} cannot be built without {', '.join(missing)}; give vidpred.compare the "
                f"built object, or name a predictor that needs none: {', '.join(_without_weights())}"
            )
        if _has_weights(word):
            raise VidpredError(
                f"predictor {word!r} has weights, which training finds; name the folder of a run instead, or one of "
                f"those without weights: {', '.join(_without_weights())}"
            )
        return word
    if isinstance(word, Path) or (isinstance(word, str) and (Path(word).exists() or word in WORDS)):
        return Path(word)
    if isinstance(word, str):
        raise VidpredError(
            f"{word!r} is no folder of a run, no checkpoint, none of {', '.join(WORDS)}, and no predictor without "
            f"weights{did_you_mean(word, PREDICTORS)}; predictors without weights are: {', '.join(_without_weights())}"
        )
    if lacking := [attribute for attribute in MUST_HAVE if not hasattr(word, attribute)]:
        raise VidpredError(
            f"{name!r} is an object of the class {type(word).__name__}, which is no predictor: it has no "
            f"{', '.join(lacking)}; see vidpred.interfaces.Predictor, or give the path of a run"
        )
    return word


def _without_weights() -> list[str]:
    """Return the names of the registered predictors that need neither training nor an option."""
    names = []
    for name in PREDICTORS:
        with suppress(VidpredError):  # one that cannot be built like this cannot be named like this either
            if not _missing_options(name) and not _has_weights(name):
                names.append(name)
    return names


def _has_weights(name: str) -> bool:
    """Return whether the registered predictor called ``name`` has anything to train."""
    predictor = PREDICTORS.build(name, FACTS)
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


def _short_name(path: Path, taken: Collection[str]) -> str:
    """Return a printable name for a run's folder or for one of its checkpoints, as short as it is unique."""
    if str(path) in WORDS and not path.exists():
        return str(path)
    resolved = path.resolve()
    name = resolved.name if resolved.is_dir() else f"{resolved.parent.name}/{resolved.stem}"
    names = [printable(text) for text in (name, str(path), str(resolved))]
    return next((one for one in names if one not in taken), names[-1])

"""Finds out who is compared: trained runs, predictors without weights by their names, and objects."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from vidpred.errors import VidpredError
from vidpred.evaluation import BASELINES
from vidpred.evaluation.interpolation import BASELINES as BETWEEN
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import unless_wrapped
from vidpred.machine.folders import CHECKPOINTS
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.comparing.held_out import Trained
from vidpred.runs.comparing.short_names import short_name
from vidpred.runs.folder import RunFolder
from vidpred.runs.named_predictors import find_named
from vidpred.runs.resuming.resumed_data import SPLIT, known_split
from vidpred.runs.settings import parse_config
from vidpred.tasks.commands import makes_images, require_served, served

Word: TypeAlias = str | Path  # a run's folder, a checkpoint, or the registered name of a predictor without weights
Contender: TypeAlias = Path | str | Predictor  # the same, resolved: weights, a registered name, an object
SHAPE = ("frame_channels", "height", "width")  # facts that every checkpoint has
MUST_HAVE = ("num_context_frames", "lead", "__call__")  # what a predictor offers


def resolve(
    wanted: Word | Iterable[Word] | Mapping[str, Word | Predictor], only_runs: bool = False
) -> dict[str, Contender]:
    """Return who is compared, by the name that each has in the report.

    Args:
        wanted: folders of runs, checkpoints (``default`` and others are shipped) and names of predictors without
            weights; or a mapping from names to these and to predictors themselves.
        only_runs: refuse objects, which do not say what they were trained on.

    Raises:
        VidpredError: a word is none of these, an object is no predictor or has no name, or a name is that of a
            baseline.
    """
    if isinstance(wanted, Mapping):
        found = {name: _find(name, word, only_runs) for name, word in wanted.items()}
    else:
        found = {}
        for word in _listed(wanted):
            if not isinstance(word, str | Path) and not only_runs:
                raise VidpredError(
                    f"an object of the class {type(word).__name__} has no name to stand under in the report; "
                    'give a mapping such as {"mine": predictor, "run": "runs/NAME"}'
                )
            one = _find(str(word), word, only_runs)
            if one not in found.values():
                taken = {*found, *BASELINES, *BETWEEN}
                found[short_name(one, taken) if isinstance(one, Path) else str(one)] = one
    for name, one in found.items():
        if name in BASELINES and one != name:
            raise VidpredError(f"{name} is the name of a baseline, which every report has; give yours another name")
    return found


def _listed(wanted: Word | Iterable[Word]) -> Iterator[Word]:
    if isinstance(wanted, str | Path):
        return iter([wanted])
    try:
        return iter(wanted)
    except TypeError:  # also of an array without axes, which is an Iterable all the same
        raise VidpredError(
            f"an object of the class {type(wanted).__name__} is to be compared; name folders of runs, checkpoints "
            "or predictors, in a list or as a mapping from their names in the report"
        ) from None


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


def generates_images(run: Trained) -> bool:
    """Return whether a run trained a generator of images."""
    return makes_images(run.config.task.name)


def interpolates(run: Trained) -> bool:
    """Return whether a run draws frames between others."""
    return "interpolate-video" in served(run.config.task.name)


def _folder_of(path: Path) -> RunFolder | None:
    """Return the folder of the run that a checkpoint is from, if ``path`` is or lies in one."""
    if path.is_dir():
        return RunFolder(path)
    return RunFolder(path.parent.parent) if path.parent.name == CHECKPOINTS else None


def _find(name: str, word: Word | Predictor, only_runs: bool) -> Contender:
    """Return what a word or an object stands for."""
    if isinstance(word, str | Path):
        return find_named(word)
    if only_runs:
        raise VidpredError(
            f"an object of the class {type(word).__name__} is to be compared, but only runs, which say what they were "
            "trained on, are compared so; name the folder of a run"
        )
    if lacking := _lacking(word):
        advice = unless_wrapped(word, lambda inner: not _lacking(inner), "see vidpred.interfaces.Predictor")
        raise VidpredError(
            f"{name!r} is an object of the class {type(word).__name__}, which is no predictor: it has no "
            f"{', '.join(lacking)}; {advice}, or give the path of a run"
        )
    return word


def _lacking(word: object) -> list[str]:
    """Return what an object lacks of a predictor."""
    return [attribute for attribute in MUST_HAVE if not hasattr(word, attribute)]

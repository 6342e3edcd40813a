"""Finds the predictors that there are to choose from: shipped ones, and the runs in a folder."""

from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.runs.comparing.contenders import resolve, trained_among
from vidpred.runs.shipped import WORDS

NEWEST = 50  # runs that are offered


def choices(runs: Path, first: Path) -> dict[str, str]:
    """Return the predictors to choose from: by a label to read, what ``load_predictor`` takes.

    Args:
        runs: a folder of runs, which need not exist; those without a checkpoint of a predictor are left out.
        first: stands at the top.
    """
    found = {str(first): str(first)} | {word: word for word in WORDS}
    folders = sorted((path for path in runs.glob("*/") if _predicts(path)), key=lambda path: path.stat().st_mtime)
    return found | {str(path): str(path) for path in folders[::-1][:NEWEST]}


def _predicts(run: Path) -> bool:
    try:
        trained_among(resolve([run]), "predict")
    except (VidpredError, OSError):
        return False
    return True

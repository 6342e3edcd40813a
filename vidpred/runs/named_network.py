"""A network to hand on, found by a word: a run, a checkpoint, the shipped weights, or a predictor without weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from torch import nn

from vidpred.machine.files import sha256_of
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint
from vidpred.runs.comparing.contenders import resolve
from vidpred.runs.load import load_network
from vidpred.runs.named_predictors import build_named
from vidpred.runs.shipped import WORDS


@dataclass(frozen=True)
class NamedNetwork:
    """A network with a name.

    Args:
        network: a predictor or a generator of images, on the CPU and in evaluation mode.
        name: short, of the run or of the registered predictor.
        weights: where they came from, in words, without folders that are nobody's business.
    """

    network: nn.Module
    name: str
    weights: str


def find_network(word: str, command: str) -> NamedNetwork:
    """Load or build the network that ``word`` stands for.

    Args:
        word: a run's folder, a checkpoint, ``default``, or the registered name of a predictor without weights.
        command: of ``vidpred``, that the task of a run must serve.

    Raises:
        VidpredError: it is none of these, or the checkpoint cannot be used.
    """
    found = resolve(word)
    name, one = next(iter(found.items()))
    if isinstance(one, str):
        return NamedNetwork(cast(nn.Module, build_named(one)), name, "none")
    path = cast(Path, one)
    return NamedNetwork(load_network(path, "cpu", command), name, _origin(find_checkpoint(path), name))


def _origin(file: Path, name: str) -> str:
    run = "shipped with vidpred" if file in WORDS.values() else f"trained in the run {name}"
    return f"{run}, {file.name}, step {Checkpoint.load(file, only=()).step}, SHA-256 {sha256_of(file)}"

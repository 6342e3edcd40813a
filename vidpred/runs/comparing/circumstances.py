"""What a report records of how it was made: whose weights, which versions, which machine."""

from pathlib import Path
from typing import Any

from vidpred.machine.engine import Engine
from vidpred.machine.files import sha256_of
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint
from vidpred.runs.comparing.contenders import Contender
from vidpred.runs.folder import environment

UNSTEADY = ("command", "started", "seed")  # of the environment: what stands elsewhere, or is never twice the same


def weights_of(contender: Contender) -> str:
    """Say where a predictor's or a generator's weights are from."""
    if isinstance(contender, Path):
        step = Checkpoint.load(contender, only=()).step
        return f"{contender}, step {step}, SHA-256 {sha256_of(find_checkpoint(contender))}"
    if isinstance(contender, str):
        return "no weights"
    kind = type(contender)
    return f"an object of the class {kind.__module__}.{kind.__qualname__}"


def surroundings(engine: Engine) -> dict[str, Any]:
    """Return versions and machine; not what differs from one comparison to the same again."""
    return {key: value for key, value in environment(0, engine).items() if key not in UNSTEADY}

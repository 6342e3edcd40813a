"""Says how a run would go on, and how long that takes, without a step that counts."""

from collections.abc import Callable, Iterator
from pathlib import Path

from vidpred.errors import printable
from vidpred.machine.memory import memory_explained
from vidpred.runs.conversation import describe
from vidpred.runs.cost import described
from vidpred.runs.resuming.continuation import ADVICE, Anew, Continuation, continuation, own_folder
from vidpred.runs.settings import Config


@memory_explained(ADVICE)
def describe_resumed(path: Path, device: str, anew: Anew, say: Callable[[str], None]) -> tuple[Config, Iterator[str]]:
    """Return the settings of a run as it would go on, and what it would train, on what, where and for how long.

    The second is said by and by, as how long it takes is told by some steps of which nothing is kept.

    Raises:
        VidpredError: see :func:`~vidpred.runs.resuming.continuation.continuation`.
    """
    there = continuation(own_folder(path), device, anew, say)
    return there.parts.config, _described(there, path)


def _described(there: Continuation, path: Path) -> Iterator[str]:
    step = there.checkpoint.step
    text = (
        f"{there.parts.data.report}\n{describe(there.parts, '')}\n"
        f"folder: {printable(str(path))}, which goes on from step {step}"
    )
    with memory_explained(ADVICE):
        yield from described(there.parts, text, step, there.progress.seconds)

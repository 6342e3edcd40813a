"""What each preset is for and how long it takes, read from the comment that its file begins with."""

import re
from dataclasses import dataclass
from pathlib import Path

from vidpred.runs.settings.config import load_config
from vidpred.runs.settings.files import find_presets

TIME = "Time: "  # begins the line of the comment that says how long a run takes
SENTENCE_END = re.compile(r"(?<=[.])\s+(?=[A-Z`])")


@dataclass(frozen=True)
class Preset:
    """A file of settings that comes with vidpred.

    Args:
        name: as ``vidpred train --config`` takes it.
        purpose: what it is for, in one sentence.
        details: all else that its comment says, but for the time; may be empty.
        time: how long a run takes; empty where the comment does not say.
        steps: of a run, unless it is told otherwise.
        task: what is learnt.
    """

    name: str
    purpose: str
    details: str
    time: str
    steps: int
    task: str


def read_presets() -> list[Preset]:
    """Return the presets that come with vidpred, by name.

    Raises:
        VidpredError: one of them cannot be read.
    """
    return [_read(name, path) for name, path in find_presets().items()]


def _read(name: str, path: Path) -> Preset:
    purpose, details, time = read_comment(path.read_text(encoding="utf-8"))
    config = load_config(path)
    return Preset(name, purpose, details, time, config.train.steps, config.task.name)


def read_comment(text: str) -> tuple[str, str, str]:
    """Return the first sentence, the others and the time of the comment that a file of settings begins with.

    The time is what follows ``Time: `` on a line of its own; each is empty where there is none.
    """
    said, time = list[str](), ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.removeprefix("#").strip()
        if words.startswith(TIME):
            time = words.removeprefix(TIME)
        else:
            said.append(words)
    purpose, *details = SENTENCE_END.split(" ".join(said), maxsplit=1)
    return purpose, "".join(details), time

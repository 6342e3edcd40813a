"""A run that is to go on: its last checkpoint, its settings as they are given anew, and what is built of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vidpred.errors import VidpredError, as_word
from vidpred.machine.folders import CONFIG
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint
from vidpred.runs.course import as_resumed, course_of, require_more_to_do
from vidpred.runs.folder import RunFolder
from vidpred.runs.resuming.last_state import last_checkpoint, require_data, require_unedited, source_in_folder
from vidpred.runs.resuming.resumed_data import changed_facts, known_split, require_same_kind
from vidpred.runs.settings.paths import with_safe_cache
from vidpred.training.progress import Progress

ADVICE = (
    "lower train.batch_size, the size of the clips or images (data.resolution, data.crop) or of the networks, or raise "
    "train.accumulate"
)


@dataclass(frozen=True)
class Anew:
    """What a run may be given anew when it goes on; none leaves what it has.

    Args:
        steps: length of the whole run; it takes the place of the run's minutes, too, where there are no new ones.
        minutes: longest time of the whole run.
        stop_on: verdicts on its health that end it.
        source: where the data are now.
        cache: folder for decoded videos.
    """

    steps: int | None = None
    minutes: float | None = None
    stop_on: Sequence[str] | None = None
    source: Path | None = None
    cache: Path | None = None


@dataclass(frozen=True)
class Continuation:
    """All that the next step of a run needs."""

    checkpoint: Checkpoint
    progress: Progress
    parts: Parts


def own_folder(path: Path) -> RunFolder:
    """Return the folder of a run that may go on.

    Raises:
        VidpredError: it is none, or what is in it is not a run's own.
    """
    folder = RunFolder(path)
    if not folder.config.is_file():
        find_checkpoint(path)
        raise VidpredError(
            f"{path} is not the folder of a run, since it has no file {CONFIG}; put that back, name another folder, as "
            f"runs/NAME, or begin a new run with these weights: --from {as_word(path)}"
        )
    folder.require_own_files()
    return folder


def continuation(folder: RunFolder, device: str, anew: Anew, say: Callable[[str], None]) -> Continuation:
    """Read and build what a run goes on with, and write nothing into its folder.

    Raises:
        VidpredError: there is no checkpoint or nothing more to do, its settings were changed, or the data are
            gone, or of another kind.
    """
    checkpoint = last_checkpoint(folder)
    require_unedited(folder, checkpoint)
    config = as_resumed(checkpoint, anew.steps, anew.minutes, anew.stop_on)
    has_new_length = anew.steps is not None or anew.minutes is not None
    progress = course_of(checkpoint, folder.path, anew=has_new_length)
    if anew.source is not None:
        config = config.on_data(anew.source)
    require_data(config, folder.path)
    if anew.source is None and (other := source_in_folder(folder, checkpoint)) is not None:
        say(
            f"note: {as_word(folder.config)} names {as_word(other)}, but this run goes on with the data of its last "
            f"checkpoint, {as_word(config.data.options['source'])}; to go on with others, give `vidpred train "
            f"{as_word(other)} --resume {as_word(folder.path)}`"
        )
    config = with_safe_cache(config, anew.cache, say)
    require_more_to_do(folder.path, checkpoint.step, config.train, progress)
    parts = Parts.build(config, open_engine(config, device), known_split=known_split(checkpoint.facts, folder))
    require_same_kind(config, checkpoint, parts.facts, folder.path)
    if changed := changed_facts(checkpoint, parts.facts):
        say(f"note: the data have changed since the run began ({', '.join(changed)}), so it goes on differently")
    return Continuation(checkpoint, progress, parts)

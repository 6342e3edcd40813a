"""What a run goes on from: its last checkpoint, sound, and with the settings that stand in the run's folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError, as_word, as_yaml
from vidpred.machine.regular_files import decoded, read_small
from vidpred.runs.checkpoint import LAST, Checkpoint, find_checkpoint
from vidpred.runs.folder import RunFolder
from vidpred.runs.settings import Config, parse_config
from vidpred.runs.settings.files import LARGEST, MALFORMED
from vidpred.runs.settings.retired import translate_retired
from vidpred.runs.settings.trees import parse_yaml

# What a run may be given anew when it goes on: what stands in the folder may be ahead of the last checkpoint.
GIVEN_ANEW = frozenset({"train.steps", "train.minutes", "train.stop_on", "data.source", "data.cache", "plugins"})
MOST_SHOWN = 3  # settings


def last_checkpoint(folder: RunFolder) -> Checkpoint:
    """Read what a run goes on from.

    Raises:
        VidpredError: there is none, or it cannot be read: the message names the best one if that can be.
    """
    path = find_checkpoint(folder.path, prefer=LAST)
    try:
        return Checkpoint.load(path)
    except VidpredError as error:
        if path == folder.best or (step := _step_of(folder.best)) is None:
            raise
        reason = str(error).partition("; ")[0]
        raise VidpredError(
            f"{reason}; the best one of that run, of step {step}, is sound: move {path} away, and --resume goes on "
            "from there"
        ) from None


def _step_of(path: Path) -> int | None:
    try:
        return Checkpoint.load(path).step
    except VidpredError:
        return None


def require_unedited(folder: RunFolder, checkpoint: Checkpoint) -> None:
    """Refuse to go on where the settings in a run's folder are not those of its checkpoint: which count?

    Its length, its end, where its videos lie and where they are kept may differ. A file that is no config any more
    says nothing about what its user wants, and is left to be written again.

    Raises:
        VidpredError: they were changed.
    """
    there = _settings_in_folder(folder, checkpoint)
    if there is None:
        return
    began_with = dict(_leaves(parse_config(checkpoint.config).model_dump(mode="json")))
    now = dict(_leaves(there.model_dump(mode="json")))
    changed = [name for name in now | began_with if name not in GIVEN_ANEW and _differ(name, now, began_with)]
    if changed:
        told = ", ".join(f"{name}={as_yaml(now.get(name))}" for name in changed[:MOST_SHOWN])
        raise VidpredError(
            f"{folder.config} was changed by hand ({told}{', ...' if len(changed) > MOST_SHOWN else ''}), but a run "
            "goes on with the settings that it began with; put the file back, or start a new run from these weights "
            f"with --config {as_word(folder.config)} --from {as_word(folder.path)}"
        )


def source_in_folder(folder: RunFolder, checkpoint: Checkpoint) -> str | None:
    """Return where the data are by the settings in a run's folder, if its checkpoint has them elsewhere.

    So it is where a user changed it there, or where a run that was given moved data was ended before it saved.
    """
    there = _settings_in_folder(folder, checkpoint)
    source = there.data.options.get("source") if there else None
    before = parse_config(checkpoint.config).data.options.get("source")
    return source if isinstance(source, str) and isinstance(before, str) and source != before else None


def _settings_in_folder(folder: RunFolder, checkpoint: Checkpoint) -> Config | None:
    """Return the settings that stand in a run's folder; none where the file is no config any more."""
    try:
        tree = parse_yaml(decoded(read_small(folder.config, LARGEST)))
        tree = translate_retired(tree, checkpoint.facts) if isinstance(tree, Mapping) else checkpoint.config
        return parse_config(tree)
    except (VidpredError, OSError, OverflowError, *MALFORMED):
        return None


def require_data(config: Config, path: Path) -> None:
    """Refuse to go on with a run whose data are no longer where they were.

    Args:
        config: of the run, as it goes on.
        path: of its folder, for the message.

    Raises:
        VidpredError: they are not; it says how to name where they are now.
    """
    source = config.data.options.get("source")
    if isinstance(source, str) and not os.path.exists(source):  # noqa: PTH110 - of any length
        raise VidpredError(
            f"the data of the run in {path} are not there any more: {source} does not exist; name where they are now, "
            f"as `vidpred train VIDEOS --resume {as_word(path)}`"
        )


def _differ(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return name not in one or name not in other or bool(one[name] != other[name])


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every setting of a tree by its name with dots; a list counts as one."""
    for key, value in tree.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, name)
        else:
            yield name, value

"""Keeps the settings of a run, which may be somebody else's, from reading or writing where its user did not say."""

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, get_args

from vidpred.data import DATASETS
from vidpred.data.clip_store import default_folder, is_store
from vidpred.machine.files import from_home
from vidpred.runs.settings.config import Config, Part

SOURCE, CACHE, DOWNLOAD = "source", "cache", "download"


def without_paths(config: Config) -> Config:
    """Return ``config`` without downloads, and without any file or folder of its data set but for its source.

    What reads the data of a run names the source itself, by :meth:`~vidpred.runs.settings.Config.on_data`.
    """
    hints = DATASETS.types(config.data.name)
    options = config.data.options
    kept = {key: options[key] for key in options if key == SOURCE or not (key == DOWNLOAD or _is_path(hints.get(key)))}
    return _with_options(config, kept)


def with_safe_cache(config: Config, cache: Path | None, say: Callable[[str], None]) -> Config:
    """Return ``config`` with a folder for decoded videos that may be written to.

    Nothing is written to a folder that only the settings of a run name, unless it holds decoded videos already.

    Args:
        config: of the run.
        cache: the folder that the user names; None if none.
        say: prints where the decoded videos go instead of where the run kept them.
    """
    recorded = config.data.options.get(CACHE)
    if recorded is None or (cache is None and isinstance(recorded, str | Path) and is_store(from_home(recorded))):
        return config
    if cache is None:
        say(
            f"note: data.cache={recorded} is no folder of decoded videos here, so they are kept in {default_folder()}; "
            "VIDPRED_CACHE=DIR names another"
        )
    return _with_options(config, {**config.data.options, CACHE: cache})


def _with_options(config: Config, options: dict[str, Any]) -> Config:
    return config.model_copy(update={"data": Part(name=config.data.name, options=options)})


def _is_path(hint: Any) -> bool:
    """Return whether a type, or one that it is made of, is that of a path."""
    return (isinstance(hint, type) and issubclass(hint, PurePath)) or any(map(_is_path, get_args(hint)))

"""Opens videos to score predictors on, and keeps out those that a predictor was trained on."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from vidpred.data import DATASETS, TRAINING_OPTIONS
from vidpred.data.selection import name_below
from vidpred.data.split import ID_LENGTH, KnownSplit
from vidpred.data.video_identity import content_key
from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Split
from vidpred.machine.files import from_home, not_there, real_path
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings import Config, Part
from vidpred.runs.settings.paths import without_paths
from vidpred.video import find_sources
from vidpred.video.addresses import require_no_address
from vidpred.video.predicted import set_predicted_apart
from vidpred.wording import counted, listed

Say = Callable[[str], None]
LOOKS = ("resolution", "frame_rate", "stride")  # settings that decide what frames a predictor was trained on
WHOLE = {"validation": 0.0, "validation_source": None}  # settings that leave no video of a folder out


class Trained(NamedTuple):
    """What a trained predictor knows of its training."""

    name: str
    config: Config
    facts: Mapping[str, Any]


class HeldOut(NamedTuple):
    """Clips to score on."""

    dataset: Dataset
    names: frozenset[str] | None  # of the videos that count, if not all of them do
    source: Path
    preparation: Mapping[str, Any]  # settings of the data set


def open_held_out(videos: Path, runs: Sequence[Trained], clip_length: int, say: Say) -> HeldOut:
    """Open ``videos``, prepared as for the training of the first of ``runs``.

    Args:
        videos: a video, or a folder of them; if a run was trained on it, its validation videos count only, and
            elsewhere those whose files it was not trained on.
            A folder without videos is read as the data set of the first run, whose test clips count.
        runs: whose predictors are to be scored; without any, the defaults prepare.
        clip_length: frames per clip.
        say: prints what is left out, what was prepared otherwise, and which videos may be known to a run.

    No other file or folder that the settings of a run name is read or written: not the videos it validated on apart
    from those it was trained on, nor lists of videos, nor its folder for decoded ones.

    Raises:
        VidpredError: no video can be used, none is left that no run was trained on, or the runs see
            different numbers of channels.
    """
    _check_channels(runs)
    config = without_paths(runs[0].config) if runs else Config()
    if _reads_other_files(config.data.name) and not _holds_videos(videos):
        return _open_test_clips(runs[0], videos, clip_length, say)
    data = _on_folders(config.data, runs)
    _note_differences(runs, data, say)
    names = leave_out_training(videos, runs, say)
    options = {key: value for key, value in data.options.items() if key not in TRAINING_OPTIONS}
    everything = {**options, **WHOLE}
    if "hold_out" in everything:
        everything["hold_out"] = 0
    config = config.model_copy(update={"data": type(data)(name=data.name, options=everything)}).on_data(videos)
    task = build_task(config)
    split = build_data(config, task, extra_frames=clip_length - task.clip_length)
    if split.skipped:
        say(split.skipped)
    return HeldOut(split.train, names, videos, _preparation(config.data))


def existing(path: str | Path) -> Path:
    """Return ``path``, which must be there.

    Raises:
        VidpredError: it is not.
    """
    if not Path(path).exists():
        require_no_address(path)
        raise VidpredError(
            f"{not_there(Path(path))}; give the path of a video file, or of a folder of videos or images"
        )
    return Path(path)


def source_of(run: Trained) -> Path | None:
    """Return the file or folder that a run was trained on, if on any."""
    source = run.config.data.options.get("source")
    return None if source is None else real_path(from_home(source))


def may_know(run: Trained, source: Path) -> bool:
    """Return whether ``source`` lies within what a run was trained on, or the other way round."""
    trained_on, source = source_of(run), real_path(source)
    return trained_on is not None and (trained_on in source.parents or source in trained_on.parents)


def _open_test_clips(run: Trained, folder: Path, clip_length: int, say: Say) -> HeldOut:
    """Open the clips that the data set which ``run`` was trained on keeps for tests."""
    config, task = without_paths(run.config).on_data(folder), build_task(run.config)
    split = build_data(config, task, extra_frames=clip_length - task.clip_length)
    say(split.report)
    return HeldOut(_validation(split, run, folder), None, folder, _preparation(config.data))


def _preparation(data: Part) -> dict[str, Any]:
    return {"data": data.name, **{key: data.options[key] for key in data.options if key not in ("source", "cache")}}


def _reads_other_files(name: str) -> bool:
    """Say whether a data set reads files, but not videos."""
    accepted = DATASETS.signature(name).keys()
    return "source" in accepted and not accepted >= WHOLE.keys()


def _holds_videos(path: Path) -> bool:
    try:
        return bool(find_sources(path))
    except VidpredError:
        return False


def _on_folders(data: Part, runs: Sequence[Trained]) -> Part:
    """Return how the first run prepares videos; the defaults if it was trained on something else."""
    if DATASETS.signature(data.name).keys() >= WHOLE.keys():
        return data
    return type(data)(name="video_folder", options={"greyscale": bool(runs) and runs[0].facts["frame_channels"] == 1})


def _check_channels(runs: Sequence[Trained]) -> None:
    for run in runs[1:]:
        if run.facts["frame_channels"] != runs[0].facts["frame_channels"]:
            raise VidpredError(
                f"{run.name} sees {counted(run.facts['frame_channels'], 'colour channel')} and {runs[0].name} "
                f"{runs[0].facts['frame_channels']}, so there are no frames that both can be scored on; "
                "compare predictors in colour and in greyscale apart"
            )


def _note_differences(runs: Sequence[Trained], data: Part, say: Say) -> None:
    """Print where a run was trained on frames prepared otherwise than those that are scored."""
    signature = DATASETS.signature(data.name)
    for run in runs[1:]:
        options = run.config.data.options
        for key in LOOKS if run.config.data.name == data.name else ():
            default = signature[key].default
            here, there = data.options.get(key, default), options.get(key, default)
            if here != there:
                say(f"note: {run.name} was trained at {key} {there}, but is scored at {here}, as {runs[0].name}")


def leave_out_training(videos: Path, runs: Sequence[Trained], say: Say) -> frozenset[str] | None:
    """Return the names of those videos that no run was trained on, if that leaves some out."""
    kept: list[frozenset[str]] = []
    keys = cache(partial(_content_keys, videos))  # read once, and only if a run says what it was trained on
    for run in runs:
        trained_on, recorded = source_of(run), KnownSplit.parse(known_split(run.facts))
        if trained_on == real_path(videos):
            say(f"{run.name} was trained on {videos}, so only its validation videos are scored")
            kept.append(_validation_videos(run, videos).intersection(keys()) - _named(recorded.before, keys))
        elif known := _named(recorded.training, keys) | _named(recorded.before, keys):
            say(f"{run.name} was trained on {len(known)} of these videos, not scored here: {listed(sorted(known))}")
            kept.append(frozenset(keys()) - known)
        elif may_know(run, videos):
            say(f"note: {run.name} was trained on {trained_on}, so some of these videos may be known to it")
    return _in_all(kept, videos)


def _named(recorded: Mapping[str, str], keys: Callable[[], Mapping[str, str]]) -> frozenset[str]:
    """Return the names of those videos that a run recorded, by what is in the files, wherever they lie now."""
    return frozenset(name for name, key in keys().items() if key in recorded) if recorded else frozenset()


def _content_keys(videos: Path) -> dict[str, str]:
    """Return what a run records of what is in each file, by the names of the videos that are read."""
    keys = {}
    others, _ = set_predicted_apart(find_sources(videos))
    for path in others:
        keys[name_below(path, videos)] = ""
        with suppress(VidpredError):  # a file that cannot be read is told of where it is decoded
            keys[name_below(path, videos)] = content_key(path)[:ID_LENGTH]
    return keys


def _in_all(kept: Sequence[frozenset[str]], videos: Path) -> frozenset[str] | None:
    if not kept:
        return None
    names = frozenset.intersection(*kept)
    if not names:
        raise VidpredError(
            f"every video of {videos} was in the training of one of the runs, or of the weights that it started from, "
            "so none is left to compare them on; give other videos"
        )
    return names


def _validation_videos(run: Trained, videos: Path) -> frozenset[str]:
    """Return the names of the videos that the run kept for validation.

    Where the run wrote down which these are, no other counts, whatever has been added since. Else they are those of
    the run's own clips: among longer clips, which leave other videos out, the split could fall otherwise, and
    training videos would be scored.
    """
    _check_split_is_known(run, videos)
    config = without_paths(run.config).on_data(videos)
    split = build_data(config, build_task(config), known_split=known_split(run.facts))
    validation = _validation(split, run, videos)
    return frozenset(validation.video(index) for index in range(len(validation)))


def _check_split_is_known(run: Trained, videos: Path) -> None:
    """Refuse a run whose validation videos only files could tell that are not read here."""
    options = run.config.data.options
    separate = options.get("validation_source")
    if separate and real_path(from_home(str(separate))) != real_path(videos):
        raise VidpredError(
            f"{run.name} was trained on all of {videos} and validated on {separate}; evaluate on that, or on other "
            "videos"
        )
    listing = options.get("only") or separate
    if listing and not known_split(run.facts):
        raise VidpredError(
            f"{run.name} does not say which videos of {videos} it was trained on, but for naming {listing}, which is "
            "not read here; evaluate on other videos"
        )


def _validation(split: Split, run: Trained, videos: Path) -> Dataset:
    if split.validation is None:
        raise VidpredError(
            f"{run.name} was trained on all of {videos} and kept no validation video, so a score would prove "
            "nothing; evaluate on other videos"
        )
    return split.validation

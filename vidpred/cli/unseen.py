"""Opens videos to score predictors on, and keeps out those that a predictor was trained on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from vidpred.config import Config, Part
    from vidpred.interfaces import Dataset, Split

LOOKS = ("resolution", "frame_rate", "stride")  # settings that decide what frames a predictor was trained on
WHOLE = {"validation": 0.0, "validation_source": None}  # settings that leave no video of a folder out


class Trained(NamedTuple):
    """What a trained predictor knows of its training."""

    name: str
    config: "Config"
    facts: Mapping[str, Any]


class Unseen(NamedTuple):
    """Clips to score on."""

    dataset: "Dataset"
    names: frozenset[str] | None  # of the videos that count, if not all of them do
    source: Path
    preparation: Mapping[str, Any]  # settings of the data set


def open_unseen(videos: Path, runs: Sequence[Trained], clip_length: int) -> Unseen:
    """Open ``videos``, prepared as for the training of the first of ``runs``.

    Args:
        videos: a video, or a folder of them; if a run was trained on it, its validation videos count only.
            A folder without videos is read as the data set of the first run, whose test clips count.
        runs: whose predictors are to be scored; without any, the defaults prepare.
        clip_length: frames per clip.

    Raises:
        VidpredError: no video can be used, none is left that no run was trained on, or the runs see
            different numbers of channels.
    """
    from vidpred.build import build_data, build_task
    from vidpred.config import Config
    from vidpred.data import TRAINING_OPTIONS

    _check_channels(runs)
    config = runs[0].config if runs else Config()
    if _reads_other_files(config.data.name) and not _holds_videos(videos):
        return _open_test_clips(runs[0], videos, clip_length)
    data = _on_folders(config.data, runs)
    _note_differences(runs, data)
    videos, names = _leave_out_training(videos, runs)
    options = {key: value for key, value in data.options.items() if key not in TRAINING_OPTIONS}
    everything = {**options, **WHOLE}
    if "hold_out" in everything:
        everything["hold_out"] = 0
    config = config.model_copy(update={"data": type(data)(name=data.name, options=everything)}).on_data(videos)
    task = build_task(config)
    split = build_data(config, task, extra_frames=clip_length - task.clip_length)
    if split.skipped:
        typer.echo(split.skipped)
    return Unseen(split.train, names, videos, _preparation(config.data))


def _open_test_clips(run: Trained, folder: Path, clip_length: int) -> Unseen:
    """Open the clips that the data set which ``run`` was trained on keeps for tests."""
    from vidpred.build import build_data, build_task

    config, task = run.config.on_data(folder), build_task(run.config)
    split = build_data(config, task, extra_frames=clip_length - task.clip_length)
    typer.echo(split.report)
    return Unseen(_validation(split, run, folder), None, folder, _preparation(config.data))


def _preparation(data: "Part") -> dict[str, Any]:
    return {"data": data.name, **{key: data.options[key] for key in data.options if key not in ("source", "cache")}}


def _reads_other_files(name: str) -> bool:
    """Say whether a data set reads files, but not videos."""
    from vidpred.data import DATASETS

    accepted = DATASETS.signature(name).keys()
    return "source" in accepted and not accepted >= WHOLE.keys()


def _holds_videos(path: Path) -> bool:
    from vidpred.data import find_sources

    try:
        return bool(find_sources(path))
    except VidpredError:
        return False


def _on_folders(data: "Part", runs: Sequence[Trained]) -> "Part":
    """Return how the first run prepares videos; the defaults if it was trained on something else."""
    from vidpred.data import DATASETS

    if DATASETS.signature(data.name).keys() >= WHOLE.keys():
        return data
    return type(data)(name="video_folder", options={"greyscale": bool(runs) and runs[0].facts["frame_channels"] == 1})


def _check_channels(runs: Sequence[Trained]) -> None:
    for run in runs[1:]:
        if run.facts["frame_channels"] != runs[0].facts["frame_channels"]:
            raise VidpredError(
                f"{run.name} sees {run.facts['frame_channels']} colour channels and {runs[0].name} "
                f"{runs[0].facts['frame_channels']}, so there are no frames that both can be scored on; "
                "compare predictors in colour and in greyscale apart"
            )


def _note_differences(runs: Sequence[Trained], data: "Part") -> None:
    """Tell where a run was trained on frames prepared otherwise than those that are scored."""
    from vidpred.data import DATASETS

    signature = DATASETS.signature(data.name)
    for run in runs[1:]:
        options = run.config.data.options
        for key in LOOKS if run.config.data.name == data.name else ():
            default = signature[key].default
            here, there = data.options.get(key, default), options.get(key, default)
            if here != there:
                typer.echo(f"note: {run.name} was trained at {key} {there}, but is scored at {here}, as {runs[0].name}")


def _leave_out_training(videos: Path, runs: Sequence[Trained]) -> tuple[Path, frozenset[str] | None]:
    """Return where the videos are, and the names of those that no run was trained on, if that leaves some out."""
    kept: list[frozenset[str]] = []
    apart: dict[Path, str] = {}
    for run in runs:
        source = run.config.data.options.get("source")
        if source is None:
            continue
        trained_on = Path(source).expanduser().resolve()
        if trained_on == videos.resolve():
            typer.echo(f"{run.name} was trained on {videos}, so only its validation videos are scored")
            separate = run.config.data.options.get("validation_source")
            if separate and Path(separate).expanduser().resolve() != trained_on:
                apart.setdefault(Path(separate), run.name)
            else:
                kept.append(_validation_videos(run, videos))
        elif trained_on in videos.resolve().parents or videos.resolve() in trained_on.parents:
            typer.echo(f"note: {run.name} was trained on {trained_on}, so some of these videos may be known to it")
    if len(apart) + bool(kept) > 1:
        raise VidpredError(
            f"the runs were trained on {videos} and validated on videos of different folders; "
            "compare them on videos that none of them was trained on"
        )
    if apart:
        return next(iter(apart)), None
    return videos, _in_all(kept, videos)


def _in_all(kept: Sequence[frozenset[str]], videos: Path) -> frozenset[str] | None:
    if not kept:
        return None
    names = frozenset.intersection(*kept)
    if not names:
        raise VidpredError(
            f"every video of {videos} was in the training of one of the runs, so none is left to compare them on; "
            "give other videos"
        )
    return names


def _validation_videos(run: Trained, videos: Path) -> frozenset[str]:
    """Return the names of the videos that the run kept for validation.

    They are those of the run's own clips: among longer clips, which leave other videos out, the split
    could fall otherwise, and training videos would be scored.
    """
    from vidpred.build import build_data, build_task

    split = build_data(run.config.on_data(videos), build_task(run.config))
    validation = _validation(split, run, videos)
    return frozenset(validation.video(index) for index in range(len(validation)))


def _validation(split: "Split", run: Trained, videos: Path) -> "Dataset":
    if split.validation is None:
        raise VidpredError(
            f"{run.name} was trained on all of {videos} and kept no validation video, so a score would prove "
            "nothing; evaluate on other videos"
        )
    return split.validation

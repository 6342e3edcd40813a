"""``vidpred evaluate``: how good a predictor is on videos."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vidpred.cli.predict import CheckpointOption, DeviceOption, check_folder, how_to_get_a_checkpoint
from vidpred.errors import VidpredError

if TYPE_CHECKING:
    from vidpred.config import Config
    from vidpred.interfaces import Dataset


def evaluate(
    videos: Annotated[Path, typer.Argument(help="A folder of videos (searched recursively), or one video file.")],
    checkpoint: CheckpointOption = None,
    horizon: Annotated[int, typer.Option(help="How many frames ahead to score.")] = 5,
    out: Annotated[
        Path | None,
        typer.Option(help="New folder for report.txt, report.json and curves.png; by default, none."),
    ] = None,
    windows: Annotated[int, typer.Option(help="Most windows to score per video, evenly spaced.")] = 16,
    device: DeviceOption = "auto",
) -> None:
    """Score a predictor per frame ahead, beside repeating the last frame.

    Frames are prepared as for training. Of the folder that the run was trained on, only the run's
    validation videos count.
    """
    if checkpoint is None:
        raise VidpredError(how_to_get_a_checkpoint())
    _check_request(videos, horizon, out)
    from vidpred import evaluation
    from vidpred.config import parse_config
    from vidpred.inference import load_predictor
    from vidpred.training import Checkpoint, Engine

    predictor = load_predictor(checkpoint, device)
    saved = Checkpoint.load(checkpoint, only=())
    dataset, names = _open_videos(videos, parse_config(saved.config), saved.facts, horizon)
    with Engine(device=device).autocast():
        report = evaluation.evaluate({_run_name(checkpoint): predictor}, dataset, horizon, windows, names)
    text = f"{report.num_windows} windows of {report.num_videos} videos\n\n{report.table()}\n"
    typer.echo(text, nl=False)
    if out is not None:
        _write(report.to_json(), text, out)
        report.plot(out / "curves.png")
        typer.echo(f"wrote {out}")


def _check_request(videos: Path, horizon: int, out: Path | None) -> None:
    """Refuse what cannot be done, before anything is computed."""
    if out is not None:
        check_folder(out)
    if not videos.exists():
        raise VidpredError(f"{videos} does not exist; give the path of a video file or of a folder of videos")
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set --horizon 1 or more")


def _open_videos(
    videos: Path, config: "Config", facts: Mapping[str, Any], horizon: int
) -> tuple["Dataset", frozenset[str] | None]:
    """Open ``videos``, prepared as for training; return also the names that count, if not all of them do."""
    from vidpred.build import build_data, build_task
    from vidpred.config import Part
    from vidpred.data import DATASETS

    data = config.data
    if "source" not in DATASETS.signature(data.name):
        data = Part(name="video_folder", options={"greyscale": facts["frame_channels"] == 1})
    task = build_task(config)
    count_only = None
    trained_on = Path(data.options["source"]).expanduser().resolve() if "source" in data.options else None
    if trained_on == videos.resolve():
        typer.echo(f"the run was trained on {videos}, so only its validation videos are scored")
        if data.options.get("validation_source"):
            videos = Path(data.options["validation_source"])
        else:
            count_only = _validation_videos(build_data(config.on_data(videos), task).validation, videos)
    elif trained_on and (trained_on in videos.resolve().parents or videos.resolve() in trained_on.parents):
        typer.echo(f"note: the run was trained on {trained_on}, so some of these videos may be known to it")
    everything = {**data.options, "validation": 0.0, "validation_source": None}
    if "hold_out" in everything:
        everything["hold_out"] = 0
    config = config.model_copy(update={"data": Part(name=data.name, options=everything)}).on_data(videos)
    split = build_data(config, task, extra_frames=horizon - 1)
    if split.skipped:
        typer.echo(split.skipped)
    return split.train, count_only


def _validation_videos(validation: "Dataset | None", videos: Path) -> frozenset[str]:
    """Return the names of the videos that the run kept for validation.

    They are those of the run's own clips: among longer clips, which leave other videos out, the split
    could fall otherwise, and training videos would be scored.
    """
    if validation is None:
        raise VidpredError(
            f"the run was trained on all of {videos} and kept no validation video, so a score would prove "
            "nothing; evaluate on other videos"
        )
    return frozenset(validation.video(index) for index in range(len(validation)))


def _run_name(checkpoint: Path) -> str:
    """Return a short name for a run's folder, or for one of its checkpoints."""
    checkpoint = checkpoint.resolve()
    return checkpoint.name if checkpoint.is_dir() else f"{checkpoint.parent.name}/{checkpoint.stem}"


def _write(json_text: str, text: str, out: Path) -> None:
    from vidpred.files import write_text

    out.mkdir(parents=True, exist_ok=True)
    write_text(out / "report.json", json_text)
    write_text(out / "report.txt", text)

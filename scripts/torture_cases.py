"""The kinds of cases: what is damaged, what is done with it, and what must hold afterwards."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import torch
from torch import nn
from torture_child import Kill, Step, run_command
from torture_material import NARROW, SMALL_IMAGES, TINY, Material
from torture_mutations import mutate, mutate_checkpoint, mutate_lines
from torture_settings import odd_words

from vidpred import load_predictor, rollout
from vidpred.data import DATASETS
from vidpred.generators.sampling import sample
from vidpred.interfaces import Predictor
from vidpred.runs.load import load_generator
from vidpred.video import decode, probe, read_window
from vidpred.video.frame_folder import read_picture

MOST_FRAMES = 300  # that are read of one video
RUN_FILES = ("config.yaml", "environment.json", "data.txt", "metrics.jsonl", "checkpoints/last.safetensors")


@dataclass(frozen=True)
class Case:
    """Processes, one after another, and what must hold when they have ended: a complaint, or nothing."""

    steps: Sequence[Step]
    check: Callable[[], str] = str


Make = Callable[[Material, Path, Random], Case]


def video(material: Material, place: Path, draw: Random) -> Case:
    """Read a damaged video in every way, at random sizes, rates and times."""
    path = _damaged(material.videos, place, draw)
    wishes = {
        "short_side": draw.choice((None, 16, 32, 33)),
        "frame_rate": draw.choice((None, None, 10.0, 25.0, 31.5)),
        "greyscale": draw.random() < 0.3,
    }
    return Case([Step(partial(_read_video, path, wishes, draw.choice((None, 0.0, 0.2, 0.4, 3.0)), draw.randint(1, 6)))])


def picture(material: Material, place: Path, draw: Random) -> Case:
    """Read a damaged picture, in some cases under the name of another kind."""
    path = _damaged(material.pictures, place, draw)
    if draw.random() < 0.2:
        path = path.rename(path.with_suffix(draw.choice((".png", ".jpg", ".tif", ".webp", ".bmp"))))
    return Case([Step(partial(_read_picture, path, draw.random() < 0.3))])


def frames(material: Material, place: Path, draw: Random) -> Case:
    """Read a folder of frames, some of them damaged or named oddly."""
    for number, source in enumerate(sorted((material.folder / "images").iterdir())):
        name = draw.choice(
            (f"{number:03}.png", f"{number:03}.png", f"f-{number}.5.png", f"\u00b2{number}.png", f"{number}_1e3.png")
        )
        content = source.read_bytes()
        (place / name).write_bytes(mutate(content, content, draw) if draw.random() < 0.1 else content)
    return Case([Step(partial(_read_video, place, {"greyscale": draw.random() < 0.3}, draw.choice((None, 0.2)), 4))])


def clips(material: Material, place: Path, draw: Random) -> Case:
    """Open a data set of three good files and some damaged ones."""
    kind = draw.choice(("video_folder", "image_folder"))
    good = sorted((material.folder / ("clips" if kind == "video_folder" else "images")).iterdir())
    for source in good:
        shutil.copy(source, place / f"good_{source.name}")
    for number in range(draw.randint(1, 3)):
        path = _damaged(material.videos if kind == "video_folder" else material.pictures, place, draw, always=True)
        path.rename(path.with_name(f"bad_{number}{path.suffix}"))
    return Case([Step(partial(_open_dataset, kind, place), must_succeed=True)])


def checkpoint(material: Material, place: Path, draw: Random) -> Case:
    """Load a damaged checkpoint and generate with it."""
    run = draw.choice(material.runs)
    source = run / "checkpoints" / "last.safetensors"
    path = place / "damaged.safetensors"
    path.write_bytes(mutate_checkpoint(source.read_bytes(), source.read_bytes()[::-1], draw))
    return Case([Step(partial(_generate, path, images=run != material.runs[0]))])


def run_folder(material: Material, place: Path, draw: Random) -> Case:
    """Look at a run with a damaged file, and go on with it."""
    source = draw.choice(material.runs)
    run = Path(shutil.copytree(source, place / "run"))
    path = run / draw.choice(RUN_FILES)
    damage = {".jsonl": mutate_lines, ".safetensors": mutate_checkpoint}.get(path.suffix, mutate)
    path.write_bytes(damage(path.read_bytes(), path.read_bytes(), draw))
    looks = [Step(["health", "run"]), Step(["film", "run"])]
    return Case([draw.choice(looks), Step(["train", "--resume", "run", "--steps", "3", "--device", "cpu"])])


def settings(material: Material, place: Path, draw: Random) -> Case:
    """Train, mostly without a step, with one to three odd settings."""
    del place
    return Case([Step(["train", *odd_words(material, draw)])])


def kill_train(material: Material, place: Path, draw: Random) -> Case:
    """Kill a run while it trains, and go on with it."""
    del material
    often = ["log.checkpoint_every=1", "log.validate_every=2", "log.sample_every=2", "train.steps=4"]
    begin = ["train", "--config", "smoke", *NARROW, *TINY, *often, "--out", "run", "--device", "cpu"]
    kills = [_kill(draw, 80, 4.0) for _ in range(draw.choice((1, 1, 2)))]
    again = [partial(_resume_or_begin, place, begin, steps) for steps in (5, 6)]  # more, as it may have been done
    steps = [Step(begin, kills[0]), *(Step(again[0], kill) for kill in kills[1:]), Step(again[1], must_succeed=True)]
    return Case(steps, partial(_check_run, place))


def kill_store(material: Material, place: Path, draw: Random) -> Case:
    """Kill the building of a store of clips or of images, and open the data again."""
    on_videos = draw.random() < 0.6
    words = ["train", str(material.folder / ("clips" if on_videos else "images")), "--dry-run", "--device", "cpu"]
    words += ["data.resolution=32", "data.crop=32", *NARROW] if on_videos else ["--config", "dcgan", *SMALL_IMAGES]
    return Case([Step(words, _kill(draw, 24, 1.5)), Step(words, must_succeed=True)], partial(_check_leavings, place))


def kill_report(material: Material, place: Path, draw: Random) -> Case:
    """Kill the scoring of predictors and the writing of their report, and do it again."""
    words = ["compare", str(material.folder / "clips"), "copy_last", "linear", "--horizon", "2", "--windows", "2"]
    words += ["--device", "cpu", "--out", "report"]
    again = partial(_report_again, place, words)
    steps = [Step(words, _kill(draw, 40, 5.0)), Step(again, must_succeed=True)]
    return Case(steps, partial(_check_report, place))


KINDS: dict[str, tuple[Make, int]] = {  # what makes a case, and how many come before the next kind
    "video": (video, 20),
    "picture": (picture, 16),
    "frames": (frames, 3),
    "clips": (clips, 4),
    "checkpoint": (checkpoint, 10),
    "run_folder": (run_folder, 2),
    "settings": (settings, 6),
    "kill_train": (kill_train, 1),
    "kill_store": (kill_store, 2),
    "kill_report": (kill_report, 1),
}
NEED_RUNS = {"checkpoint", "run_folder"}


def _damaged(sources: Sequence[Path], place: Path, draw: Random, always: bool = False) -> Path:
    source, other = draw.choice(sources), draw.choice(sources)
    content = source.read_bytes()
    if always or draw.random() < 0.95:
        content = mutate(content, other.read_bytes(), draw)
    path = place / f"damaged{source.suffix}"
    path.write_bytes(content)
    return path


def _kill(draw: Random, touches: int, seconds: float) -> Kill:
    return Kill(touch=draw.randint(1, touches)) if draw.random() < 0.6 else Kill(seconds=draw.uniform(0, seconds))


def _read_video(path: Path, wishes: Mapping[str, object], at: float | None, before: int) -> None:
    info = probe(path)
    assert info.width > 0 < info.height
    assert info.frame_rate > 0
    for frame in islice(decode(path, **wishes), MOST_FRAMES):  # type: ignore[arg-type]
        _check_frame(frame)
    window = read_window(path, before, 2, at)
    for frame in window.frames:
        _check_frame(frame)


def _read_picture(path: Path, greyscale: bool) -> None:
    pixels = read_picture(path, greyscale)
    _check_frame(pixels)
    assert pixels.shape[2] == 3 - 2 * greyscale


def _check_frame(frame: np.ndarray) -> None:
    assert frame.dtype == np.uint8, frame.dtype
    assert frame.ndim == 3, frame.shape
    assert frame.shape[2] in (1, 3), frame.shape
    assert frame.size, frame.shape


def _open_dataset(kind: str, folder: Path) -> None:
    options: dict[str, object] = {"crop": 32, "resolution": 32} if kind == "video_folder" else {"resolution": 16}
    facts = {"source": folder, "clip_length": 3 if kind == "video_folder" else 1, "seed": 0}
    split = DATASETS.build(kind, facts, **options)
    for clip in split.train.gather(range(min(3, len(split.train))), np.random.default_rng(0).spawn(3)):
        _check_frame(clip[0])


def _generate(path: Path, images: bool) -> None:
    """Let a network answer; an answer that is no number may only come of weights that are."""
    network = load_generator(path, "cpu") if images else load_predictor(path, "cpu")
    if images:
        answer = sample(cast(nn.Module, network), 2, seed=0)
    else:
        predictor = cast(Predictor, network)
        answer = rollout(predictor, torch.zeros(1, predictor.num_context_frames, 3, 32, 32), horizon=2)
    weights = cast(nn.Module, network).parameters()
    assert answer.isfinite().all() or all(weight.isfinite().all() for weight in weights), "weights are no numbers"


def _resume_or_begin(place: Path, begin: Sequence[str], steps: int) -> None:
    """Go on with the run where it left a checkpoint, else begin it again."""
    words = ["train", "--resume", "run", "--steps", str(steps), "--device", "cpu"]
    if not (place / "run" / "checkpoints" / "last.safetensors").exists():
        shutil.rmtree(place / "run", ignore_errors=True)
        words = list(begin)
    run_command(words)


def _report_again(place: Path, words: Sequence[str]) -> None:
    """Write the report anew; what was there of it is taken away first, as its user is told to do."""
    shutil.rmtree(place / "report", ignore_errors=True)
    run_command(words)


def _check_run(place: Path) -> str:
    lines = [json.loads(line) for line in (place / "run" / "metrics.jsonl").read_text().splitlines()]
    steps = [line["step"] for line in lines if line["kind"] == "train"]
    return _check_leavings(place) or ("" if steps == sorted(set(steps)) else f"steps stand twice: {steps}")


def _check_report(place: Path) -> str:
    return _check_leavings(place) or ("" if (place / "report" / "report.html").exists() else "there is no report")


def _check_leavings(place: Path) -> str:
    hidden = [str(path.relative_to(place)) for path in place.rglob(".*") if path.is_file()]
    return f"left behind: {', '.join(hidden)}" if hidden else ""

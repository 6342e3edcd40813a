"""Clips from a folder of videos, split into training and validation by video."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le, Lt
from tqdm import tqdm

from vidpred.data.augmentation import Augmentation
from vidpred.data.clip_store import ClipStore, Settings, StoredClip, StoreError, content_key
from vidpred.data.selection import name_below, select
from vidpred.data.training_windows import TrainingChoice
from vidpred.data.usage import LONGEST_LIST, Usage, skipped_text, usage_table
from vidpred.data.windows import FoundWindows, Framing, WindowRule, Windows, find_windows
from vidpred.errors import VidpredError
from vidpred.interfaces import Split
from vidpred.registry import DATASETS
from vidpred.video.sources import find_sources

LONG_WAIT = 1.0  # seconds, after which progress is shown
FEWEST_TO_SPLIT = 2
TRAINING_OPTIONS = frozenset(  # change the training clips, and nothing about clips that are scored
    {"only", "validation_only", "max_stride", "max_motion", "max_windows"}
    | {"flip_vertical", "transpose", "reverse", "brightness", "still_share"}
)


@DATASETS.register("video_folder")
def video_folder(
    source: Path,
    clip_length: Annotated[int, Ge(1)],
    seed: int = 0,
    *,
    resolution: Annotated[int, Ge(1)] = 128,
    crop: Annotated[int, Ge(1)] = 64,
    stride: Annotated[int, Ge(1)] = 1,
    frame_rate: float | None = None,
    greyscale: bool = False,
    min_motion: Annotated[float, Ge(0)] = 1.0,
    scene_cut: Annotated[float, Ge(0)] = 30.0,
    validation: Annotated[float, Ge(0), Lt(1)] = 0.1,
    validation_source: Path | None = None,
    flip: bool = True,
    moving_crop_attempts: Annotated[int, Ge(1)] = 8,
    hold_out: Annotated[int, Ge(0)] = 0,
    cache: Path | None = None,
    only: Path | None = None,
    validation_only: Path | None = None,
    max_stride: Annotated[int, Ge(1)] | None = None,
    max_motion: Annotated[float, Ge(0)] | None = None,
    max_windows: Annotated[int, Ge(1)] | None = None,
    flip_vertical: bool = False,
    transpose: bool = False,
    reverse: bool = False,
    brightness: Annotated[float, Ge(0), Le(1)] = 0.0,
    still_share: Annotated[float, Ge(0), Le(1)] = 0.0,
) -> Split:
    """Clips of successive frames from video files and folders of numbered frames.

    Which videos validate is determined by their content and the seed: another video in the folder, or
    another name for one, does not reshuffle the rest. Copies of a video count once.

    Args:
        source: a video, or a folder, which is searched with all its subfolders.
        clip_length: frames per clip; set by the task.
        seed: of the split into training and validation; set by the run.
        resolution: pixels of the shorter side that videos are scaled down to.
        crop: pixels, height and width of a clip; at most the resolution.
        stride: frames from one frame of a clip to the next.
        frame_rate: frames per second to sample; null for each video's own.
        greyscale: one channel instead of three.
        min_motion: mean absolute difference of successive frames in grey levels (of 255); what moves less
            is left out.
        scene_cut: grey levels (of 255); a larger difference, if three times its neighbours', is a cut,
            and no clip crosses it.
        validation: share of the videos kept for validation, at least one if there are two; 0 for none.
        validation_source: videos to validate on instead of a share of the source.
        flip: mirror half of the training clips, left to right.
        moving_crop_attempts: how often at most a static training crop is drawn again.
        hold_out: frames at the end of every video that are not used, to be predicted later.
        cache: folder for the decoded videos; null for $VIDPRED_CACHE, else ~/.cache/vidpred.
        only: text file that names the videos of the source to take, one per line; null takes all.
        validation_only: text file that names the videos of the validation source to take; null takes all.
        max_stride: training clips are taken at every stride from stride to this one, as if the motion were
            faster; null for stride alone.
        max_motion: mean absolute difference of a clip's successive frames in grey levels (of 255); what moves
            more is not trained on; null for no limit.
        max_windows: training windows per video and stride, evenly spaced over the video; null for all.
        flip_vertical: mirror half of the training clips, top to bottom.
        transpose: exchange rows and columns of half of the training clips.
        reverse: run half of the training clips backwards.
        brightness: strength of a random change of brightness (up to 64 grey levels at strength 1), contrast
            and colour balance, the same for all frames of a training clip.
        still_share: share of the training clips that are made from one frame, by a crop that moves over it.

    Raises:
        VidpredError: there is no usable video, or the settings contradict each other.
    """
    _check(crop, resolution, frame_rate)
    _check_training(stride, max_stride, validation_source, validation_only)
    rule = WindowRule(clip_length, stride, min_motion, scene_cut)
    settings = Settings(resolution, frame_rate, greyscale, min_size=crop)
    reader = _Reader(ClipStore(cache), settings, rule, hold_out)
    held_out = reader.read(validation_source, validation_only) if validation_source else []
    videos = reader.read(source, only)
    if not validation_source:
        videos, held_out = _split(videos, validation, seed)
    if not videos or (validation_source and not held_out):
        raise _nothing_usable(source if not videos else validation_source or source, reader.skipped)
    videos = reader.choose(videos, TrainingChoice(max_stride, max_motion, max_windows))
    framing = Framing(crop, flip, moving_crop_attempts)
    augmentation = Augmentation(transpose, flip_vertical, reverse, brightness)
    return Split(
        train=_windows(videos, rule, replace(framing, still_share=still_share, augmentation=augmentation)),
        validation=_windows(held_out, rule, framing) if held_out else None,
        report=_report(videos, held_out, reader.skipped, validation),
        skipped=skipped_text(reader.skipped, LONGEST_LIST),
    )


def _check(crop: int, resolution: int, frame_rate: float | None) -> None:
    if crop > resolution:
        raise VidpredError(
            f"the crop is {crop} pixels, but videos are scaled to {resolution}; set data.crop to at most "
            f"{resolution}, or data.resolution to at least {crop}"
        )
    if frame_rate is not None and frame_rate <= 0:
        raise VidpredError(f"frame_rate is {frame_rate:g}, but must be above 0 frames per second, or null")


def _check_training(
    stride: int, max_stride: int | None, validation_source: Path | None, validation_only: Path | None
) -> None:
    if max_stride is not None and max_stride < stride:
        raise VidpredError(
            f"max_stride is {max_stride}, but must be at least stride={stride}; raise it or leave it out"
        )
    if validation_only and not validation_source:
        raise VidpredError(
            f"validation_only is {validation_only}, but validation_source, whose videos it names, is missing; give both"
        )


@dataclass(frozen=True)
class _Video:
    name: str
    content: str
    clip: StoredClip
    found: FoundWindows
    strides: np.ndarray  # of each window found


class _Reader:
    """Decodes videos, and remembers which were read and which skipped."""

    def __init__(self, store: ClipStore, settings: Settings, rule: WindowRule, hold_out: int):
        self.store = store
        self.settings = settings
        self.rule = rule
        self.hold_out = hold_out
        self.skipped: list[Usage] = []
        self.read_before: dict[str, str] = {}

    def read(self, source: Path, only: Path | None) -> list[_Video]:
        paths = find_sources(source)
        if only:
            paths = select(paths, source, only)
        progress = tqdm(paths, desc="reading videos", unit="video", delay=LONG_WAIT, disable=None)
        return [video for path in progress if (video := self._read_one(path, name_below(path, source)))]

    def _read_one(self, path: Path, name: str) -> _Video | None:
        try:
            return self._used(path, name)
        except StoreError:
            raise
        except VidpredError as error:
            self.skipped.append(Usage(name, "skipped", reason=str(error)))
            return None

    def _used(self, path: Path, name: str) -> _Video:
        content = content_key(path)
        if content in self.read_before:
            raise VidpredError(f"the same as {self.read_before[content]}")
        self.read_before[content] = name
        clip = self.store.open(path, self.settings, content)
        num_frames = len(clip.frames) - self.hold_out
        if num_frames < self.rule.span:
            raise VidpredError(f"has {num_frames} frames to use, but a clip spans {self.rule.span}")
        found = find_windows(clip.differences[: num_frames - 1], self.rule)
        if len(found.starts) == 0 and found.static_share:
            raise VidpredError(f"is static: moves less than {self.rule.min_motion:g} grey levels")
        if len(found.starts) == 0:
            raise VidpredError(f"has no {self.rule.span} frames without a scene cut")
        return _Video(name, content, clip, found, np.full(len(found.starts), self.rule.stride))

    def choose(self, videos: list[_Video], choice: TrainingChoice) -> list[_Video]:
        """Return the videos with the windows that are trained on."""
        progress = tqdm(videos, desc="choosing windows", unit="video", delay=LONG_WAIT, disable=None)
        chosen = [self._choose(video, choice) for video in progress]
        if not any(len(video.found.starts) for video in chosen):
            raise VidpredError(
                f"every training window moves more than data.max_motion={choice.max_motion:g} grey levels; raise it"
            )
        return chosen

    def _choose(self, video: _Video, choice: TrainingChoice) -> _Video:
        differences = video.clip.differences[: len(video.clip.frames) - self.hold_out - 1]
        starts, strides = choice.choose(video.clip.frames, differences, self.rule)
        return replace(video, found=replace(video.found, starts=starts), strides=strides)


def _split(videos: list[_Video], share: float, seed: int) -> tuple[list[_Video], list[_Video]]:
    if share == 0 or len(videos) < FEWEST_TO_SPLIT:
        return videos, []
    ranked = sorted(videos, key=lambda video: hashlib.sha256(f"{seed} {video.content}".encode()).digest())
    count = min(max(1, round(share * len(videos))), len(videos) - 1)
    chosen = {video.content for video in ranked[:count]}
    return (
        [video for video in videos if video.content not in chosen],
        [video for video in videos if video.content in chosen],
    )


def _windows(videos: list[_Video], rule: WindowRule, framing: Framing) -> Windows:
    return Windows(
        [video.clip.frames for video in videos],
        [video.found.starts for video in videos],
        [video.name for video in videos],
        rule,
        framing,
        [video.strides for video in videos],
    )


def _report(train: list[_Video], held_out: list[_Video], skipped: list[Usage], share: float) -> str:
    rows = [
        Usage(
            video.name,
            role,
            len(video.clip.frames),
            len(video.found.starts),
            video.found.num_cuts,
            video.found.static_share,
        )
        for role, videos in (("train", train), ("validation", held_out))
        for video in videos
    ]
    only_one = "no validation: there is one video only; give data.validation_source=PATH to have one"
    switched_off = "no validation: data.validation is 0"
    return usage_table([*rows, *skipped], "" if held_out else only_one if share else switched_off)


def _nothing_usable(source: Path, skipped: list[Usage]) -> VidpredError:
    reasons = "; ".join(f"{video.name}: {video.reason}" for video in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > len(skipped[:3]) else ""
    return VidpredError(f"no video in {source} can be used ({reasons}{more}); add videos that move, or longer ones")

"""Clips from a folder of videos, split into training and validation by video."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Ge, Le, Lt

from vidpred.data.augmentation import Augmentation
from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import ClipStore
from vidpred.data.split import KnownSplit, describe_changes, describe_trained_before, leaking, split_videos
from vidpred.data.stored_frames import FrameFiles
from vidpred.data.training_windows import TrainingChoice
from vidpred.data.usable_videos import SAME, UsableVideo, VideoReader
from vidpred.data.usage import Usage, repeats_text, skipped_text, usage_table
from vidpred.data.windows import Framing, WindowRule, Windows
from vidpred.errors import VidpredError
from vidpred.interfaces import Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.files import real_path
from vidpred.machine.needs import Needs
from vidpred.machine.ranges import HEAVIEST, ClipLength, Seed, Side
from vidpred.registry import DATASETS
from vidpred.wording import LONGEST_LIST, listed

TRAINING_OPTIONS = frozenset(  # change the training clips, and nothing about clips that are scored
    {"only", "validation_only", "max_stride", "max_motion", "max_windows"}
    | {"flip_vertical", "transpose", "reverse", "brightness", "still_share"}
)
OWN_VALIDATION = Needs(lambda options, _: options.validation_source is None, "data.validation_source is given")
Stride = Annotated[int, Ge(1), Le(1000)]
Rate = Annotated[float, Ge(1e-6), Le(1000)]  # frames per second, from one in eleven days
MOST_REASONS, MOST_NAMES = 3, 3  # in a message


@DATASETS.register("video_folder")
@checked
def video_folder(
    source: GivenPath,
    clip_length: ClipLength,
    seed: Seed = 0,
    known_split: Mapping[str, Any] | None = None,
    *,
    resolution: Side = 128,
    crop: Side = 64,
    stride: Stride = 1,
    frame_rate: Rate | None = None,
    greyscale: bool = False,
    min_motion: Annotated[float, Ge(0), Le(255)] = 1.0,
    scene_cut: Annotated[float, Ge(0), Le(HEAVIEST)] = 30.0,
    validation: Annotated[float, Ge(0), Lt(1), OWN_VALIDATION] = 0.1,
    validation_source: Path | None = None,
    flip: bool = True,
    moving_crop_attempts: Annotated[int, Ge(1), Le(1000)] = 8,
    hold_out: Annotated[int, Ge(0), Le(100_000_000)] = 0,
    cache: Path | None = None,
    only: Path | None = None,
    validation_only: Path | None = None,
    max_stride: Stride | None = None,
    max_motion: Annotated[float, Ge(0), Le(HEAVIEST)] | None = None,
    max_windows: Annotated[int, Ge(1), Le(100_000_000)] | None = None,
    flip_vertical: bool = False,
    transpose: bool = False,
    reverse: bool = False,
    brightness: Annotated[float, Ge(0), Le(1)] = 0.0,
    still_share: Annotated[float, Ge(0), Le(1)] = 0.0,
) -> Split:
    """Clips of successive frames from video files and folders of numbered frames.

    Which videos validate is determined by their content and the seed: another video in the folder, or
    another name for one, does not reshuffle the rest. Copies of a video count once, in whatever file, and footage that
    validates is not trained on in another encoding either.

    Args:
        source: a video, or a folder, which is searched with all its subfolders.
        clip_length: frames per clip; set by the task.
        seed: of the split into training and validation; set by the run.
        known_split: which videos a run that goes on, or starts from weights, was on before; set by the run.
        resolution: pixels of the shorter side that videos are scaled down to.
        crop: pixels, height and width of a clip; at most the resolution.
        stride: frames from one frame of a clip to the next.
        frame_rate: frames per second to sample; null for each video's own. A video that has less
            than half as many is skipped.
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
    source = Path(source)
    _check_training(stride, max_stride, validation_source, validation_only)
    if validation_source and not validation_only:
        _require_apart(source, validation_source)
    rule, known = WindowRule(clip_length, stride, min_motion, scene_cut), KnownSplit.parse(known_split)
    settings = Settings(resolution, frame_rate, greyscale, min_size=crop)
    reader = VideoReader(ClipStore(cache), settings, rule, hold_out, known.was_read)
    held_out = reader.read(validation_source, validation_only) if validation_source else []
    if validation_source and not held_out:
        raise _nothing_usable(validation_source, reader.skipped)
    num_before, videos = len(reader.skipped), reader.read(source, only)
    if not videos:
        raise _nothing_usable(source, reader.skipped[num_before:])
    choice = ""
    if not validation_source:
        videos, held_out, choice = split_videos(videos, validation, seed, known)
    videos, held_out = _without_leaks(videos, held_out, reader, known)
    videos = reader.choose(videos, TrainingChoice(max_stride, max_motion, max_windows))
    framing = Framing(crop, flip, moving_crop_attempts)
    augmentation = Augmentation(transpose, flip_vertical, reverse, brightness)
    notes = (choice, describe_changes(known, videos, held_out), describe_trained_before(known, held_out))
    report = [_report(videos, held_out, reader.skipped, validation), *notes]
    thinned = repeats_text([video.used_as("train") for video in (*videos, *held_out)])
    return Split(
        train=_windows(videos, rule, replace(framing, still_share=still_share, augmentation=augmentation)),
        validation=_windows(held_out, rule, framing) if held_out else None,
        report="\n".join(filter(None, report)),
        skipped="\n".join(filter(None, [thinned, skipped_text(reader.skipped, LONGEST_LIST)])),
        known_split=known.with_videos(videos, held_out).record(),
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


def _require_apart(source: Path, validation_source: Path) -> None:
    """Refuse to validate on all that is to be trained on.

    Raises:
        VidpredError: both are the same, however they are spelt.
    """
    if real_path(source) == real_path(validation_source):
        raise VidpredError(
            f"data.validation_source is {validation_source}, the videos to train on, of which none would be left; name "
            "others, or leave it out, so that a share of them is validated on (data.validation)"
        )


def _without_leaks(
    train: list[UsableVideo], held_out: list[UsableVideo], reader: VideoReader, known: KnownSplit
) -> tuple[list[UsableVideo], list[UsableVideo]]:
    """Return both sides, without the training videos that would give validation away.

    Raises:
        VidpredError: there is no other to train on.
    """
    leaks = leaking(train, held_out, known)
    kept = [video for video in train if video.content not in leaks]
    if not kept and not known:
        return [*train, *held_out], []
    for video in train:
        if video.content in leaks:
            reader.leave_out(video, leaks[video.content])
    if not kept:
        raise VidpredError(
            "all videos that are left are ones that this run validates on, so there is none to train on; add others"
        )
    return kept, held_out


def _windows(videos: list[UsableVideo], rule: WindowRule, framing: Framing) -> Windows:
    return Windows(
        FrameFiles([video.clip.file for video in videos]),
        [video.found.starts for video in videos],
        [video.name for video in videos],
        rule,
        framing,
        [video.strides for video in videos],
        [video.transitions for video in videos],
    )


def _report(
    train: Sequence[UsableVideo], held_out: Sequence[UsableVideo], skipped: Sequence[Usage], share: float
) -> str:
    rows = [*(video.used_as("train") for video in train), *(video.used_as("validation") for video in held_out)]
    note = ""
    if not held_out:
        several = "all videos show the same" if len(train) > 1 else "there is one video only"
        note = f"no validation: {several}; give data.validation_source=PATH to have one"
    if not held_out and not share:
        note = "no validation: data.validation is 0"
    return usage_table([*rows, *skipped], note)


def _nothing_usable(source: Path, skipped: Sequence[Usage]) -> VidpredError:
    names = dict[str, list[str]]()  # by why they are skipped
    for video in skipped:
        names.setdefault(video.reason, []).append(video.named)
    reasons = "; ".join(f"{listed(names[reason], MOST_NAMES)}: {reason}" for reason in list(names)[:MOST_REASONS])
    more = "; and for other reasons" if len(names) > MOST_REASONS else ""
    copies = all(reason.startswith(SAME) for reason in names)
    advice = "give videos that are not validated on" if copies else "add videos that move, or longer ones"
    return VidpredError(f"no video in {source} can be used ({reasons}{more}); {advice}")

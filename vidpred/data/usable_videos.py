"""Decodes the videos of a folder, and finds those with windows to train or to validate on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import ClipStore, StoredClip, StoreError
from vidpred.data.repeats import gains, holds_many, without_repeats
from vidpred.data.selection import name_below, select
from vidpred.data.training_windows import TrainingChoice
from vidpred.data.transitions import Transitions
from vidpred.data.usage import Usage
from vidpred.data.video_identity import content_key, find_same_footage
from vidpred.data.windows import FoundWindows, WindowRule, find_windows
from vidpred.errors import VidpredError
from vidpred.machine.progress import progress
from vidpred.video.predicted import set_predicted_apart
from vidpred.video.sources import find_sources
from vidpred.wording import counted

UNRELATED = 35.0  # grey levels from a picture to the next, in the median; of 516 videos none had 28 in the mean
MOST_LEVELS = 255.0
PREDICTED = "named as what was predicted of another; to be read, it needs another name"
PREDICTED_FRAMES = "its frames are named as what was predicted of another; to be read, they need other names"
SAME = "the same as"  # begins the reason why a copy is skipped


class _TooShortError(VidpredError):
    """A video has too few frames; the detail says how many."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason)
        self.detail = detail


@dataclass(frozen=True)
class UsableVideo:
    """A decoded video with windows.

    Args:
        name: path below the source.
        content: a hash of the file, see :func:`~vidpred.data.video_identity.content_key`.
        clip: its frames.
        transitions: between its successive frames, but for those that are held out.
        found: its windows.
        strides: of each of them (N,).
        num_repeats: frames left out, each of which repeats the one before; 0 where it is read with its repeats.
        other: it with its repeats where it is read without, or the other way round, if that was decoded as well.
    """

    name: str
    content: str
    clip: StoredClip
    transitions: Transitions
    found: FoundWindows
    strides: np.ndarray
    num_repeats: int = 0
    other: StoredClip | None = None

    @property
    def share_left(self) -> float:
        """Of its frames, those that are no repeats that were left out."""
        return self.clip.num_frames / (self.clip.num_frames + self.num_repeats)

    @property
    def stored_bytes(self) -> int:
        """What it takes in the store, in either reading."""
        return self.clip.frames.nbytes + (self.other.frames.nbytes if self.other else 0)

    def used_as(self, role: str) -> Usage:
        """Return what is told of it: its role is "train" or "validation"."""
        return Usage(
            name=self.name,
            role=role,
            num_frames=self.clip.num_frames,
            num_windows=len(self.found.starts),
            num_cuts=self.found.num_cuts,
            num_breaks=self.found.num_breaks,
            static_share=self.found.static_share,
            num_repeats=self.num_repeats,
        )


def same_footage(videos: Sequence[UsableVideo], others: Sequence[UsableVideo]) -> dict[int, int]:
    """Say which videos show what others show, each with its repeats or without them, where it was read in both ways.

    Returns:
        For those that show the same as another: the number of that other, by their own number.
    """
    here, there = _courses(videos), _courses(others)
    found = find_same_footage([course for _, course in here], [course for _, course in there])
    return {here[one][0]: there[other][0] for one, other in found.items()}


def _courses(videos: Sequence[UsableVideo]) -> list[tuple[int, np.ndarray]]:
    clips = ((number, clip) for number, video in enumerate(videos) for clip in (video.clip, video.other))
    return [(number, clip.course) for number, clip in clips if clip]


class VideoReader:
    """Decodes videos, and remembers which were read and which skipped.

    Args:
        store: for the decoded videos.
        settings: how to decode them.
        rule: what makes a window.
        hold_out: frames at the end of every video that are in no window.
        was_read: whether a run that goes on was on a video, by its name and a hash of its file, or of its frames as
            decoded with its repeats: it stays on it, though it be a prediction, and on these frames.
    """

    def __init__(
        self,
        store: ClipStore,
        settings: Settings,
        rule: WindowRule,
        hold_out: int,
        was_read: Callable[[str, str], bool] = lambda *_: False,
    ):
        self.store = store
        self.settings = settings
        self.rule = rule
        self.hold_out = hold_out
        self.was_read = was_read
        self.skipped: list[Usage] = []
        self._read_before: dict[str, str] = {}  # names by hashes, of files and of decoded frames

    def read(self, source: Path, only: Path | None) -> list[UsableVideo]:
        """Return the usable videos in ``source``, by name.

        Skipped are copies of what was read before, and what was predicted of others, unless a list names it.

        Args:
            source: a video, or a folder of them.
            only: a list of those to take, see :func:`~vidpred.data.selection.select`.

        Raises:
            VidpredError: there is no video, or the list cannot be used.
            StoreError: the store cannot be written.
        """
        paths = find_sources(source)
        predicted = set[Path]() if only else set(set_predicted_apart(paths)[1])
        if only:
            paths = select(paths, source, only)
        shown = progress(paths, "reading videos", "video")
        return [video for path in shown if (video := self._read_one(path, name_below(path, source), path in predicted))]

    def choose(self, videos: list[UsableVideo], choice: TrainingChoice) -> list[UsableVideo]:
        """Return the videos with the windows that are trained on.

        Raises:
            VidpredError: every window moves too much.
        """
        chosen = [self._choose(video, choice) for video in progress(videos, "choosing windows", "video")]
        if not any(len(video.found.starts) for video in chosen):
            raise VidpredError(
                f"every training window moves more than data.max_motion={choice.max_motion:g} grey levels; raise it"
            )
        return chosen

    def leave_out(self, video: UsableVideo, reason: str) -> None:
        """Note that a video which was read is not used after all."""
        self.skipped.append(Usage(video.name, "skipped", reason=reason))

    def _read_one(self, path: Path, name: str, is_predicted: bool) -> UsableVideo | None:
        try:
            return self._used(path, name, is_predicted)
        except StoreError:
            raise
        except VidpredError as error:
            reason = str(error).removeprefix(f"{path} ").removeprefix("is ")  # the same words of all files
            detail = error.detail if isinstance(error, _TooShortError) else ""
            self.skipped.append(Usage(name, "skipped", reason=reason, detail=detail))
            return None

    def _used(self, path: Path, name: str, is_predicted: bool) -> UsableVideo:
        content = content_key(path)
        if is_predicted and not self.was_read(name, content):
            raise VidpredError(PREDICTED_FRAMES if path.is_dir() else PREDICTED)
        self._refuse_copy(content, name)
        clip = self.store.open(path, self.settings, content)
        self._refuse_copy(clip.pixels, name)
        num_frames = clip.num_frames - self.hold_out
        if num_frames < self.rule.span:
            besides = f", besides data.hold_out={self.hold_out}" if self.hold_out else ""
            number = counted(self.rule.span, "frame")
            raise _TooShortError(f"fewer than the {number} of a clip{besides}", counted(clip.num_frames, "frame"))
        if path.is_dir():
            self._refuse_single_images(clip.transitions.among_first(num_frames))
        video = self._with_windows(name, content, clip)
        if holds_many(video.found) and not (len(video.found.starts) and self.was_read(name, clip.pixels)):
            video = self._without_repeats(path, video)
        if not len(video.found.starts):
            raise VidpredError(self._why_none(video.found))
        return video

    def _without_repeats(self, path: Path, video: UsableVideo) -> UsableVideo:
        """Return a video without its repeated frames, or as it is where that gains no clips."""
        pictures = self.store.open(path, without_repeats(self.settings, video.clip, self.rule), video.content)
        if pictures.num_frames - self.hold_out < self.rule.span:
            return replace(video, other=pictures)
        thinned = self._with_windows(video.name, video.content, pictures)
        if not gains(video.found, thinned.found):
            return replace(video, other=pictures)
        self._refuse_copy(pictures.pixels, video.name)
        return replace(thinned, num_repeats=video.clip.num_frames - pictures.num_frames, other=video.clip)

    def _with_windows(self, name: str, content: str, clip: StoredClip) -> UsableVideo:
        transitions = clip.transitions.among_first(clip.num_frames - self.hold_out)
        found = find_windows(transitions, self.rule)
        return UsableVideo(name, content, clip, transitions, found, np.full(len(found.starts), self.rule.stride))

    def _why_none(self, found: FoundWindows) -> str:
        """Say why a video that is long enough has no windows."""
        if found.num_repeating:
            return (
                f"a repeated frame in all clips of {self.rule.span} frames that move, and too few clips without "
                "repeats; in training, data.min_motion=0 takes even that"
            )
        if found.static_share:
            return (
                f"static: motion below {counted(self.rule.min_motion, 'grey level')} (data.min_motion) on average over "
                "the frame; in training, data.min_motion=0 takes even that"
            )
        missing = "a scene cut or a break in time" if found.num_breaks else "a scene cut"
        advice = "; data.scene_cut=255 finds no cuts" if found.num_cuts else ""
        return f"no {self.rule.span} frames without {missing}{advice}"

    def _refuse_single_images(self, transitions: Transitions) -> None:
        """Refuse a folder of pictures that have nothing to do with each other, unless cuts are not to count."""
        if not len(transitions) or self.rule.scene_cut >= MOST_LEVELS:
            return
        change = float(np.median(transitions.differences))
        if change > UNRELATED:
            raise VidpredError(
                f"its pictures change by more than {UNRELATED:g} grey levels from one to the next, as single images do "
                "and frames of a video do not; a generator learns from images, with --config r3_tiny; "
                "data.scene_cut=255 takes them as a video"
            )

    def _refuse_copy(self, key: str, name: str) -> None:
        """Refuse a video of which another was a copy; ``key`` is a hash of its file or of its decoded frames."""
        if key in self._read_before:
            raise VidpredError(f"{SAME} {self._read_before[key]}")
        self._read_before[key] = name

    def _choose(self, video: UsableVideo, choice: TrainingChoice) -> UsableVideo:
        starts, strides = choice.choose(video.clip.frames, video.transitions, self.rule)
        return replace(video, found=replace(video.found, starts=starts), strides=strides)

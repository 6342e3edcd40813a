"""Windows of successive frames in decoded videos, cropped and gathered in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vidpred.data.augmentation import Augmentation
from vidpred.data.motion import mean_difference
from vidpred.data.moving_still import fill_with_moving_still
from vidpred.data.transitions import Transitions
from vidpred.wording import counted, counted_clips

REPEATED = 0.25  # of the minimum motion: a frame that changes less repeats the one before it
SUDDEN = 3.0  # times as much changes on either side of a frame that a converter repeats; what pauses slows down first


@dataclass(frozen=True)
class WindowRule:
    """Which windows of a video serve as clips.

    Args:
        clip_length: frames per clip.
        stride: frames from one frame of a clip to the next.
        min_motion: mean absolute difference of successive frames, in grey levels, below which a clip is static.
        scene_cut: grey levels above which a difference may be a cut.
    """

    clip_length: int
    stride: int = 1
    min_motion: float = 1.0
    scene_cut: float = 30.0

    @property
    def span(self) -> int:
        """Number of frames from the first to the last of a clip, both included."""
        return (self.clip_length - 1) * self.stride + 1


@dataclass(frozen=True)
class FoundWindows:
    """The usable windows of one video.

    Args:
        starts: (N,), the first frame of each.
        num_cuts: how many scene cuts the video has.
        num_breaks: how often it does not go on from one frame to the next.
        static_share: the share of static ones among the windows without a cut or a break.
        num_repeating: how many of these would move enough, but for a frame that repeats the one before.
        num_sudden: how many of those do so only where all else moves on, with no slow motion beside it.
    """

    starts: np.ndarray
    num_cuts: int
    num_breaks: int
    static_share: float
    num_repeating: int = 0
    num_sudden: int = 0


def find_windows(transitions: Transitions, rule: WindowRule) -> FoundWindows:
    """Return the windows that cross no cut and no break, and move.

    A window in which a frame hardly differs from the one before it counts as static as well: cameras
    and converters repeat frames to fill up a frame rate, and when they do cannot be predicted.

    Args:
        transitions: between the frames that may be used.
        rule: what makes a window.
    """
    cuts, gaps = transitions.cuts(rule.scene_cut), rule.span - 1
    num_cuts, num_breaks = int(cuts.sum()), int(transitions.breaks.sum())
    if len(transitions) < gaps:
        return FoundWindows(np.zeros(0, np.int64), num_cuts, num_breaks, 0.0)
    whole = _sliding_sum(cuts | transitions.breaks, gaps) == 0
    least = rule.min_motion * REPEATED
    repeats, pauses = transitions.differences < least, _pauses(transitions.differences, least)
    repeated, paused = (_sliding_sum(each, gaps) > 0 for each in (repeats, pauses))
    moving = whole & (_sliding_sum(transitions.differences, gaps) >= rule.min_motion * gaps - 1e-6)
    starts = np.flatnonzero(moving & ~repeated)
    static_share = 1 - len(starts) / whole.sum() if whole.any() else 0.0
    numbers = (int((moving & repeated).sum()), int((moving & repeated & ~paused).sum()))
    return FoundWindows(starts, num_cuts, num_breaks, float(static_share), *numbers)


def _pauses(differences: np.ndarray, least: float) -> np.ndarray:
    """Return which differences are below ``least`` and end or begin with slow motion, as booleans (T - 1,)."""
    still = differences < least
    beginnings, ends = np.flatnonzero(np.diff(still, prepend=False, append=False)).reshape(-1, 2).T
    around = np.pad(differences, 1, constant_values=np.inf)  # one place later
    slow = np.minimum(around[beginnings], around[ends + 1]) < SUDDEN * least
    pauses = np.zeros(len(still), bool)
    pauses[still] = np.repeat(slow, ends - beginnings)
    return pauses


def _sliding_sum(values: np.ndarray, length: int) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    sums: np.ndarray = total[length:] - total[: len(total) - length]
    return sums


@dataclass(frozen=True)
class Framing:
    """How clips are cut out of their frames.

    Args:
        crop: pixels, height and width of a clip.
        flip: whether half of the clips are mirrored.
        moving_crop_attempts: how often at most a static crop is drawn again.
        still_share: share of the clips that are made from one frame by a moving crop.
        augmentation: of the training clips.
    """

    crop: int
    flip: bool = True
    moving_crop_attempts: int = 8
    still_share: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)


class Windows:
    """A data set of the windows of several videos.

    Args:
        videos: decoded frames, each 8-bit (T, H, W, C); they may be opened when they are asked for.
        starts: per video, the first frame of each of its windows (N,).
        names: per video, its name.
        rule: how long a window is, and when it moves.
        framing: how clips are cut out of it.
        strides: per video, the stride of each of its windows (N,); None for the rule's.
        transitions: per video, those between the frames that may be used; None where no longer windows will be asked
            for.
    """

    def __init__(
        self,
        videos: Sequence[np.ndarray],
        starts: Sequence[np.ndarray],
        names: Sequence[str],
        rule: WindowRule,
        framing: Framing,
        strides: Sequence[np.ndarray] | None = None,
        transitions: Sequence[Transitions] | None = None,
    ):
        self.videos = videos
        self.names = names
        self.rule = rule
        self.framing = framing
        self.transitions = transitions
        self.first_frames = np.concatenate(starts)
        self.strides = np.concatenate(strides) if strides else np.full(len(self.first_frames), rule.stride)
        self.owners = np.repeat(np.arange(len(videos)), [len(some) for some in starts])

    def __repr__(self) -> str:
        clips, crop = counted_clips(len(self), len(np.unique(self.owners))), self.framing.crop
        return f"<Windows: {clips}, each {counted(self.rule.clip_length, 'frame')} of {crop} x {crop} pixels>"

    @property
    def facts(self) -> Mapping[str, Any]:
        crop = self.framing.crop
        return {"frame_channels": self.videos[0].shape[-1], "height": crop, "width": crop}

    def __len__(self) -> int:
        return len(self.first_frames)

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        crop = self.framing.crop
        channels = self.videos[0].shape[-1]
        clips = np.empty((len(indices), self.rule.clip_length, crop, crop, channels), np.uint8)
        for number, index in enumerate(indices):
            if draws is None:
                self._cut_centre(self.full_frames(index), clips[number])
            else:
                self._draw(self.full_frames(index), clips[number], draws[number])
        return clips

    def full_frames(self, index: int) -> np.ndarray:
        """Return a window uncropped, 8-bit (T, H, W, C); the size varies from video to video."""
        start, stride = int(self.first_frames[index]), int(self.strides[index])
        return self.videos[int(self.owners[index])][start::stride][: self.rule.clip_length]

    def video(self, index: int) -> str:
        """Return the name of the video that a window is from."""
        return self.names[int(self.owners[index])]

    def longer(self, num_frames: int) -> "Windows | None":
        """Return windows of ``num_frames`` frames of the same videos; none where no video has any."""
        rule = replace(self.rule, clip_length=num_frames)
        starts = [find_windows(each, rule).starts for each in self.transitions or ()]
        if not sum(map(len, starts)):
            return None
        return Windows(self.videos, starts, self.names, rule, self.framing, transitions=self.transitions)

    def _cut_centre(self, frames: np.ndarray, clip: np.ndarray) -> None:
        top, left = (frames.shape[1] - self.framing.crop) // 2, (frames.shape[2] - self.framing.crop) // 2
        clip[:] = frames[:, top : top + self.framing.crop, left : left + self.framing.crop]

    def _draw(self, frames: np.ndarray, clip: np.ndarray, draw: np.random.Generator) -> None:
        from_still = self.framing.still_share > 0 and draw.random() < self.framing.still_share
        mirrored = self.framing.flip and draw.random() < 1 / 2
        if from_still:
            fill_with_moving_still(clip, frames[draw.integers(len(frames))], draw)
        else:
            self._cut_random(frames, clip, draw)
        if mirrored:
            clip[:] = clip.take(np.arange(self.framing.crop)[::-1], axis=2)  # twice as fast as clip[:, :, ::-1]
        self.framing.augmentation.apply(clip, draw)

    def _cut_random(self, frames: np.ndarray, clip: np.ndarray, draw: np.random.Generator) -> None:
        """Fill ``clip`` with a crop that moves, if one is found within the attempts (Mathieu et al. 2016)."""
        crop = self.framing.crop
        for _ in range(self.framing.moving_crop_attempts):
            top = int(draw.integers(frames.shape[1] - crop + 1))
            left = int(draw.integers(frames.shape[2] - crop + 1))
            clip[:] = frames[:, top : top + crop, left : left + crop]
            if self._moves(clip):
                break

    def _moves(self, clip: np.ndarray) -> bool:
        if self.rule.min_motion <= 0 or len(clip) == 1:
            return True
        return mean_difference(clip[1:], clip[:-1]) >= self.rule.min_motion

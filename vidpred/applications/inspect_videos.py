"""What a folder of videos holds, before anything is trained on it: what can be used, and how predictable it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vidpred.data.clip_decoding import Decoding, Settings
from vidpred.data.clip_store import ClipStore
from vidpred.data.selection import name_below
from vidpred.data.single_images import refuse_single_images
from vidpred.data.usable_videos import UsableVideo, VideoReader, same_footage
from vidpred.data.windows import WindowRule, find_windows
from vidpred.frames import to_model
from vidpred.interfaces import Predictor
from vidpred.machine.progress import progress
from vidpred.metrics.psnr import psnr
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import rollout
from vidpred.video.decoding.deinterlacing import is_interlaced
from vidpred.video.sources import find_sources, probe

BASELINES = ("copy_last", "optical_flow")
CONTEXT = 2  # frames that they look at
AHEAD = (1, 5)  # frames ahead, at which they are scored
LONGEST = CONTEXT + max(AHEAD)  # frames of a scored window


@dataclass(frozen=True)
class Look:
    """How videos are prepared, which decides what there is to see; as for training.

    Args:
        settings: how they are decoded.
        rule: what makes a clip.
        cache: folder for the decoded videos; None for the one that is used by default.
        windows: of every video, evenly spaced, at which it is tried how predictable it is.
    """

    settings: Settings
    rule: WindowRule
    cache: Path | None = None
    windows: int = 4


@dataclass(frozen=True)
class InspectedVideo:
    """One video, as it is and as it would be trained on.

    Args:
        name: path below the source.
        reason: why it would not be trained on; empty where it would be.
        detail: what of that reason is its own, such as ``2 frames``; often nothing.
        width: pixels, as shown; 0 where it cannot be read, as with all that follows.
        height: pixels, as shown.
        frame_rate: frames per second, as it is decoded; in the mean where the rate changes midway, and of what is
            left where repeats are left out.
        num_frames: after decoding, without repeats that are left out; what the file says where it is not decoded.
        num_repeats: frames left out besides, each of which repeats the one before.
        num_clips: that may be trained on.
        motion: mean absolute difference of successive frames, cuts and breaks left out, in grey levels.
        num_cuts: scene cuts.
        num_breaks: how often it does not go on from one frame to the next.
        static_share: of its clips, that are left out since they stand still.
        stored: bytes of its decoded frames.
        predictability: PSNR in dB by baseline and frames ahead, over a few windows; empty where none could be scored.
        same_as: the name of another video that shows the same; empty where none does.
        interlaced: whether its first frame is marked as interlaced; such films are read as whole pictures.
    """

    name: str
    reason: str = ""
    detail: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    num_frames: int = 0
    num_repeats: int = 0
    num_clips: int = 0
    motion: float = 0.0
    num_cuts: int = 0
    num_breaks: int = 0
    static_share: float = 0.0
    stored: int = 0
    predictability: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    same_as: str = ""
    interlaced: bool = False

    @property
    def seconds(self) -> float:
        """How long it is; 0 where that is not known."""
        return self.num_frames / self.frame_rate if self.frame_rate else 0.0


@dataclass(frozen=True)
class Inspection:
    """What was seen of a folder of videos.

    Args:
        source: the folder, or the one video.
        videos: all that were found, by name.
        used: the usable ones decoded, by name.
        scene_cut: grey levels above which a change may be a cut.
    """

    source: Path
    videos: list[InspectedVideo]
    used: Mapping[str, UsableVideo]
    scene_cut: float

    @property
    def usable(self) -> list[InspectedVideo]:
        """Those that would be trained on."""
        return [video for video in self.videos if not video.reason]

    def as_plain(self) -> dict[str, Any]:
        """Return all of it as values for JSON."""
        return {
            "source": str(self.source),
            "usable": len(self.usable),
            "frames": sum(video.num_frames for video in self.usable),
            "clips": sum(video.num_clips for video in self.usable),
            "stored_bytes": sum(video.stored for video in self.videos),
            "videos": [{**asdict(video), "seconds": video.seconds} for video in self.videos],
        }


def inspect_videos(source: Path, look: Look) -> Inspection:
    """Decode the videos in ``source`` as training does, into the same store, and say what is there.

    Raises:
        VidpredError: there is no video, there are single images alone, or the store cannot be written.
    """
    sources = find_sources(source)
    refuse_single_images(source, sources, look.rule.scene_cut)
    reader = VideoReader(ClipStore(look.cache), look.settings, look.rule, hold_out=0)
    used = {video.name: video for video in reader.read(source, None)}
    skipped = {usage.name: usage for usage in reader.skipped}
    baselines = {name: PREDICTORS.build(name, {"num_context_frames": CONTEXT, "lead": 1}) for name in BASELINES}
    twins = _same_footage(list(used.values()))
    found = []
    for path in progress(sources, "looking", "video"):
        name = name_below(path, source)
        seen = _as_it_says(path, name, look.settings)
        if name in used:
            seen = replace(_as_decoded(seen, used[name], look, baselines), same_as=twins.get(name, ""))
            seen = replace(seen, interlaced=not path.is_dir() and is_interlaced(path))
        if usage := skipped.get(name):
            seen = replace(seen, reason=usage.reason, detail=usage.detail)
        found.append(seen)
    return Inspection(source, found, used, look.rule.scene_cut)


def predictability(
    frames: np.ndarray, starts: np.ndarray, predictors: Mapping[str, Predictor], windows: int
) -> dict[str, dict[int, float]]:
    """Return the mean PSNR in dB of each predictor at each of :data:`AHEAD` frames ahead.

    Args:
        frames: 8-bit (T, H, W, C).
        starts: first frames of windows of :data:`LONGEST` frames (N,).
        predictors: by name, which look at :data:`CONTEXT` frames.
        windows: how many of them are scored at most, evenly spaced; without any, nothing is returned.
    """
    number = min(windows, len(starts))
    chosen = [int(starts[(2 * part + 1) * len(starts) // (2 * number)]) for part in range(number)]
    scores: dict[str, list[np.ndarray]] = {name: [] for name in predictors}
    for start in chosen:
        clip = to_model(np.ascontiguousarray(frames[start : start + LONGEST]))[None]
        for name, predictor in predictors.items():
            with torch.inference_mode():
                future = rollout(predictor, clip[:, :CONTEXT], max(AHEAD))
            scores[name].append(psnr(future, clip[:, CONTEXT:])[0].numpy())
    means = {name: np.mean(each, axis=0) for name, each in scores.items() if each}
    return {name: {ahead: float(mean[ahead - 1]) for ahead in AHEAD} for name, mean in means.items()}


def _as_it_says(path: Path, name: str, settings: Settings) -> InspectedVideo:
    """Return what a video says of itself, without decoding it."""
    try:
        info, decoding = probe(path), Decoding(path, settings)
    except Exception as error:  # whatever a decoder raises: the reader says why it cannot be used
        if isinstance(error, MemoryError):
            raise
        return InspectedVideo(name)
    return InspectedVideo(
        name=name,
        width=info.width,
        height=info.height,
        frame_rate=decoding.mean_rate,
        num_frames=info.num_frames or 0,
        stored=decoding.expected_bytes,
    )


def _as_decoded(
    seen: InspectedVideo, video: UsableVideo, look: Look, baselines: Mapping[str, Predictor]
) -> InspectedVideo:
    clip, transitions = video.clip, video.transitions
    going_on = ~(transitions.cuts(look.rule.scene_cut) | transitions.breaks)
    starts = find_windows(transitions, replace(look.rule, clip_length=LONGEST, stride=1)).starts
    return replace(
        seen,
        frame_rate=seen.frame_rate * video.share_left,
        num_frames=clip.num_frames,
        num_repeats=video.num_repeats,
        num_clips=len(video.found.starts),
        motion=float(transitions.differences[going_on].mean()) if going_on.any() else 0.0,
        num_cuts=video.found.num_cuts,
        num_breaks=video.found.num_breaks,
        static_share=video.found.static_share,
        stored=video.stored_bytes,
        predictability=predictability(clip.frames, starts, baselines, look.windows),
    )


def _same_footage(videos: list[UsableVideo]) -> dict[str, str]:
    """Return which videos show what an earlier one shows, in another encoding."""
    found: dict[str, str] = {}
    for number, video in enumerate(videos):
        if same := same_footage([video], videos[:number]):
            found[video.name] = videos[same[0]].name
    return found

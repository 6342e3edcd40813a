"""When a video is read without the frames that it repeats, and which pictures of it are at rest."""

from dataclasses import replace

import numpy as np

from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import StoredClip
from vidpred.data.windows import REPEATED, FoundWindows, WindowRule
from vidpred.video.pace import PAUSE, PAUSED_GAPS

CLEARLY_MORE = 2  # times as many clips
NOISE = 0.25  # grey levels: what changes more is slow motion, however much motion is asked for


def holds_many(found: FoundWindows) -> bool:
    """Return whether all clips that move hold a repeated frame, or more than half a sudden one."""
    return (found.num_sudden if len(found.starts) else found.num_repeating) > len(found.starts)


def gains(found: FoundWindows, without: FoundWindows) -> bool:
    """Return whether a video is to be read without its repeats.

    It is where these are in all of its clips that move, or come suddenly in more than half of them, and it has at
    least twice as many clips without them. As what is at rest ends a clip in either reading, a film that merely
    stands still at times gains none.

    Args:
        found: its clips.
        without: its clips without the repeats.
    """
    return holds_many(found) and len(without.starts) >= max(1, CLEARLY_MORE * len(found.starts))


def without_repeats(settings: Settings, clip: StoredClip, rule: WindowRule) -> Settings:
    """Return how a video is decoded without its repeats.

    A picture that is repeated for five times as long as pictures of the video usually are shown, or for a second and
    at least five frames, is at rest, and no clip crosses it.

    Args:
        settings: how it was decoded.
        clip: it, with its repeats.
        rule: what makes a clip, and by a small minimum motion a repeat.
    """
    least_change = min(rule.min_motion * REPEATED, NOISE)
    changes = np.flatnonzero(clip.transitions.differences >= least_change)
    usual = float(np.quantile(np.diff(changes), 0.5, method="lower")) if len(changes) > 1 else 1.0  # frames
    longest = max(PAUSE * float(clip.frame_rate), PAUSED_GAPS)
    return replace(settings, least_change=least_change, rest=min(longest, PAUSED_GAPS * usual))

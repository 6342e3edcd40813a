"""Chooses the training windows of a video: at several strides, not too fast, and not too many per video."""

from dataclasses import dataclass, replace

import numpy as np

from vidpred.data.motion import mean_difference
from vidpred.data.transitions import Transitions
from vidpred.data.windows import WindowRule, find_windows


@dataclass(frozen=True)
class TrainingChoice:
    """How training windows are chosen beyond the rule: further strides, and limits of motion and number.

    Args:
        max_stride: windows of every stride from the rule's to this one; None for the rule's alone.
        max_motion: mean absolute difference of a clip's successive frames in grey levels, above which a
            window is left out; None leaves none out.
        max_windows: per video and stride, evenly spaced; None for all.
    """

    max_stride: int | None = None
    max_motion: float | None = None
    max_windows: int | None = None

    def choose(self, frames: np.ndarray, transitions: Transitions, rule: WindowRule) -> tuple[np.ndarray, np.ndarray]:
        """Return the first frame and the stride of each window, both (N,).

        Args:
            frames: 8-bit (T or more, H, W, C).
            transitions: between the first T of them; later frames are not used.
            rule: what makes a window at its stride.
        """
        rules = [replace(rule, stride=stride) for stride in range(rule.stride, (self.max_stride or rule.stride) + 1)]
        chosen = [self._choose(frames, transitions, each) for each in rules]
        strides = [np.full(len(starts), each.stride) for starts, each in zip(chosen, rules, strict=True)]
        return np.concatenate(chosen), np.concatenate(strides)

    def _choose(self, frames: np.ndarray, transitions: Transitions, rule: WindowRule) -> np.ndarray:
        starts = find_windows(transitions, rule).starts
        if self.max_motion is not None and len(starts) and rule.clip_length > 1:
            used = frames[: len(transitions) + 1]
            change = transitions.differences if rule.stride == 1 else _differences(used, rule.stride)
            steps = np.arange(rule.clip_length - 1) * rule.stride
            starts = starts[change[starts[:, None] + steps].mean(axis=1) <= self.max_motion]
        if self.max_windows is None or len(starts) <= self.max_windows:
            return starts
        middles = (np.arange(self.max_windows) + 1 / 2) * len(starts) / self.max_windows
        evenly: np.ndarray = starts[middles.astype(np.int64)]
        return evenly


def _differences(frames: np.ndarray, stride: int) -> np.ndarray:
    return np.array([mean_difference(*pair) for pair in zip(frames[stride:], frames[:-stride], strict=True)])

"""What lies between the successive frames of a video: how much changes, and whether one goes on from the other."""

from dataclasses import dataclass

import numpy as np

from vidpred.data.scene_cuts import scene_cuts


@dataclass(frozen=True)
class Transitions:
    """Those of a video of T frames, in order.

    Args:
        differences: float32 (T - 1,), the mean absolute difference of the two frames in grey levels.
        breaks: booleans (T - 1,), where the later frame does not go on from the earlier: a pause, lost frames, a
            restart of the time stamps, or the beginning of another sequence.
    """

    differences: np.ndarray
    breaks: np.ndarray

    def __len__(self) -> int:
        return len(self.differences)

    def among_first(self, num_frames: int) -> "Transitions":
        """Return those among the first ``num_frames`` frames, at least 1."""
        return Transitions(self.differences[: num_frames - 1], self.breaks[: num_frames - 1])

    def cuts(self, threshold: float) -> np.ndarray:
        """Return where the scene changes, as booleans (T - 1,); see :func:`~vidpred.data.scene_cuts.scene_cuts`."""
        return scene_cuts(self.differences, threshold)

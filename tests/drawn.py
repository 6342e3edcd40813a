"""Data sets whose scores can be computed by hand, or that are worth looking at."""

import numpy as np
from material import draw_frames


class Brightening:
    """Uniform clips that brighten by a constant number of grey levels per frame, some per video."""

    def __init__(self, clip_length, levels_per_frame):
        self.clip_length = clip_length
        self.clips = [(video, level) for video, levels in levels_per_frame.items() for level in levels]
        self.read = []

    def __len__(self):
        return len(self.clips)

    def full_frames(self, index):
        self.read.append(index)
        values = 40 + self.clips[index][1] * np.arange(self.clip_length)
        return np.broadcast_to(values.astype(np.uint8)[:, None, None, None], (self.clip_length, 16, 16, 3)).copy()

    def video(self, index):
        return self.clips[index][0]


class Patchworks:
    """Clips of patches that slide, some per video, each other ones."""

    def __init__(self, clips_per_video, num_frames):
        self.num_frames = num_frames
        self.owners = [video for video, count in clips_per_video.items() for _ in range(count)]

    def __len__(self):
        return len(self.owners)

    def full_frames(self, index):
        return draw_frames(self.num_frames, height=32, width=40, seed=index)

    def video(self, index):
        return self.owners[index]

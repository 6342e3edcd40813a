"""From a video file to upright 8-bit frames, each with its time."""

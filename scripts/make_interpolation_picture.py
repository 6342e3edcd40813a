"""Draws the frame between two of the shipped clip: as it was, as optical flow draws it, and as the mean of both.

    python scripts/make_interpolation_picture.py docs/interpolation.png

Every second frame is left out and drawn from its neighbours. The square is shown in which most moves.
"""

import argparse
from pathlib import Path

import numpy as np

from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import Row, draw_rows, write_png
from vidpred.motion.interpolation import interpolate
from vidpred.runs.shipped import CLIP
from vidpred.video import decode

SIDE, TIMES = 72, 2  # of a crop in pixels, and as how many squares a pixel is drawn along each side
BEFORE, AFTER = "frame before", "frame after"


def main() -> None:
    """Leave out, draw, crop, lay out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the PNG to write; an older one is replaced")
    parser.add_argument("--video", type=Path, default=CLIP, help="the video to leave frames out of")
    parser.add_argument("--frames", nargs="+", type=int, default=[21, 38], help="which are left out, counted from 0")
    arguments = parser.parse_args()
    frames = np.stack(list(decode(arguments.video)))
    rows = [_row(frames[index - 1 : index + 2], index) for index in arguments.frames]
    write_png(arguments.out, draw_rows(rows, 5, SIDE * TIMES, SIDE * TIMES))
    print(f"wrote {arguments.out}")


def _row(frames: np.ndarray, index: int) -> Row:
    """Return a labelled line of crops of three frames (3, H, W, C) and of what is drawn in the middle."""
    before, _, after = to_model(frames).unsqueeze(1)
    shown = {
        BEFORE: frames[0],
        "mean of both": to_uint8((before + after) / 2)[0],
        "optical flow": to_uint8(interpolate(before, after))[0],
        "what was there": frames[1],
        AFTER: frames[2],
    }
    top, left = _where_most_moves(frames[0], frames[2])
    crops = {
        place: (name, frame[top : top + SIDE, left : left + SIDE]) for place, (name, frame) in enumerate(shown.items())
    }
    return f"frame {index}", crops


def _where_most_moves(frame: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Return top and left of the square in which two frames (H, W, C) differ most."""
    change = np.abs(frame.astype(float) - other).mean(axis=2)
    sums = np.lib.stride_tricks.sliding_window_view(change, (SIDE, SIDE))[::4, ::4].mean(axis=(2, 3))
    top, left = np.unravel_index(int(sums.argmax()), sums.shape)
    return 4 * int(top), 4 * int(left)


if __name__ == "__main__":
    main()

"""Draws what the rows of the ablation predict, beside what came: crops of the shipped clip, enlarged.

    python scripts/make_ablation_picture.py docs/ablation_frames.png --ablation ablation --rows l2 gdl adv_gdl

The clip is the one that the package ships, which no row has been trained on. There is a line per moment and step ahead
and a column per row; every crop is the square in which the frame and the last known one differ most.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from vidpred import load_predictor, predict_video
from vidpred.errors import VidpredError
from vidpred.frames.pictures import Row, draw_rows, write_png
from vidpred.runs.shipped import CLIP

SIDE, TIMES = 72, 3  # of a crop in pixels, and as how many squares a pixel is drawn along each side
STEPS = (1, 2)  # frames ahead that are shown


def main() -> None:
    """Predict, crop, lay out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the PNG to write; an older one is replaced")
    parser.add_argument("--ablation", type=Path, required=True, help="the folder of reproduce_mathieu.py")
    parser.add_argument("--seed", type=int, default=0, help="whose runs are shown")
    parser.add_argument("--rows", nargs="+", default=["l2", "l1", "gdl", "adv_gdl"], help="names of the rows")
    parser.add_argument("--video", type=Path, default=CLIP, help="the video to continue")
    parser.add_argument("--starts", nargs="+", type=float, default=[0.6, 1.2], help="seconds after which to predict")
    arguments = parser.parse_args()
    runs = {row: arguments.ablation / f"seed{arguments.seed}" / row for row in arguments.rows}
    try:
        lines = [line for start in arguments.starts for line in _lines(runs, arguments.video, start)]
    except VidpredError as error:
        raise SystemExit(f"make_ablation_picture: error: {error}") from None
    write_png(arguments.out, draw_rows(lines, 1 + len(runs), SIDE * TIMES, SIDE * TIMES))
    print(f"wrote {arguments.out}")


def _lines(runs: Mapping[str, Path], video: Path, start: float) -> list[Row]:
    """Return a labelled line of crops per step ahead: the truth, then every run."""
    columns: dict[str, np.ndarray] = {}  # frames (step, H, W, C) by caption
    for name, run in runs.items():
        found = predict_video(video, load_predictor(run), max(STEPS), start, compare=True)
        columns.setdefault("what came", found.truth)
        columns[name] = found.future
        last = found.context[-1]
    lines: list[Row] = []
    for step in STEPS:
        top, left = _where_most_moves(columns["what came"][step - 1], last)
        crops = {
            place: (name, _crop(frames[step - 1], top, left)) for place, (name, frames) in enumerate(columns.items())
        }
        lines.append((f"{start:g} s, t+{step}", crops))
    return lines


def _where_most_moves(frame: np.ndarray, before: np.ndarray) -> tuple[int, int]:
    """Return top and left of the square in which two frames (H, W, C) differ most."""
    change = np.abs(frame.astype(np.float32) - before.astype(np.float32)).mean(axis=2)
    inside = cv2.boxFilter(change, -1, (SIDE, SIDE), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    inside = inside[: max(1, frame.shape[0] - SIDE + 1), : max(1, frame.shape[1] - SIDE + 1)]
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    return int(top), int(left)


def _crop(frame: np.ndarray, top: int, left: int) -> np.ndarray:
    square = frame[top : top + SIDE, left : left + SIDE]
    return square.repeat(TIMES, axis=0).repeat(TIMES, axis=1)


if __name__ == "__main__":
    main()

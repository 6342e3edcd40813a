"""Draws the README's film: a short clip goes on as it did, as predicted, by optical flow and by standing still.

    python scripts/make_readme_picture.py docs/futures.gif

The clip is the one that the package ships, which the shipped weights have not been trained on. All four panels show the
same frames before; after them the border is orange where frames are predicted.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from vidpred import load_predictor, predict_video
from vidpred.frames.pictures import mark_future
from vidpred.interfaces import Predictor
from vidpred.machine.files import replacing
from vidpred.predictors import PREDICTORS
from vidpred.runs.shipped import CLIP

PANELS = ("what came", "vidpred", "optical flow", "last frame")
SHOWN_BEFORE = 4  # frames of context
FRAME_SECONDS, LAST_SECONDS = 0.25, 1.5  # slow enough to follow
WIDTH = 284  # of a panel, in pixels
CAPTION = 14  # height in pixels


def main() -> None:
    """Predict, lay the panels out, write the film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the GIF to write; an older one is replaced")
    parser.add_argument("--video", type=Path, default=CLIP, help="the video to continue")
    parser.add_argument("--start", type=float, default=1.2, help="seconds after which to predict")
    parser.add_argument("--horizon", type=int, default=6, help="how many frames to predict")
    arguments = parser.parse_args()
    ours = load_predictor()
    facts = {"num_context_frames": ours.num_context_frames}
    predictors = [ours, *(PREDICTORS.build(name, facts) for name in ("optical_flow", "copy_last"))]
    films = _films(predictors, arguments.video, arguments.start, arguments.horizon)
    sheets = [Image.fromarray(_lay_out([film[step] for film in films])) for step in range(len(films[0]))]
    seconds = [FRAME_SECONDS] * (len(sheets) - 1) + [LAST_SECONDS]
    with replacing(arguments.out) as temporary:
        sheets[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=sheets[1:],
            duration=[round(1000 * each) for each in seconds],
            loop=0,
        )
    print(f"wrote {arguments.out}")


def _films(predictors: list[Predictor], video: Path, start: float, horizon: int) -> list[list[np.ndarray]]:
    """Return the frames of every panel: what came, then one panel per predictor."""
    films: list[list[np.ndarray]] = []
    for predictor in predictors:
        prediction = predict_video(video, predictor, horizon, start, compare=True, lead_in=SHOWN_BEFORE)
        before = list(prediction.context[-SHOWN_BEFORE:])
        if not films:
            films.append([*before, *prediction.truth])
        films.append([*before, *mark_future(prediction.future)])
    return films


def _lay_out(panels: list[np.ndarray]) -> np.ndarray:
    """Arrange four frames (H, W, 3) two by two, each under its name."""
    height = round(WIDTH * panels[0].shape[0] / panels[0].shape[1])
    named = []
    for name, panel in zip(PANELS, panels, strict=True):
        tile = Image.new("RGB", (WIDTH, height + CAPTION), "white")
        tile.paste(Image.fromarray(panel).resize((WIDTH, height), Image.Resampling.LANCZOS), (0, CAPTION))
        ImageDraw.Draw(tile).text((3, 1), name, fill="black")
        named.append(np.asarray(tile))
    return np.concatenate([np.concatenate(row, axis=1) for row in (named[:2], named[2:])])


if __name__ == "__main__":
    main()

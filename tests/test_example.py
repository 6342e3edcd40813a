"""The method in one file learns what it says it learns."""

import re
import runpy
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from material import run_here
from PIL import Image

SCRIPT = Path(__file__).parents[1] / "scripts" / "example.py"
STEPS, NUMBER = 150, r"(\d+\.\d+)"
TILE, COLUMNS, ROWS = 3 * 32 + 2 * 2, 6, 8  # pixels; four frames that are seen, the next, the predicted one


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """What it prints, and the frames that it draws (row, column, H, W) without their borders."""
    folder = tmp_path_factory.mktemp("example")
    program = partial(runpy.run_path, str(SCRIPT), run_name="__main__")
    code, printed, error = run_here(program, SCRIPT, "--steps", STEPS, folder=folder)
    assert code == 0, error
    with Image.open(folder / "example.png") as picture:
        assert picture.size == (COLUMNS * TILE, ROWS * TILE)
        tiles = np.asarray(picture, dtype=float).reshape(ROWS, TILE, COLUMNS, TILE).swapaxes(1, 2)
    assert printed.splitlines()[-1].startswith("wrote example.png; ")
    return printed, tiles[..., 2:-2, 2:-2]


def test_it_fits_in_a_hundred_lines_and_needs_nothing_of_the_package_but_losses():
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 100
    assert re.findall(r"^(?:from|import) (vidpred\S*)", text, flags=re.MULTILINE) == ["vidpred.losses"]


def test_its_losses_fall(trained):
    for name, share in {"l1": 1 / 4, "gdl": 2 / 3}.items():
        first, *_, last = map(float, re.findall(rf"{name} {NUMBER}", trained[0]))
        assert last < share * first, name


def test_it_predicts_better_than_the_last_frame_does(trained):
    error, still = map(float, re.search(rf"error {NUMBER}, of the last frame again {NUMBER}", trained[0]).groups())
    assert error < still


def test_it_draws_what_was_seen_what_came_and_what_was_predicted(trained):
    frames = trained[1]
    moved = np.abs(np.diff(frames[:, :5], axis=1)).mean(axis=(2, 3))
    assert (moved > 0).all()
    truth, predicted = frames[:, 4], frames[:, 5]
    assert np.abs(predicted - truth).mean() < np.abs(frames[:, 3] - truth).mean()
    assert predicted.std() > truth.std() / 2  # it is no grey average

"""The benchmark of films that repeat frames finds those that do, and tells what going on in their rhythm brings."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

SCRIPT = Path(__file__).parents[1] / "scripts" / "benchmark_cadence.py"


def draw_pan(folder, steps):
    """Write a smooth random picture that moves to the left by so many pixels per step, as PNG frames."""
    folder.mkdir(parents=True)
    wide = cv2.GaussianBlur(np.random.default_rng(0).uniform(0, 255, (64, 64 + sum(steps))), (0, 0), 2)
    wide = np.uint8(np.clip(4 * (wide - 127) + 127, 0, 255))
    for number, place in enumerate(np.cumsum([0, *steps])):
        cv2.imwrite(str(folder / f"{number:03}.png"), wide[:, place : place + 64])


def test_a_film_on_twos_is_found_and_gains(tmp_path):
    draw_pan(tmp_path / "videos" / "twos", [2, 0] * 7)
    draw_pan(tmp_path / "videos" / "steady", [1] * 14)
    command = [sys.executable, str(SCRIPT), str(tmp_path / "videos"), "--horizon", "2", "--short-side", "64"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    rows = [line.split("|") for line in ended.stdout.splitlines() if line.startswith("| 2 steps (1) | PSNR")]
    assert [float(row[4]) for row in rows] == sorted(float(row[4]) for row in rows)
    assert float(rows[1][4]) > float(rows[0][4]) + 1
    assert "2 clips of 2 videos, 1 pairs" in ended.stdout


def test_what_cannot_be_loaded_is_refused_in_a_sentence():
    command = [sys.executable, str(SCRIPT), str(SCRIPT.parent), "--predictor", "no_such_run"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "benchmark_cadence: error:" in ended.stderr

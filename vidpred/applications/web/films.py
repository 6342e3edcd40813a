"""Writes the films that the page lets people download."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vidpred.applications.web.futures import Futures
from vidpred.applications.web.panels import TRUTH
from vidpred.frames.pictures import FUTURE, GAP, WHITE, WIDEST_GRID, Colour, in_colour
from vidpred.machine.name_length import shortened
from vidpred.video import write_video

PAPER: Colour = (16, 18, 20)
MOST_COLUMNS = 4
NARROWEST = 160  # pixels of a column, so that its label can be read
LONGEST_STEM = 100  # bytes of a clip's name that the names of its films have
LETTERS = 26  # of a label, that fit above a column


def write_films(futures: Futures, folder: Path, stem: str) -> tuple[Path, Path]:
    """Write the known frames and what follows, once alone and once beside the rivals and the truth.

    Args:
        futures: what was predicted.
        folder: a new one, to write to.
        stem: of the names of the files; cut where it is long.

    Returns:
        The film of the prediction, or of the first sample, without any mark; and that of all side by side.
    """
    stem = shortened(stem, LONGEST_STEM)
    rate, first = futures.info.frame_rate, next(iter(futures.predicted.values()))
    films = dict(futures.predicted)
    if len(futures.truth):
        films[TRUTH] = futures.truth
    colours = futures.info.colours
    alone = write_video(folder / f"{stem}_future.mp4", [*futures.known, *first], rate, colours=colours)
    compared = side_by_side(futures.known, films)
    return alone, write_video(folder / f"{stem}_compared.mp4", compared, rate, colours=colours)


def side_by_side(known: np.ndarray, films: Mapping[str, np.ndarray]) -> Iterator[np.ndarray]:
    """Put films beside each other, each under its name, after the known frames; one that ends early is black then.

    Args:
        known: (T, H, W, C).
        films: each (at most horizon, H, W, C), by name.
    """
    for age in range(1 - len(known), 1):
        yield _tiled(dict.fromkeys(films, known[age - 1]), f"known, t{age or ''}", WHITE)
    for step in range(max(map(len, films.values()))):
        shown = {name: film[step] if step < len(film) else np.zeros_like(known[0]) for name, film in films.items()}
        yield _tiled(shown, f"predicted, t+{step + 1}", FUTURE)


def _tiled(frames: Mapping[str, np.ndarray], time: str, colour: Colour) -> np.ndarray:
    """Draw frames of one time, at most four in a row, shrunk where that would be too wide for a screen."""
    height, width = next(iter(frames.values())).shape[:2]
    columns = min(len(frames), MOST_COLUMNS)
    scale = -(-NARROWEST // width) if width < NARROWEST else min(1.0, WIDEST_GRID / (columns * (width + GAP)))
    cell = (round(width * scale), max(1, round(height * scale)))
    size = max(10, cell[0] // LETTERS)
    pitch_x, pitch_y = cell[0] + GAP, cell[1] + 4 * size
    image = Image.new("RGB", (columns * pitch_x - GAP, -(-len(frames) // columns) * pitch_y), PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    for number, (name, frame) in enumerate(frames.items()):
        left, top = number % columns * pitch_x, number // columns * pitch_y
        resampling = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
        image.paste(Image.fromarray(in_colour(frame)).resize(cell, resampling), (left, top + 4 * size))
        draw.text((left + GAP, top + size // 2), name, fill=WHITE, font=font)
        draw.text(
            (left + GAP, top + 2 * size),
            time if name != TRUTH else time.replace("predicted", "true"),
            fill=colour,
            font=font,
        )
    return np.asarray(image)

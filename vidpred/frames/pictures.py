"""Pictures for judging predictions by eye: contact sheets, marked and paired frames, curves.

All frames are 8-bit (H, W, C) with C = 3 or 1, and every picture is 8-bit (H, W, 3).
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, count, repeat
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vidpred.frames.layout import MOST_COLUMNS, even_steps, grid_columns, video_columns
from vidpred.machine.files import replacing

Colour = tuple[int, int, int]
FUTURE: Colour = (255, 140, 0)
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

SMALLEST_CELL, LARGEST_CELL = 128, 256  # of a contact sheet: longer side of a frame, in pixels
MARGIN, CAPTION, GAP, FONT_SIZE = 84, 18, 4, 13  # of a contact sheet, in pixels
THINNEST = 2  # pixels of a border whose colour survives 4:2:0 video
WIDEST_GRID = 1920  # pixels, of a grid of videos
LARGEST_FACTOR = 16  # by which errors are amplified at most
NEARLY_ALL = 99.5  # percentile of the values that is shown as white

Row = tuple[str, Mapping[int, tuple[str, np.ndarray]]]  # label; caption and frame by column


def contact_sheet(
    context: np.ndarray, prediction: np.ndarray, truth: np.ndarray | None = None, max_columns: int = 10
) -> np.ndarray:
    """Lay out a prediction beside the truth, the repeated last frame and the amplified error.

    Columns are steps ahead, to the last, evenly spaced where there are more than ``max_columns``; the first row
    shows the last context frames. Small frames are enlarged without smoothing, large ones averaged.

    Args:
        context: (T, H, W, C), oldest first.
        prediction: (horizon, H, W, C).
        truth: (at most horizon, H, W, C); without it, the rows that need it are left out.
        max_columns: at least 1.
    """
    known = 0 if truth is None else len(truth)
    steps = even_steps(len(prediction), max_columns)
    ahead = dict(enumerate(steps))
    scored = {column: step for column, step in ahead.items() if step < known}
    recent = list(enumerate(context[-len(steps) :], start=1 - min(len(steps), len(context))))
    rows: list[Row] = [("context", {c: (f"t{age or ''}", frame) for c, (age, frame) in enumerate(recent)})]
    if truth is not None and scored:
        rows.append(("truth", {c: (f"t+{step + 1}", truth[step]) for c, step in scored.items()}))
    rows.append(("prediction", {c: (f"t+{step + 1}", prediction[step]) for c, step in ahead.items()}))
    rows.append(("copy last", {c: (f"t+{step + 1}", context[-1]) for c, step in ahead.items()}))
    if truth is not None and scored:
        errors = {column: absolute_error(prediction[step], truth[step]) for column, step in scored.items()}
        factor = amplification(np.stack(list(errors.values())))
        amplified = {c: np.clip(error * factor, 0, 255).astype(np.uint8) for c, error in errors.items()}
        rows.append((f"error x{factor}", {c: (f"t+{scored[c] + 1}", error) for c, error in amplified.items()}))
    return draw_rows(rows, len(steps), prediction.shape[1], prediction.shape[2])


def absolute_error(prediction: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return |prediction - truth| of frames (H, W, C), averaged over channels: (H, W, 1) in grey levels."""
    difference: np.ndarray = np.abs(prediction.astype(np.float32) - truth).mean(axis=-1, keepdims=True)
    return difference


def amplification(errors: np.ndarray) -> int:
    """Return the integer factor, 1 to 16, that scales the 99.5th percentile of ``errors`` (grey levels) to white."""
    peak = float(np.percentile(errors, NEARLY_ALL))
    return LARGEST_FACTOR if peak == 0 else int(np.clip(255 / peak, 1, LARGEST_FACTOR))


def mark_future(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Draw an orange border around every frame and, where there is room, the number of frames ahead."""
    for step, frame in enumerate(frames, start=1):
        image = Image.fromarray(in_colour(frame))
        draw = ImageDraw.Draw(image)
        short_side = min(image.size)
        border = max(1, min(short_side // 8, max(THINNEST, round(short_side / 60))))
        draw.rectangle((0, 0, image.width - 1, image.height - 1), outline=FUTURE, width=border)
        font = _font(max(10, short_side // 20))
        text = f"future +{step}"
        _, _, right, bottom = draw.textbbox((2 * border, 2 * border), text, font=font)
        if right + 2 * border < image.width and bottom + 2 * border < image.height // 2:
            draw.rectangle((0, 0, right + border, bottom + border), fill=FUTURE)
            draw.text((2 * border, 2 * border), text, fill=BLACK, font=font)
        yield np.asarray(image)


def side_by_side(truth: Iterable[np.ndarray], prediction: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Put the frames of both side by side, truth on the left, each under its label."""
    for step, real, predicted in zip(count(1), truth, prediction, strict=False):
        height, width = real.shape[:2]
        size = max(10, height // 25)
        image = Image.new("RGB", (2 * width + GAP, height + 2 * size), BLACK)
        draw = ImageDraw.Draw(image)
        for left, label, frame in ((0, "truth", real), (width + GAP, f"predicted +{step}", predicted)):
            image.paste(Image.fromarray(in_colour(frame)), (left, 2 * size))
            draw.text((left + GAP, size // 2), label, fill=WHITE if not left else FUTURE, font=_font(size))
        yield np.asarray(image)


def grid(videos: Sequence[Iterable[np.ndarray]]) -> Iterator[np.ndarray]:
    """Tile videos of one size in a grid, numbered from 1; shrunk where they would be too wide for a screen.

    Args:
        videos: at least one, each of frames (H, W, C).
    """
    for frames in zip(*videos, strict=True):
        height, width = frames[0].shape[:2]
        columns = video_columns(len(frames), height, width)
        scale = min(1.0, WIDEST_GRID / (columns * (width + GAP)))
        cell_width, cell_height = max(1, round(width * scale)), max(1, round(height * scale))
        size = max(10, cell_height // 25)
        pitch_x, pitch_y = cell_width + GAP, cell_height + 2 * size
        image = Image.new("RGB", (columns * pitch_x - GAP, -(-len(frames) // columns) * pitch_y), BLACK)
        draw = ImageDraw.Draw(image)
        for number, frame in enumerate(frames):
            left, top = number % columns * pitch_x, number // columns * pitch_y
            cell = Image.fromarray(in_colour(frame)).resize((cell_width, cell_height), Image.Resampling.BOX)
            image.paste(cell, (left, top + 2 * size))
            draw.text((left + GAP, top + size // 2), str(number + 1), fill=FUTURE, font=_font(size))
        yield np.asarray(image)


def image_grid(images: np.ndarray, num_columns: int = 0) -> np.ndarray:
    """Lay out images (N, H, W, C) in rows, small ones enlarged without smoothing.

    Args:
        images: at least one.
        num_columns: of the grid; 0, or more than there is room for, takes :func:`~vidpred.frames.layout.grid_columns`.
    """
    number, height, width = images.shape[:3]
    columns = num_columns if 0 < num_columns <= MOST_COLUMNS else grid_columns(number)
    columns = min(columns, number)
    cell_width, cell_height = _cell_size(height, width)
    pitch_x, pitch_y = cell_width + GAP, cell_height + GAP
    sheet = Image.new("RGB", (columns * pitch_x - GAP, -(-number // columns) * pitch_y - GAP), WHITE)
    for place, image in enumerate(images):
        cell = Image.fromarray(in_colour(image)).resize((cell_width, cell_height), Image.Resampling.NEAREST)
        sheet.paste(cell, (place % columns * pitch_x, place // columns * pitch_y))
    return np.asarray(sheet)


def captioned(picture: np.ndarray, text: str) -> np.ndarray:
    """Return the picture (H, W, C) with a line of text above it: (H + CAPTION, W, 3)."""
    image = Image.new("RGB", (picture.shape[1], picture.shape[0] + CAPTION), WHITE)
    ImageDraw.Draw(image).text((GAP, 1), text, fill=BLACK, font=_font(FONT_SIZE))
    image.paste(Image.fromarray(in_colour(picture)), (0, CAPTION))
    return np.asarray(image)


def heat_maps(values: np.ndarray, num_known: int = 0) -> Iterator[np.ndarray]:
    """Colour maps (T, H, W) of grey levels from black over orange to white, each under its scale where that fits.

    The scale is the same for all maps: the 99.5th percentile of all values is white. So many black ones come first as
    there are known frames before, of which there is one course.
    """
    peak = max(1, math.ceil(np.percentile(values, NEARLY_ALL)))
    size, width = max(10, values.shape[1] // 25), values.shape[2]
    font = _font(size)
    steps = [f"+{step}" if step > 0 else "known" for step in range(1 - num_known, len(values) + 1)]
    scales = [f"  {scale} levels" for scale in (f"spread of futures, white: {peak}", f"spread 0-{peak}", f"0-{peak}")]
    widest = max(steps, key=font.getlength)
    scale = next((scale for scale in scales if GAP + font.getlength(widest + scale) <= width), "")
    for when, shown in zip(steps, chain(repeat(np.zeros_like(values[0]), num_known), values), strict=True):
        image = Image.new("RGB", (width, shown.shape[0] + 2 * size), BLACK)
        image.paste(Image.fromarray(heat(shown / peak)), (0, 2 * size))
        if GAP + font.getlength(when) <= width:
            ImageDraw.Draw(image).text((GAP, size // 2), when + scale, fill=FUTURE, font=font)
        yield np.asarray(image)


def heat(shares: np.ndarray) -> np.ndarray:
    """Map values (..., H, W), 0 to 1, to colours from black over orange to white: 8-bit (..., H, W, 3)."""
    channels = [np.interp(shares, (0, 0.5, 1), levels) for levels in zip(BLACK, FUTURE, WHITE, strict=True)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def sample_sheet(
    context: np.ndarray, samples: np.ndarray, truth: np.ndarray, spread: np.ndarray | None, max_columns: int = 10
) -> np.ndarray:
    """Lay out samples of the future below each other, after the context and the truth as far as it is known.

    Args:
        context: (T, H, W, C), oldest first.
        samples: (N, horizon, H, W, C).
        truth: (at most horizon, H, W, C).
        spread: of the samples, in grey levels (horizon, H, W), or None.
        max_columns: at least 1; where there are more steps, evenly spaced ones are shown.
    """
    horizon = samples.shape[1]
    steps = even_steps(horizon, max_columns)
    recent = list(enumerate(context[-len(steps) :], start=1 - min(len(steps), len(context))))

    def row(label: str, frames: np.ndarray) -> Row:
        return label, {column: (f"t+{t + 1}", frames[t]) for column, t in enumerate(steps) if t < len(frames)}

    rows: list[Row] = [("context", {column: (f"t{age or ''}", frame) for column, (age, frame) in enumerate(recent)})]
    rows += [row("truth", truth)] if len(truth) else []
    rows += [row(f"sample {number}", sample) for number, sample in enumerate(samples, start=1)]
    if spread is not None:
        peak = max(1, math.ceil(np.percentile(spread, NEARLY_ALL)))
        rows.append(row(f"spread 0-{peak}", heat(spread / peak)))
    return draw_rows(rows, len(steps), *samples.shape[2:4])


def in_colour(frame: np.ndarray) -> np.ndarray:
    """Return the frame (H, W, C) with three channels."""
    return frame if frame.shape[-1] == 3 else np.repeat(frame, 3, axis=-1)  # noqa: PLR2004


def write_png(path: Path, frame: np.ndarray) -> None:
    """Write a frame (H, W, C) as PNG, replacing what is there once the new file is complete.

    Raises:
        OSError: the path cannot be written to, or the disk is full.
    """
    image = Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame)
    with replacing(path) as temporary:
        image.save(temporary, format="PNG")


@contextmanager
def default_style() -> Iterator[None]:
    """Draw, and save what is drawn, in matplotlib's own style, and not in that of the user's ``matplotlibrc``.

    It may ask for LaTeX, which is not always installed, or for a size or a format that these pictures do not have.
    """
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


@default_style()
def draw_curves(path: Path, curves: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Plot scores over the steps ahead as PNG, one panel per metric and one line per predictor.

    Args:
        path: of the picture; replaced if it exists.
        curves: by panel title and line name, one value per step, starting one step ahead.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5 * len(curves), 3.5), layout="constrained")
    for axes, (title, lines) in zip(figure.subplots(1, len(curves), squeeze=False).flat, curves.items(), strict=True):
        for name, values in lines.items():
            axes.plot(range(1, len(values) + 1), values, marker="o", markersize=3, label=literal(name))
        axes.set_title(literal(title), fontsize=10)
        axes.set_xlabel("frames ahead")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(fontsize=8)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


def literal(text: str) -> str:
    """Return ``text`` so that matplotlib draws it as it is: dollars begin no formula, and all of it is Unicode."""
    return text.encode(errors="replace").decode().replace("$", r"\$")


def draw_rows(rows: Sequence[Row], num_columns: int, height: int, width: int) -> np.ndarray:
    """Draw labelled rows of frames of one size (H, W, C) on white, small ones enlarged without smoothing."""
    cell_width, cell_height = _cell_size(height, width)
    pitch_x, pitch_y = max(cell_width, FONT_SIZE * 3) + GAP, cell_height + CAPTION + GAP
    font = _font(FONT_SIZE)
    margin = max([MARGIN, *(round(font.getlength(label)) + 2 * GAP for label, _ in rows)])
    sheet = Image.new("RGB", (margin + num_columns * pitch_x, len(rows) * pitch_y + GAP), WHITE)
    draw = ImageDraw.Draw(sheet)
    enlarging = cell_width >= width and cell_height >= height
    for top, (label, cells) in zip(count(0, pitch_y), rows, strict=False):
        draw.text((GAP, top + CAPTION), label, fill=BLACK, font=font)
        for column, (caption, frame) in cells.items():
            corner = (margin + column * pitch_x, top + CAPTION)
            cell = Image.fromarray(in_colour(frame)).resize(
                (cell_width, cell_height), Image.Resampling.NEAREST if enlarging else Image.Resampling.BOX
            )
            sheet.paste(cell, corner)
            draw.text((corner[0], top + 2), caption, fill=BLACK, font=font)
    return np.asarray(sheet)


def _cell_size(height: int, width: int) -> tuple[int, int]:
    """Return the width and height at which a frame is shown: enlarged by integer factors only."""
    longest = max(height, width)
    scale = LARGEST_CELL / longest if longest > LARGEST_CELL else float(max(1, -(-SMALLEST_CELL // longest)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)

"""Films in fields: each frame holds the even rows of one moment and the odd rows of another, or of the same."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from reading_files import HEIGHT, RATE, WIDTH, Known, from_planes

from vidpred.video.decoding.filters import in_a_row, through

NUM_FRAMES, LOOKED_AT = 20, 12  # frames of a film, and the one that is compared, which holds two moments
STEP = 3  # pixels by which the picture moves from one moment to the next
PULLDOWN = (2, 3)  # fields for which pictures are shown in turn


def make_interlaced(folder: Path) -> list[Known]:
    """Write a picture that slides along in fields of every kind, without loss."""
    moments = [_moment(number) for number in range(2 * NUM_FRAMES)]
    whole = [moments[2 * number] for number in range(NUM_FRAMES)]
    shown_for = np.repeat(np.arange(NUM_FRAMES), np.resize(PULLDOWN, NUM_FRAMES))
    stretched = [whole[number] for number in shown_for]
    kinds: dict[str, tuple[str, Sequence[np.ndarray]]] = {
        "25 frames of 50 moments, top field first": ("tff", moments),
        "25 frames of 50 moments, bottom field first": ("bff", moments),
        "25 whole pictures, stored in fields": ("tff", [each for each in whole for _ in range(2)]),
        "24 pictures in 60 fields": ("tff", stretched),
    }
    made = []
    for number, (name, (order, fields)) in enumerate(kinds.items()):
        path = folder / f"fields_{number}.mkv"
        _write(path, fields, order)
        times = [each / RATE for each in range(len(fields) // 2)]
        made.append(Known("Interlaced", name, path, _shown(fields[2 * LOOKED_AT]), times, LOOKED_AT))
    return made


def _moment(number: int) -> np.ndarray:
    """Return the luma (64, 128) of a picture at a moment, as it is stored in limited range."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    waves = 60 * np.sin((columns - STEP * number) / 5) * np.cos(rows / 9) + 30 * np.sin(rows / 4)
    luma: np.ndarray = (128 + waves).round().clip(16, 235)
    return luma


def _shown(luma: np.ndarray) -> np.ndarray:
    """Return a grey picture (64, 128, 3) in levels from 0 to 255."""
    return np.repeat((luma[..., None] - 16) * (255 / 219), 3, axis=2)


def _write(path: Path, fields: Sequence[np.ndarray], order: str) -> None:
    """Write pairs of successive fields as frames that are marked as interlaced."""
    colours = np.full((HEIGHT // 2, WIDTH // 2), 128.0)
    marking: Graph | None = None
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=RATE, options={"flags": "+ildct+ilme"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(len(fields) // 2):
            first, second = fields[2 * number], fields[2 * number + 1]
            woven = first.copy()
            odd = 1 if order == "tff" else 0  # rows of the second field
            woven[odd::2] = second[odd::2]
            frame: VideoFrame = from_planes([woven, colours, colours], "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            marking = marking or in_a_row(WIDTH, HEIGHT, frame.format, ("setfield", f"mode={order}"))
            container.mux(stream.encode(through(marking, frame)))
        container.mux(stream.encode())

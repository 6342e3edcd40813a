"""An HTML player that shows the truth, the predictions and their errors in step."""

import base64
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image

from vidpred.evaluation.example_clips import ExampleClip
from vidpred.evaluation.pages.line_charts import Line, key
from vidpred.frames.pictures import absolute_error, amplification

LOSSLESS_PIXELS = 64 * 64  # frames up to this size are embedded as PNG; larger ones as JPEG, to keep the page small
MAX_COLUMNS = 5  # of panels; fewer where the window is narrow
QUALITY = 92  # of JPEG, without subsampling of colour


def player(example: ExampleClip, ranking: str, lines: Mapping[str, Line]) -> str:
    """Lay out one clip: the truth and every prediction over its error, a scrubber and a play button.

    Args:
        example: the clip and its predictions.
        ranking: the metric of its scores.
        lines: how each predictor looks elsewhere on the page.
    """
    errors = {
        name: np.stack([absolute_error(*pair) for pair in zip(frames, example.truth, strict=True)])
        for name, frames in example.predictions.items()
    }
    factor = amplification(np.stack(list(errors.values())))
    amplified = {name: np.clip(error * factor, 0, 255).astype(np.uint8) for name, error in errors.items()}
    first = 1 - len(example.context)
    panels = [_truth_panel(example, factor)]
    panels += [
        _panel(name, frames, amplified[name], example.scores[name], lines[name])
        for name, frames in example.predictions.items()
    ]
    columns = -(-len(panels) // -(-len(panels) // MAX_COLUMNS))  # rows as equal as possible
    heading = f"{escape(example.label.capitalize())} clip"
    return (
        f'<section class="player" tabindex="0" data-first="{first}" data-last="{len(example.truth)}" '
        f'data-unit="{escape(ranking)}" aria-label="{heading}: left and right arrow keys step, space plays">'
        f"<h3>{heading} <small>no. {example.clip + 1}, of {escape(example.video)}</small></h3>"
        f'<div class="panels" style="--columns:{columns}">{"".join(panels)}</div>'
        '<div class="controls"><button type="button" class="play">Play</button>'
        f'<input type="range" min="{first}" max="{len(example.truth)}" value="1" step="1" aria-label="time">'
        '<output class="time">t+1</output></div></section>'
    )


def _truth_panel(example: ExampleClip, factor: int) -> str:
    shown = _images("context", example.context, range(1 - len(example.context), 1))
    shown += _images("truth", example.truth, range(1, len(example.truth) + 1))
    note = f"Below each prediction: its error |prediction &minus; truth|, &times;{factor}; white is large."
    return f'<figure class="panel truth"><figcaption><b>truth</b><span class="value"></span></figcaption>{_stack(shown)}<p>{note}</p></figure>'  # noqa: E501


def _panel(name: str, frames: np.ndarray, errors: np.ndarray, scores: Sequence[float], line: Line) -> str:
    steps = range(1, len(frames) + 1)
    values = json.dumps([f"{value:.2f}" if math.isfinite(value) else "-" for value in scores])
    return (
        f'<figure class="panel" data-scores="{escape(values)}">'
        f'<figcaption>{key(line)}<b>{escape(name)}</b><span class="value"></span></figcaption>'
        f"{_stack(_images(name, frames, steps))}{_stack(_images(f'error of {name}', errors, steps), 'error')}</figure>"
    )


def _stack(images: Iterable[str], kind: str = "") -> str:
    return f'<div class="frames {kind}">{"".join(images)}</div>'


def _images(what: str, frames: np.ndarray, steps: Iterable[int]) -> list[str]:
    return [
        f'<img data-t="{step}"{" class=on" if step == 1 else ""} alt="{escape(what)} at t{step:+d}" src="{data_uri(frame)}">'  # noqa: E501
        for step, frame in zip(steps, frames, strict=True)
    ]


def data_uri(frame: np.ndarray) -> str:
    """Return an 8-bit frame (H, W, C) as a data URI."""
    image = Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame)
    content = io.BytesIO()
    if image.width * image.height <= LOSSLESS_PIXELS:
        kind = "png"
        image.save(content, format="PNG")
    else:
        kind = "jpeg"
        image.save(content, format="JPEG", quality=QUALITY, subsampling=0)
    return f"data:image/{kind};base64,{base64.b64encode(content.getvalue()).decode()}"

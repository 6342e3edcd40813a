"""A player, as HTML, that shows truth, predictions and their errors in step."""

import base64
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image

from vidpred.evaluation.pages.line_charts import Line, key
from vidpred.evaluation.showcase import Showcase
from vidpred.frames.pictures import absolute_error, amplification

LOSSLESS_PIXELS = 64 * 64  # up to which frames are embedded as PNG; larger ones as JPEG, to keep the page light
MAX_COLUMNS = 5  # of panels; fewer where the window is narrow
QUALITY = 92  # of JPEG, without subsampling of colour


def player(showcase: Showcase, ranking: str, lines: Mapping[str, Line]) -> str:
    """Lay out one clip: the truth and every prediction over its error, a scrubber and a play button.

    Args:
        showcase: what was predicted.
        ranking: the metric of its scores.
        lines: how each predictor looks elsewhere on the page.
    """
    errors = {
        name: np.stack([absolute_error(*pair) for pair in zip(frames, showcase.truth, strict=True)])
        for name, frames in showcase.predictions.items()
    }
    factor = amplification(np.stack(list(errors.values())))
    amplified = {name: np.clip(error * factor, 0, 255).astype(np.uint8) for name, error in errors.items()}
    first = 1 - len(showcase.context)
    panels = [_truth_panel(showcase, factor)]
    panels += [
        _panel(name, frames, amplified[name], showcase.scores[name], lines[name])
        for name, frames in showcase.predictions.items()
    ]
    columns = -(-len(panels) // -(-len(panels) // MAX_COLUMNS))  # rows as equal as can be
    heading = f"{showcase.label.capitalize()} clip"
    return (
        f'<section class="player" tabindex="0" data-first="{first}" data-last="{len(showcase.truth)}" '
        f'data-unit="{escape(ranking)}" aria-label="{heading}: left and right arrow keys step, space plays">'
        f"<h3>{heading} <small>no. {showcase.clip + 1}, of {escape(showcase.video)}</small></h3>"
        f'<div class="panels" style="--columns:{columns}">{"".join(panels)}</div>'
        '<div class="controls"><button type="button" class="play">Play</button>'
        f'<input type="range" min="{first}" max="{len(showcase.truth)}" value="1" step="1" aria-label="moment">'
        '<output class="moment">t+1</output></div></section>'
    )


def _truth_panel(showcase: Showcase, factor: int) -> str:
    shown = _images("context", showcase.context, range(1 - len(showcase.context), 1))
    shown += _images("truth", showcase.truth, range(1, len(showcase.truth) + 1))
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
    """Return an 8-bit frame (H, W, C) as the address of an image that carries its own content."""
    image = Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame)
    content = io.BytesIO()
    if image.width * image.height <= LOSSLESS_PIXELS:
        kind = "png"
        image.save(content, format="PNG")
    else:
        kind = "jpeg"
        image.save(content, format="JPEG", quality=QUALITY, subsampling=0)
    return f"data:image/{kind};base64,{base64.b64encode(content.getvalue()).decode()}"

"""Lays out what is known and predicted of a clip as HTML: pictures in step over a slider, and a table of scores."""

import base64
import io
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image

from vidpred.applications.web.futures import PREDICTION, Futures
from vidpred.evaluation.intervals import nanmean
from vidpred.evaluation.protocol import definition
from vidpred.frames.pictures import NEARLY_ALL, heat, in_colour
from vidpred.metrics import METRICS
from vidpred.metrics.metric import cost

LARGEST_SHOWN = 640  # pixels of the longer side of a picture on the page; files that are downloaded have all of them
QUALITY = 88  # of WebP
TRUTH, SPREAD = "what really came", "spread"
HEADINGS = {"psnr": "PSNR (dB)", "ssim": "SSIM", "edge_strength": "edge strength"}
PLACES = {"psnr": 2, "ssim": 3, "edge_strength": 2}
WELCOME = (
    '<div class="vp-empty"><b>Nothing predicted yet</b><p>Drop a clip on the left, or try the example. '
    "Then pick a moment and press Predict.</p></div>"
)


def moment_panel(frame: np.ndarray, moment: float) -> str:
    """Show the last frame (H, W, C) that is known at a moment in seconds."""
    return (
        f'<section class="vp-moment"><figure><figcaption><b>the moment</b><span>{moment:.2f} s, the last picture that '
        f'the predictor will see</span></figcaption><img alt="the clip at {moment:.2f} s" src="{data_uri(frame)}">'
        "</figure></section>"
    )


def trouble_panel(sentence: str) -> str:
    """Show what went wrong, and what to do."""
    return f'<p class="vp-trouble" role="alert">{escape(sentence)}.</p>'


def player(futures: Futures) -> str:
    """Show all futures in step: a panel for each, and a slider and a button that move them together."""
    known, horizon = len(futures.known), len(next(iter(futures.predicted.values())))
    panels = list(_panels(futures))
    columns = 2 if len(panels) <= 4 else 3  # noqa: PLR2004 - as many as are still large enough to look at
    wide = " vp-wide" if len(panels) % columns == 1 and columns == 2 else ""  # noqa: PLR2004
    return (
        f'<section class="vp-player{wide}" data-first="{1 - known}" data-last="{horizon}" '
        f'data-rate="{float(futures.info.frame_rate):g}">'
        f'<div class="vp-panels" style="--columns:{columns}">{"".join(panels)}</div>'
        '<div class="vp-controls"><button type="button" class="vp-play">Play</button>'
        f'<input type="range" min="{1 - known}" max="{horizon}" value="1" step="1" aria-label="frame" '
        f'style="--known:{100 * known / (known + horizon):.1f}%">'
        '<output class="vp-time">t+1</output><select class="vp-pace" aria-label="speed">'
        '<option value="4">slow motion</option><option value="1">real time</option></select></div>'
        f"</section>{_score_table(futures)}"
    )


def data_uri(frame: np.ndarray) -> str:
    """Return an 8-bit frame (H, W, C) as a picture that a page can hold, shrunk where it is large."""
    image = Image.fromarray(in_colour(frame))
    scale = min(1.0, LARGEST_SHOWN / max(image.size))
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    content = io.BytesIO()
    image.save(content, format="WEBP", quality=QUALITY, method=1)
    return f"data:image/webp;base64,{base64.b64encode(content.getvalue()).decode()}"


def _panels(futures: Futures) -> Iterator[str]:
    """Yield the panels: predictions, the truth where it is known, how far samples spread, the rivals."""
    (first, film), *others = futures.predicted.items()
    samples = [(name, frames) for name, frames in others if name.startswith("sample ")]
    known = _images(first, futures.known, range(1 - len(futures.known), 1))
    yield _panel(first, known + _images(first, film), "vp-guess", _psnr(futures, first))
    for name, frames in samples:
        yield _panel(name, _images(name, frames), "vp-guess", _psnr(futures, name))
    if len(futures.truth):
        yield _panel(TRUTH, _images(TRUTH, futures.truth), "vp-truth")
    if futures.spread is not None:
        peak = max(1, math.ceil(np.percentile(futures.spread, NEARLY_ALL)))
        note = f"white: {peak} levels"
        yield _panel(SPREAD, _images(SPREAD, heat(futures.spread / peak)), "vp-spread", [note] * len(futures.spread))
    for name, frames in others[len(samples) :]:
        yield _panel(name, _images(name, frames), "vp-rival", _psnr(futures, name))


def _panel(name: str, images: Iterable[str], kind: str, values: Sequence[str] = ()) -> str:
    return (
        f'<figure class="vp-panel {kind}" data-values="{escape("|".join(values))}"><figcaption><b>{escape(name)}</b>'
        f'<span class="vp-value"></span></figcaption><div class="vp-frames">{"".join(images)}</div></figure>'
    )


def _images(name: str, frames: np.ndarray, steps: Iterable[int] | None = None) -> list[str]:
    """Return the pictures of successive frames (T, H, W, C), which are those from t+1 on by default."""
    return [
        f'<img data-t="{step}"{" class=vp-on" if step == 1 else ""} alt="{escape(name)} at t{step:+d}" '
        f'decoding="sync" src="{data_uri(frame)}">'
        for step, frame in zip(steps or range(1, len(frames) + 1), frames, strict=True)
    ]


def _psnr(futures: Futures, name: str) -> list[str]:
    """Return what stands beside a name at each step: the PSNR, where the truth is known."""
    if name not in futures.scores:
        return []
    return [f"{value:.1f} dB" if math.isfinite(value) else "same" for value in futures.scores[name]["psnr"]]


def _score_table(futures: Futures) -> str:
    """Lay out the scores, means over the steps whose truth is known; the best of each is bold."""
    if not futures.scores:
        return (
            '<p class="vp-note">The clip ends here: nobody knows what really came. Pick an earlier moment, and its own '
            "next frames are held back and compared.</p>"
        )
    metrics = list(next(iter(futures.scores.values())))
    means = {
        name: {m: float(nanmean(np.array(row[m]), axis=0)) for m in metrics} for name, row in futures.scores.items()
    }
    best = {metric: min(means, key=lambda name: _cost(metric, means[name][metric])) for metric in metrics}
    rows = "".join(_row(name, values, [m for m in metrics if best[m] == name]) for name, values in means.items())
    head = "".join(
        f'<th title="{escape(definition(METRICS[metric].function))}">{HEADINGS[metric]}</th>' for metric in metrics
    )
    steps = "frame that is" if len(futures.truth) == 1 else f"{len(futures.truth)} frames that are"
    return (
        f'<table class="vp-scores"><thead><tr><th>mean of the {steps} known</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        '<p class="vp-note">The predictor has not seen them. PSNR and SSIM: higher is nearer to the truth. '
        "Edge strength: 1 is as sharp as the truth, less is blurred.</p>"
    )


def _cost(metric: str, value: float) -> float:
    """Return a number that is lower where a score is better."""
    return float(cost(np.array(value), METRICS[metric].higher_is_better, METRICS[metric].best))


def _row(name: str, values: Mapping[str, float], wins: Collection[str]) -> str:
    kind = "vp-guess" if name == PREDICTION or name.startswith("sample ") else ""
    cells = "".join(
        f"<td{' class=vp-best' if metric in wins else ''}>{value:.{PLACES[metric]}f}</td>"
        for metric, value in values.items()
    )
    return f'<tr class="{kind}"><th>{escape(name)}</th>{cells}</tr>'

"""Predicting large frames tile by tile, in bounded memory and with the same result."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, num_scales
from vidpred.interfaces import Predictor
from vidpred.nn.latent import latent_channels, predict_with, resolve_latent
from vidpred.predictors.rollout.rollout import kept_apart

LAYER_BYTES = 500_000_000  # that the widest layer's input and output may take together


def receptive_radius(predictor: object) -> int | None:
    """Return how many pixels away from a predicted one ``predictor`` looks; None where that is the whole frame."""
    radius: int | None = getattr(predictor, "receptive_radius", None)
    return radius


def _grain(predictor: object) -> int:
    """Return the number of pixels at whose multiples tiles begin, so that each is pooled as in the whole frame."""
    within_a_scale = getattr(predictor, "coarsest_pixel", 1)
    return int(within_a_scale * 2 ** (num_scales(predictor) - 1))


def affordable_pixels(predictor: Predictor, dtype: torch.dtype) -> int:
    """Return how many pixels of a frame may go through the predictor at once.

    A convolution's input and output are in memory together, and the widest one decides.
    """
    layers = predictor.modules() if isinstance(predictor, nn.Module) else iter(())
    widths = [layer.in_channels + layer.out_channels for layer in layers if isinstance(layer, nn.Conv2d)]
    return LAYER_BYTES // (max(widths, default=1) * dtype.itemsize)


class Tiled:
    """A predictor that gives another one no more than ``max_pixels`` of a frame at a time.

    Every tile is predicted with a margin of the predictor's ``receptive_radius``, so that what a tile does not contain
    could not have mattered. It begins at a multiple of the largest square that the predictor pools, ``coarsest_pixel``
    pixels of its coarsest scale, so that it is pooled as in the whole frame. A predictor without a finite radius
    (``receptive_radius`` is None or missing) always gets whole frames. All tiles of a frame share its noise.

    Args:
        predictor: answers for the tiles.
        max_pixels: most pixels per frame that it is given at once, margins included.
    """

    def __init__(self, predictor: Predictor, max_pixels: int):
        self.predictor = predictor
        self.max_pixels = max_pixels
        self.num_context_frames = predictor.num_context_frames
        self.lead = predictor.lead
        self.latent_channels = latent_channels(predictor)

    def __call__(self, context: Tensor, latent: Tensor | None = None) -> Pyramid:
        """Map (B, T, C, H, W) to the predicted frame (B, 1, C, H, W), alone if it took several tiles.

        Raises:
            VidpredError: ``max_pixels`` is too little for a tile and its margins, or ``latent`` (B, Z) has
                another shape than the predictor takes.
        """
        latent = resolve_latent(self.predictor, context, latent)
        height, width = context.shape[-2:]
        radius = receptive_radius(self.predictor)
        if radius is None or height * width <= self.max_pixels:
            return self._predict(context, latent)
        grain = _grain(self.predictor)
        margin = -(-radius // grain) * grain
        tile = _best_tile(height, width, margin, grain, self.max_pixels)
        columns = list(_spans(width, tile.width, margin))
        rows = [
            torch.cat([self._predict_tile(context, latent, row, column) for column in columns], dim=-1)
            for row in _spans(height, tile.height, margin)
        ]
        return [torch.cat(rows, dim=-2)]

    def _predict_tile(self, context: Tensor, latent: Tensor | None, row: "_Span", column: "_Span") -> Tensor:
        return self._predict(context[..., row.read, column.read], latent)[-1][..., row.kept, column.kept]

    def _predict(self, context: Tensor, latent: Tensor | None) -> Pyramid:
        pyramid = predict_with(self.predictor, kept_apart(self.predictor, context), latent)
        return [kept_apart(self.predictor, level) for level in pyramid]


class _Tile(NamedTuple):
    """Size of a tile without its margins, in pixels."""

    height: int
    width: int


class _Span(NamedTuple):
    """One tile's extent along one axis."""

    read: slice  # of the frame, with margins
    kept: slice  # of what was read, without them


def _spans(length: int, step: int, margin: int) -> Iterator[_Span]:
    """Cut ``length`` pixels into tiles of ``step``, each read with ``margin`` on both sides."""
    for start in range(0, length, step):
        stop = min(start + step, length)
        first = max(start - margin, 0)
        yield _Span(slice(first, min(stop + margin, length)), slice(start - first, stop - first))


def _best_tile(height: int, width: int, margin: int, grain: int, max_pixels: int) -> _Tile:
    """Return the largest tile of those that cover the frame with about the fewest pixels predicted."""
    rows, columns = _cuts(height, margin, grain), _cuts(width, margin, grain)
    fitting = [
        (row.total * column.total, -row.step * column.step, _Tile(row.step, column.step))
        for row, column in product(rows, columns)
        if row.largest * column.largest <= max_pixels
    ]
    if not fitting:
        least = min(row.largest for row in rows) * min(column.largest for column in columns)
        raise VidpredError(
            f"max_pixels is {max_pixels}, but the smallest tile of this predictor takes {least} pixels with "
            f"its margins; allow at least {least}"
        )
    return min(fitting)[-1]


class _Cut(NamedTuple):
    """A way to cut an axis into tiles, and the pixels that these have with their margins."""

    step: int
    largest: int  # by one tile
    total: int  # by all tiles


def _cuts(length: int, margin: int, grain: int) -> list[_Cut]:
    """Cut ``length`` pixels into any number of tiles of about one size, a multiple of ``grain``."""
    grains = -(-length // grain)
    cuts = []
    for step in {-(-grains // number) * grain for number in range(1, grains + 1)}:
        sides = [span.read.stop - span.read.start for span in _spans(length, step, margin)]
        cuts.append(_Cut(step, max(sides), sum(sides)))
    return cuts

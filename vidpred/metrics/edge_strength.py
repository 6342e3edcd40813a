"""Edge strength: how sharp predicted frames are beside the true ones, wherever their edges are."""

from torch import Tensor

from vidpred.metrics.metric import RATIO, Metric, comparable, relative_to_truth
from vidpred.metrics.shared import once
from vidpred.metrics.sharpness_difference import SMALLEST_SIDE, edges
from vidpred.nn.bounds import square_root
from vidpred.registry import METRICS

LEAST = 1e-6  # of a mean gradient on [-1, 1]: no more than rounding


def edge_strength(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean gradient magnitude of the prediction divided by that of the truth: 1 is as sharp as the truth.

    Below 1 the prediction is blurred, above 1 it is noisy or too crisp. Blur takes strength from lines, corners and
    texture, whose rising and falling sides cancel; a single straight step only gets wider, and keeps the sum of its
    gradient (see ``high_frequency_power``, which falls there too). With dx and dy a pixel's difference to its left and
    upper neighbour, the magnitude is (dx^2 + dy^2)^(1/2), and both means are taken over the channels and over the
    pixels inside a border of one. It does not matter where the edges are: an edge in the wrong place costs nothing
    here, and much in other metrics, so that repeating the last frame scores about 1. A frame scores 10 at most; where
    the truth has no edges, as a frame of one colour has none, the score is NaN.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T): each frame's own ratio; their mean is not the ratio of the mean gradients.

    Raises:
        VidpredError: the clips differ in shape, are not floats or are less than 3 pixels high or wide.
    """
    clips = comparable(prediction, target, smallest_side=SMALLEST_SIDE)
    strength, of_truth = (gradient_magnitude(clip).mean(dim=(2, 3, 4)) for clip in clips)
    return relative_to_truth(strength, of_truth, LEAST)


@once
def gradient_magnitude(frames: Tensor) -> Tensor:
    """Map frames (..., H, W) to the magnitude of their gradient inside a border of one pixel (..., H - 2, W - 2)."""
    return square_root(edges(frames, -2).square() + edges(frames, -1).square())


METRICS.add("edge_strength", Metric(edge_strength, unit="", higher_is_better=None, best=1.0, bounds=RATIO))

"""What is written and printed about samples, by hand-computed numbers."""

import numpy as np
import pytest

from vidpred.cli.sample_files import best_mean_worst
from vidpred.metrics import METRICS
from vidpred.predictors.rollout.samples import spread_of_frames


def test_spread_is_the_standard_deviation_in_grey_levels_averaged_over_channels():
    futures = np.random.default_rng(0).integers(0, 256, (5, 3, 4, 6, 3), dtype=np.uint8)
    expected = futures.std(axis=0, ddof=1, dtype=np.float64).mean(axis=-1)
    np.testing.assert_allclose(spread_of_frames(futures), expected, rtol=1e-4)


def test_the_best_sample_is_best_over_all_steps_by_each_metric():
    scores = [{"psnr": [30.0, 20.0], "mse": [1.0, 4.0]}, {"psnr": [20.0, 32.0], "mse": [3.0, 3.0]}]
    rows = best_mean_worst(scores, {name: METRICS[name] for name in ("psnr", "mse")})
    assert rows["best of 2"] == {"psnr": [20.0, 32.0], "mse": [1.0, 4.0]}
    assert rows["worst of 2"] == {"psnr": [30.0, 20.0], "mse": [3.0, 3.0]}
    assert rows["mean of 2"] == {"psnr": [25.0, 26.0], "mse": [2.0, 3.5]}


def test_the_best_sample_by_a_ratio_to_the_truth_is_the_nearest_to_1():
    scores = [{"edge_strength": steps} for steps in ([0.5, 0.5], [1.1, np.nan], [1.9, 2.0])]
    rows = best_mean_worst(scores, {"edge_strength": METRICS["edge_strength"]})
    assert rows["best of 3"]["edge_strength"][0] == 1.1
    assert rows["worst of 3"]["edge_strength"] == [1.9, 2.0]
    assert rows["mean of 3"]["edge_strength"][0] == pytest.approx(3.5 / 3)


@pytest.mark.parametrize("shape", [(2, 1, 1, 1, 1), (2, 3, 1, 5, 1), (2, 1, 5, 1, 3)], ids=str)
def test_spread_keeps_the_shape_of_the_frames(shape):
    assert spread_of_frames(np.zeros(shape, np.uint8)).shape == shape[1:4]

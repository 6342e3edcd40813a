"""The benchmark of alarms: what it puts into films, and what it counts."""

from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "scripts"


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        import benchmark_watch

        return benchmark_watch


def test_the_area_counts_pairs_in_order_and_ties_half(script):
    assert script.area(np.array([1.0, 3.0]), np.array([0.0, 1.0])) == (0.75 + 1) / 2
    assert script.area(np.array([2.0]), np.array([2.0])) == 0.5


def test_anomalies_begin_at_their_onset(script):
    frames = np.random.default_rng(0).integers(0, 256, (12, 40, 48, 3), np.uint8)
    made = script.seeded(frames, np.random.default_rng(0))
    assert np.array_equal(made["backwards"][0][0], frames[-1])
    for kind in ("object", "frozen"):
        changed, onset = made[kind]
        assert onset == 4
        assert np.array_equal(changed[:4], frames[:4])
    assert all(np.array_equal(frame, frames[3]) for frame in made["frozen"][0][4:])
    touched = (made["object"][0][4:] != frames[4:]).any(axis=-1).sum(axis=(1, 2))
    assert ((touched > 30) & (touched <= 36)).all()  # 6 x 6 pixels, a few of which are as they were


def test_the_interval_holds_the_share_of_all_pieces(script):
    low, high = script.interval(np.array([[100, 1], [100, 3], [100, 0]]), seed=0)
    assert low == 0
    assert low < 4 / 300 < high <= 0.03

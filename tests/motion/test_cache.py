"""Estimates of motion are kept by a cache that somebody owns, within a bound, and nowhere else."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from vidpred.evaluation.compared_predictors import ComparedPredictors
from vidpred.motion import flow
from vidpred.motion.cache import MotionCache, Recent, digest
from vidpred.predictors import FlowPyramid, OpticalFlow
from vidpred.predictors.rollout.rollout import future_frames, rollout


@pytest.fixture
def searched(monkeypatch):
    """Count the searches for the flow between two frames, by what these hold."""
    counts = Counter()
    import_opencv = flow.import_opencv

    class Search:
        def __init__(self, search):
            self.search = search

        def __getattr__(self, setting):
            return getattr(self.search, setting)

        def calc(self, before, after, start):
            counts[digest(before) + digest(after)] += 1
            return self.search.calc(before, after, start)

    class OpenCV:
        DISOPTICAL_FLOW_PRESET_MEDIUM = 2

        @staticmethod
        def DISOpticalFlow_create(preset):  # noqa: N802
            return Search(import_opencv("tests").DISOpticalFlow_create(preset))

    monkeypatch.setattr(flow, "import_opencv", lambda _: OpenCV)
    return counts


def frames(number, seed=0):
    return torch.rand(1, number, 3, 24, 24, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def small_pyramid():
    return FlowPyramid(num_scales=2, widths=(8, 8)).eval()


def test_a_memory_keeps_the_latest_that_fit():
    memory, asked = Recent(most_bytes=16), []

    def get(number):
        def compute():
            asked.append(number)
            return np.full(1, float(number))

        return memory.get(digest(np.array([number])), compute)[0]

    assert [get(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert asked == [1, 2, 3, 2]


def test_threads_that_share_a_memory_keep_its_bound_and_get_their_own_results():
    memory = Recent(most_bytes=80)

    def ask(number):
        return memory.get(bytes([number % 20]), lambda: np.full(1, float(number % 20)))[0]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(2000))) == [number % 20 for number in range(2000)]
    assert memory.num_bytes == sum(array.nbytes for array in memory.kept.values()) <= 80


def test_digests_tell_shape_and_content_apart():
    arrays = [np.zeros((2, 3)), np.zeros((3, 2)), np.zeros(6), np.ones((2, 3)), np.zeros((2, 3))]
    digests = [digest(array) for array in arrays]
    assert len(set(digests[:4])) == 4
    assert digests[0] == digests[4]


def test_nothing_is_kept_where_no_cache_is_in_use(searched):
    clip = frames(2)
    for _ in range(2):
        flow.estimate_flow(clip[:, 0], clip[:, 1])
    assert list(searched.values()) == [2]


def test_a_brisk_search_is_kept_apart_from_a_thorough_one(searched):
    start, end = torch.rand(2, 1, 3, 64, 64, generator=torch.Generator().manual_seed(4)) * 2 - 1
    with MotionCache().in_use():
        brisk, thorough = flow.estimate_flow(start, end, flow.BRISK), flow.estimate_flow(start, end)
        assert not torch.equal(brisk, thorough)
        assert torch.equal(flow.estimate_flow(start, end, flow.BRISK), brisk)
    assert list(searched.values()) == [2]


def test_a_cache_in_use_is_the_innermost_and_of_this_thread_alone():
    outer, inner = MotionCache(), MotionCache()
    with outer.in_use():
        with inner.in_use():
            assert MotionCache.current() is inner
        assert MotionCache.current() is outer
        with ThreadPoolExecutor(1) as other:
            assert other.submit(MotionCache.current).result() is None
    assert MotionCache.current() is None


@pytest.mark.parametrize("gradients", [False, True])
def test_a_rollout_estimates_no_flow_twice_whether_gradients_are_recorded_or_not(searched, gradients):
    with torch.set_grad_enabled(gradients):
        rollout(small_pyramid(), frames(9), horizon=3)
    assert set(searched.values()) == {1}


def test_between_two_frames_of_a_rollout_its_cache_is_not_in_use():
    future = future_frames(small_pyramid(), frames(9))
    next(future)
    assert MotionCache.current() is None


def test_predictors_that_are_compared_share_the_flow_of_a_clip(searched):
    compared = ComparedPredictors({"pyramid": small_pyramid(), "flow": OpticalFlow(3)}, 2, 2, None, 0)
    with torch.inference_mode():
        compared.predict(frames(12)[0], 0)
    assert set(searched.values()) == {1}


def test_frames_whose_names_are_known_are_not_read_again():
    clip, names = frames(3), [b"first", None, None]
    cache = MotionCache()
    with cache.in_use(clip, names):
        assert [cache.name(clip, at) for at in range(3)] == [b"first", digest(clip[:, 1].numpy()), names[2]]
        assert names[1:] == [digest(clip[:, at].numpy()) for at in (1, 2)]
        assert cache.name(clip.clone(), 0) == digest(clip[:, 0].numpy())  # others are read

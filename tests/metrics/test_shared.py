"""What scores of the same frames have in common is computed once, and only while they are being scored."""

from collections import Counter

import pytest
import torch

from vidpred.evaluation.scoring import score
from vidpred.metrics import METRICS
from vidpred.metrics.shared import once, shared

CALLS = Counter()


@once
def total(tensor, factor=1):
    CALLS["total"] += 1
    return factor * tensor.sum(dim=-1)


@once
def distance(one, other):
    CALLS["distance"] += 1
    return one - other


@pytest.fixture(autouse=True)
def _count_from_zero():
    CALLS.clear()


def test_a_result_is_computed_once_within_the_block_and_always_outside():
    values = torch.arange(6.0).reshape(2, 3)
    total(values), total(values)
    assert CALLS["total"] == 2
    with shared():
        assert total(values).tolist() == total(values).tolist() == [3, 12]
    assert CALLS["total"] == 3


def test_other_values_and_other_parts_of_one_tensor_have_results_of_their_own():
    values = torch.arange(6.0).reshape(2, 3)
    with shared():
        assert [total(values[0]).item(), total(values[1]).item(), total(values[0], 2).item()] == [3, 12, 6]
        assert total(values.T).tolist() == [3, 5, 7]


def test_what_depends_on_the_truth_alone_outlives_the_prediction():
    truth, predictions = torch.ones(3), torch.zeros(2, 3)
    with shared(truth):
        for prediction in predictions:
            with shared():
                assert distance(total(truth), total(prediction)).item() == 3
                distance(total(truth), total(prediction))
    assert CALLS == {"total": 3, "distance": 2}


def test_memory_that_is_freed_and_taken_again_is_not_mistaken_for_what_it_held():
    with shared():
        for number in range(50):
            assert total(torch.full((1000,), float(number))).item() == 1000 * number


def test_scores_are_those_of_every_metric_alone():
    prediction, target = torch.rand(2, 2, 3, 24, 24, generator=torch.Generator().manual_seed(0)) * 2 - 1
    for name, values in score(prediction, target).items():
        alone = METRICS[name].function(prediction[None].double(), target[None].double())[0]
        torch.testing.assert_close(torch.tensor(values, dtype=torch.float64), alone, rtol=1e-9, atol=1e-12)

"""The nearest-neighbour two-sample test, against scikit-learn and by hand."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from vidpred.errors import VidpredError
from vidpred.metrics.nearest_neighbour import nearest_neighbour_accuracy


def test_agrees_with_leaving_one_out_by_scikit_learn():
    real, fake = torch.randn(300, 4), torch.randn(300, 4) + 0.4
    both = torch.cat([real, fake]).numpy()
    nearest = NearestNeighbors(n_neighbors=2).fit(both).kneighbors(both)[1][:, 1]
    expected = ((nearest < 300) == (torch.arange(600).numpy() < 300)).mean()
    assert nearest_neighbour_accuracy(real, fake) == pytest.approx(expected)


def test_by_hand():
    real, fake = torch.tensor([[0.0], [1.0], [10.0]]), torch.tensor([[1.5], [11.0], [12.0]])
    # 0 -> 1 own; 1 -> 1.5 other; 10 -> 11 other; 1.5 -> 1 other; 11 -> 10 and 12 tie; 12 -> 11 own
    assert nearest_neighbour_accuracy(real, fake) == pytest.approx((1 + 0 + 0 + 0 + 0.5 + 1) / 6)


def test_is_a_half_for_one_law_and_one_for_sets_apart():
    one, same = torch.randn(2, 2000, 3)
    assert nearest_neighbour_accuracy(one, same) == pytest.approx(0.5, abs=0.03)
    assert nearest_neighbour_accuracy(one, same + 100) == 1


def test_is_nought_for_a_copy():
    real = torch.randn(50, 3)
    assert nearest_neighbour_accuracy(real, real) == 0


@pytest.mark.parametrize(("num_real", "num_fake", "told"), [(3, 4, "needs equally many"), (1, 1, "at least 2 of each")])
def test_refuses_sets_that_it_would_mislead_about(num_real, num_fake, told):
    with pytest.raises(VidpredError, match=told):
        nearest_neighbour_accuracy(torch.randn(num_real, 2), torch.randn(num_fake, 2))

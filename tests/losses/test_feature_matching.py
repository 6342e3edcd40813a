"""Feature matching against its definition."""

import pytest
import torch

from vidpred.losses import feature_matching


def test_pays_the_squared_distance_of_mean_features():
    real = torch.tensor([[1.0, 0.0], [3.0, 4.0]])  # the mean is (2, 2)
    fake = torch.tensor([[0.0, 1.0], [0.0, 3.0], [3.0, 2.0]])  # and here (1, 2)
    assert feature_matching([real], [fake]).item() == pytest.approx(((2 - 1) ** 2 + 0) / 2)


def test_the_order_of_clips_does_not_count():
    real, fake = torch.randn(2, 6, 9).unbind()
    torch.testing.assert_close(feature_matching([real], [fake]), feature_matching([real], [fake.flip(0)]))


def test_every_place_of_a_map_is_a_clip_of_its_own():
    real, fake = torch.randn(3, 4, 2, 5), torch.randn(3, 4, 2, 5)
    spread = [maps.permute(0, 2, 3, 1).reshape(-1, 4) for maps in (real, fake)]
    torch.testing.assert_close(feature_matching([real], [fake]), feature_matching(spread[:1], spread[1:]))


def test_levels_are_summed():
    one, other = (torch.randn(3, 4), torch.randn(3, 4)), (torch.randn(3, 7, 2, 2), torch.randn(3, 7, 2, 2))
    alone = [feature_matching([real], [fake]) for real, fake in (one, other)]
    torch.testing.assert_close(feature_matching(*zip(one, other, strict=True)), sum(alone))


def test_the_gradient_moves_all_fakes_alike_towards_the_real_mean_and_nothing_real():
    real, fake = torch.randn(4, 3, requires_grad=True), torch.randn(5, 3, requires_grad=True)
    feature_matching([real], [fake]).backward()
    assert real.grad is None
    expected = 2 / 3 / 5 * (fake.detach().mean(dim=0) - real.detach().mean(dim=0))
    torch.testing.assert_close(fake.grad, expected.expand(5, 3))


def test_half_precision_is_averaged_in_full():
    features = torch.full((4096, 1), 1.001).bfloat16()
    assert feature_matching([features], [features + 0.0078125]).dtype == torch.float32

"""Adversarial games against their definitions."""

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from vidpred.errors import VidpredError
from vidpred.losses import HINGE, LEAST_SQUARES, NON_SATURATING, RELATIVISTIC, SMOOTHED, WASSERSTEIN

REAL = torch.tensor([2.0, 0.0])
FAKE = torch.tensor([-3.0, 1.0])


def test_non_saturating_is_the_papers_binary_cross_entropy():
    real, fake = torch.randn(7), torch.randn(7)
    ones, zeros = torch.ones(7), torch.zeros(7)
    bce = binary_cross_entropy_with_logits
    torch.testing.assert_close(NON_SATURATING.discriminator(real, fake), bce(real, ones) + bce(fake, zeros))
    torch.testing.assert_close(NON_SATURATING.generator(real, fake), bce(fake, ones))


def test_a_generator_that_is_found_out_keeps_its_gradient():
    fake = torch.tensor([-40.0], requires_grad=True)
    NON_SATURATING.generator(REAL, fake).backward()
    assert fake.grad.item() == pytest.approx(-1)


def test_hinge_charges_only_what_is_inside_the_margin():
    assert HINGE.discriminator(REAL, FAKE) == (0 + 1) / 2 + (0 + 2) / 2
    assert HINGE.generator(REAL, FAKE) == 1


def test_least_squares_charges_half_the_squared_distance_to_the_label():
    assert LEAST_SQUARES.discriminator(REAL, FAKE) == ((1 + 1) / 2 + (9 + 1) / 2) / 2
    assert LEAST_SQUARES.generator(REAL, FAKE) == (16 + 0) / 2 / 2


def test_relativistic_pays_for_pairs_in_the_wrong_order():
    # The pairs differ by 5 in the right order and by 1 in the wrong one.
    right, wrong = math.log1p(math.exp(-5)), math.log1p(math.exp(1))
    assert RELATIVISTIC.discriminator(REAL, FAKE).item() == pytest.approx((right + wrong) / 2)
    assert RELATIVISTIC.generator(REAL, FAKE).item() == pytest.approx((5 + right + wrong - 1) / 2)


def test_smoothed_is_the_cross_entropy_with_nine_tenths_for_real_and_none_for_fake():
    real, fake = torch.randn(7), torch.randn(7)
    bce = binary_cross_entropy_with_logits
    expected = bce(real, torch.full((7,), 0.9)) + bce(fake, torch.zeros(7))
    torch.testing.assert_close(SMOOTHED.discriminator(real, fake), expected)
    torch.testing.assert_close(SMOOTHED.generator(real, fake), bce(fake, torch.ones(7)))


def test_smoothed_is_least_where_nine_in_ten_are_thought_real():
    logit = torch.tensor([math.log(9)], requires_grad=True)
    SMOOTHED.discriminator(logit, torch.zeros(1)).backward()
    assert logit.grad.item() == pytest.approx(0, abs=1e-6)


def test_wasserstein_pays_by_the_distance_of_the_means():
    assert WASSERSTEIN.discriminator(REAL, FAKE).item() == -1 - 1
    assert WASSERSTEIN.generator(REAL, FAKE).item() == 1


@pytest.mark.parametrize("loss", [RELATIVISTIC.discriminator, RELATIVISTIC.generator])
def test_relativistic_compares_pairs_and_not_all_with_all(loss):
    with pytest.raises(VidpredError, match=r"real logits are \(4, 1\) and the fake ones \(4,\)"):
        loss(torch.randn(4, 1), torch.randn(4))

"""Gradient penalties against their closed forms."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.losses import PENALTIES, discriminate, gradient_penalty, r1, r2

SHAPE = (3, 2, 1, 4, 5)  # clips (B, T, C, H, W)


def clips(seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(SHAPE, generator=generator, dtype=torch.float64)


SLOPE = clips(9)[0]


def linear(pyramid):
    """Give logits whose gradient is SLOPE everywhere."""
    return [(pyramid[-1] * SLOPE).flatten(1).sum(dim=1)]


def quadratic(pyramid):
    """Give logits whose gradient at a clip is the clip itself."""
    return [pyramid[-1].flatten(1).square().sum(dim=1) / 2]


@pytest.fixture(params=sorted(PENALTIES))
def penalty(request):
    return PENALTIES[request.param]


def test_r1_is_half_the_mean_squared_norm_of_the_gradient_at_real_clips():
    real, fake = clips(0), clips(1)
    expected = real.square().sum().item() / 3 / 2
    assert r1(discriminate(quadratic, [real], [fake])).item() == pytest.approx(expected)
    assert r1(discriminate(linear, [real], [fake])).item() == pytest.approx(SLOPE.square().sum().item() / 2)


def test_r2_is_half_the_mean_squared_norm_of_the_gradient_at_fake_clips():
    real, fake = clips(0), clips(1)
    assert r2(discriminate(quadratic, [real], [fake])).item() == pytest.approx(fake.square().sum().item() / 3 / 2)


def test_the_gradient_penalty_is_the_squared_distance_of_the_slope_from_1():
    expected = (SLOPE.square().sum().sqrt() - 1).square().item()
    assert gradient_penalty(discriminate(linear, [clips(0)], [clips(1)])).item() == pytest.approx(expected, rel=1e-5)


def test_the_gradient_penalty_looks_between_real_and_fake():
    real, fake = torch.full(SHAPE, 2.0), torch.full(SHAPE, 4.0)
    torch.manual_seed(1)
    shares = torch.rand(3, 1, 1, 1, 1)
    torch.manual_seed(1)
    norms = (2 + 2 * shares.flatten()) * 40**0.5
    expected = (norms - 1).square().mean().item()
    assert gradient_penalty(discriminate(quadratic, [real], [fake])).item() == pytest.approx(expected, rel=1e-5)


def test_the_gradient_penalty_of_a_flat_discriminator_is_1_and_can_be_learnt_from():
    weight = torch.zeros((), requires_grad=True)
    judge = lambda pyramid: [weight * pyramid[-1].flatten(1).sum(dim=1)]  # noqa: E731
    paid = gradient_penalty(discriminate(judge, [clips(0)], [clips(1)]))
    paid.backward()
    assert paid.item() == pytest.approx(1, abs=1e-5)
    assert weight.grad.isfinite()


def test_levels_are_summed(penalty):
    one, two = [clips(0)], [clips(1)]
    torch.manual_seed(0)
    single = penalty(discriminate(linear, one, two))
    torch.manual_seed(0)
    double = penalty(discriminate(lambda p: [*linear(p[:1]), *linear(p[1:])], one * 2, two * 2))
    torch.testing.assert_close(double, 2 * single)


def test_a_level_that_is_not_looked_at_costs_nothing(penalty):
    torch.manual_seed(0)
    single = penalty(discriminate(linear, [clips(0)], [clips(1)]))
    torch.manual_seed(0)
    torch.testing.assert_close(penalty(discriminate(linear, [clips(5), clips(0)], [clips(6), clips(1)])), single)


def test_the_gradient_with_respect_to_the_discriminator_is_exact(penalty):
    def paid(weight):
        torch.manual_seed(0)
        judge = lambda pyramid: [(pyramid[-1] * weight).flatten(1).sum(dim=1).tanh()]  # noqa: E731
        return penalty(discriminate(judge, [clips(0) / 9], [clips(1) / 9]))

    assert torch.autograd.gradcheck(paid, SLOPE.clone().requires_grad_(), atol=1e-4)


def test_nothing_flows_back_into_the_clips(penalty):
    real, fake = clips(0).requires_grad_(), clips(1).requires_grad_()
    weight = SLOPE.clone().requires_grad_()
    judge = lambda p: [(p[-1] * weight).flatten(1).sum(dim=1).tanh()]  # noqa: E731
    penalty(discriminate(judge, [real], [fake])).backward()
    assert real.grad is None
    assert fake.grad is None
    assert weight.grad is not None


def test_what_runs_in_half_precision_pays_in_full(penalty):
    half = [clips(0).bfloat16()]
    judge = lambda p: [(p[-1] ** 2).flatten(1).sum(dim=1)]  # noqa: E731
    assert penalty(discriminate(judge, half, half)).dtype == torch.float32


@pytest.mark.parametrize("fakes", [[torch.rand(3, 1, 1, 2, 2)], torch.rand(4, 1, 1, 2, 2), []])
def test_as_many_fakes_as_real_clips_go_through_a_discriminator(fakes):
    with pytest.raises(VidpredError, match="give as many fake clips as real ones, at every scale"):
        discriminate(lambda clips: [clips[-1].sum((1, 2, 3, 4))], [torch.rand(4, 1, 1, 2, 2)], fakes)

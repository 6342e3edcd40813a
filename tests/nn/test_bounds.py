"""Bounded outputs: what they are, and that gradients lead back from the bounds."""

import pytest
import torch

from vidpred.frames.pyramid import build_pyramid
from vidpred.nn.bounds import SMALLEST_DERIVATIVE, Clipped, square_root, squash
from vidpred.predictors import MultiScalePredictor


def test_what_was_clipped_learns_to_come_back_and_not_to_go_further():
    values = torch.tensor([-2.0, -2.0, -1.0, 0.5, 0.5, 1.0, 3.0, 3.0], requires_grad=True)
    gradient = torch.tensor([-1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0])
    clipped = Clipped()(values)
    assert clipped.tolist() == [-1, -1, -1, 0.5, 0.5, 1, 1, 1]
    clipped.backward(gradient)
    assert values.grad.tolist() == [-1, 0, 1, -1, 1, -1, 0, 1]  # -2 against -1 rises, 3 against 1 falls


def test_squashed_values_are_those_of_a_tanh_and_so_are_gradients_where_it_is_not_saturated():
    values = torch.linspace(-2, 2, 41, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(squash(values), values.tanh())
    assert torch.autograd.gradcheck(squash, [values])


def test_a_saturated_tanh_is_less_flat_for_gradients_that_lead_back():
    values = torch.tensor([-8.0, -8.0, 8.0, 8.0], dtype=torch.float64, requires_grad=True)
    gradient = torch.tensor([-1.0, 1.0, 1.0, -1.0], dtype=torch.float64)  # against which -8 rises, and 8 falls
    squash(values).backward(gradient)
    flat = 1 - values.detach().tanh().square()
    torch.testing.assert_close(
        values.grad, gradient * torch.stack([flat[0] + SMALLEST_DERIVATIVE, flat[1]] * 2), atol=1e-6, rtol=0
    )


def test_a_predictor_learns_dark_frames_instead_of_black():
    network = MultiScalePredictor(frame_channels=1, width_multiplier=0.125)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    clips = torch.full((8, 5, 1, 16, 16), -0.8)
    clips[..., 4:8, 4:8] = 0.8
    targets = build_pyramid(clips[:, 4:], 4)
    for _ in range(100):
        optimizer.zero_grad()
        levels = zip(network(clips[:, :4]), targets, strict=True)
        torch.stack([(predicted - target).square().mean() for predicted, target in levels]).sum().backward()
        optimizer.step()
    finest = network(clips[:, :4])[-1]
    assert (finest - targets[-1]).abs().mean() < 0.2
    assert finest.max() > 0.2


def test_the_root_of_what_is_no_number_is_none_and_that_of_0_is_flat():
    values = torch.tensor([0.0, 4.0, float("nan")], requires_grad=True)
    roots = square_root(values)
    torch.testing.assert_close(roots, torch.tensor([0.0, 2.0, float("nan")]), equal_nan=True)
    roots[:2].sum().backward()
    torch.testing.assert_close(values.grad[:2], torch.tensor([0.0, 0.25]))


@pytest.mark.parametrize(("bound", "plain"), [(squash, torch.tanh), (Clipped(), lambda values: values.clamp(-1, 1))])
def test_the_transforms_of_torch_func_take_bounds_as_they_take_the_plain_functions(bound, plain):
    values, along = torch.linspace(-1.8, 1.8, 12, dtype=torch.float64).view(3, 4), torch.ones(3, 4, dtype=torch.float64)
    torch.testing.assert_close(torch.vmap(bound)(values), plain(values))
    torch.testing.assert_close(torch.func.jvp(bound, (values,), (along,)), torch.func.jvp(plain, (values,), (along,)))
    inside = values[1]
    gradients = torch.vmap(torch.func.grad(lambda row: bound(row).sum()))(inside[:, None])
    torch.testing.assert_close(gradients, torch.vmap(torch.func.grad(lambda row: plain(row).sum()))(inside[:, None]))

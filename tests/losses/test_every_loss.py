"""What any reconstruction loss and any game must do: newly registered ones need no other line here."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.losses import GAMES, RECONSTRUCTION_LOSSES


def frames(*shape, dtype=torch.float32):
    return torch.rand(*shape, dtype=dtype) * 2 - 1


@pytest.fixture(params=sorted(RECONSTRUCTION_LOSSES))
def loss(request):
    return RECONSTRUCTION_LOSSES[request.param]


@pytest.fixture(params=sorted(GAMES))
def game(request):
    return GAMES[request.param]


def test_a_perfect_prediction_costs_nothing(loss):
    target = frames(2, 1, 3, 16, 16)
    assert loss(target, target).item() == pytest.approx(0, abs=1e-6)


def test_an_empty_batch_is_refused(loss):
    with pytest.raises(VidpredError, match=r"\(0, 1, 3, 16, 16\) have no values"):
        loss(frames(0, 1, 3, 16, 16), frames(0, 1, 3, 16, 16))


@pytest.mark.parametrize(("name", "shape"), [("gdl", (9,)), ("gdl", ()), ("log_l2", (9,)), ("log_l2", (8, 9))])
def test_a_loss_of_whole_frames_says_which_axes_it_needs(name, shape):
    wanted = {"gdl": r"\(\.\.\., H, W\)", "log_l2": r"\(\.\.\., C, H, W\)"}[name]
    with pytest.raises(VidpredError, match=rf"are \({', '.join(map(str, shape))},?\), but .*{wanted}"):
        RECONSTRUCTION_LOSSES[name](torch.zeros(shape), torch.ones(shape))


def test_a_wrong_prediction_costs_something(loss):
    assert loss(frames(2, 1, 3, 16, 16), frames(2, 1, 3, 16, 16)) > 0


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1)], ids=str)
def test_the_tiny_levels_of_a_pyramid_are_finite(loss, size):
    prediction = frames(2, 1, 3, *size).requires_grad_()
    cost = loss(prediction, frames(2, 1, 3, *size))
    cost.backward()
    assert cost.isfinite()
    assert prediction.grad.isfinite().all()


def test_the_gradient_at_a_perfect_prediction_is_finite(loss):
    prediction = frames(1, 1, 3, 8, 8).requires_grad_()
    loss(prediction, prediction.detach().clone()).backward()
    assert prediction.grad.isfinite().all()


def test_the_gradient_of_a_loss_is_exact(loss):
    target = frames(1, 2, 2, 4, 5, dtype=torch.float64)
    prediction = frames(1, 2, 2, 4, 5, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: loss(p, target), prediction)


def test_half_precision_frames_are_compared_in_full(loss):
    prediction, target = frames(2, 1, 3, 32, 32).bfloat16(), frames(2, 1, 3, 32, 32)
    cost = loss(prediction, target)
    assert cost.dtype == torch.float32
    assert cost.item() == loss(prediction.float(), target).item()


def test_frames_that_only_broadcast_are_no_prediction_of_each_other(loss):
    with pytest.raises(VidpredError, match=r"the prediction is \(2, 1, 1, 8, 8\) but the target is \(2, 1, 3, 8, 8\)"):
        loss(frames(2, 1, 1, 8, 8), frames(2, 1, 3, 8, 8))
    with pytest.raises(VidpredError, match="of the class ndarray, but a tensor of floats"):
        loss(frames(2, 1, 3, 8, 8).numpy(), frames(2, 1, 3, 8, 8))
    with pytest.raises(VidpredError, match=r"the target is torch\.uint8, but floats"):
        loss(frames(2, 1, 3, 8, 8), frames(2, 1, 3, 8, 8).byte())


@pytest.mark.parametrize("shape", [(6,), (6, 4, 4)], ids=["one per clip", "map"])
def test_both_players_pay_a_finite_scalar_for_logits_of_any_shape(game, shape):
    real, fake = torch.randn(shape), torch.randn(shape)
    for player in (game.discriminator, game.generator):
        cost = player(real, fake)
        assert cost.shape == ()
        assert cost.isfinite()


def test_the_discriminator_is_drawn_towards_telling_them_apart(game):
    real, fake = (torch.zeros(3, requires_grad=True) for _ in range(2))
    game.discriminator(real, fake).backward()
    assert (real.grad < 0).all()
    assert (fake.grad >= 0).all()


def test_the_generator_is_drawn_towards_looking_real(game):
    fake = torch.zeros(3, requires_grad=True)
    game.generator(torch.ones(3), fake).backward()
    assert (fake.grad < 0).all()


def test_the_gradients_of_a_game_are_exact(game):
    real, fake = (torch.randn(5, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(game.discriminator, (real, fake))
    assert torch.autograd.gradcheck(lambda f: game.generator(real.detach(), f), fake)


def test_a_game_tells_whether_its_generator_sees_real_logits(game):
    real, fake = torch.randn(5), torch.randn(5)
    changed = game.generator(real, fake) != game.generator(real + 1, fake)
    assert changed.item() == game.generator_sees_real


def test_sure_logits_in_half_precision_cost_full_precision(game):
    real, fake = torch.tensor([-300.0, 7.0]).bfloat16(), torch.tensor([300.0, 0.3]).bfloat16()
    for player in (game.discriminator, game.generator):
        cost = player(real, fake)
        assert cost.dtype == torch.float32
        assert cost.item() == player(real.float(), fake.float()).item()
        assert cost.isfinite()

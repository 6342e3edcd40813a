"""Scores of several draws, against loops over pairs and closed forms in float64."""

from functools import partial

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.losses import Objective, gradient_difference, l1, l2
from vidpred.losses.samples import check_loss, energy_score, kernel_score, mean_loss, sample_loss
from vidpred.registry import RECONSTRUCTION_LOSSES

SQUARED_EDGES = partial(gradient_difference, alpha=2)


def ensemble(num_draws, batch=3, dtype=torch.float64):
    """Draws (K * B, ...) and targets as a trainer hands them over."""
    draws = torch.rand(num_draws * batch, 2, 3, 6, 7, dtype=dtype) * 2 - 1
    target = torch.rand(batch, 2, 3, 6, 7, dtype=dtype) * 2 - 1
    return draws, target.repeat(num_draws, 1, 1, 1, 1)


def pairwise(distance, draws, target, num_draws):
    """The fair kernel score written out: a loop over examples, frames and ordered pairs of draws."""
    batch = len(draws) // num_draws
    scores = []
    for example in range(batch):
        for time in range(draws.shape[1]):
            drawn = [draws[number * batch + example, time] for number in range(num_draws)]
            error = np.mean([distance(one, target[example, time]) for one in drawn])
            apart = [distance(a, b) for i, a in enumerate(drawn) for j, b in enumerate(drawn) if i != j]
            scores.append(error - 0.5 * np.mean(apart) if apart else error)
    return np.mean(scores)


def absolute(one, other):
    return (one - other).abs().mean().item()


def edges(one, other):
    return gradient_difference(one, other).item()


def euclidean(one, other):
    return (one - other).square().mean().sqrt().item()


def euclidean_edges(one, other):
    return SQUARED_EDGES(one, other).sqrt().item()


@pytest.mark.parametrize("num_draws", [1, 2, 3, 5])
@pytest.mark.parametrize(("loss", "distance"), [(l1, absolute), (gradient_difference, edges)])
def test_the_kernel_score_is_the_loop_over_pairs(loss, distance, num_draws):
    draws, target = ensemble(num_draws)
    score = kernel_score(loss, draws, target, num_draws).item()
    assert score == pytest.approx(pairwise(distance, draws, target, num_draws), abs=1e-12)


@pytest.mark.parametrize("num_draws", [1, 2, 4])
@pytest.mark.parametrize(("loss", "distance"), [(l2, euclidean), (SQUARED_EDGES, euclidean_edges)])
def test_the_energy_score_is_the_loop_over_pairs_of_frames(loss, distance, num_draws):
    draws, target = ensemble(num_draws)
    score = energy_score(loss, draws, target, num_draws).item()
    assert score == pytest.approx(pairwise(distance, draws, target, num_draws), abs=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [(0.0, 1.0, 0.5, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 1.0, 3.0, 2.0), (0.25, 0.25, 0.75, 0.5), (-1.0, 1.0, -3.0, 2.0)],
)
def test_two_points_have_the_crps_computed_by_hand(low, high, value, expected):
    draws = torch.tensor([low, high]).reshape(2, 1, 1, 1, 1)
    target = torch.full((2, 1, 1, 1, 1), value)
    assert kernel_score(l1, draws, target, 2).item() == pytest.approx(expected)
    assert energy_score(l2, draws, target, 2).item() == pytest.approx(expected)  # one value per frame: the same


def test_the_crps_of_draws_of_the_true_law_is_half_of_its_mean_difference():
    """Gneiting and Raftery: E|X - Y| - E|X - X'| / 2 = E|X - X'| / 2, which is 1 / 6 for the uniform law."""
    draws, target = (torch.rand(40_000, 1, 1, 1, 1, dtype=torch.float64) for _ in range(2))
    assert kernel_score(l1, draws, target[:20_000].repeat(2, 1, 1, 1, 1), 2).item() == pytest.approx(1 / 6, abs=0.004)


def test_draws_of_the_true_law_score_better_than_their_mean_and_than_too_wide_a_spread():
    """Futures are -1 or 1; the median of the pixel loss, any constant, is no better than a coin by itself."""
    coin, target = (torch.randint(0, 2, (20_000, 1, 1, 1, 1)).double() * 2 - 1 for _ in range(2))
    target = target[:10_000].repeat(2, 1, 1, 1, 1)
    for score in (partial(kernel_score, l1), partial(energy_score, l2)):
        honest = score(coin, target, 2)
        for wrong in (0 * coin, 2 * coin, coin.abs(), 0.5 * coin):
            assert honest < score(wrong, target, 2) - 0.05


def test_the_mean_of_draws_is_compared_alone():
    draws, target = ensemble(3)
    mean = draws.unflatten(0, (3, 3)).mean(dim=0)
    torch.testing.assert_close(mean_loss(l1, draws, target, 3), (mean - target[:3]).abs().mean())


def test_every_sample_is_compared_and_averaged():
    draws, target = ensemble(3)
    expected = torch.stack([l1(draw, target[:3]) for draw in draws.chunk(3)]).mean()
    torch.testing.assert_close(sample_loss(l1, draws, target, 3), expected)


@pytest.mark.parametrize("over", ["sample", "mean", "crps"])
@pytest.mark.parametrize("loss", ["l1", "gdl"])
def test_of_one_draw_every_judgement_is_the_loss_itself_to_the_last_bit(over, loss):
    draws, target = ensemble(1, dtype=torch.float32)
    _, terms = Objective({loss: 1.0}, over=over)([draws], [target])
    assert terms[loss].item() == RECONSTRUCTION_LOSSES[loss](draws, target).item()


@pytest.mark.parametrize(("over", "loss"), [("sample", "l1"), ("mean", "l1"), ("crps", "l1"), ("energy", "l2")])
def test_every_draw_of_every_scale_gets_a_gradient(over, loss):
    target = [torch.rand(2, 1, 3, side, side).repeat(3, 1, 1, 1, 1) for side in (4, 8)]
    draws = [torch.rand(6, 1, 3, side, side, requires_grad=True) for side in (4, 8)]
    Objective({loss: 1.0}, over, num_draws=3)(draws, target)[0].backward()
    assert all(draw.any() for level in draws for draw in level.grad)


@pytest.mark.parametrize(("score", "loss"), [(kernel_score, l1), (energy_score, l2)])
def test_the_gradient_of_a_score_is_exact(score, loss):
    draws, target = torch.rand(4, 1, 1, 3, 3).double().requires_grad_(), torch.rand(4, 1, 1, 3, 3).double()
    target[2:] = target[:2]
    assert torch.autograd.gradcheck(lambda d: score(loss, d, target, 2), draws)


@pytest.mark.parametrize(("score", "loss"), [(kernel_score, l1), (energy_score, l2)])
def test_equal_draws_have_a_finite_gradient(score, loss):
    draws = torch.ones(4, 1, 1, 3, 3, requires_grad=True)
    score(loss, draws, torch.ones(4, 1, 1, 3, 3), 2).backward()
    assert draws.grad.isfinite().all()


def test_draws_in_half_precision_are_compared_in_full():
    draws, target = ensemble(2, dtype=torch.float32)
    draws = draws.bfloat16()
    for score, loss in ((mean_loss, l1), (kernel_score, l1), (energy_score, l2)):
        cost = score(loss, draws, target, 2)
        assert cost.dtype == torch.float32
        assert cost.item() == score(loss, draws.float(), target, 2).item()


@pytest.mark.parametrize(
    ("over", "terms", "message"),
    [
        ("crps", {"l2": 1.0}, "loss 'l2' cannot be scored over crps.*such as l1"),
        ("crps", {"l1": 1.0, "gdl": {"alpha": 2}}, "loss 'gdl' cannot be scored over crps"),
        ("energy", {"l1": 1.0}, "loss 'l1' cannot be scored over energy.*such as l2"),
        ("energy", {"gdl": 1.0}, "gdl with alpha 2"),
        ("crsp", {"l1": 1.0}, "over is 'crsp', but .*sample, mean, crps, energy"),
    ],
)
def test_a_loss_that_makes_no_score_of_draws_is_refused(over, terms, message):
    with pytest.raises(VidpredError, match=message) as told:
        Objective(terms, over, num_draws=2)
    assert "\n" not in str(told.value)


def test_less_than_one_draw_is_refused():
    with pytest.raises(VidpredError, match="num_draws is 0"):
        Objective({"l1": 1.0}, num_draws=0)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.9])
def test_edges_to_a_power_below_two_make_a_crps(alpha):
    check_loss("crps", "gdl", partial(gradient_difference, alpha=alpha))


def test_a_term_of_weight_zero_may_be_any():
    assert Objective({"l1": 1.0, "l2": 0}, "crps", 2).weights == {"l1": 1.0}


def test_squares_less_their_spread_would_fall_without_end():
    """Why squared losses are refused: two draws that fly apart make the score as low as they like."""
    target = torch.zeros(2, 1, 1, 1, 1)
    far = [kernel_score(l2, torch.tensor([-a, a]).reshape(2, 1, 1, 1, 1), target, 2).item() for a in (1.0, 10.0)]
    assert far == pytest.approx([-1.0, -100.0])


def test_a_loss_that_looks_at_values_has_the_energy_score_of_one_that_does_not(monkeypatch):
    def branching(prediction, target):
        error = (prediction - target).square().mean()
        return error if error > 0 else error * 0

    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", branching)
    generator = torch.Generator().manual_seed(0)
    samples, target = (torch.rand(6, 2, 3, 4, 4, generator=generator) for _ in range(2))
    mine, plain = (Objective({name: 1}, over="energy", num_draws=3)([samples], [target])[0] for name in ("mine", "l2"))
    torch.testing.assert_close(mine, plain)

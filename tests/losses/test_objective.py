"""The weighted sum of losses over scales."""

import pickle
import re

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid
from vidpred.losses import Objective, gradient_difference
from vidpred.registry import RECONSTRUCTION_LOSSES


def constant(value, *sizes):
    return [torch.full((2, 1, 3, size, size), value) for size in sizes]


@pytest.fixture
def pyramids():
    return tuple(build_pyramid(torch.rand(2, 1, 3, 16, 16), 3) for _ in range(2))


def test_terms_are_summed_over_scales_and_weighed_in_the_total_only():
    prediction, target = constant(0.5, 4, 8), constant(0.0, 4, 8)
    total, terms = Objective({"l1": 2.0, "l2": 10})(prediction, target)
    assert {name: term.item() for name, term in terms.items()} == {"l1": 1.0, "l2": 0.5}
    assert total.item() == 2 * 1.0 + 10 * 0.5


def test_options_reach_the_loss(pyramids):
    _, terms = Objective({"gdl": {"weight": 0.5, "alpha": 2}})(*pyramids)
    expected = sum(gradient_difference(p, t, alpha=2) for p, t in zip(*pyramids, strict=True))
    torch.testing.assert_close(terms["gdl"], expected)


def test_options_without_a_weight_weigh_one(pyramids):
    total, terms = Objective({"gdl": {"alpha": 2}})(*pyramids)
    assert total == terms["gdl"]


def test_a_term_of_weight_zero_is_left_out(pyramids):
    objective = Objective({"l1": 0, "gdl": {"weight": 0.0}, "l2": 1.0})
    assert objective.weights == {"l2": 1.0}
    assert list(objective(*pyramids)[1]) == ["l2"]


def test_no_terms_cost_nothing(pyramids):
    total, terms = Objective({})(*pyramids)
    assert total.item() == 0
    assert total.shape == ()
    assert terms == {}


def test_every_scale_gets_a_gradient(pyramids):
    prediction, target = pyramids
    for level in prediction:
        level.requires_grad_()
    total, _ = Objective({"l2": 1.0, "gdl": 1.0})(prediction, target)
    total.backward()
    assert all(level.grad.any() for level in prediction)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"gld": 1.0}, r"no reconstruction loss is named 'gld' \(did you mean 'gdl'\?\)"),
        ({"gld": 0}, "did you mean 'gdl'"),
        (
            {"gdl": {"alpa": 2}},
            r"'gdl' has no option 'alpa' \(did you mean 'alpha'\?\); it takes: weight, alpha",
        ),
        ({"gdl": {"prediction": 2}}, "no option 'prediction'"),
        ({"gdl": {"alpha": "two"}}, "alpha is 'two', which is not accepted"),
        ({"l1": -1.0}, "weight of loss 'l1' is -1.0"),
        ({"l1": "much"}, "weight of loss 'l1' is 'much'"),
        ({"l1": True}, "weight of loss 'l1' is True"),
        ({"l1": float("nan")}, "weight of loss 'l1' is nan"),
        ({"l1": {"weight": float("inf")}}, "weight of loss 'l1' is inf"),
    ],
)
def test_a_term_that_means_nothing_is_refused(terms, message):
    with pytest.raises(VidpredError, match=message):
        Objective(terms)


def test_shapes_that_would_broadcast_are_refused():
    with pytest.raises(ValueError, match="level 1 is predicted as"):
        Objective({"l1": 1.0})(constant(0.0, 4, 8), [*constant(0.0, 4), torch.zeros(2, 5, 3, 8, 8)])


def test_pyramids_of_different_depth_are_refused():
    with pytest.raises(VidpredError, match=r"the prediction has 2 levels and the target 1"):
        Objective({"l1": 1.0})(constant(0.0, 4, 8), constant(0.0, 4))


@pytest.mark.parametrize(
    ("prediction", "target", "given"),
    [
        (torch.zeros(2, 1, 3, 8, 8), torch.zeros(2, 1, 3, 8, 8), r"the prediction is a tensor \(2, 1, 3, 8, 8\)"),
        ([torch.zeros(2, 1, 3, 8, 8)], torch.zeros(2, 1, 3, 8, 8), r"the target is a tensor \(2, 1, 3, 8, 8\)"),
        ([], [], r"the prediction is \[\]"),
        ([None], [torch.zeros(2, 1, 3, 8, 8)], r"the prediction is \[None\]"),
    ],
)
def test_what_is_no_pyramid_is_refused_with_what_to_write(prediction, target, given):
    with pytest.raises(VidpredError, match=given + r", but .* lists of tensors .*: write \[frames\]"):
        Objective({"l1": 1.0})(prediction, target)


@pytest.mark.parametrize("terms", ["l1", ["l1"], None])
def test_terms_without_weights_are_refused_with_what_to_write(terms):
    with pytest.raises(VidpredError, match=r"the terms are .*l1|None.*, but .*write \{'l1': 1\}"):
        Objective(terms)


@pytest.mark.parametrize(
    ("loss", "given"),
    [
        (lambda prediction, target: (prediction - target).abs(), r"a tensor \(2, 1, 3, 8, 8\)"),
        (lambda prediction, target: (prediction - target).square().mean(dim=(1, 2, 3, 4)), r"a tensor \(2,\)"),
        (lambda prediction, target: (prediction - target).abs().mean().item(), "0.5"),
    ],
)
@pytest.mark.parametrize("over", ["sample", "mean", "crps"])
def test_a_loss_of_ones_own_that_is_no_single_number_is_refused_instead_of_summed(monkeypatch, loss, given, over):
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", loss)
    frames = torch.full((2, 1, 3, 8, 8), 0.5)
    with pytest.raises(VidpredError, match=r"loss 'mine' returned .*, but a tensor of one number is needed") as refusal:
        Objective({"mine": 1}, over=over)([frames], [torch.zeros_like(frames)])
    assert over == "crps" or re.search(given, str(refusal.value))


def test_a_loss_of_ones_own_may_return_one_number_in_a_tensor_of_any_shape(monkeypatch):
    monkeypatch.setitem(
        RECONSTRUCTION_LOSSES._parts, "mine", lambda prediction, target: (prediction - target).abs().mean().reshape(1)
    )
    frames = torch.full((2, 1, 3, 8, 8), 0.5)
    total, terms = Objective({"mine": 2})([frames], [torch.zeros_like(frames)])
    assert total.shape == terms["mine"].shape == ()
    assert total.item() == pytest.approx(2 * 0.5)


@pytest.mark.parametrize("over", ["sample", "mean", "crps"])
def test_frames_that_are_no_whole_number_of_samples_are_refused(over):
    frames = [torch.rand(4, 1, 3, 8, 8)]
    with pytest.raises(VidpredError, match="the prediction has 4 frames, not 3 samples for every example"):
        Objective({"l1": 1}, over=over, num_draws=3)(frames, frames)


def test_sample_scores_are_computed_on_whatever_device_torch_makes_tensors_by_default(pyramids):
    with torch.device("meta"):  # stands for a GPU that is the default device
        objective = Objective({"l1": 1}, over="crps")
    assert torch.equal(objective(*pyramids)[0], Objective({"l1": 1})(*pyramids)[0])


def test_an_objective_goes_to_another_process(pyramids):
    objective = Objective({"l1": 1, "gdl": {"weight": 2, "alpha": 2}})
    assert torch.equal(pickle.loads(pickle.dumps(objective))(*pyramids)[0], objective(*pyramids)[0])


def test_what_a_loss_of_ones_own_writes_into_its_frames_changes_no_other(monkeypatch, pyramids):
    def in_place(prediction, target):
        return (prediction.add_(1) - target.zero_()).abs().mean()

    expected, before = Objective({"l1": 1})(*pyramids)[0], [level.clone() for side in pyramids for level in side]
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "in_place", in_place)
    _, terms = Objective({"in_place": 1, "l1": 1})(*pyramids)
    assert torch.equal(terms["l1"], expected)
    assert all(map(torch.equal, before, [level for side in pyramids for level in side]))


@pytest.mark.parametrize("over", ["sample", "crps"])
@pytest.mark.parametrize(
    "loss", [lambda p, t: (p > t).any(), lambda p, t: (p > t).sum(), lambda p, t: torch.fft.fft2(p - t).sum()]
)
def test_a_loss_of_ones_own_that_is_no_float_is_refused(monkeypatch, loss, over):
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", loss)
    frames = torch.full((2, 1, 3, 8, 8), 0.5)
    with pytest.raises(VidpredError, match=r"loss 'mine' returned a number of torch\.\w+, which nothing can"):
        Objective({"mine": 1}, over=over)([frames], [torch.zeros_like(frames)])


def test_an_option_of_ones_own_loss_without_a_default_is_asked_for(monkeypatch):
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", lambda p, t, power: (p - t).abs().pow(power).mean())
    with pytest.raises(VidpredError, match=r"loss 'mine' needs power, which has no default; .*power: \.\.\."):
        Objective({"mine": 1})
    assert Objective({"mine": {"power": 2}})(constant(0.5, 4), constant(0.0, 4))[0] == 0.25


@pytest.mark.parametrize("over", ["sample", "mean", "energy"])
def test_a_loss_of_ones_own_without_a_gradient_is_refused_where_one_is_needed(monkeypatch, over):
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", lambda p, t: (p.detach() - t).square().mean())
    frames = torch.full((2, 1, 3, 8, 8), 0.5)
    objective = Objective({"mine": 1, "l1": 1}, over=over) if over != "energy" else Objective({"mine": 1}, over=over)
    assert objective([frames], [torch.zeros_like(frames)])[0] > 0
    frames.requires_grad_()
    with pytest.raises(VidpredError, match="loss 'mine' returned a number without a gradient, so nothing can learn"):
        objective([frames], [torch.zeros_like(frames)])
    with torch.no_grad():
        assert objective([frames], [torch.zeros_like(frames)])[0] > 0


def test_a_loss_of_ones_own_may_have_nothing_to_learn_from_in_a_batch(monkeypatch):
    monkeypatch.setitem(RECONSTRUCTION_LOSSES._parts, "mine", lambda p, t: torch.zeros(()))  # where nothing moves
    frames = torch.full((2, 1, 3, 8, 8), 0.5).requires_grad_()
    loss, terms = Objective({"mine": 1, "l1": 1})([frames], [torch.zeros_like(frames)])
    assert (loss.item(), terms["mine"].item()) == (0.5, 0.0)

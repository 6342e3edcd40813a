"""Searching for noise, where the answer is known: a generator that is linear has a minimum in closed form."""

import copy

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.exploration import complete, latent_search, project
from vidpred.generators import DcganGenerator
from vidpred.generators.sampling import sample

NOISE = torch.tensor([[0.5, -1.0, 1.5, 0.0, -0.5, 1.0]])


def target_of(generator, label=None):
    labels = torch.tensor([label]) if label is not None else None
    return generator(NOISE, labels)[-1][0, 0].detach()


def test_without_a_prior_the_noise_itself_is_found(generator):
    found = project(generator, target_of(generator), restarts=3, num_steps=400, prior=0.0)
    torch.testing.assert_close(found.noise[0], NOISE[0], rtol=0, atol=0.01)
    assert found.psnr[0] > 50


def test_a_prior_leads_to_the_solution_of_ridge_regression(generator):
    target, prior = target_of(generator), 0.1
    basis = generator.basis.detach().double().numpy().T  # (values, Z)
    system = basis.T @ basis / 32 + prior / 6 * np.eye(6)
    expected = np.linalg.solve(system, basis.T @ target.flatten().double().numpy() / 32)
    found = project(generator, target, restarts=2, num_steps=600, prior=prior)
    np.testing.assert_allclose(found.noise[0], expected, atol=0.01)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_that_are_switched_off_for_all_else_do_not_stop_a_search(generator, mode):
    target = target_of(generator)
    expected = project(generator, target, restarts=2, num_steps=5)
    with mode():
        found = project(generator, target.clone(), restarts=2, num_steps=5)
    assert torch.equal(found.noise, expected.noise)


def test_psnr_is_that_of_the_whole_range(generator):
    found = project(generator, target_of(generator), restarts=2, num_steps=1)
    errors = (found.images.clamp(-1, 1) - target_of(generator)).double().square().mean((1, 2, 3))
    torch.testing.assert_close(found.psnr.double(), 10 * torch.log10(4 / errors))


def test_results_come_in_the_order_of_their_errors(generator):
    found = project(generator, target_of(generator), restarts=9, num_steps=2)
    assert found.errors.tolist() == sorted(found.errors.tolist())
    assert len(set(found.errors.tolist())) == 9


def test_the_class_is_found_as_well(linear):
    generator = linear(latent_channels=3, num_classes=5)
    target = generator(NOISE[:, :3], torch.tensor([4]))[-1][0, 0].detach()
    found = project(generator, target, restarts=5, num_steps=300, prior=0.0)
    assert sorted(found.labels.tolist()) == [0, 1, 2, 3, 4]
    assert found.labels[0] == 4
    assert project(generator, target, restarts=2, num_steps=1, label=1).labels.tolist() == [1, 1]


def test_what_is_known_is_kept_and_what_is_missing_is_found(generator):
    target = target_of(generator)
    missing = torch.zeros(4, 4, dtype=torch.bool)
    missing[1:3, 1:3] = True
    spoilt = torch.where(missing, 9.0, target)
    completions, found = complete(generator, spoilt, missing, restarts=4, num_steps=400, prior=0.0)
    assert completions.shape == (4, 2, 4, 4)
    for completion in completions:
        assert torch.equal(completion[:, ~missing], target[:, ~missing])
    torch.testing.assert_close(completions[0], target, rtol=0, atol=0.02)
    assert found.errors[0] < 1e-5


def test_only_what_is_known_counts_as_error(generator):
    missing = torch.zeros(4, 4, dtype=torch.bool)
    missing[:, :3] = True
    _, found = complete(generator, target_of(generator), missing, restarts=2, num_steps=1)
    expected = (found.images.clamp(-1, 1) - target_of(generator))[..., 3].square().mean((1, 2))
    torch.testing.assert_close(found.errors, expected)


def test_the_seed_settles_everything(generator):
    one, same, other = (project(generator, target_of(generator), 2, 3, seed=seed).noise for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_the_generator_is_left_as_it_is(generator):
    before = generator.basis.detach().clone()
    project(generator, target_of(generator), 2, 3)
    assert torch.equal(generator.basis, before)
    assert generator.basis.grad is None


@pytest.mark.parametrize(
    ("missing", "reason"), [(torch.zeros, "no pixel is missing"), (torch.ones, "every pixel is missing")]
)
def test_there_must_be_something_known_and_something_missing(generator, missing, reason):
    with pytest.raises(VidpredError, match=reason):
        complete(generator, sample(generator, 1)[0], missing(4, 4, dtype=torch.bool))


def test_an_image_of_another_size_is_refused(generator):
    with pytest.raises(VidpredError, match=r"the image is \(2, 5, 5\), but this generator makes \(2, 4, 4\)"):
        project(generator, torch.zeros(2, 5, 5))
    with pytest.raises(VidpredError, match="0 restarts of 300 steps"):
        project(generator, torch.zeros(2, 4, 4), restarts=0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"num_steps": 10**12}, "1000000000000 steps were asked for, which never end; ask for at most 1000000000"),
        ({"num_steps": 0}, "1 restart of 0 steps cannot be made; ask for at least 1 of each"),
        ({"prior": 1e308}, r"the prior weighs 1e\+308, but a weight from 0 to 1e\+06 is accepted"),
        ({"prior": -1.0}, "the prior weighs -1, but a weight from 0 to"),
    ],
)
def test_what_never_ends_or_leads_to_no_number_is_refused(generator, options, told):
    with pytest.raises(VidpredError, match=told):
        project(generator, target_of(generator), restarts=1, **options)


def test_how_far_a_search_has_come_is_shown(generator, monkeypatch):
    shown = []
    monkeypatch.setattr(latent_search, "progress", lambda steps, *words: shown.append((len(steps), *words)) or steps)
    project(generator, target_of(generator), restarts=1, num_steps=3)
    assert shown == [(3, "searching", "step")]


def test_missing_pixels_may_hold_what_is_no_number(generator):
    target = target_of(generator)
    missing = torch.zeros(4, 4, dtype=torch.bool)
    missing[1:3, 1:3] = True
    spoilt = torch.where(missing, torch.nan, target)
    (one, found), (other, same) = (complete(generator, image, missing, 2, 3) for image in (spoilt, target))
    assert torch.equal(found.errors, same.errors)
    torch.testing.assert_close(one, other)


@pytest.mark.parametrize(
    ("mask", "given"),
    [
        (torch.eye(4, dtype=torch.uint8), r"\(4, 4\) of torch.uint8"),  # whose inverse is 254 and 255
        (torch.eye(4), r"\(4, 4\) of torch.float32"),
        (torch.eye(4, dtype=torch.bool).expand(2, 4, 4), r"\(2, 4, 4\) of torch.bool"),
        (np.eye(4, dtype=bool), "a ndarray"),
    ],
)
def test_a_mask_says_true_or_false_of_every_pixel(generator, mask, given):
    with pytest.raises(VidpredError, match=f"the mask is {given}, but true and false for every pixel"):
        complete(generator, target_of(generator), mask, restarts=1, num_steps=1)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda image: (image * 255).to(torch.uint8),
            r"the image is \(2, 4, 4\) of torch.uint8, but a tensor",
        ),
        (lambda image: image[None], r"the image is \(1, 2, 4, 4\) of torch.float32, but"),
        (lambda image: image.numpy(), "the image is a ndarray, but"),
        (lambda image: image.clamp(-1, 1) * 0 + 255, r"known values up to 255, but is to lie in \[-1, 1\]"),
        (lambda image: image * torch.nan, "known values up to nan"),
    ],
)
def test_what_is_no_image_is_refused(generator, spoil, told):
    with pytest.raises(VidpredError, match=told):
        project(generator, spoil(target_of(generator)), restarts=1, num_steps=1)


def test_a_generator_in_training_is_searched_in_evaluation_mode_and_left_as_it_is():
    generator = DcganGenerator(4, 16, 16, hidden_channels=4)
    before = copy.deepcopy(generator.state_dict())
    image = sample(generator, 1)[0]
    found = project(generator, image, restarts=2, num_steps=2)
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert generator.training
    assert torch.equal(found.noise, project(generator.eval(), image, restarts=2, num_steps=2).noise)


def test_a_generator_in_double_precision_is_searched():
    generator = DcganGenerator(4, 16, 16, hidden_channels=4).double()
    assert project(generator, sample(generator, 1)[0], restarts=1, num_steps=1).errors.isfinite().all()

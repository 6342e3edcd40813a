"""Scores of samplers, against loops, closed forms for Gaussians, and cases worked by hand."""

import itertools
import math

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import METRICS, Metric
from vidpred.metrics.samples import crps, diversity, energy_score, rank_histogram, score_samples, spread_skill_ratio

SCORES = (energy_score, crps, spread_skill_ratio)


@pytest.fixture
def drawn():
    """Four samples (4, 2, 3, 1, 4, 5) and a target."""
    return torch.randn(4, 2, 3, 1, 4, 5).double(), torch.randn(2, 3, 1, 4, 5).double()


def pixels(*samples):
    """Return samples (K, 1, 1, 1, 1, n) of one frame of n pixels."""
    return torch.tensor(samples, dtype=torch.float64).reshape(len(samples), 1, 1, 1, 1, -1)


def test_energy_score_agrees_with_a_loop(drawn):
    samples, target = (each.numpy() for each in drawn)
    for b, t in itertools.product(range(2), range(3)):
        frames, real = samples[:, b, t].reshape(4, -1), target[b, t].ravel()
        near = np.mean([np.sqrt(((x - real) ** 2).mean()) for x in frames])
        pairs = [np.sqrt(((x - y) ** 2).mean()) for x, y in itertools.permutations(frames, 2)]
        assert float(energy_score(*drawn)[b, t]) == pytest.approx(near - sum(pairs) / (2 * 4 * 3), rel=1e-10)


def test_crps_agrees_with_a_loop(drawn):
    samples, target = (each.numpy() for each in drawn)
    for b, t in itertools.product(range(2), range(3)):
        values = [
            np.abs(x - y).mean() - sum(abs(a - c) for a, c in itertools.permutations(x, 2)) / (2 * 4 * 3)
            for x, y in zip(samples[:, b, t].reshape(4, -1).T, target[b, t].ravel(), strict=True)
        ]
        assert float(crps(*drawn)[b, t]) == pytest.approx(np.mean(values), rel=1e-10)


def test_in_one_pixel_the_energy_score_is_the_crps():
    samples, target = torch.randn(5, 7, 2, 1, 1, 1), torch.randn(7, 2, 1, 1, 1)
    torch.testing.assert_close(energy_score(samples, target), crps(samples, target))


def closed_form(target, mean, deviation):
    """Return the CRPS of a Gaussian (Gneiting and Raftery, 2007, equation 21)."""
    z = (target - mean) / deviation
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return deviation * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))


@pytest.mark.parametrize("number", [2, 7])
def test_the_expected_crps_of_gaussian_samples_is_the_closed_form_for_any_number_of_them(number):
    cases = 40_000
    samples = 0.3 + 0.5 * torch.randn(number, cases, 1, 1, 1, 1).double()
    values = crps(samples, torch.full((cases, 1, 1, 1, 1), 0.9).double())
    error = float(values.std()) / cases**0.5
    assert float(values.mean()) == pytest.approx(closed_form(0.9, 0.3, 0.5), abs=4 * error)


def test_the_energy_score_prefers_the_true_law_to_its_mean_where_single_samples_do_not():
    """Two futures, equally likely: this is why single samples rank nobody."""
    target = torch.randint(2, (400, 1, 1, 1, 1)).double().expand(-1, -1, 1, 4, 4) * 2 - 1
    honest = (torch.randint(2, (8, 400, 1, 1, 1, 1)).double() * 2 - 1).expand(-1, -1, -1, -1, 4, 4)
    blurred = 0.01 * torch.randn(8, *target.shape).double()
    psnr = METRICS["psnr"]
    assert psnr.function(blurred[0], target).clamp(max=50).min() > -1
    errors = [(each[0] - target).square().mean() for each in (honest, blurred)]
    assert errors[1] < errors[0]
    assert energy_score(honest, target).mean() < 0.7 * energy_score(blurred, target).mean()


def test_only_the_energy_score_sees_that_pixels_belong_together():
    """Right marginals with the wrong joint law: CRPS cannot tell them apart."""
    whole = (torch.randint(2, (4, 3000, 1, 1, 1, 1)).double() * 2 - 1).expand(-1, -1, -1, -1, 4, 4)
    shuffled = torch.randint(2, whole.shape).double() * 2 - 1
    target = (torch.randint(2, (3000, 1, 1, 1, 1)).double() * 2 - 1).expand(-1, -1, -1, 4, 4)
    assert float(crps(whole, target).mean()) == pytest.approx(float(crps(shuffled, target).mean()), abs=0.05)
    assert energy_score(whole, target).mean() < energy_score(shuffled, target).mean() - 0.1


def test_ranks_are_counted_from_below_at_every_step():
    samples = pixels([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0])
    target = torch.tensor([-1.0, 0.5, 0.6, 2.0]).double().reshape(1, 1, 1, 1, 4)
    both = torch.cat([target, target - 10], dim=1)
    histogram = rank_histogram(samples.expand(-1, -1, 2, -1, -1, -1), both)
    assert histogram.tolist() == [[0.25, 0.5, 0.25], [1, 0, 0]]


def test_ties_share_their_ranks():
    samples = pixels([0.0], [0.0], [0.5])
    assert rank_histogram(samples, samples[0])[0].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    assert rank_histogram(samples, samples[2])[0].tolist() == pytest.approx([0, 0, 0.5, 0.5])


def test_the_histogram_is_flat_for_a_reliable_sampler_and_bends_for_others():
    target = torch.randn(1, 1, 1, 200, 200).double()
    samples = torch.randn(4, 1, 1, 1, 200, 200).double()
    flat, narrow, wide = (rank_histogram(scale * samples, target)[0] for scale in (1, 0.2, 5))
    torch.testing.assert_close(flat, torch.full((5,), 0.2).double(), atol=0.01, rtol=0)
    assert narrow[0] + narrow[-1] > 0.7
    assert wide[2] > 0.3


def test_diversity_is_the_mean_distance_between_different_samples():
    assert float(diversity(pixels([0.0, 0.0], [0.6, 0.8], [0.0, 0.0]))) == pytest.approx(2 / 3 * 0.5**0.5)
    assert not diversity(pixels([0.3, 0.1], [0.3, 0.1])).any()


def test_diversity_takes_another_distance(drawn):
    def apart(one, other):
        assert one.shape == other.shape == (2, 3, 1, 4, 5)
        return (one - other).abs().mean(dim=(2, 3, 4))

    expected = torch.stack([apart(a, b) for a, b in itertools.combinations(drawn[0], 2)]).mean(dim=0)
    torch.testing.assert_close(diversity(drawn[0], apart), expected)


def test_the_spread_matches_the_skill_of_a_reliable_sampler():
    centre = torch.randn(1, 4, 2, 3, 60, 60).double()
    target = centre[0] + 0.4 * torch.randn_like(centre[0])
    samples = centre + 0.4 * torch.randn(3, *centre.shape[1:]).double()
    assert spread_skill_ratio(samples, target).tolist() == pytest.approx([1, 1], abs=0.02)
    timid = centre + 0.1 * torch.randn(3, *centre.shape[1:]).double()
    expected = (4 / 3 * 0.01 / (0.16 + 0.01 / 3)) ** 0.5
    assert spread_skill_ratio(timid, target).tolist() == pytest.approx([expected] * 2, abs=0.02)


def test_the_spread_skill_ratio_by_hand():
    ratio = spread_skill_ratio(pixels([0.0, 1.0], [2.0, 1.0]), pixels([3.0, 1.0])[0])
    assert ratio.tolist() == pytest.approx([((3 / 2) * ((2 + 0) / 2) / ((4 + 0) / 2)) ** 0.5])


@pytest.mark.parametrize("name", ["psnr", "ssim"])
def test_the_best_is_one_sample_per_clip(name, clip):
    metric = METRICS[name]
    noise = torch.tensor([0.5, 0.05, 0.2]).reshape(3, 1, 1, 1, 1, 1) * torch.randn(3, *clip.shape)
    noise[:, 1] = noise[:, 1].flip(0)  # in the second clip the third sample is the worst, the first the middle one
    scores = torch.stack([metric.function(sample, clip) for sample in clip + noise])
    found = score_samples(metric, clip + noise, clip)
    torch.testing.assert_close(found.best, torch.stack([scores[1, 0], scores[1, 1]]))
    torch.testing.assert_close(found.worst, torch.stack([scores[0, 0], scores[2, 1]]))
    torch.testing.assert_close(found.mean, scores.mean(dim=0))


def test_a_future_pieced_together_from_samples_is_not_the_best(clip):
    """One sample is good at first, the other later: the best is the better of them, not the best of each step."""
    offset = torch.full((2, 1, 5, 1, 1, 1), 0.1)
    offset[0, :, 3:] = offset[1, :, :3] = 0.4
    best = score_samples(METRICS["psnr"], clip + offset, clip).best
    torch.testing.assert_close(best, METRICS["psnr"].function(clip + offset[0], clip))
    assert (best[:, 3:].amax(dim=1) < best[:, :3].amin(dim=1)).all()


def test_where_lower_is_better_the_best_is_the_lowest(clip):
    error = METRICS["psnr"]._replace(function=lambda p, t: (p - t).abs().mean(dim=(2, 3, 4)), higher_is_better=False)
    found = score_samples(error, torch.stack([clip + 0.5, clip + 0.1]), clip)
    torch.testing.assert_close(found.best, torch.full((2, 5), 0.1).double())
    torch.testing.assert_close(found.worst, torch.full((2, 5), 0.5).double())


def test_where_a_value_is_best_the_best_is_the_nearest_to_it_and_undefined_steps_are_left_out(clip):
    truth = clip.clone()
    truth[:, 3] = 0.5  # a frame without edges
    found = score_samples(METRICS["edge_strength"], torch.stack([truth / 4, truth * 1.5, truth * 2]), truth)
    assert found.best[:, 3].isnan().all()
    torch.testing.assert_close(found.best[:, :3], torch.full((2, 3), 1.5).double())
    torch.testing.assert_close(found.worst[:, :3], torch.full((2, 3), 2.0).double())


@pytest.mark.parametrize("score", SCORES)
def test_two_samples_are_the_fewest(score, clip):
    assert score(torch.stack([clip, -clip]), clip).isfinite().all()
    with pytest.raises(VidpredError, match="with K = 2 or more"):
        score(clip[None], clip)


def test_one_sample_is_enough_to_be_best_and_to_be_ranked(clip):
    assert torch.equal(*score_samples(METRICS["psnr"], clip[None] / 2, clip)[:2])
    assert rank_histogram(clip[None], clip).tolist() == [[0.5, 0.5]] * 5
    with pytest.raises(VidpredError, match="with K = 2 or more"):
        diversity(clip[None])


@pytest.mark.parametrize("score", [*SCORES, rank_histogram])
def test_samples_of_another_shape_or_kind_are_refused(score, clip):
    samples = torch.stack([clip, clip])
    with pytest.raises(VidpredError, match="only clips of one shape"):
        score(samples[..., :5], clip)
    with pytest.raises(VidpredError, match=r"\(K, B, T, C, H, W\)"):
        score(clip, clip)
    with pytest.raises(VidpredError, match=r"is torch\.uint8"):
        score(samples.to(torch.uint8), clip)


def test_what_a_metric_writes_into_samples_changes_them_for_no_other():
    samples, target = torch.rand(3, 2, 2, 1, 4, 4, dtype=torch.float64), torch.rand(2, 2, 1, 4, 4, dtype=torch.float64)
    before = samples.clone(), target.clone()
    one = Metric(lambda p, t: (p.add_(1) - t.add_(1)).abs().mean(dim=(2, 3, 4)), unit="", higher_is_better=False)
    found = score_samples(one, samples, target)
    assert torch.equal(samples, before[0])
    assert torch.equal(target, before[1])
    torch.testing.assert_close(found.mean, (samples - target).abs().mean(dim=(0, 3, 4, 5)))

"""Noise: where it comes from when none is given, and that a sample's noise is its own."""

from itertools import islice

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.nn.latent import append_latent, draw_latents, latent_channels, resolve_latent
from vidpred.predictors import CopyLast, MultiScalePredictor


def sampler(**options):
    return MultiScalePredictor(2, 1, num_scales=2, widths=[[4]], kernels=[[3, 3]], latent_channels=3, **options)


@pytest.fixture
def context():
    return torch.rand(5, 2, 1, 8, 8) * 2 - 1


def test_a_predictor_that_says_nothing_about_noise_is_deterministic(context):
    assert latent_channels(object()) == 0
    assert latent_channels(CopyLast(2)) == 0
    assert resolve_latent(CopyLast(2).train(), context, None) is None


def test_in_evaluation_the_noise_is_zero(context):
    predictor = sampler().eval()
    assert torch.equal(resolve_latent(predictor, context, None), torch.zeros(5, 3))
    for given, silent in zip(predictor(context, torch.zeros(5, 3)), predictor(context), strict=True):
        assert torch.equal(given, silent)


def test_in_training_every_clip_gets_its_own_draw_from_the_global_stream(context):
    predictor = sampler().train()
    torch.manual_seed(7)
    drawn = resolve_latent(predictor, context, None)
    torch.manual_seed(7)
    assert torch.equal(drawn, torch.randn(5, 3))
    assert len(drawn.unique()) == 15
    torch.manual_seed(7)
    assert torch.equal(predictor(context)[-1], predictor(context, drawn)[-1])


def test_noise_has_the_type_of_the_frames(context):
    assert resolve_latent(sampler().eval(), context.double(), None).dtype == torch.float64


@pytest.mark.parametrize("shape", [(5, 2), (4, 3), (3,)], ids=str)
def test_noise_of_another_shape_is_refused_with_the_right_one(context, shape):
    with pytest.raises(VidpredError, match=r"takes \(5, 3\)"):
        sampler()(context, torch.zeros(shape))


def test_a_deterministic_network_refuses_noise(context):
    network = MultiScalePredictor(2, 1, num_scales=1, widths=[[4]], kernels=[[3, 3]])
    with pytest.raises(VidpredError, match=r"takes \(5, 0\)"):
        network(context, torch.zeros(5, 3))


def test_noise_lies_behind_the_planes_and_is_the_same_everywhere():
    maps, latent = torch.rand(2, 3, 4, 5), torch.tensor([[1.0, 2], [3, 4]])
    both = append_latent(maps, latent)
    assert torch.equal(both[:, :3], maps)
    for clip in range(2):
        for channel in range(2):
            assert (both[clip, 3 + channel] == latent[clip, channel]).all()
    assert append_latent(maps, None) is maps


def test_the_noise_of_a_sample_is_settled_by_its_seed_and_number_alone():
    def noise(seed, sample):
        return torch.stack(list(islice(draw_latents(4, seed, sample), 3)))

    assert torch.equal(noise(1, 2), noise(1, 2))
    different = [noise(0, 0), noise(0, 1), noise(1, 0), noise(1, 1), noise(10, 1), noise(1, 10)]
    assert all(not torch.equal(one, other) for i, one in enumerate(different) for other in different[:i])
    assert len(torch.cat(different).unique()) == 6 * 3 * 4


def test_noise_is_standard_normal():
    noise = torch.stack([next(draw_latents(4, 0, sample)) for sample in range(5000)]).double()
    assert noise.mean().item() == pytest.approx(0, abs=0.03)
    torch.testing.assert_close(noise.T.cov(), torch.eye(4, dtype=torch.float64), atol=0.08, rtol=0)

"""Tiled prediction equals whole prediction."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, Linear, MultiScalePredictor, UNet
from vidpred.predictors.rollout.rollout import rollout
from vidpred.predictors.rollout.tiling import Tiled


class Watched:
    """A predictor that notes the size of every frame it is given."""

    def __init__(self, predictor, **attributes):
        self.predictor = predictor
        self.sizes = []
        self.num_context_frames, self.lead = predictor.num_context_frames, predictor.lead
        for name in ("receptive_radius", "coarsest_pixel", "num_scales"):
            if hasattr(predictor, name):
                setattr(self, name, attributes.get(name, getattr(predictor, name)))

    def __call__(self, context):
        self.sizes.append(tuple(context.shape[-2:]))
        return self.predictor(context)


@pytest.fixture
def network():
    """Three scales with a receptive radius of 24 pixels, and corrections that are not negligible."""
    network = MultiScalePredictor(2, 1, num_scales=3, widths=[[4, 4]], kernels=[[3, 3, 3]])
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return network.eval()


@torch.no_grad()
@pytest.mark.parametrize("max_pixels", [52 * 52, 60 * 64, 64 * 68])
@pytest.mark.parametrize("size", [(61, 77), (64, 96), (47, 157), (157, 47), (9, 340)], ids=str)
def test_tiles_are_exact_at_any_size(network, size, max_pixels):
    context = torch.rand(2, 2, 1, *size) * 2 - 1
    watched = Watched(network)
    tiled = Tiled(watched, max_pixels)(context)[-1]
    assert all(height * width <= max_pixels for height, width in watched.sizes)
    assert len(watched.sizes) > 1 or size[0] * size[1] <= max_pixels
    torch.testing.assert_close(tiled, network(context)[-1], atol=1e-5, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize("max_pixels", [101 * 113, 150 * 130])
@pytest.mark.parametrize("size", [(101, 263), (200, 131), (331, 45)], ids=str)
def test_tiles_are_exact_for_a_network_that_pools_within_its_one_scale(size, max_pixels):
    network = UNet(2, 1, width_multiplier=0.2).double().eval()
    torch.nn.init.normal_(network.head.weight)
    context = torch.rand(1, 2, 1, *size, dtype=torch.float64) * 2 - 1
    watched = Watched(network)
    tiled = Tiled(watched, max_pixels)(context)[-1]
    assert len(watched.sizes) > 1 or size[0] * size[1] <= max_pixels
    torch.testing.assert_close(tiled, network(context)[-1], atol=1e-12, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize("max_pixels", [60 * 64, 100 * 100])
@pytest.mark.parametrize("size", [(101, 137), (401, 90), (90, 401), (200, 200)], ids=str)
def test_at_most_a_twentieth_of_the_work_could_be_saved_by_other_tiles(network, size, max_pixels):
    height, width = size
    margin, grain = network.receptive_radius, 2 ** (network.num_scales - 1)

    def seen(length, step):
        starts = range(0, length, step)
        return [min(start + step + margin, length) - max(start - margin, 0) for start in starts]

    fewest = min(
        sum(seen(height, tile_height)) * sum(seen(width, tile_width))
        for tile_height in range(grain, height + grain, grain)
        for tile_width in range(grain, width + grain, grain)
        if max(seen(height, tile_height)) * max(seen(width, tile_width)) <= max_pixels
    )
    watched = Watched(network)
    Tiled(watched, max_pixels)(torch.zeros(1, 2, 1, *size))
    assert sum(rows * columns for rows, columns in watched.sizes) <= 1.05 * fewest


@torch.no_grad()
def test_margins_narrower_than_the_receptive_radius_would_show(network):
    context = torch.rand(1, 2, 1, 101, 137) * 2 - 1
    narrow = Watched(network, receptive_radius=4)
    error = (Tiled(narrow, 60 * 60)(context)[-1] - network(context)[-1]).abs().max()
    assert error > 1e-3


def test_a_frame_that_fits_is_given_whole_with_all_its_scales(network):
    watched = Watched(network)
    prediction = Tiled(watched, 32 * 32)(torch.rand(1, 2, 1, 32, 32))
    assert len(prediction) == 3
    assert watched.sizes == [(32, 32)]


def test_a_tiled_frame_comes_alone(network):
    assert len(Tiled(network, 60 * 60)(torch.rand(1, 2, 1, 80, 80))) == 1


@pytest.mark.parametrize("attributes", [{"receptive_radius": None}, {}], ids=["infinite", "untold"])
def test_a_predictor_without_a_finite_radius_gets_whole_frames(network, attributes):
    watched = Watched(network, **attributes)
    if not attributes:
        del watched.receptive_radius
    Tiled(watched, 100)(torch.rand(1, 2, 1, 80, 80))
    assert watched.sizes == [(80, 80)]


@pytest.mark.parametrize("baseline", [CopyLast(2), Linear(2)])
def test_pixelwise_predictors_need_no_margins(baseline):
    context = torch.rand(1, 2, 3, 37, 53) * 2 - 1
    watched = Watched(baseline)
    assert torch.equal(Tiled(watched, 100)(context)[-1], baseline(context)[-1])
    assert sum(height * width for height, width in watched.sizes) == 37 * 53
    assert len(watched.sizes) <= 2 * 37 * 53 / 100


def test_the_least_allowance_is_as_small_as_it_says(network):
    context = torch.rand(1, 2, 1, 100, 100)
    least = (4 + 2 * network.receptive_radius) ** 2
    assert Tiled(network, least)(context)[-1].shape[-2:] == (100, 100)
    with pytest.raises(VidpredError, match=f"max_pixels is {least - 1}, .* at least {least}"):
        Tiled(network, least - 1)(context)


@torch.no_grad()
def test_a_rollout_can_be_tiled(network):
    context = torch.rand(1, 2, 1, 70, 90) * 2 - 1
    tiled = rollout(Tiled(network, 55 * 60), context, 3)
    torch.testing.assert_close(tiled, rollout(network, context, 3), atol=1e-4, rtol=0)


@pytest.fixture
def sampler():
    """The same network with noise that matters."""
    network = MultiScalePredictor(2, 1, num_scales=3, widths=[[4, 4]], kernels=[[3, 3, 3]], latent_channels=2)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return network


@torch.no_grad()
@pytest.mark.parametrize("training", [False, True])
def test_all_tiles_share_the_noise(sampler, training):
    sampler.train(training)
    context, latent = torch.rand(2, 2, 1, 70, 90) * 2 - 1, torch.randn(2, 2)
    tiled = Tiled(sampler, 60 * 60)
    assert tiled.latent_channels == 2
    torch.testing.assert_close(tiled(context, latent)[-1], sampler(context, latent)[-1], atol=1e-5, rtol=0)
    torch.manual_seed(3)
    unasked = tiled(context)[-1]
    torch.manual_seed(3)
    torch.testing.assert_close(unasked, sampler(context)[-1], atol=1e-5, rtol=0)


@torch.no_grad()
def test_samples_of_a_future_can_be_tiled(sampler):
    context = torch.rand(1, 2, 1, 70, 90) * 2 - 1
    whole = rollout(sampler.eval(), context, 2, num_samples=2, seed=1)
    torch.testing.assert_close(rollout(Tiled(sampler, 60 * 60), context, 2, 2, 1), whole, atol=1e-4, rtol=0)


def test_a_tiled_deterministic_predictor_stays_deterministic(network):
    with pytest.raises(VidpredError, match="deterministic"):
        rollout(Tiled(network, 60 * 60), torch.zeros(1, 2, 1, 70, 90), 1, num_samples=2)


class Overwriting(torch.nn.Module):
    """Halves its context in place, and returns parts of the same tensor every time."""

    num_context_frames, lead, receptive_radius = 2, 1, 1

    def __init__(self):
        super().__init__()
        self.frame = torch.empty(1, 1, 3, 64, 64)

    def forward(self, context):
        height, width = context.shape[-2:]
        return [self.frame[..., :height, :width].copy_(context.mul_(0.5)[:, -1:])]


@pytest.mark.parametrize("max_pixels", [200, 64 * 64])
def test_what_a_predictor_writes_in_place_changes_no_other_tile(max_pixels):
    context = torch.rand(1, 3, 3, 30, 40)
    given = context.clone()
    predicted = rollout(Tiled(Overwriting(), max_pixels), given, 2)
    assert torch.equal(given, context)
    torch.testing.assert_close(predicted, torch.stack([context[:, -1] / 2, context[:, -1] / 4], dim=1))

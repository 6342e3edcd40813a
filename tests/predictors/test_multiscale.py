"""The multi-scale predictor against the paper."""

import pytest
import torch
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.predictors import PREDICTORS, MultiScalePredictor
from vidpred.wording import counted


def num_parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def all_positive(**options):
    """A network in which no ReLU or weight blocks an influence, in float64 so that none vanishes."""
    network = MultiScalePredictor(num_context_frames=1, frame_channels=1, **options).double()
    for parameter in network.parameters():
        torch.nn.init.constant_(parameter, 1 / parameter[0].numel())
    return network


def influenced(network, side, pixel):
    """Return the columns of the input row that ``pixel`` of the predicted row depends on."""
    context = torch.full((1, 1, 1, 1, side), 0.01, dtype=torch.float64, requires_grad=True)
    network(context)[-1][..., pixel].sum().backward()
    return context.grad.flatten().nonzero().flatten()


def test_the_papers_network_has_its_12_57_million_parameters():
    network = MultiScalePredictor()
    assert [num_parameters(scale) for scale in network.scales] == [607_619, 647_939, 3_008_003, 8_306_179]
    assert num_parameters(network) == 12_569_740


def test_an_eighth_of_the_widths_is_the_released_scripts_network():
    network = MultiScalePredictor(width_multiplier=0.125)
    assert [scale[0].out_channels for scale in network.scales] == [16, 16, 16, 16]
    assert [scale[4].in_channels for scale in network.scales] == [32, 32, 32, 32]
    assert round(num_parameters(network) / 1e6, 3) == 0.224


def test_a_plain_tanh_predicts_the_same_and_has_no_gradient_where_it_is_saturated():
    bounded, plain = (
        MultiScalePredictor(1, 1, num_scales=1, widths=[[2]], kernels=[[1, 1]], output=output)
        for output in ("bounded", "tanh")
    )
    torch.nn.init.constant_(bounded.scales[0][-1].bias, 20.0)
    plain.load_state_dict(bounded.state_dict())
    context = torch.rand(1, 1, 1, 4, 4)
    gradients = {}
    for network in (bounded, plain):
        (frames,) = network(context)
        frames.sum().backward()  # whose descent leads back to 0
        gradients[network] = network.scales[0][-1].bias.grad.item()
    assert torch.equal(bounded(context)[-1], plain(context)[-1])
    assert gradients[plain] == 0
    assert gradients[bounded] == pytest.approx(0.01 * 16)


def test_the_prediction_is_the_papers_formula():
    network = MultiScalePredictor(2, 1, num_scales=2, widths=[[4]], kernels=[[3, 5]])
    context = torch.rand(3, 2, 1, 8, 12) * 2 - 1

    def convolve(scale, seen):
        first, last = network.scales[scale][0], network.scales[scale][2]
        hidden = F.relu(F.conv2d(seen, first.weight, first.bias, padding=1))
        return F.conv2d(hidden, last.weight, last.bias, padding=2)

    fine = context.flatten(1, 2)
    coarse = (fine[..., ::2, ::2] + fine[..., 1::2, ::2] + fine[..., ::2, 1::2] + fine[..., 1::2, 1::2]) / 4
    coarse_prediction = torch.tanh(convolve(0, coarse))
    guess = coarse_prediction.repeat_interleave(2, dim=-2).repeat_interleave(2, dim=-1)
    fine_prediction = torch.tanh(convolve(1, torch.cat([fine, guess], dim=1)) + guess)

    predicted = network(context)
    torch.testing.assert_close(predicted[0][:, 0], coarse_prediction)
    torch.testing.assert_close(predicted[1][:, 0], fine_prediction)


def test_a_single_scale_is_the_papers_finest():
    network = MultiScalePredictor(num_scales=1)
    assert [layer.out_channels for layer in network.scales[0][::2]] == [128, 256, 512, 256, 128, 3]
    assert [layer.kernel_size[0] for layer in network.scales[0][::2]] == [7, 5, 5, 5, 5, 7]


def test_further_scales_repeat_the_coarsest():
    network = MultiScalePredictor(num_scales=6, width_multiplier=0.125)
    kernels = [[layer.kernel_size[0] for layer in scale[::2]] for scale in network.scales]
    assert kernels[:3] == [[3, 3, 3, 3]] * 3
    assert kernels[3] == [5, 3, 3, 5]
    assert network(torch.rand(1, 4, 3, 70, 33))[-1].shape == (1, 1, 3, 70, 33)


def test_without_noise_the_weights_are_those_of_the_paper_and_so_is_what_they_predict():
    options = {"num_scales": 2, "widths": [[6]], "kernels": [[3, 3]]}
    torch.manual_seed(0)
    plain = MultiScalePredictor(**options)
    torch.manual_seed(0)
    silent = MultiScalePredictor(**options, latent_channels=0)
    assert list(silent.state_dict()) == list(plain.state_dict())
    assert all(torch.equal(silent.state_dict()[name], weight) for name, weight in plain.state_dict().items())


def test_noise_adds_planes_to_the_first_layer_of_every_scale_and_nothing_else():
    options = {"num_scales": 2, "widths": [[6]], "kernels": [[3, 3]]}
    plain, noisy = MultiScalePredictor(**options), MultiScalePredictor(**options, latent_channels=5)
    shapes = {name: weight.shape for name, weight in plain.state_dict().items()}
    changed = {name: weight.shape for name, weight in noisy.state_dict().items() if weight.shape != shapes[name]}
    assert changed == {"scales.0.0.weight": (6, 12 + 5, 3, 3), "scales.1.0.weight": (6, 15 + 5, 3, 3)}
    with torch.no_grad():
        for name, weight in noisy.state_dict().items():
            weight.zero_() if name in changed else weight.copy_(plain.state_dict()[name])
        for name in changed:
            noisy.state_dict()[name][:, : shapes[name][1]] = plain.state_dict()[name]
    context = torch.rand(2, 4, 3, 8, 8)
    assert torch.equal(noisy(context, torch.randn(2, 5))[-1], plain(context)[-1])


def test_one_row_of_widths_serves_every_scale():
    options = {"widths": [[8, 8]], "kernels": [[3, 3, 3]], "num_scales": 3}
    network = PREDICTORS.build("multiscale", **options)
    assert [scale[2].out_channels for scale in network.scales] == [8, 8, 8]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_scales": 0}, "num_scales is 0"),
        ({"num_context_frames": 0}, "num_context_frames is 0"),
        ({"width_multiplier": 0.0}, "width_multiplier is 0.0"),
        ({"widths": [[8, 8]]}, "scale 1 of 4 has 2 widths and 4 kernels"),
        ({"widths": [[8]], "kernels": [[3, 4]]}, "only odd sides"),
        ({"widths": "wide"}, "widths is 'wide'"),
        ({"width_multiplyer": 0.5}, "did you mean 'width_multiplier'"),
    ],
)
def test_options_that_make_no_network_are_refused(options, message):
    with pytest.raises(VidpredError, match=message):
        PREDICTORS.build("multiscale", **options)


@pytest.mark.parametrize("shape", [(1, 3, 3, 8, 8), (1, 4, 1, 8, 8)])
def test_a_context_of_another_shape_is_refused_by_its_numbers(shape):
    frames, channels = shape[1:3]
    with pytest.raises(VidpredError, match=f"{frames} frames of {counted(channels, 'channel')}.* takes 4 of 3"):
        MultiScalePredictor(width_multiplier=0.01)(torch.zeros(shape))


def test_the_papers_receptive_radius_is_96_pixels():
    # Reaches 14 + 2 * 8 + 4 * 6 + 8 * 4 = 86, up to 7 more for a coarse pixel's extent, in whole eights.
    assert MultiScalePredictor(width_multiplier=0.01).receptive_radius == 96


@pytest.mark.parametrize(
    ("options", "reach"),
    [
        ({"num_scales": 1, "widths": [[1]], "kernels": [[3, 5]]}, 3),
        ({"num_scales": 2, "widths": [[1]], "kernels": [[3, 3], [5, 3]]}, 3 + 2 * 2 + 1),
        ({"num_scales": 3, "widths": [[1]], "kernels": [[3, 3], [3, 5], [1, 3]]}, 1 + 2 * 3 + 4 * 2 + 3),
    ],
)
def test_the_receptive_radius_is_exact(options, reach):
    network, side = all_positive(**options), 96
    grain = 2 ** (network.num_scales - 1)
    furthest = 0
    for pixel in range(side // 2, side // 2 + grain):
        seen = influenced(network, side, pixel)
        furthest = max(furthest, int((seen - pixel).abs().max()))
    assert furthest == reach
    assert network.receptive_radius == -(-reach // grain) * grain

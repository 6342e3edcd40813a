"""What is particular to DCGAN's generator."""

import pytest
import torch

from vidpred.generators import DcganGenerator
from vidpred.nn.dcgan import ClassAffine


def build(**options):
    return DcganGenerator(latent_channels=6, height=64, width=64, hidden_channels=4, **options)


@pytest.mark.parametrize("kernel", [4, 5])
def test_doubles_with_either_kernel(kernel):
    generator = build(kernel=kernel)
    assert [layer.kernel_size for layer in generator.enlarge] == [(kernel, kernel)] * 4
    assert generator(torch.randn(2, 6))[-1].shape == (2, 1, 3, 64, 64)


def test_widths_halve_with_every_doubling_and_never_exceed_eightfold():
    assert [norm.num_features for norm in build().norms] == [32, 16, 8, 4]
    large = DcganGenerator(latent_channels=6, height=256, width=256, hidden_channels=2)
    assert [norm.num_features for norm in large.norms] == [16, 16, 16, 8, 4, 2]


def test_uniform_noise_is_uniform_over_the_range_from_minus_1_to_1():
    seen = []
    generator = build(uniform_latent=True).eval()
    generator.project.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    generator(torch.randn(20_000, 6)[:, :6].contiguous()[:4000])
    values = seen[0].flatten().sort().values
    expected = torch.linspace(-1, 1, len(values))
    assert (values - expected).abs().max() < 0.02


def test_normal_noise_goes_in_as_it_is():
    seen, noise = [], torch.randn(3, 6)
    generator = build(uniform_latent=False).eval()
    generator.project.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    generator(noise)
    assert torch.equal(seen[0], noise)


def test_first_weights_deviate_by_a_fiftieth():
    generator = DcganGenerator(latent_channels=100, height=64, width=64, hidden_channels=32)
    for layer in (generator.project, *generator.enlarge):
        assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)
        assert layer.bias is None
    assert generator.norms[0].weight.mean().item() == pytest.approx(1, abs=0.01)


def test_images_stay_within_the_range():
    generator = build()
    for weight in generator.parameters():
        torch.nn.init.normal_(weight, std=10.0)
    assert generator(torch.randn(2, 6))[-1].abs().max() <= 1


def test_a_class_stretches_and_shifts_every_channel():
    gain, planes = ClassAffine(3, 2), torch.randn(2, 2, 4, 4)
    torch.nn.init.zeros_(gain.of_class.weight)
    told = torch.eye(3)[[0, 2]]
    assert torch.equal(gain(planes, told), planes)
    gain.of_class.weight.data[:, 2] = torch.tensor([1.0, -1.0, 5.0, 7.0])
    expected = planes.clone()
    expected[1, 0] = 2 * planes[1, 0] + 5
    expected[1, 1] = torch.full((4, 4), 7.0)
    torch.testing.assert_close(gain(planes, told), expected)

"""Virtual batch normalisation against a loop, and in the networks that have it."""

import pytest
import torch

from vidpred.discriminators import DcganDiscriminator
from vidpred.errors import VidpredError
from vidpred.generators import DcganGenerator
from vidpred.nn.virtual_norm import EPSILON, REFERENCE_SIZE, VirtualBatchNorm2d

SIZE = {"height": 16, "width": 16, "frame_channels": 1, "hidden_channels": 4, "normalisation": "virtual"}


def generator(**options):
    return DcganGenerator(latent_channels=5, **SIZE, **options)


def discriminator(**options):
    return DcganDiscriminator(**SIZE, **options)


def clips(number, seed=0):
    return torch.randn(number, 1, 1, 16, 16, generator=torch.Generator().manual_seed(seed))


def test_every_example_is_normalised_by_the_reference_and_itself():
    layer = VirtualBatchNorm2d(3)
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    maps = 2 * torch.randn(REFERENCE_SIZE + 4, 3, 5, 2) + 1
    answer, exact = layer(maps), maps.double()
    for row in (0, 7, REFERENCE_SIZE, REFERENCE_SIZE + 3):
        among = (
            exact[:REFERENCE_SIZE] if row < REFERENCE_SIZE else torch.cat([exact[:REFERENCE_SIZE], exact[row, None]])
        )
        for channel in range(3):
            values = among[:, channel].flatten()
            wanted = (exact[row, channel] - values.mean()) / (values.var(correction=0) + EPSILON).sqrt()
            wanted = wanted * layer.weight[channel].double() + layer.bias[channel].double()
            torch.testing.assert_close(answer[row, channel].double(), wanted, rtol=1e-4, atol=1e-5)


def test_it_is_batch_normalisation_of_the_reference_alone():
    layer, maps = VirtualBatchNorm2d(3), torch.randn(REFERENCE_SIZE, 3, 5, 2)
    expected = torch.nn.functional.batch_norm(maps, None, None, training=True, eps=EPSILON)
    torch.testing.assert_close(layer(maps), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_no_image_depends_on_another(training):
    network, noise = generator().train(training), torch.randn(4, 5)
    torch.testing.assert_close(network(noise)[-1][1:3], network(noise[1:3])[-1])


@pytest.mark.parametrize("training", [True, False])
def test_no_verdict_depends_on_another_clip_but_on_the_reference(training):
    judge = discriminator().train(training)
    judge.take_reference([clips(REFERENCE_SIZE)])
    assert not judge.mixes_batch
    (together,), (alone,) = judge([clips(4, seed=1)]), judge([clips(4, seed=1)[1:3]])
    torch.testing.assert_close(together[1:3], alone)
    judge.take_reference([clips(REFERENCE_SIZE, seed=2)])
    assert not torch.allclose(judge([clips(4, seed=1)])[0], together)


def test_gradients_flow_through_the_reference_too():
    network = generator()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    seen = []
    network.project.register_forward_hook(lambda *told: told[-1].register_hook(seen.append) and None)
    network(torch.randn(2, 5))[-1].square().sum().backward()
    (gradient,) = seen
    assert len(gradient) == REFERENCE_SIZE + 2
    assert (gradient.abs().sum(dim=1) > 0).all()


def test_the_reference_is_kept_with_the_weights():
    for network, other in ((generator(), generator()), (discriminator(), discriminator())):
        if isinstance(network, DcganDiscriminator):
            network.take_reference([clips(REFERENCE_SIZE)])
        other.load_state_dict(network.state_dict())
        asked = torch.randn(3, 5) if isinstance(network, DcganGenerator) else [clips(3)]
        assert torch.equal(network(asked)[-1], other(asked)[-1])


def test_few_clips_stand_for_the_reference_several_times():
    judge = discriminator()
    judge.take_reference([clips(3)])
    assert torch.equal(judge.reference.rows[3:6], judge.reference.rows[:3])


def test_classes_stand_beside_the_reference_too():
    network = generator(num_classes=3).eval()
    assert network.reference.labels[:4].tolist() == [0, 1, 2, 0]
    noise, labels = torch.randn(2, 5), torch.tensor([1, 2])
    assert not torch.allclose(network(noise, labels)[-1], network(noise, labels.flip(0))[-1])
    judge = discriminator(num_classes=3)
    judge.take_reference([clips(REFERENCE_SIZE)])
    assert judge([clips(2)], labels)[0].shape == (2,)


def test_a_discriminator_without_a_reference_says_so():
    with pytest.raises(VidpredError, match=r"has no reference batch yet; give real clips to .* take_reference"):
        discriminator()([clips(2)])

"""What any generator of images must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.generators import GENERATORS

FACTS = {"latent_channels": 6, "frame_channels": 3, "height": 32, "width": 32}
SMALL = {"gaussian_mixture": {"num_components": 3}}  # and of networks:
NARROW = {"hidden_channels": 8}
OF_ANY_SIZE = {"gaussian_mixture"}
LABELS = torch.tensor([0, 2, 1, 2])


@pytest.fixture(params=sorted(GENERATORS))
def name(request):
    return request.param


@pytest.fixture
def noise():
    return torch.randn(4, 6)


def build(name, **facts):
    return GENERATORS.build(name, {**FACTS, **facts}, **SMALL.get(name, NARROW))


@pytest.mark.parametrize("side", [16, 32, 64, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_draws_images_of_any_power_of_two(name, noise, side, channels):
    images = build(name, height=side, width=side, frame_channels=channels)(noise)
    assert [level.shape for level in images] == [(4, 1, channels, side, side)]


@pytest.mark.parametrize("size", [(32, 64), (8, 8), (48, 48)])
def test_sizes_that_do_not_double_from_4_pixels_are_refused_or_drawn(name, size):
    if name in OF_ANY_SIZE:
        images = build(name, height=size[0], width=size[1])(torch.randn(1, 6))[-1]
        assert images.shape == (1, 1, 3, *size)
        return
    with pytest.raises(VidpredError, match=rf"images of {size[0]} x {size[1]} pixels .* a power of two of at least 16"):
        build(name, height=size[0], width=size[1])


def test_tells_what_it_takes(name):
    generator = build(name, num_classes=3)
    assert (generator.latent_channels, generator.num_classes, generator.frame_channels) == (6, 3, 3)


def test_other_noise_draws_another_image(name, noise):
    one, other, *_ = build(name)(noise)[-1]
    assert (one - other).abs().max() > 1e-3


def test_in_evaluation_an_image_depends_on_its_noise_alone(name, noise):
    generator = build(name).eval()
    torch.testing.assert_close(generator(noise)[-1][1:2], generator(noise[1:2])[-1])


def test_another_class_is_another_image(name, noise):
    generator = build(name, num_classes=3).eval()
    changed = generator(noise, LABELS)[-1] - generator(noise, (LABELS + 1) % 3)[-1]
    assert changed.abs().amax(dim=(1, 2, 3, 4)).min() > 1e-4


def test_asks_for_labels_where_there_are_classes(name, noise):
    with pytest.raises(VidpredError, match=r"no labels were given, but .* is conditioned on 3 classes"):
        build(name, num_classes=3)(noise)


def test_every_parameter_learns(name, noise):
    generator = build(name, num_classes=3)
    for key, weight in generator.named_parameters():  # blocks that begin as nothing let no gradient through
        torch.nn.init.normal_(weight, mean=1.0 if "norm" in key else 0.0, std=0.1)
    (generator(noise, LABELS)[-1] * torch.randn(4, 1, 3, 32, 32)).sum().backward()
    idle = [key for key, weight in generator.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert not idle, f"no gradient reaches {idle}"


def test_learns_to_draw_what_it_is_told(name, noise):
    generator = build(name)
    target = torch.zeros(4, 1, 3, 32, 32)
    target[:2, ..., :16] = 0.8
    optimizer = torch.optim.Adam(generator.parameters(), 3e-3)
    errors = []
    for _ in range(40):
        loss = (generator(noise)[-1] - target).square().mean()
        errors.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert errors[-1] < errors[0] / 2


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (LABELS + 1, r"there is no class 3; whole numbers \(4,\) from 0 to 2 are needed"),
        (LABELS - 1, "there is no class -1"),
        (LABELS / 2, "the labels are of torch.float32, but a tensor of whole numbers"),
        (LABELS > 1, "the labels are of torch.bool"),
        (LABELS[:1], r"the labels are \(1,\), but whole numbers \(4,\) from 0 to 2 are needed"),
        (LABELS[:, None], r"the labels are \(4, 1\), but"),
        ([0, 2, 1, 2], "the labels are of the class list, but a tensor"),
    ],
)
def test_labels_that_are_no_classes_are_refused(name, noise, labels, told):
    with pytest.raises(VidpredError, match=told):
        build(name, num_classes=3)(noise, labels)


def test_labels_are_refused_where_there_are_no_classes(name, noise):
    with pytest.raises(VidpredError, match=r"labels were given, but .* takes none"):
        build(name)(noise, LABELS)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (torch.randn(4, 7), r"the noise is \(4, 7\) of torch.float32, but .* takes floats \(B, 6\)"),
        (torch.randn(6), r"the noise is \(6,\) of torch.float32"),
        (torch.randn(4, 6, 1, 1), r"the noise is \(4, 6, 1, 1\)"),
        (torch.ones(4, 6, dtype=torch.long), r"the noise is \(4, 6\) of torch.int64"),
        ([0.0] * 6, "the noise is a list"),
    ],
)
def test_what_is_no_noise_is_refused(name, given, told):
    with pytest.raises(VidpredError, match=told):
        build(name)(given)


def test_images_of_many_classes_are_computed_side_by_side(name, noise):
    generator = build(name, num_classes=3).eval()
    if name in OF_ANY_SIZE:  # which looks components up
        return
    together = torch.vmap(lambda row, label: generator(row[None], label[None])[-1][0])(noise, LABELS)
    torch.testing.assert_close(together, generator(noise, LABELS)[-1], atol=1e-5, rtol=1e-4)

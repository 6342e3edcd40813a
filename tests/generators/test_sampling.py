"""Drawing images: what settles them, and how noise is cut."""

import numpy as np
import pytest
import torch
from scipy.stats import kstest, truncnorm

from vidpred.errors import VidpredError
from vidpred.generators import GENERATORS
from vidpred.generators.sampling import draw_noise, sample
from vidpred.predictors import PREDICTORS
from vidpred.tasks import ImageSynthesis


def generator(classes=0):
    facts = {"latent_channels": 5, "height": 16, "width": 16, "frame_channels": 1, "num_classes": classes}
    return GENERATORS.build("dcgan", facts, hidden_channels=4).eval()


def test_images_are_settled_by_seed_and_place_however_many_there_are():
    network = generator()
    few, many = sample(network, 3, seed=2), sample(network, 70, seed=2)
    assert many.shape == (70, 1, 16, 16)
    torch.testing.assert_close(few, many[:3])
    assert not torch.equal(few, sample(network, 3, seed=3))


def test_what_else_was_drawn_does_not_matter():
    network = generator()
    first = sample(network, 2)
    torch.rand(9)
    assert torch.equal(first, sample(network, 2))


def test_classes_come_in_turn_unless_one_is_named():
    network = generator(classes=3)
    noise = draw_noise(5, 5, seed=0)
    expected = network(noise, torch.tensor([0, 1, 2, 0, 1]))[-1][:, 0]
    torch.testing.assert_close(sample(network, 5), expected)
    torch.testing.assert_close(sample(network, 5, labels=2), network(noise, torch.full((5,), 2))[-1][:, 0])
    torch.testing.assert_close(sample(network, 5, labels=[0, 1, 2, 0, 1]), expected)


@pytest.mark.parametrize(
    ("classes", "options", "told"),
    [
        (3, {"labels": 3}, "there is no class 3; this generator has classes 0 to 2"),
        (3, {"labels": -1}, "there is no class -1"),
        (3, {"labels": [0, 1]}, "2 labels were given for 4 images"),
        (0, {"labels": 0}, "trained without labels"),
        (0, {"truncate": 0.0}, "truncated at 0.0, but only limits above 0"),
        (0, {"num_images": 0}, "0 images were asked for"),
        (0, {"num_images": 10**15}, "noise for 1000000000000000 images needs at least .* of memory, but"),
        (0, {"num_images": 10**30}, "more than any computer counts to"),
        (0, {"seed": -1}, "seed of sample is -1, .*greater than or equal to 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(classes, options, told):
    with pytest.raises(VidpredError, match=told):
        sample(generator(classes), **{"num_images": 4, **options})


def test_images_that_are_no_numbers_are_refused():
    mixture = GENERATORS.build("gaussian_mixture", {"latent_channels": 5, "height": 4, "width": 4, "frame_channels": 1})
    for name in ("basis", "means"):
        mixture.get_parameter(name).data.fill_(3e38)  # finite, but their product is not
    with pytest.raises(VidpredError, match="images are not all finite numbers"):
        sample(mixture, 2)


def test_a_predictor_of_frames_that_samples_futures_is_no_generator():
    facts = {"num_context_frames": 2, "frame_channels": 1, "lead": 1, "height": 16, "width": 16}
    predictor = PREDICTORS.build("multiscale", facts, latent_channels=5, width_multiplier=0.02)
    with pytest.raises(VidpredError, match=r"predicts frames from frames, .*; give known frames to vidpred.rollout"):
        sample(predictor, 2)


def test_cut_noise_has_the_law_of_the_normal_distribution_between_its_limits():
    noise = draw_noise(50, 40, seed=0, truncate=0.7).flatten().numpy()
    assert abs(noise).max() <= 0.7
    assert kstest(noise, truncnorm(-0.7, 0.7).cdf).pvalue > 0.01


def test_a_cut_changes_no_order_and_a_wide_one_nothing():
    free = draw_noise(50, 4, seed=0)
    cut = draw_noise(50, 4, seed=0, truncate=0.5)
    assert torch.equal(free.flatten().argsort(), cut.flatten().argsort())
    torch.testing.assert_close(draw_noise(50, 4, seed=0, truncate=9.0), free)


def test_a_generator_that_is_still_training_generates_as_in_evaluation_and_stays_as_it_is():
    network = generator()
    expected, before = sample(network, 4), {name: value.clone() for name, value in network.state_dict().items()}
    torch.testing.assert_close(sample(network.train(), 4), expected)
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_any_generator_takes_its_noise_in_its_own_type(name):
    facts = {"latent_channels": 5, "height": 16, "width": 16, "frame_channels": 1, "num_classes": 0}
    network = GENERATORS.build(name, facts).eval()
    expected = sample(network, 2)
    torch.testing.assert_close(sample(network.double(), 2), expected, atol=1e-4, rtol=0)


def test_noise_is_the_same_whatever_torch_makes_by_default():
    expected = draw_noise(5, 3, seed=1)
    torch.set_default_dtype(torch.float64)
    try:
        drawn = draw_noise(5, 3, seed=1)
    finally:
        torch.set_default_dtype(torch.float32)
    assert drawn.dtype == torch.float32
    assert torch.equal(drawn, expected)


@pytest.mark.parametrize("options", [{}, {"labels": 1}, {"labels": [0, 2, 1]}, {"truncate": 0.7}])
def test_images_are_the_same_on_whatever_device_torch_makes_tensors_by_default(options):
    network = generator(classes=3)
    expected = sample(network, 3, seed=1, **options)
    with torch.device("meta"):  # stands for a GPU that is the default device
        drawn = sample(network, 3, seed=1, **options)
    assert torch.equal(drawn, expected)


def test_the_whole_numbers_of_numpy_name_a_class():
    network = generator(classes=3)
    assert torch.equal(sample(network, 2, labels=np.int64(1)), sample(network, 2, labels=1))
    assert torch.equal(sample(network, 2, labels=list(np.array([2, 0]))), sample(network, 2, labels=[2, 0]))
    for given in (torch.tensor([2, 0]), np.array([2, 0], dtype=np.uint8)):
        assert torch.equal(sample(network, 2, labels=given), sample(network, 2, labels=[2, 0]))
    assert torch.equal(sample(network, 2, labels=torch.tensor(1)), sample(network, 2, labels=1))
    for wrong in (torch.tensor([0.5, 1.0]), torch.eye(3, dtype=torch.long)[:2], np.array([True, False])):
        with pytest.raises(VidpredError, match=r"the labels are .* but whole numbers \(num_images,\) are needed"):
            sample(network, 2, labels=wrong)


class OfNoiseAlone(torch.nn.Module):
    """A generator of somebody's own, which has no place for labels."""

    latent_channels = 2

    def forward(self, noise):
        return [noise[:, :, None, None, None].mean(dim=1, keepdim=True).expand(-1, 1, 3, 4, 4).tanh()]


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (lambda images: images, r"a tensor \(2, 1, 3, 4, 4\)"),
        (lambda images: images[:, 0], r"a tensor \(2, 3, 4, 4\)"),
        (lambda images: [images[:, 0]], r"a list whose last tensor is \(2, 3, 4, 4\)"),
        (lambda images: [images[:1]], r"a list whose last tensor is \(1, 1, 3, 4, 4\)"),
        (lambda images: [images.long()], r"a list whose last tensor is \(2, 1, 3, 4, 4\) of torch.int64"),
        (lambda images: [], "an object of the class list, which holds no tensors"),
        (lambda images: None, "an object of the class NoneType, which holds no tensors"),
    ],
)
def test_what_a_generator_returns_is_refused_where_it_is_no_images(returned, told):
    class Other(OfNoiseAlone):
        def forward(self, noise):
            return returned(super().forward(noise)[-1])

    with pytest.raises(VidpredError, match=rf"the generator returned {told}.*\(2, 1, C, H, W\).*return \[images\]"):
        sample(Other(), 2)


def test_a_wrapped_generator_is_refused_by_what_it_wraps():
    with pytest.raises(VidpredError, match=r"DataParallel is no generator of images.*it wraps one; give its .module"):
        sample(torch.nn.DataParallel(generator()), 2)


@pytest.mark.parametrize("classes", [None, 0, 3])
def test_a_generator_needs_no_place_for_labels(classes):
    network = OfNoiseAlone()
    if classes is not None:
        network.num_classes = classes
    noise = draw_noise(2, 3, seed=0)
    assert torch.equal(sample(network, 3), network(noise)[-1][:, 0])
    with pytest.raises(VidpredError, match="this generator was trained without labels"):
        sample(network, 3, labels=1)


def test_a_generator_without_a_place_for_labels_learns_from_labelled_images_too():
    task = ImageSynthesis(latent_channels=2)
    example = task.pose(torch.rand(3, 1, 3, 4, 4), torch.arange(3))
    network = OfNoiseAlone()
    assert torch.equal(task.answer(network, example)[-1], network(example.condition)[-1])

"""Image synthesis as the trainer sees it."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch
from vidpred.tasks import ImageSynthesis


@pytest.fixture
def task():
    return ImageSynthesis(latent_channels=5)


@pytest.fixture
def images():
    return torch.rand(6, 1, 1, 16, 16) * 2 - 1


def network_of(task, classes=0):
    facts = {**task.facts, "height": 16, "width": 16, "frame_channels": 1, "num_classes": classes}
    return task.networks.build("dcgan", facts, hidden_channels=4)


def test_every_image_gets_noise_of_its_own_from_the_global_stream(task, images):
    torch.manual_seed(3)
    example = task.pose(images, torch.arange(6))
    torch.manual_seed(3)
    assert torch.equal(example.condition, torch.randn(6, 5))
    assert torch.equal(example.target, images)
    assert example.labels.tolist() == [0, 1, 2, 3, 4, 5]


def test_answers_with_an_image_of_the_class_that_is_asked_for(task, images):
    network = network_of(task, classes=6).eval()
    example = task.pose(images, torch.arange(6))
    (drawn,) = task.answer(network, example)
    assert torch.equal(drawn, network(example.condition, example.labels)[-1])
    assert drawn.shape == images.shape


def test_a_generator_without_classes_learns_from_images_that_have_some(task, images):
    network = network_of(task).eval()
    (drawn,) = task.answer(network, task.pose(images, torch.arange(6)))
    assert drawn.shape == images.shape


def test_shows_the_images_alone(task, images):
    assert task.present([images], task.pose(images)) == [images]


def test_scores_a_generator_lower_the_closer_its_images_are_as_a_set(task, images):
    class Draws(torch.nn.Module):
        latent_channels, num_classes = 5, 0

        def __init__(self, brightness):
            super().__init__()
            self.brightness = torch.nn.Parameter(torch.tensor(brightness))

        def forward(self, noise, labels=None):
            generator = torch.Generator().manual_seed(1)
            texture = torch.rand(len(noise), 1, 1, 16, 16, generator=generator) * 2 - 1
            return [texture * self.brightness]

    batches = [Batch(image[None]) for image in torch.rand(120, 1, 1, 16, 16) * 2 - 1]
    alike, pale = (task.score(Draws(brightness), batches) for brightness in (1.0, 0.3))
    assert set(alike) == {"kernel_distance", "frechet_distance", "patch_frechet_distance"}
    for name, value in alike.items():
        assert value < pale[name]
    assert set(task.scores) <= set(alike)


def test_few_images_have_no_frechet_distance(task, images):
    assert set(task.score(network_of(task).eval(), [Batch(images)])) == {"kernel_distance"}


def test_is_scored_on_as_many_images_of_each_class_as_there_are(task, images):
    asked = []
    network = network_of(task, classes=3).eval()
    network.register_forward_pre_hook(lambda _, inputs: asked.append(inputs[1].tolist()))
    task.score(network, [Batch(images[:4], torch.tensor([2, 2, 0, 2])), Batch(images[4:], torch.tensor([1, 2]))])
    assert asked == [[2, 2, 0, 2, 1, 2]]


def test_shows_the_same_noise_every_time_with_columns_for_each_class(task, images):
    network = network_of(task, classes=4)
    clips = np.zeros((1, 1, 16, 16, 1), np.uint8)
    first = task.illustrate(network, clips)
    torch.rand(3)
    assert np.array_equal(first.picture, task.illustrate(network, clips).picture)
    assert first.film is None
    assert network.training
    rows, columns = ((side + 4) // (128 + 4) for side in first.picture.shape[:2])  # images are enlarged to 128 pixels
    assert (rows, columns) == (8, 8)  # each of the four classes in every fourth column


def test_refuses_noise_of_no_numbers():
    from vidpred.registry import TASKS

    with pytest.raises(VidpredError, match="latent_channels"):
        TASKS.build("image_synthesis", latent_channels=0)

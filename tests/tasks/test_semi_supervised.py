"""Few labels, as the trainer sees them."""

import pytest
import torch
from torch import nn

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.interfaces import Batch, DiscriminatorEvaluator
from vidpred.losses import NON_SATURATING, Objective
from vidpred.machine.engine import Engine
from vidpred.tasks import ImageSynthesis, SemiSupervised
from vidpred.training import AdversarialTrainer, Adversary, Player
from vidpred.training.settings import PlayerSettings

IMAGES = torch.rand(6, 1, 1, 16, 16) * 2 - 1
LABELS = torch.tensor([-1, 2, -1, 0, 1, -1])
FACTS = {"height": 16, "width": 16, "frame_channels": 1}


class Brightest(nn.Module):
    """Takes the class of an image to be the brightest of its first pixels."""

    num_categories = 3

    def classify(self, clips):
        return clips[-1].flatten(1)[:, :3]


@pytest.fixture
def task():
    return SemiSupervised(latent_channels=5)


def test_labelled_images_are_a_lesson_and_the_others_the_example(task):
    example = task.pose(IMAGES, LABELS)
    assert torch.equal(example.target, IMAGES[[0, 2, 5]])
    assert example.condition.shape == (3, 5)
    assert example.labels is None
    assert torch.equal(example.labelled.clips, IMAGES[[1, 3, 4]])
    assert example.labelled.labels.tolist() == [2, 0, 1]


def test_without_labels_there_is_no_lesson(task):
    example = task.pose(IMAGES)
    assert torch.equal(example.target, IMAGES)
    assert example.labelled is None


def test_images_that_are_all_labelled_are_a_lesson_and_the_example(task):
    example = task.pose(IMAGES, torch.arange(6))
    assert torch.equal(example.target, IMAGES)
    assert example.labels is None
    assert torch.equal(example.labelled.clips, IMAGES)
    assert example.labelled.labels.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_part_in_which_all_images_are_labelled_teaches_classes_too(task, accumulate):
    facts, engine = {**FACTS, **task.facts}, Engine("cpu", "fp32")
    judge = DISCRIMINATORS.build("noisy_dense", {**FACTS, "num_categories": 3}, hidden_channels=8)
    players = [Player(each, PlayerSettings(), 1, engine) for each in (task.networks.build("dcgan", facts), judge)]
    adversary = Adversary(players[1], NON_SATURATING, weight=1)
    trainer = AdversarialTrainer(task, players[0], Objective({}), adversary, engine, accumulate=accumulate)
    labels = torch.tensor([2 - 3 * (accumulate > 1), 0, 1, 1])  # in parts, the second is all labelled
    terms = trainer.step(IMAGES[:4], labels)
    assert terms["classification"] > 0
    assert adversary.statistics.read()["diversity"].isfinite()


def test_the_test_error_is_the_share_of_images_put_into_a_wrong_class(task):
    images = torch.zeros(300, 1, 1, 2, 2)
    right = torch.arange(300) % 3
    images.flatten(1)[torch.arange(300), right] = 1.0
    labels = right.clone()
    labels[:30] = (labels[:30] + 1) % 3
    batches = [Batch(image[None], label[None]) for image, label in zip(images, labels, strict=True)]
    assert task.evaluate_discriminator(Brightest(), batches) == {"test_error": 0.1}


def test_the_generator_is_scored_as_in_image_synthesis(task):
    network = task.networks.build("dcgan", {**task.facts, **FACTS}, hidden_channels=4).eval()
    batches = [Batch(image[None], torch.tensor([0])) for image in IMAGES]
    assert task.score(network, batches) == ImageSynthesis(latent_channels=5).score(network, batches)


def test_only_a_discriminator_that_learns_classes_will_do(task):
    assert isinstance(task, DiscriminatorEvaluator)
    assert not isinstance(ImageSynthesis(), DiscriminatorEvaluator)
    task.check_discriminator(Brightest())
    for judge in (None, DISCRIMINATORS.build("noisy_dense", FACTS, hidden_channels=8)):
        with pytest.raises(VidpredError, match=r"set discriminator=noisy_dense or dcgan, and data\.labelled_per_class"):
            task.check_discriminator(judge)

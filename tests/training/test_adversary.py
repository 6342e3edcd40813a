"""The adversary's side: labels, penalties, and verdicts that depend on the batch."""

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.losses import HINGE, NON_SATURATING, RELATIVISTIC, discriminate, r1, r2
from vidpred.machine.engine import Engine
from vidpred.training.adversary import Adversary
from vidpred.training.augmenter import Augmenter
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player
from vidpred.training.settings import PlayerSettings

FACTS = {"height": 16, "width": 16, "frame_channels": 1}


def adversary(game=HINGE, penalties=None, classes=0, interval=1, **options):
    judge = DISCRIMINATORS.build("dcgan", {**FACTS, "num_classes": classes}, hidden_channels=4, **options)
    for weight in judge.parameters():
        nn.init.normal_(weight, std=0.3)
    player = Player(judge, PlayerSettings(), 10, Engine("cpu", "fp32"))
    return Adversary(player, game, penalties=Penalties(penalties or {}, interval=interval))


@pytest.fixture
def pair():
    return [torch.randn(4, 1, 1, 16, 16)], [torch.randn(4, 1, 1, 16, 16)]


def gradients(network):
    return [weight.grad.clone() for weight in network.parameters()]


def test_penalties_are_returned_by_name_and_weighted_in_the_gradient(pair):
    opponent = adversary(penalties={"r1": 3.0, "r2": 0.5}, normalisation="none")
    judge = opponent.player.network
    (real,), (fake,) = pair
    loss = HINGE.discriminator(judge([real])[0], judge([fake])[0])
    values = [penalty(discriminate(judge, [real], [fake])) for penalty in (r1, r2)]
    (loss + 3 * values[0] + 0.5 * values[1]).backward()
    expected = gradients(judge)
    judge.zero_grad()
    losses = opponent.discriminator_backward(*pair)
    assert list(losses) == ["discriminator", "r1", "r2"]
    for found, value in zip(losses.values(), (loss, *values), strict=True):
        torch.testing.assert_close(found, value.detach())
    for now, wanted in zip(gradients(judge), expected, strict=True):
        torch.testing.assert_close(now, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        (lambda clips: clips[-1].flatten(1).mean(dim=1), r"a tensor \(8,\)"),
        (lambda clips: [clips[-1].mean()], r"a list of a tensor \(\)"),
        (lambda clips: [clips[-1][:3]], r"a list of a tensor \(3, 1, 1, 16, 16\)"),
        (lambda clips: None, "an object of the class NoneType"),
    ],
)
def test_a_discriminator_that_returns_no_logits_is_told_what_these_are(pair, returned, found):
    class Own(nn.Linear):
        def forward(self, clips):
            return returned(clips)

    opponent = Adversary(Player(Own(1, 1), PlayerSettings(), 10, Engine("cpu", "fp32")), HINGE)
    wanted = r"but a list of logits is needed, for each scale that it judges \(8,\), one per clip, or a map \(8, h, w\)"
    with pytest.raises(VidpredError, match=f"the discriminator returned {found}, {wanted}"):
        opponent.discriminator_backward(*pair)


def test_r1_and_r2_use_the_forward_pass_of_the_game(pair):
    opponent = adversary(penalties={"r1": 1.0, "r2": 1.0}, normalisation="none")
    passes = []
    opponent.player.network.register_forward_hook(lambda *_: passes.append(1))
    opponent.discriminator_backward(*pair)
    assert len(passes) == 1


def test_penalties_at_every_third_update_are_three_times_as_heavy_and_keep_their_value_in_between(pair):
    opponent, often = (adversary(penalties={"r1": 2.0}, normalisation="none", interval=n) for n in (3, 1))
    free = adversary(normalisation="none")
    for other in (often, free):
        other.player.network.load_state_dict(opponent.player.network.state_dict())
    for other in (often, free):
        other.discriminator_backward(*pair)
    plain, with_penalty = gradients(free.player.network), gradients(often.player.network)
    for update, share in enumerate((3, 0, 0, 3)):
        opponent.player.num_updates_done = update
        opponent.player.network.zero_grad()
        losses = opponent.discriminator_backward(*pair)
        assert list(losses) == ["discriminator", "r1"]
        for now, without, full in zip(gradients(opponent.player.network), plain, with_penalty, strict=True):
            torch.testing.assert_close(now, without + share * (full - without), rtol=1e-3, atol=1e-4)


def test_between_two_due_updates_a_penalty_keeps_the_mean_over_the_parts_of_the_last(pair):
    opponent = adversary(penalties={"r1": 2.0}, normalisation="none", interval=2)
    (real,), (fake,) = pair
    parts = [([real[:2]], [fake[:2]]), ([real[2:]], [fake[2:]])]
    values = [opponent.discriminator_backward(*part, share=0.5)["r1"] for part in parts]
    opponent.update(Engine("cpu", "fp32"))
    assert opponent.discriminator_backward(*parts[0], share=0.5)["r1"] == sum(values) / 2
    opponent.update(Engine("cpu", "fp32"))
    again = [opponent.discriminator_backward(*part, share=0.5)["r1"] for part in parts]
    assert opponent.penalties.state_dict()["r1"] == sum(again) / 2 != sum(values) / 2


def test_a_penalty_of_weight_0_is_left_out(pair):
    losses = adversary(penalties={"r1": 0.0}, normalisation="none").discriminator_backward(*pair)
    assert list(losses) == ["discriminator"]


def test_penalties_are_refused_where_batch_normalisation_ties_clips():
    with pytest.raises(VidpredError, match=r"'r1' needs a gradient for every example.*discriminator\.normalisation"):
        adversary(penalties={"r1": 1.0}, normalisation="batch")


def test_an_unknown_penalty_names_those_there_are():
    with pytest.raises(VidpredError, match=r"no penalty is named 'r3'.*there are: gradient_penalty, r1, r2"):
        adversary(penalties={"r3": 1.0})


def test_real_and_fake_are_normalised_apart_where_verdicts_depend_on_the_batch(pair):
    opponent = adversary(NON_SATURATING, normalisation="batch")
    judge = opponent.player.network
    (real,), (fake,) = pair
    apart = NON_SATURATING.discriminator(judge([real])[0], judge([fake])[0])
    mixed = NON_SATURATING.discriminator(*judge([torch.cat([real, fake])])[0].chunk(2))
    losses = opponent.discriminator_backward(*pair)["discriminator"]
    torch.testing.assert_close(losses, apart.detach())
    assert not torch.isclose(losses, mixed)


@pytest.mark.parametrize("normalisation", ["batch", "none"])
def test_clips_are_judged_by_their_own_class(pair, normalisation):
    opponent = adversary(NON_SATURATING, classes=3, normalisation=normalisation)
    judge, labels = opponent.player.network, torch.tensor([2, 0, 1, 1])
    (real,), (fake,) = pair
    expected = NON_SATURATING.discriminator(judge([real], labels)[0], judge([fake], labels)[0])
    losses = opponent.discriminator_backward(*pair, labels=labels)
    torch.testing.assert_close(losses["discriminator"], expected.detach())
    expected = NON_SATURATING.generator(fake, judge([fake], labels)[0])
    torch.testing.assert_close(opponent.adversarial_loss(*pair, labels), expected)


def test_labels_are_not_forced_on_a_discriminator_that_takes_none(pair):
    opponent = adversary(normalisation="none")
    labels = torch.tensor([2, 0, 1, 1])
    torch.testing.assert_close(opponent.adversarial_loss(*pair, labels), opponent.adversarial_loss(*pair))


class Brightness(nn.Module):
    """Judge a clip by its mean."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, clips):
        """Map clips to one logit each."""
        return [level.mean(dim=(1, 2, 3, 4)) + self.bias for level in clips]

    def features(self, clips):
        """Map clips to one feature each."""
        return [level.mean(dim=(1, 2, 3, 4))[:, None] for level in clips]


def test_both_players_see_real_and_fake_clips_augmented_alike():
    augmenter = Augmenter()
    augmenter.augmentations = [lambda clips, chosen: [3 * level for level in clips]]
    player = Player(Brightness(), PlayerSettings(), 10, Engine("cpu", "fp32"))
    opponent = Adversary(player, RELATIVISTIC, augmenter=augmenter, feature_matching=1.0)
    real, fake = ([torch.full((2, 1, 1, 4, 4), mean)] for mean in (0.3, -0.1))
    apart = torch.tensor(3 * (0.3 + 0.1))
    torch.testing.assert_close(opponent.discriminator_backward(real, fake)["discriminator"], softplus(-apart))
    torch.testing.assert_close(opponent.adversarial_loss(real, fake), softplus(apart))
    torch.testing.assert_close(opponent.feature_matching_loss(real, fake), apart.square())

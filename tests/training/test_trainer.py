import pytest
import torch
from torch.nn.functional import softplus

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid
from vidpred.interfaces import Batch


def weights_of(network):
    return {name: weight.detach().clone() for name, weight in network.named_parameters()}


def unchanged(before, network):
    return [name for name, weight in network.named_parameters() if torch.equal(before[name], weight)]


@pytest.mark.parametrize("discriminator", ["convolutional", "fully_connected"])
def test_the_adversarial_gradient_alone_reaches_every_weight_of_the_generator(small_trainer, discriminator):
    trainer = small_trainer(
        f"discriminator={discriminator}",
        "discriminator.width_multiplier=0.0625",
        "data.resolution=32",
        "objective.terms.l2=0",
        "objective.terms.gdl=0",
    )
    before = weights_of(trainer.generator.network)
    trainer.step(torch.rand(4, 5, 3, 32, 32) * 2 - 1)
    assert unchanged(before, trainer.generator.network) == []


def test_the_generators_step_leaves_no_gradient_in_the_discriminator(small_trainer, clips):
    trainer = small_trainer()
    example = trainer.task.pose(clips)
    fake = trainer.generator.network(example.condition)
    shown = trainer.task.present(fake, example)
    trainer.adversary.adversarial_loss(shown, shown).backward()
    judge, generator = trainer.adversary.player.network, trainer.generator.network
    assert all(weight.grad is None for weight in judge.parameters())
    assert all(weight.grad.abs().sum() > 0 for weight in generator.parameters())
    assert all(weight.requires_grad for weight in judge.parameters())


def test_the_discriminators_step_leaves_no_gradient_in_the_generator(small_trainer, clips):
    trainer = small_trainer()
    example = trainer.task.pose(clips)
    fake = trainer.generator.network(example.condition)
    target = build_pyramid(example.target, num_scales=len(fake))
    trainer.adversary.discriminator_backward(trainer.task.present(target, example), trainer.task.present(fake, example))
    assert all(weight.grad is None for weight in trainer.generator.network.parameters())
    assert all(weight.grad is not None for weight in trainer.adversary.player.network.parameters())


def test_the_adversarial_term_of_an_undecided_discriminator_is_log_2_per_scale(small_trainer, clips):
    trainer = small_trainer()
    for weight in trainer.adversary.player.network.parameters():
        torch.nn.init.zeros_(weight)
    shown = build_pyramid(clips, num_scales=2)
    assert trainer.adversary.adversarial_loss(shown, shown).item() == pytest.approx(2 * 0.693147, abs=1e-5)
    losses = trainer.adversary.discriminator_backward(shown, shown)
    assert losses["discriminator"].item() == pytest.approx(4 * 0.693147, abs=1e-5)


def test_the_total_is_the_weighted_sum_of_its_terms(small_trainer, clips):
    terms = small_trainer("objective.terms.gdl=0.5", "objective.adversarial_weight=0.2").step(clips)
    expected = terms["l2"] + 0.5 * terms["gdl"] + 0.2 * terms["adversarial"]
    torch.testing.assert_close(terms["loss"], expected)


def test_without_an_adversary_only_reconstruction_is_learnt(small_trainer, clips):
    trainer = small_trainer("objective.adversarial_weight=0", "generator.schedule=constant", "train.steps=40")
    losses = [trainer.step(clips)["loss"].item() for _ in range(40)]
    assert losses[-1] < 0.9 * losses[0]
    assert trainer.adversary is None


@pytest.mark.parametrize("adversarial_weight", [0, 0.05])
def test_accumulated_parts_give_the_update_of_the_whole_batch(small_trainer, clips, adversarial_weight):
    settings = [
        f"objective.adversarial_weight={adversarial_weight}",
        "generator.optimizer=sgd",
        "adversary.optimizer=sgd",
    ]
    whole, parts = small_trainer(*settings), small_trainer(*settings, "train.accumulate=2")
    terms_whole, terms_parts = whole.step(clips), parts.step(clips)
    for name, term in terms_whole.items():
        torch.testing.assert_close(terms_parts[name], term, rtol=1e-4, atol=1e-6)
    for a, b in zip(whole.generator.network.parameters(), parts.generator.network.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def test_the_discriminator_takes_as_many_steps_as_asked(small_trainer, clips):
    trainer = small_trainer("train.discriminator_steps=2")
    trainer.step(clips)
    assert trainer.adversary.player.num_updates_done == 2
    assert trainer.generator.num_updates_done == 1


def clips_of_both_players(trainer, clips):
    """Return the clips of each call of the generator in a step, and whether its answers were differentiated."""
    seen = []
    handle = trainer.generator.network.register_forward_hook(
        lambda _, inputs, outputs: seen.append((inputs[0], outputs[-1].requires_grad))
    )
    trainer.step(clips)
    handle.remove()
    return seen


def test_both_players_learn_from_the_same_clips_unless_told_otherwise(small_trainer, clips):
    ((context, differentiated),) = clips_of_both_players(small_trainer(), clips)
    assert differentiated
    assert torch.equal(context, clips[:, :4])


@pytest.mark.parametrize("steps", [1, 2])
def test_with_separate_batches_the_generator_learns_from_clips_that_the_discriminator_has_not_seen(
    small_trainer, clips, steps
):
    trainer = small_trainer("train.separate_batches=true", f"train.discriminator_steps={steps}")
    clips = torch.cat([clips, clips.flip(0), clips.neg()])[: 2 * (steps + 1)]
    seen = clips_of_both_players(trainer, clips)
    assert trainer.rounds == len(seen) == steps + 1
    assert [differentiated for _, differentiated in seen] == [False] * steps + [True]
    for (context, _), own in zip(seen, clips.chunk(steps + 1), strict=True):
        assert torch.equal(context, own[:, :4])
    assert trainer.adversary.player.num_updates_done == steps


def test_without_an_adversary_there_is_one_batch_per_step(small_trainer):
    assert small_trainer("train.separate_batches=true", "objective.adversarial_weight=0").rounds == 1


def test_mismatched_pairs_are_real_frames_after_the_context_of_another_clip(small_trainer, clips):
    trainer = small_trainer("objective.mismatched_pairs=true")
    attempt = trainer._attempt(trainer.generator.network, Batch(clips))
    finest = attempt.mismatched()[-1]
    assert torch.equal(finest[:, :4], clips[:, :4])
    assert torch.equal(finest[1:, 4], clips[:-1, 4])
    assert torch.equal(finest[0, 4], clips[-1, 4])


def test_the_discriminator_is_taught_to_refuse_mismatched_pairs(small_trainer, clips):
    trainer = small_trainer("objective.mismatched_pairs=true")
    adversary = trainer.adversary
    attempt = trainer._attempt(trainer.generator.network, Batch(clips))
    (real, fake), mismatched = attempt.presented(), attempt.mismatched()
    judged = [adversary.player.network(side) for side in (real, fake, mismatched)]
    expected = sum(
        2 * softplus(-r).mean() + softplus(f).mean() + softplus(m).mean() for r, f, m in zip(*judged, strict=True)
    )
    found = trainer.step(clips)
    torch.testing.assert_close(found["discriminator"], expected.detach())
    shares = [((f < 0).float() + (f == 0) / 2).mean() for f in judged[1]]
    torch.testing.assert_close(adversary.statistics.read()["accuracy_fake"], sum(shares) / len(shares))


def test_the_average_follows_the_generator_as_computed_by_hand(small_trainer, clips):
    trainer = small_trainer("train.ema_decay=0.5")
    start = weights_of(trainer.generator.network)
    trainer.step(clips)
    decay = min(0.5, 2 / 11)  # the first update forgets faster
    for name, weight in trainer.average.network.named_parameters():
        now = dict(trainer.generator.network.named_parameters())[name]
        torch.testing.assert_close(weight, decay * start[name] + (1 - decay) * now)


def test_without_decay_there_is_no_average(small_trainer):
    trainer = small_trainer("train.ema_decay=0")
    assert trainer.average is None
    assert trainer.network is trainer.generator.network


DRAWING = ("network.latent_channels=3", "objective.num_draws=2", "objective.terms={l2: 0, gdl: 0, l1: 1}")


def draws_of(trainer, clips):
    """Return the contexts that the generator was given in a step, and what it answered."""
    given, answered = [], []

    def note(network, inputs, outputs):
        given.append(inputs[0])
        answered.append(outputs[-1])

    handle = trainer.generator.network.register_forward_hook(note)
    trainer.step(clips)
    handle.remove()
    return given, answered


def test_every_example_is_drawn_as_often_as_asked_and_never_twice_the_same(small_trainer, clips):
    (given,), (answered,) = draws_of(small_trainer(*DRAWING, "objective.num_draws=3", "objective.over=crps"), clips)
    assert torch.equal(given, clips[:, :4].repeat(3, 1, 1, 1, 1))
    first, second, third = answered.chunk(3)
    for one, other in ((first, second), (first, third), (second, third)):
        assert (one - other).abs().amax(dim=(1, 2, 3, 4)).min() > 0


@pytest.mark.parametrize("over", ["sample", "mean", "crps"])
def test_draws_are_judged_together_and_fool_one_by_one(small_trainer, clips, over):
    trainer = small_trainer(*DRAWING, f"objective.over={over}", "objective.adversarial_weight=0.3", "train.ema_decay=0")
    torch.manual_seed(4)
    fake = trainer.generator.network(clips[:, :4].repeat(2, 1, 1, 1, 1))
    one, other = (draw for draw in zip(*(level.chunk(2) for level in fake), strict=True))
    target = build_pyramid(clips[:, -1:], num_scales=2)

    def l1(these, those):
        return sum((a - b).abs().mean() for a, b in zip(these, those, strict=True)).item()

    expected = {
        "sample": (l1(one, target) + l1(other, target)) / 2,
        "mean": l1([(a + b) / 2 for a, b in zip(one, other, strict=True)], target),
        "crps": (l1(one, target) + l1(other, target)) / 2 - l1(one, other) / 2,
    }
    torch.manual_seed(4)
    terms = trainer.step(clips)
    assert terms["l1"].item() == pytest.approx(expected[over], rel=1e-5)
    assert terms["loss"].item() == pytest.approx(expected[over] + 0.3 * terms["adversarial"].item(), rel=1e-5)


def test_the_discriminator_sees_every_draw_after_its_own_context(small_trainer, clips):
    trainer, seen = small_trainer(*DRAWING), []
    handle = trainer.adversary.player.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][-1]))
    _, (fake,) = draws_of(trainer, clips)
    handle.remove()
    real, drawn = seen[0].chunk(2)
    assert torch.equal(real, clips.repeat(2, 1, 1, 1, 1))
    assert torch.equal(drawn, torch.cat([clips[:, :4].repeat(2, 1, 1, 1, 1), fake.detach()], dim=1))


@pytest.mark.parametrize(
    "settings", [["objective.over=crps"], ["objective.over=mean"], ["train.accumulate=2"]], ids=str
)
def test_the_weights_of_the_noise_learn(small_trainer, clips, settings):
    trainer = small_trainer(*DRAWING, *settings, "objective.adversarial_weight=0")
    noisy = [scale[0].weight for scale in trainer.generator.network.scales]
    before = [weight[:, -3:].detach().clone() for weight in noisy]
    trainer.step(clips)
    assert all((weight[:, -3:] != old).any() for weight, old in zip(noisy, before, strict=True))


def test_parts_and_rounds_are_drawn_as_often_too(small_trainer, clips):
    trainer = small_trainer(*DRAWING, "train.accumulate=2", "train.discriminator_steps=2")
    given, _ = draws_of(trainer, torch.cat([clips, clips]))
    assert [len(context) for context in given] == [2 * 2] * 6  # two rounds of two parts, and the generator's two
    assert (trainer.adversary.player.num_updates_done, trainer.generator.num_updates_done) == (2, 1)


def test_a_network_whose_weights_have_no_part_in_its_frames_is_refused(small_trainer, clips, monkeypatch):
    trainer = small_trainer("objective.adversarial_weight=0")
    network = trainer.generator.network
    forward = type(network).forward
    monkeypatch.setattr(type(network), "forward", lambda self, context: [f.detach() for f in forward(self, context)])
    with pytest.raises(VidpredError, match=f"no weight of {type(network).__name__} has a part in the loss"):
        trainer.step(clips)


def test_several_draws_of_a_deterministic_network_are_refused(small_trainer):
    told = "num_draws is 2, but MultiScalePredictor is deterministic.* as multiscale and flow_pyramid are with"
    with pytest.raises(VidpredError, match=told):
        small_trainer("objective.num_draws=2")


@pytest.mark.parametrize("number", [0, 2, 6])
def test_clips_that_do_not_divide_among_updates_and_parts_are_refused(small_trainer, number):
    trainer = small_trainer("train.discriminator_steps=2", "train.accumulate=2")
    with pytest.raises(VidpredError, match=f"{number} clips cannot be divided among 2 batches of 2 parts"):
        trainer.step(torch.rand(number, 5, 3, 32, 32))


@pytest.mark.parametrize("given", [torch.float64, torch.float16, torch.bfloat16])
def test_a_network_that_answers_in_another_number_format_learns_with_an_adversary(small_trainer, clips, given):
    trainer = small_trainer()
    network = trainer.generator.network
    network.register_forward_hook(lambda _, __, levels: [level.to(given) for level in levels])
    before = weights_of(network)
    assert trainer.step(clips)["loss"].isfinite()
    assert unchanged(before, network) == []

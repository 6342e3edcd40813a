import pytest
import torch

from vidpred.pyramid import build_pyramid


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
    trainer.adversary.fooling_loss(shown, shown).backward()
    judge, generator = trainer.adversary.player.network, trainer.generator.network
    assert all(weight.grad is None for weight in judge.parameters())
    assert all(weight.grad.abs().sum() > 0 for weight in generator.parameters())
    assert all(weight.requires_grad for weight in judge.parameters())


def test_the_discriminators_step_leaves_no_gradient_in_the_generator(small_trainer, clips):
    trainer = small_trainer()
    example = trainer.task.pose(clips)
    fake = trainer.generator.network(example.condition)
    target = build_pyramid(example.target, num_scales=len(fake))
    trainer.adversary.study(trainer.task.present(target, example), trainer.task.present(fake, example))
    assert all(weight.grad is None for weight in trainer.generator.network.parameters())
    assert all(weight.grad is not None for weight in trainer.adversary.player.network.parameters())


def test_the_adversarial_term_of_an_undecided_discriminator_is_log_2_per_scale(small_trainer, clips):
    trainer = small_trainer()
    for weight in trainer.adversary.player.network.parameters():
        torch.nn.init.zeros_(weight)
    shown = build_pyramid(clips, num_scales=2)
    assert trainer.adversary.fooling_loss(shown, shown).item() == pytest.approx(2 * 0.693147, abs=1e-5)
    assert trainer.adversary.study(shown, shown).item() == pytest.approx(4 * 0.693147, abs=1e-5)


@pytest.mark.parametrize(("against", "share"), [("mean", 1), ("sum", 1 / (3 * 16 * 16))])
def test_the_total_is_the_weighted_sum_of_its_terms(small_trainer, clips, against, share):
    settings = [
        "objective.terms.gdl=0.5",
        "objective.adversarial_weight=0.2",
        f"objective.adversarial_against={against}",
    ]
    terms = small_trainer(*settings).step(clips)
    expected = terms["l2"] + 0.5 * terms["gdl"] + 0.2 * share * terms["adversarial"]
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

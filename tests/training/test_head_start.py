"""A discriminator's head start: it learns alone, and then teaches a generator that has waited for it."""

import pytest
import torch


def weights_of(network):
    return [weight.detach().clone() for weight in network.parameters()]


def same(before, network):
    return all(torch.equal(*pair) for pair in zip(before, network.parameters(), strict=True))


def test_the_generator_and_its_average_stand_still_while_the_discriminator_learns(small_trainer, clips):
    trainer = small_trainer("train.discriminator_head_start=2")
    networks = trainer.generator.network, trainer.network, trainer.adversary.player.network
    for step, stands_still in enumerate((True, True, False)):
        before = [weights_of(network) for network in networks]
        terms = trainer.step(clips)
        assert [same(*pair) for pair in zip(before, networks, strict=True)] == [stands_still, stands_still, False], step
        assert terms["generator_gradient"] > 0


def test_a_waiting_generator_has_the_gradient_that_it_would_learn_by(small_trainer, clips):
    gradients = [small_trainer(f"train.discriminator_head_start={steps}").step(clips) for steps in (0, 1)]
    assert gradients[0]["generator_gradient"] == gradients[1]["generator_gradient"]


def test_the_schedule_of_the_generator_begins_after_it_and_ends_with_the_run(small_trainer, clips):
    trainer = small_trainer("train.discriminator_head_start=4", "generator.lr=1e-3", "generator.final_lr=1e-5")
    rates = []
    for _ in range(10):
        trainer.step(clips)
        rates.append(trainer.generator.optimizer.param_groups[0]["lr"])
    assert rates[4] == pytest.approx(1e-3)
    assert rates[9] == pytest.approx(1e-5)


@pytest.mark.parametrize(("steps", "waited"), [(10, 4), (5, 2), (1, 0)])
def test_it_takes_half_of_the_run_at_most(small_trainer, steps, waited):
    assert small_trainer("train.discriminator_head_start=4", f"train.steps={steps}").head_start == waited


def test_without_a_discriminator_nobody_waits(small_trainer, clips):
    trainer = small_trainer("train.discriminator_head_start=4", "objective.adversarial_weight=0")
    before = weights_of(trainer.generator.network)
    trainer.step(clips)
    assert not same(before, trainer.generator.network)


def test_several_updates_of_the_discriminator_count_as_one_step(small_trainer):
    trainer = small_trainer("train.discriminator_head_start=1", "train.discriminator_steps=2")
    before = weights_of(trainer.generator.network)
    clips = torch.rand(8, 5, 3, 16, 16) * 2 - 1
    trainer.step(clips)
    assert same(before, trainer.generator.network)
    trainer.step(clips)
    assert not same(before, trainer.generator.network)

"""The statistics of a game, against values computed by hand."""

import math

import pytest
import torch

from vidpred.frames.pyramid import build_pyramid
from vidpred.interfaces import Batch
from vidpred.registry import GAMES
from vidpred.training.attempt import make_attempt
from vidpred.training.game_statistics import GameStatistics, spread


def statistics_of(real, fake, undecided=0.0):
    statistics = GameStatistics(undecided)
    statistics.observe([(torch.tensor(real), torch.tensor(fake))])
    statistics.follow([torch.zeros(2, 1)], [torch.zeros(2, 1)], 1)
    return statistics


def accuracies_of(*arguments):
    figures = statistics_of(*arguments).read()
    return [figures[f"accuracy_{name}"].item() for name in ("real", "fake", "pairs")]


def test_accuracies_are_shares_on_the_right_side_of_the_undecided_logit():
    assert accuracies_of([2.0, 1.0, -1.0, 3.0], [-1.0, 0.5, -2.0, 2.0]) == [0.75, 0.5, 12 / 16]


def test_a_clip_and_its_own_fake_are_told_apart_where_clips_differ_more_from_each_other():
    figures = statistics_of([5.0, -5.0, 1.0, 0.0], [4.0, -6.0, 2.0, 0.0]).read()
    assert figures["accuracy_own_pairs"] == 2.5 / 4  # two in order, one not, one undecided
    assert figures["accuracy_pairs"] == 8.5 / 16


def test_a_discriminator_that_says_the_same_of_all_is_half_right():
    assert accuracies_of([0.0] * 4, [0.0] * 4) == [0.5, 0.5, 0.5]


def test_smoothing_moves_the_undecided_logit():
    undecided = math.log(0.9 / (2 - 0.9))  # what a discriminator says of everything, whose real target is 0.9
    assert accuracies_of([undecided] * 4, [undecided] * 4, undecided) == [0.5, 0.5, 0.5]
    assert accuracies_of([undecided] * 4, [undecided] * 4)[:2] == [0.0, 1.0]


def test_where_only_differences_count_a_common_shift_does_not():
    real, fake = [2.0, 1.0, -1.0, 3.0], [-1.0, 0.5, -2.0, 2.0]
    shifted = accuracies_of([logit + 100 for logit in real], [logit + 100 for logit in fake], None)
    assert shifted == accuracies_of(real, fake, None)
    assert shifted[2] == accuracies_of(real, fake)[2]


@pytest.mark.parametrize("game", GAMES)
def test_the_undecided_logit_of_every_game_is_where_its_discriminator_loss_is_least_for_what_it_cannot_tell(game):
    if GAMES[game].undecided is None:
        real, fake = torch.randn(16), torch.randn(16)
        shifted = GAMES[game].discriminator(real + 3, fake + 3)
        torch.testing.assert_close(shifted, GAMES[game].discriminator(real, fake))
        return
    logits = torch.linspace(-3, 3, 601)
    losses = torch.stack([GAMES[game].discriminator(logit[None], logit[None]) for logit in logits])
    assert GAMES[game].discriminator(*[torch.tensor([GAMES[game].undecided])] * 2) <= losses.min() + 1e-6


def test_the_gradient_is_that_of_the_adversary_alone():
    statistics, fake = GameStatistics(0.0), torch.randn(2, 1, 3, 4, 4, requires_grad=True)
    frames = 1 * fake
    statistics.observe([(torch.zeros(2), torch.zeros(2))])
    (followed,) = statistics.follow([frames], [torch.zeros_like(frames)], 1)
    (0.3 * followed.sum() + (5 * frames).square().sum()).backward()
    assert statistics.read()["gradient_adversary"].item() == pytest.approx(0.3 * math.sqrt(fake.numel()), rel=1e-5)
    assert "gradient_adversary_finest" not in statistics.read()  # which would be the same
    torch.testing.assert_close(fake.grad, 0.3 + 50 * fake.detach())


def test_the_share_is_that_of_the_adversary_at_the_frames_of_all_scales():
    statistics, leaf = GameStatistics(0.0), torch.zeros(1, 1, 1, 2, 2, requires_grad=True)
    coarse = (1 * leaf)[..., :1, :1]
    frames = [coarse, leaf + 100 * coarse]  # what reaches the coarse level through the fine one does not count
    statistics.observe([(torch.zeros(2), torch.zeros(2))])
    judged = statistics.follow(frames, [level.detach() for level in frames], 1)
    scored = statistics.follow_data(frames)
    adversary = 3 * judged[0].sum() + 2 * judged[1].sum()  # the norm of (3, 2, 2, 2, 2) is 5
    data = 12 * scored[0].sum() + 8 * scored[1].sum()  # that of four times as much is 20
    (adversary + data).backward()
    figures = {name: value.item() for name, value in statistics.read().items()}
    assert figures["gradient_adversary"] == pytest.approx(5)
    assert figures["gradient_adversary_finest"] == pytest.approx(4)
    assert figures["gradient_data"] == pytest.approx(20)
    assert figures["gradient_share"] == pytest.approx(0.2)


def test_where_neither_has_a_gradient_the_share_is_0():
    statistics, leaf = GameStatistics(0.0), torch.zeros(1, 1, 1, 2, 2, requires_grad=True)
    statistics.observe([(torch.zeros(2), torch.zeros(2))])
    (0 * (statistics.follow([leaf], [leaf], 1)[0] + statistics.follow_data([leaf])[0]).sum()).backward()
    assert statistics.read()["gradient_share"] == 0


def test_the_gradients_of_a_step_are_those_of_its_terms(small_trainer, clips):
    trainer = small_trainer("objective.adversarial_weight=0.3", "adversary.optimizer=sgd", "adversary.lr=1e-12")
    attempt = make_attempt(trainer.task, trainer.generator.network, Batch(clips))
    fake = [level.detach().requires_grad_() for level in attempt.fake]
    data, _ = trainer.objective(fake, attempt.target)
    fooling = trainer.adversary.adversarial_loss(attempt.presented()[0], trainer.task.present(fake, attempt.example))
    norms = [
        torch.cat([gradient.flatten() for gradient in torch.autograd.grad(loss, fake)]).norm()
        for loss in (data, 0.3 * fooling)
    ]
    trainer.step(clips)
    figures = trainer.adversary.statistics.read()
    torch.testing.assert_close(figures["gradient_data"], norms[0])
    torch.testing.assert_close(figures["gradient_adversary"], norms[1])


def test_the_scale_of_the_loss_is_taken_out_of_the_gradient():
    statistics, fake = statistics_of([0.0], [0.0]), torch.ones(2, 1, requires_grad=True)
    (followed,) = statistics.follow([1 * fake], [fake], 1)
    (1024 * followed.sum()).backward()
    assert statistics.read(1024)["gradient_adversary"].item() == pytest.approx(math.sqrt(2))


def test_the_gradient_of_parts_is_that_of_the_whole_batch(small_trainer, clips):
    read = []
    for parts in (1, 2):
        trainer = small_trainer(f"train.accumulate={parts}", "adversary.optimizer=sgd", "adversary.lr=1e-12")
        trainer.step(clips)
        read.append(trainer.adversary.statistics.read())
    torch.testing.assert_close(read[0]["gradient_adversary"], read[1]["gradient_adversary"], rtol=1e-3, atol=0)
    torch.testing.assert_close(read[0]["diversity"], read[1]["diversity"], rtol=1e-4, atol=0)


def test_spread_is_the_root_mean_square_distance_of_all_pairs():
    clips = torch.randn(5, 1, 3, 4, 4)
    squares = [(clips[i] - clips[j]).square().mean() for i in range(5) for j in range(5) if i != j]
    torch.testing.assert_close(spread(clips), torch.stack(squares).mean().sqrt())


def test_diversity_is_relative_to_the_data_and_of_one_draw_per_example(clips):
    statistics, fake = statistics_of([0.0], [0.0]), torch.cat([0.5 * clips, torch.zeros_like(clips)])
    statistics.observe([(torch.zeros(1), torch.zeros(1))])
    statistics.follow(build_pyramid(fake, 2), build_pyramid(clips.repeat(2, 1, 1, 1, 1), 2), num_draws=2)
    assert statistics.read()["diversity"].item() == pytest.approx(0.5, rel=1e-5)


def test_told_classes_are_compared_one_by_one():
    statistics, labels = GameStatistics(0.0), torch.tensor([0, 0, 1, 1, 2])
    real = torch.tensor([1.0, 3, 10, 12, 50]).reshape(5, 1, 1, 1, 1)
    fake = torch.tensor([1.0, 2, 10, 11, -70]).reshape(5, 1, 1, 1, 1)  # half as far apart where classes are the same
    statistics.observe([(torch.zeros(5), torch.zeros(5))])
    statistics.follow([fake], [real], 1, labels)
    assert statistics.read()["diversity"].item() == pytest.approx(0.5)


def test_fakes_of_a_class_that_are_all_the_same_have_no_diversity_however_classes_differ():
    statistics, labels = GameStatistics(0.0), torch.arange(8) % 2
    statistics.observe([(torch.zeros(8), torch.zeros(8))])
    statistics.follow([labels.float().reshape(8, 1, 1, 1, 1)], [torch.randn(8, 1, 1, 1, 1)], 1, labels)
    assert statistics.read()["diversity"].item() == 0


def test_where_no_class_is_there_twice_nothing_is_said_of_diversity():
    statistics = GameStatistics(0.0)
    statistics.observe([(torch.zeros(3), torch.zeros(3))])
    statistics.follow([torch.randn(3, 1, 1, 1, 1)], [torch.randn(3, 1, 1, 1, 1)], 1, torch.arange(3))
    assert "diversity" not in statistics.read()


def test_one_clip_has_no_diversity():
    statistics = GameStatistics(0.0)
    statistics.observe([(torch.zeros(1), torch.zeros(1))])
    statistics.follow([torch.zeros(1, 1)], [torch.zeros(1, 1)], 1)
    assert "diversity" not in statistics.read()


def test_where_all_real_clips_are_equal_nothing_is_said_of_diversity():
    statistics = GameStatistics(0.0)
    statistics.observe([(torch.zeros(3), torch.zeros(3))])
    statistics.follow([torch.randn(3, 1, 1, 4, 4)], [torch.full((3, 1, 1, 4, 4), 0.3)], 1)
    assert "diversity" not in statistics.read()

"""What moves in the course of a run: strength, penalties, Adam's second decay and the average's half-life."""

import math

import pytest
import torch
from torch import nn

from vidpred.errors import VidpredError
from vidpred.losses import default_gamma
from vidpred.machine.engine import Engine
from vidpred.runs.build import check_penalties, penalty_weights
from vidpred.training.average import Average
from vidpred.training.player import Player
from vidpred.training.schedule import along_cosine
from vidpred.training.settings import PlayerSettings


def test_a_cosine_is_slow_at_both_ends_and_stays_at_its_end():
    values = [along_cosine(2.0, 0.0, progress) for progress in (0, 0.1, 0.5, 0.9, 1, 3)]
    assert values == pytest.approx([2.0, 1.951057, 1.0, 0.048943, 0.0, 0.0], abs=1e-6)


def test_a_setting_without_another_end_does_not_move_at_all():
    assert {along_cosine(0.1, 0.1, progress / 7) for progress in range(8)} == {0.1}


def test_the_second_decay_of_adam_moves_from_update_to_update():
    settings = PlayerSettings(betas=(0.0, 0.9), final_beta2=0.99)
    player = Player(nn.Linear(2, 1), settings, 5, Engine("cpu", "fp32"))
    betas = []
    for _ in range(6):
        player.backward(player.network(torch.ones(1, 2)).sum())
        player.update()
        betas.append(player.optimizer.param_groups[0]["betas"])
    assert {first for first, _ in betas} == {0.0}
    expected = [0.99 - 0.09 * (1 + math.cos(math.pi * step / 4)) / 2 for step in (0, 1, 2, 3, 4, 4)]
    assert [second for _, second in betas] == pytest.approx(expected)


def test_sgd_has_no_second_decay_to_move():
    settings = PlayerSettings(optimizer="sgd", final_beta2=0.9)
    player = Player(nn.Linear(2, 1), settings, 2, Engine("cpu", "fp32"))
    player.backward(player.network(torch.ones(1, 2)).sum())
    player.update()
    assert "betas" not in player.optimizer.param_groups[0]


def test_the_average_halves_what_it_had_in_a_half_life():
    network = nn.Linear(1, 1)
    average = Average(network, decay=0.5, half_life=8)
    for old in average.network.parameters():
        nn.init.ones_(old)
    for new in network.parameters():
        nn.init.zeros_(new)
    for step in range(8):
        average.update(network, step, progress=1.0)
    assert average.network.weight.item() == pytest.approx(0.5)
    average.update(network, 8, progress=0.5)
    assert average.network.weight.item() == pytest.approx(0.5 * 0.5 ** (1 / 4))


def test_at_first_the_average_is_the_network():
    network = nn.Linear(1, 1)
    average = Average(network, decay=0.999, half_life=100)
    nn.init.constant_(network.weight, 7.0)
    average.update(network, 1, progress=0.0)
    assert average.network.weight.item() == 7.0


@pytest.mark.parametrize(("side", "gamma"), [(32, 0.5), (64, 2.0), (256, 32.0)])
def test_the_usual_weight_of_a_penalty_grows_with_the_number_of_pixels(side, gamma):
    assert default_gamma(side, side) == gamma


def test_auto_is_the_usual_weight_falling_to_a_tenth_and_numbers_are_taken_as_they_are(small_config):
    facts = {"height": 32, "width": 32}
    config = small_config("objective.penalties={r1: auto, r2: 3.0}", "objective.final_penalties={r2: 1.5}")
    assert penalty_weights(config, facts) == ({"r1": 0.5, "r2": 3.0}, {"r1": 0.05, "r2": 1.5})
    config = small_config("objective.penalties={r1: auto, r2: auto}", "objective.final_penalties={r1: 0}")
    assert penalty_weights(config, facts)[1] == {"r1": 0.0, "r2": 0.05}


def test_no_rule_settles_the_weight_of_other_penalties(small_config):
    config = small_config("objective.penalties={gradient_penalty: auto}")
    with pytest.raises(VidpredError, match=r"objective\.penalties\.gradient_penalty is auto.*give a number"):
        check_penalties(config)


def test_the_weight_of_a_penalty_falls_in_the_course_of_a_run(small_trainer):
    trainer = small_trainer("objective.penalties={r1: 2.0}", "objective.final_penalties={r1: 0.2}")
    weights = [trainer.adversary.penalties.weight("r1", progress) for progress in (0, 0.5, 1)]
    assert weights == pytest.approx([2.0, 1.1, 0.2])


def test_a_final_weight_of_a_penalty_that_is_not_paid_is_refused(small_trainer):
    with pytest.raises(VidpredError, match=r"final_penalties names 'r2', but the penalties with a weight are r1"):
        small_trainer("objective.penalties={r1: 2.0}", "objective.final_penalties={r2: 0.2}")

"""Settings that somebody gave and that have no effect are named, with the reason; all others are not."""

from pathlib import Path

import pytest

from vidpred.runs.idle_settings import say_idle, say_unread
from vidpred.runs.settings import dump_config, load_config
from vidpred.runs.settings.files import find_presets

NO_DISCRIMINATOR = "since there is no discriminator: objective.adversarial_weight and objective.feature_matching are 0"
ALONE = "objective.adversarial_weight=0"
IMAGES = ["task=image_synthesis", "data=image_folder", "network=dcgan"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([ALONE, "adversary.lr=0.1"], [f"adversary.lr has no effect, {NO_DISCRIMINATOR}"]),
        (
            [ALONE, "discriminator.width_multiplier=0.5", "objective.game=hinge", "train.stop_on=[collapse]"],
            [f"discriminator.width_multiplier, objective.game, train.stop_on have no effect, {NO_DISCRIMINATOR}"],
        ),
        ([ALONE, "discriminator=residual"], [f"discriminator.name has no effect, {NO_DISCRIMINATOR}"]),
        ([ALONE, "objective.feature_matching=1", "adversary.lr=0.1", "objective.game=hinge"], []),
        (["adversary.lr=0.1", "discriminator.width_multiplier=0.5"], []),
        ([ALONE, "train.stop_on=[]", "objective.mismatched_pairs=false", "adversary.lr=1e-4"], []),  # as by default
        (
            ["generator.momentum=0.9"],
            ["generator.momentum has no effect, since the optimizer of that player is not sgd"],
        ),
        (["generator.momentum=0.9", "generator.optimizer=sgd"], []),
        (
            ["adversary.optimizer=sgd", "adversary.betas=[0.5, 0.9]"],
            ["adversary.betas has no effect, since the optimizer of that player is sgd"],
        ),
        (
            ["adversary.final_lr=1e-5"],
            ["adversary.final_lr has no effect, since the learning rate of that player is constant"],
        ),
        (["generator.final_lr=1e-5"], []),
        (
            ["objective.augmentation.strength=0.5"],
            [
                "objective.augmentation.strength has no effect, since objective.augmentation.policy names no "
                "augmentation"
            ],
        ),
        (["objective.augmentation={policy: [cutout], strength: 0.5}"], []),
        (["objective.over=mean"], ["objective.over has no effect, since objective.num_draws is 1"]),
        (
            ["data.validation_source=elsewhere", "data.validation=0.3"],
            ["data.validation has no effect, since data.validation_source is given"],
        ),
        (
            ["train.ema_decay=0", "train.ema_half_life=9"],
            ["train.ema_half_life has no effect, since train.ema_decay is 0"],
        ),
        (
            [*IMAGES, "log.preview_frames=3"],
            ["log.preview_frames has no effect, since the task generates images, of which there is no film"],
        ),
        (["log.preview_frames=3"], []),
        (["task=frame_interpolation", "log.preview_frames=3"], []),
        (
            [*IMAGES, "objective.classification_weight=2"],
            ["objective.classification_weight has no effect, since the task has no discriminator that classifies"],
        ),
        (["task=semi_supervised", *IMAGES[1:], "objective.classification_weight=2"], []),
    ],
)
def test_what_others_leave_without_effect_is_named(settings, said):
    assert say_idle(load_config(None, settings), None, settings) == said


@pytest.mark.parametrize("config", [load_config(Path("fine_tuning")), load_config(None, ["train.share_of_start=0.5"])])
def test_a_share_of_random_weights_is_named_whoever_gives_it(config):
    assert say_idle(config, None, [], from_nothing=False) == []
    assert say_idle(config, None, [], from_nothing=True) == [
        "train.share_of_start=0.5 keeps a share of random weights in those that predict, since the run starts from "
        "nothing; name weights with --from, or set it to 0"
    ]
    assert say_idle(load_config(None), None, [], from_nothing=True) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            ["network.num_scales=3", "network=unet"],
            ["network.num_scales=3 has no effect, since network=unet after it takes its place"],
        ),
        (
            ["network=multiscale", "network.name=unet"],
            ["network=multiscale has no effect, since network.name=unet after it takes its place"],
        ),
        (["network=unet", "network.width_multiplier=0.5"], []),
        (["network.num_scales=3", "network=multiscale"], []),  # which is its name already
        (
            ["train.steps=5", "train.steps=6"],
            ["train.steps=5 has no effect, since train.steps=6 after it takes its place"],
        ),
        (["train.steps=5", "train.steps=5"], []),
        (
            ["objective.terms.l1=1", "objective.terms={l2: 1}"],
            ["objective.terms.l1=1 has no effect, since objective.terms={l2: 1} after it takes its place"],
        ),
        (["objective.terms={l2: 1}", "objective.terms.l1=1"], []),
    ],
)
def test_what_a_later_setting_replaces_is_named(settings, said):
    assert say_idle(load_config(None, settings), None, settings) == said


@pytest.mark.parametrize("preset", find_presets())
def test_presets_and_what_a_file_extends_are_not_named(preset, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(f"extends: {preset}\nobjective: {{adversarial_weight: 0, feature_matching: 0}}\n")
    for file in (find_presets()[preset], path):
        assert say_idle(load_config(file), file, []) == []


def test_what_an_own_file_says_for_nothing_is_named(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("extends: mathieu_adv\nobjective: {adversarial_weight: 0}\nadversary: {lr: 0.5}\n")
    assert say_idle(load_config(path), path, []) == [f"adversary.lr has no effect, {NO_DISCRIMINATOR}"]


def test_a_file_that_a_run_wrote_says_all_there_is(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(dump_config(load_config(None, [ALONE, "adversary.lr=0.5"])))
    assert say_idle(load_config(path), path, []) == []


def test_a_command_that_reads_a_part_of_the_settings_names_the_others():
    assert say_unread(["data.resolution=16", "train.seed=1"], ("data", "train.seed"), "it") == []
    assert say_unread(["data.resolution=16", "train.steps=1", "log={}"], ("data", "train.seed"), "it") == [
        "train.steps, log have no effect, since it reads data, train.seed only"
    ]

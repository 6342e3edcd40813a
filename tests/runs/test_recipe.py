"""Where no config is named, a run goes on from weights with the recipe that made them, unless they cannot fit."""

from pathlib import Path

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.recipe import HEAD_START, inherited_recipe, settle
from vidpred.runs.settings import Config, load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.shipped import DEFAULT, WEIGHTS
from vidpred.runs.train import start_run

SHORT = ("train.steps=2", "log.validation_clips=2", "log.preview_frames=1")

WHERE = ("data.source=/there", "data.only=/there/list.txt", "data.validation=0.5", "data.cache=/there/cache")


def saved_run(config, folder):
    """Save a checkpoint of a run with settings ``config`` and no weights; return its path."""
    path = folder / "saved.safetensors"
    Checkpoint(config.model_dump(mode="json"), {}, 1, {}).save(path)
    return path


def test_by_default_the_shipped_weights_are_trained_on_with_their_recipe():
    config, start_from, note = settle(None, [], None)
    assert (start_from, note) == (WEIGHTS, "")
    theirs = load_config(find_presets()["flow_pyramid_adv"])
    assert (config.task, config.network) == (theirs.task, theirs.network)
    assert config.objective.terms == theirs.objective.terms == {"log_l2": 1.0, "gdl": 0.5}
    assert 0 < config.generator.lr <= theirs.generator.lr
    assert config.generator.optimizer == "adamw"
    assert config.generator.clip_norm == theirs.generator.clip_norm == 1.0
    assert config.train.ema_decay == theirs.train.ema_decay == 0.98
    assert config.data.options["resolution"] == 160
    assert "source" not in config.data.options


def test_from_default_is_the_same_but_for_the_word():
    assert settle(None, ["train.seed=3"], DEFAULT).config == settle(None, ["train.seed=3"], None).config


def test_a_folder_called_default_is_not_what_is_taken_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "default").write_text("mine")
    assert settle(None, [], None).start_from == WEIGHTS


def test_a_file_called_like_the_preset_is_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fine_tuning").write_text("train: {steps: 7}\n")
    assert settle(None, [], None).config.train.steps != 7


@pytest.mark.parametrize("start_from", [None, DEFAULT], ids=["unasked", "from default"])
def test_settings_on_the_command_line_win(start_from):
    settings = ["generator.lr=3e-3", "train.steps=7", "objective.terms={l1: 2}", "data.crop=48", "data.validation=0.5"]
    config = settle(None, settings, start_from).config
    assert (config.generator.lr, config.train.steps, config.objective.terms) == (3e-3, 7, {"l1": 2})
    assert (config.data.options["crop"], config.data.options["validation"]) == (48, 0.5)
    assert config.generator.clip_norm == 1.0


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("network.num_scales=2", "network.num_scales is 2, which is not theirs"),
        ("network=unet", "network is unet, and theirs is flow_pyramid"),
        ("network.name=multiscale", "network is multiscale, and theirs is flow_pyramid"),
        ("task.num_context_frames=4", "task.num_context_frames is 4, which is not theirs"),
        ("task.lead=2", "task.lead is 2, which is not theirs"),
        ("task=image_synthesis", "task is image_synthesis, and theirs is frame_prediction"),
        ("data=moving_mnist", "they predict videos, and the data are moving_mnist"),
        ("data.name=image_folder", "they predict videos, and the data are image_folder"),
        ("data.greyscale=true", "they predict frames in colour, and data.greyscale is true"),
    ],
)
def test_where_they_cannot_fit_a_run_starts_from_nothing_and_says_why(setting, reason):
    config, start_from, note = settle(None, [setting], None)
    assert start_from is None
    names_one = setting in ("network=unet", "network.name=multiscale")
    another = "" if names_one else "; the network is then multiscale, not flow_pyramid as theirs"
    assert note == f"note: starts from nothing, not from the shipped weights, since {reason}{another}\n"
    assert config == load_config(None, [setting])


@pytest.mark.parametrize(
    "setting",
    ["task.horizon=5", "network=flow_pyramid", "task.num_context_frames=3", "network.num_scales=4", "task.lead=1"],
)
def test_settings_with_which_they_fit_do_not_lose_them(setting):
    assert settle(None, [setting], None).start_from == WEIGHTS


def test_an_option_of_no_network_is_refused_in_the_name_of_the_shipped_one():
    with pytest.raises(VidpredError, match=r"'flow_pyramid' has no option 'detail' \(did you mean 'details'\?\)"):
        settle(None, ["network.detail=false"], None)


def test_how_the_shipped_network_learns_is_sought_in_a_section_of_its_own():
    with pytest.raises(VidpredError, match=r"network.lr is no setting: .*; say generator.lr=0.1"):
        settle(None, ["network.lr=0.1"], None)


def test_with_a_config_a_run_starts_from_nothing_without_a_word():
    path = find_presets()["mathieu_gdl"]
    assert settle(path, ["train.steps=3"], None) == (load_config(path, ["train.steps=3"]), None, "")


def test_with_a_config_and_weights_all_but_network_and_task_is_the_configs():
    path = find_presets()["mathieu_gdl"]
    config, start_from, _ = settle(path, ["network.name=flow_pyramid", "network.widths=[48, 48, 32, 16]"], DEFAULT)
    assert start_from == DEFAULT
    assert config.network == settle(None, [], None).config.network
    theirs = load_config(path)
    assert (config.objective, config.generator, config.train) == (theirs.objective, theirs.generator, theirs.train)


def test_from_a_run_its_whole_recipe_is_taken_but_for_what_is_of_that_run_alone(tmp_path):
    config = load_config(find_presets()["mathieu_gdl"], [*WHERE, "train.seed=7", "train.stop_on=[collapse]"])
    settled = settle(None, [], saved_run(config, tmp_path)).config
    for section in ("task", "network", "objective", "generator", "adversary", "discriminator"):
        assert getattr(settled, section) == getattr(config, section), section
    kept = {"seed", "stop_on"}
    assert settled.train.model_dump(exclude=kept) == config.train.model_dump(exclude=kept)
    assert (settled.train.seed, settled.train.stop_on) == (0, [])
    assert settled.data.options.keys().isdisjoint({"source", "only", "validation", "cache"})
    assert settled.data.options["crop"] == config.data.options["crop"]


@pytest.mark.parametrize(
    ("setting", "steps"),
    [
        ("objective.adversarial_weight=0.1", HEAD_START),
        ("objective.feature_matching=1", HEAD_START),
        ("train.discriminator_head_start=7", 0),
    ],
)
def test_a_new_discriminator_is_warmed_up_where_the_recipe_has_one(tmp_path, setting, steps):
    config = load_config(None, ["objective.adversarial_weight=0", setting])
    assert settle(None, [], saved_run(config, tmp_path)).config.train.discriminator_head_start == steps


def test_a_run_on_other_data_than_videos_says_nothing_about_videos(tmp_path):
    config = load_config(None, ["data=moving_shapes", "data.resolution=16"])
    assert "data" not in inherited_recipe(saved_run(config, tmp_path))


def test_a_run_on_images_is_taken_over_with_its_data_set_and_what_its_weights_are_chosen_by(tmp_path):
    config = load_config(find_presets()["dcgan"], ["data.resolution=16", "data.source=/there", "data.validation=0.5"])
    settled = settle(None, [], saved_run(config, tmp_path)).config
    assert settled.data.name == "image_folder"
    assert settled.data.options["resolution"] == 16
    assert settled.data.options.keys().isdisjoint({"source", "validation"})
    assert settled.log.best_by == "kernel_distance"
    assert settled.log.validation_clips == Config().log.validation_clips


def test_a_run_that_goes_on_from_another_ends_where_its_recipe_says(small_config, tmp_path):
    first = start_run(small_config(*SHORT), tmp_path / "first", "cpu", say=lambda text: None).folder
    config, start_from, _ = settle(None, ["data=moving_shapes", "data.resolution=16", "data.num_clips=24"], first)
    run = start_run(config, tmp_path / "second", "cpu", say=lambda text: None, start_from=start_from)
    assert (run.outcome.step, start_from) == (2, Path(first))
    assert config.generator == small_config().generator != Config().generator.model_copy(update={"lr": 1.0})

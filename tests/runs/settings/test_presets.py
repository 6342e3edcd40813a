"""The presets in configs/: each builds its networks, and Mathieu's are the paper's."""

import pytest
import torch
from torch import nn

from vidpred.discriminators import DISCRIMINATORS
from vidpred.machine.engine import Engine
from vidpred.registry import DATASETS, GAMES, PENALTIES, RECONSTRUCTION_LOSSES
from vidpred.runs.build import build_trainer, penalty_weights
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets

PRESETS = find_presets()
IMAGES = ("dcgan", "r3_tiny", "r3_gpu", "improved_2016", "semi_supervised")
MATHIEU = ("mathieu_l2", "mathieu_l1", "mathieu_gdl", "mathieu_adv", "mathieu_adv_gdl")
SECOND = ("mathieu_gdl", "mathieu_adv", "mathieu_adv_gdl")
DEFAULT = ("flow_pyramid", "flow_pyramid_rollout", "flow_pyramid_adv")
LEARNED = ("learned_motion", "learned_motion_rollout")
ONE_SCALE = ("frame_interpolation",)
FACTS = {"frame_channels": 3, "height": 32, "width": 32}
GDL = {"weight": 1.0, "alpha": 1.0}
PAPER_WIDTHS = [[128, 256, 128], [128, 256, 128], [128, 256, 512, 256, 128], [128, 256, 512, 256, 128]]


def network_of(preset):
    config = load_config(PRESETS[preset])
    task = build_task(config)
    return build_network(config, task, {**task.facts, **FACTS})


def hidden_widths(network):
    """Return the channels between the layers, one row per scale."""
    layers = [[layer for layer in scale if isinstance(layer, nn.Conv2d)] for scale in network.scales]
    return [[layer.out_channels for layer in scale[:-1]] for scale in layers]


def test_the_presets_are_these():
    mathieu = {*MATHIEU, *(f"{name}_64" for name in SECOND)}
    small = {f"{name}_small" for name in mathieu}
    others = {"smoke", "demo", "fine_tuning", "stochastic"}
    assert set(PRESETS) == {*mathieu, *small, *DEFAULT, *LEARNED, *ONE_SCALE, *IMAGES, *others}


@pytest.mark.parametrize("preset", [name for name in PRESETS if name not in IMAGES])
def test_every_preset_builds_networks_that_fit_each_other(preset):
    config = load_config(PRESETS[preset])
    task = build_task(config)
    generator = network_of(preset)
    facts = {**task.facts, **FACTS, "num_scales": generator.num_scales}
    discriminator = DISCRIMINATORS.build(config.discriminator.name, facts, **config.discriminator.options)
    example = task.pose(torch.zeros(1, task.clip_length, 3, 32, 32))
    with torch.no_grad():
        logits = discriminator(task.present(task.answer(generator, example), example))
    assert len(logits) == generator.num_scales == (1 if preset in ONE_SCALE else 4)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("preset", IMAGES)
def test_every_preset_for_images_builds_two_networks_that_fit_each_other(preset, classes):
    config = load_config(PRESETS[preset])
    task = build_task(config)
    partly_labelled = preset == "semi_supervised"  # so that classes are no condition of the game
    facts = {**task.facts, **FACTS, "num_categories" if partly_labelled else "num_classes": classes}
    generator = build_network(config, task, facts)
    discriminator = DISCRIMINATORS.build(config.discriminator.name, facts, **config.discriminator.options)
    images = torch.rand(2, 1, 3, 32, 32)
    example = task.pose(images, torch.tensor([0, 2]) if classes else None)
    with torch.no_grad():
        fake = task.answer(generator, example)
        (logits,) = discriminator(task.present(fake, example), *([] if example.labels is None else [example.labels]))
    assert fake[-1].shape == images.shape
    assert logits.shape == (2,)


def test_dcgan_is_as_wide_as_the_papers_at_64_pixels_and_draws_uniform_noise():
    config = load_config(PRESETS["dcgan"])
    task = build_task(config)
    network = build_network(config, task, {**task.facts, "height": 64, "width": 64})
    assert network.project.weight.shape == (4 * 4 * 1024, 100)
    assert [layer.in_channels for layer in network.enlarge] == [1024, 512, 256, 128]
    assert {layer.kernel_size for layer in network.enlarge} == {(5, 5)}
    assert network.uniform_latent
    for player in (config.generator, config.adversary):
        assert (player.lr, player.betas, player.weight_decay) == (2e-4, (0.5, 0.999), 1e-5)


def test_r3_plays_the_relativistic_game_with_both_penalties_and_no_momentum():
    config = load_config(PRESETS["r3_tiny"])
    assert config.objective.game == "relativistic"
    assert penalty_weights(config, FACTS) == ({"r1": 0.5, "r2": 0.5}, {"r1": 0.05, "r2": 0.05})
    assert config.generator.betas[0] == config.adversary.betas[0] == 0


@pytest.mark.parametrize(("preset", "decays", "interval"), [("r3_tiny", (0.99, 0.999), 4), ("r3_gpu", (0.9, 0.99), 1)])
def test_r3_moves_what_the_paper_moves_in_the_course_of_a_run(preset, decays, interval):
    config = load_config(PRESETS[preset])
    width = config.network.options["hidden_channels"]
    for player in (config.generator, config.adversary):
        assert player.lr == pytest.approx(2e-4 * 768 / width)
        assert player.final_lr == pytest.approx(player.lr / 4)
        assert player.schedule == "cosine"
        assert (player.betas[1], player.final_beta2) == decays
    assert config.objective.penalty_interval == interval
    assert config.discriminator.options["minibatch_deviation"] == (preset == "r3_tiny")
    augmentation = config.objective.augmentation
    assert (augmentation.policy, augmentation.strength) == (["colour", "translation", "cutout"], 0.0)
    assert 0 < augmentation.final_strength < 1
    assert 0.02 < config.train.ema_half_life / (config.train.steps * config.train.batch_size) < 0.04


def test_improved_2016_is_dcgan_with_every_technique_of_the_paper():
    config, dcgan = load_config(PRESETS["improved_2016"]), load_config(PRESETS["dcgan"])
    assert config.network.options == {**dcgan.network.options, "normalisation": "virtual"}
    assert config.discriminator.options["minibatch_kernels"] > 0
    assert config.objective.game == "smoothed"
    assert config.objective.adversarial_weight > 0
    assert config.objective.feature_matching > 0
    assert config.generator.historical_averaging == config.adversary.historical_averaging > 0


def test_semi_supervised_is_taught_by_few_labels_and_its_generator_by_features_alone():
    config = load_config(PRESETS["semi_supervised"])
    assert config.data.options["labelled_per_class"] == 10
    assert (config.objective.adversarial_weight, config.objective.feature_matching) == (0, 1)
    assert config.log.best_by == "test_error"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_names_parts_and_options_that_exist(preset):
    config = load_config(PRESETS[preset])
    assert DATASETS.check(config.data.name, config.data.options) == config.data.options
    assert set(config.objective.terms) <= set(RECONSTRUCTION_LOSSES)
    assert config.objective.game in GAMES
    assert config.log.best_by in build_task(config).scores
    assert set(config.objective.penalties) <= set(PENALTIES)


@pytest.mark.parametrize("preset", [name for name in PRESETS if not name.startswith("mathieu") or "small" in name])
def test_every_preset_for_small_machines_builds_a_trainer(preset):
    config = load_config(PRESETS[preset])
    task = build_task(config)
    trainer = build_trainer(config, task, {**task.facts, **FACTS}, Engine("cpu", "fp32"))
    opposed = config.objective.adversarial_weight + config.objective.feature_matching > 0
    assert (trainer.adversary is not None) == opposed


def test_the_papers_generator_has_12_57_million_parameters():
    network = network_of("mathieu_adv_gdl")
    assert round(sum(weight.numel() for weight in network.parameters()) / 1e6, 2) == 12.57


@pytest.mark.parametrize("preset", MATHIEU)
def test_the_papers_generator_has_the_widths_of_the_paper(preset):
    assert hidden_widths(network_of(preset)) == PAPER_WIDTHS


@pytest.mark.parametrize("preset", MATHIEU)
def test_small_is_an_eighth_of_the_widths_and_the_same_task(preset):
    small, paper = load_config(PRESETS[f"{preset}_small"]), load_config(PRESETS[preset])
    eighths = [[width // 8 for width in scale] for scale in PAPER_WIDTHS]
    assert hidden_widths(network_of(f"{preset}_small")) == eighths
    assert small.objective.terms == paper.objective.terms
    assert small.data.options == {**paper.data.options, "flip": True}
    assert (small.data.name, small.task) == (paper.data.name, paper.task)


@pytest.mark.parametrize("suffix", ["", "_small"])
@pytest.mark.parametrize("preset", SECOND)
def test_the_second_stage_is_the_first_on_patches_of_64_with_the_same_network(preset, suffix):
    first, second = (load_config(PRESETS[preset + stage + suffix]) for stage in ("", "_64"))
    assert second.data.options == {**first.data.options, "crop": 64}
    assert (second.network, second.objective, second.discriminator) == (
        first.network,
        first.objective,
        first.discriminator,
    )
    assert first.generator.final_lr <= second.generator.lr <= first.generator.lr / 8
    assert second.train.steps < first.train.steps


@pytest.mark.parametrize(
    ("preset", "terms", "adversarial_weight"),
    [
        ("mathieu_l2", {"l2": 1.0}, 0),
        ("mathieu_l1", {"l1": 1.0}, 0),
        ("mathieu_gdl", {"l1": 1.0, "gdl": GDL}, 0),
        ("mathieu_adv", {"l2": 1.0}, 0.01),
        ("mathieu_adv_gdl", {"l1": 1.0, "gdl": GDL}, 0.01),
    ],
)
def test_the_losses_are_weighed_as_in_the_authors_code(preset, terms, adversarial_weight):
    objective = load_config(PRESETS[preset]).objective
    assert objective.terms == terms
    assert objective.adversarial_weight == adversarial_weight
    assert objective.game == "non_saturating"


@pytest.mark.parametrize("preset", ["mathieu_adv", "mathieu_adv_gdl"])
def test_the_small_adversary_compares_a_frame_with_its_own_prediction_and_has_a_bounded_slope(preset):
    config = load_config(PRESETS[f"{preset}_small"])
    assert config.objective.game == "relativistic"
    assert config.discriminator.options["spectral_norm"]
    assert config.train.ema_decay == 0


@pytest.mark.parametrize("preset", ["mathieu_adv", "mathieu_adv_gdl"])
def test_the_papers_adversary_is_its_own(preset):
    config = load_config(PRESETS[preset])
    assert config.discriminator.name == "fully_connected"
    assert config.discriminator.options == {"width_multiplier": 1.0}
    assert (config.adversary.optimizer, config.adversary.lr, config.adversary.schedule) == ("sgd", 0.02, "constant")
    assert config.train.batch_size == 8
    assert config.train.separate_batches
    assert config.objective.mismatched_pairs


@pytest.mark.parametrize("preset", MATHIEU)
def test_the_papers_recipe_is_plain_gradient_descent_on_patches_of_32(preset):
    config = load_config(PRESETS[preset])
    generator = config.generator
    assert (generator.optimizer, generator.momentum, generator.weight_decay) == ("sgd", 0, 0)
    assert (generator.lr, generator.final_lr, generator.schedule) == (0.04, 0.005, "linear")
    assert (config.data.options["crop"], config.data.options["resolution"]) == (32, 240)
    assert config.network.options["output"] == "tanh"
    assert (config.train.precision, config.train.ema_decay) == ("fp32", 0)
    assert build_task(config).facts["num_context_frames"] == 4


def test_smoke_needs_no_videos():
    assert load_config(PRESETS["smoke"]).data.name == "moving_shapes"


def test_stochastic_judges_two_draws_of_the_default_predictor_together_and_each_by_an_adversary():
    config, default = load_config(PRESETS["stochastic"]), load_config(PRESETS["flow_pyramid"])
    objective = config.objective
    assert (objective.over, objective.num_draws) == ("crps", 2)
    assert objective.adversarial_weight > 0
    assert network_of("stochastic").latent_channels == 8
    assert {**config.network.options, "latent_channels": 0} == {**default.network.options, "latent_channels": 0}
    assert config.task == default.task

"""The techniques of Salimans et al. (2016) as the adversary and whole runs use them, for images and for video."""

import pytest
import torch
from material import draw_images
from torch import nn
from torch.nn.functional import cross_entropy

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.interfaces import Batch
from vidpred.losses import NON_SATURATING, feature_matching
from vidpred.machine.engine import Engine
from vidpred.runs.build import Parts, build_trainer, open_engine
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.load import load_generator
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import resume_run, start_run
from vidpred.training.adversary import Adversary
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player
from vidpred.training.settings import PlayerSettings

FACTS = {"height": 16, "width": 16, "frame_channels": 1}
TINY = (
    "task.latent_channels=6",
    "data.resolution=16",
    "network.hidden_channels=8",
    "discriminator.hidden_channels=8",
    "train.steps=4",
    "train.precision=fp32",
    "log.validate_every=2",
    "log.sample_every=4",
    "log.metrics_every=1",
    "generator.schedule=constant",
    "adversary.schedule=constant",
)
FEW_LABELS = (*TINY, "data.name=image_folder", "data.labelled_per_class=2", "train.batch_size=16")
VARIANTS = {
    "improved_2016": (*TINY, "train.batch_size=4"),
    "virtual_everywhere": (*TINY, "train.batch_size=4", "discriminator.normalisation=virtual"),
    "deviation": (*TINY, "train.batch_size=4", "discriminator.minibatch_deviation=true", "train.accumulate=2"),
    "semi_supervised": FEW_LABELS,
    "semi_supervised_dcgan": (*FEW_LABELS, "discriminator={name: dcgan, hidden_channels: 8, normalisation: virtual}"),
}
VIDEO = (
    "data.name=moving_shapes",
    "data.resolution=16",
    "data.num_clips=24",
    "network.num_scales=2",
    "network.width_multiplier=0.03125",
    "train.batch_size=4",
    "train.steps=4",
    "train.precision=fp32",
    "objective.feature_matching=0.5",
    "generator.historical_averaging=0.01",
    "adversary.historical_averaging=0.01",
    "generator.schedule=constant",
    "log.validate_every=2",
    "log.validation_clips=2",
)
JUDGES = {
    "convolutional": ("discriminator.width_multiplier=0.0625",),
    "dcgan": (
        "discriminator={name: dcgan, hidden_channels: 4, normalisation: virtual, minibatch_kernels: 3}",
        "objective.adversarial_weight=0",
    ),
}


def adversary(name="dcgan", facts=(), weights=(), **options):
    judge = DISCRIMINATORS.build(name, {**FACTS, **dict(facts)}, hidden_channels=8, **options)
    for weight in judge.parameters():
        nn.init.normal_(weight, std=0.3)
    player = Player(judge, PlayerSettings(), 10, Engine("cpu", "fp32"))
    return Adversary(player, NON_SATURATING, **dict(weights))


@pytest.fixture
def pair():
    return [torch.randn(4, 1, 1, 16, 16)], [torch.randn(4, 1, 1, 16, 16, requires_grad=True)]


def test_the_generator_loss_has_feature_matching_by_its_weight_and_alone_if_asked(pair):
    opponent = adversary(weights={"weight": 0.3, "feature_matching": 2.0}, normalisation="none")
    real, fake = pair
    judge = opponent.player.network
    matched = feature_matching(judge.features(real), judge.features(fake))
    fooling = NON_SATURATING.generator(None, judge(fake)[0])
    total, terms = opponent.generator_loss(real, fake)
    torch.testing.assert_close(terms, {"adversarial": fooling, "feature_matching": matched})
    torch.testing.assert_close(total, 0.3 * fooling + 2 * matched)
    opponent.weight = 0.0
    total, terms = opponent.generator_loss(real, fake)
    assert list(terms) == ["feature_matching"]
    torch.testing.assert_close(total, 2 * matched)


def test_features_teach_the_generator_and_leave_no_gradient_in_the_discriminator(pair):
    opponent = adversary(weights={"weight": 0.0, "feature_matching": 1.0}, normalisation="none")
    opponent.generator_loss(*pair)[0].backward()
    assert pair[1][0].grad.abs().sum(dim=(0, 1, 2)).min() > 0
    assert all(weight.grad is None and weight.requires_grad for weight in opponent.player.network.parameters())


def test_features_are_those_of_a_clips_own_class(pair):
    opponent = adversary(facts={"num_classes": 3}, weights={"feature_matching": 1.0}, normalisation="none")
    judge, labels = opponent.player.network, torch.tensor([2, 0, 1, 1])
    expected = feature_matching(judge.features(pair[0], labels), judge.features(pair[1], labels))
    torch.testing.assert_close(opponent.feature_matching_loss(*pair, labels), expected)


def test_a_discriminator_without_features_is_refused():
    player = Player(nn.Linear(2, 2), PlayerSettings(), 1, Engine("cpu", "fp32"))
    with pytest.raises(VidpredError, match=r"objective\.feature_matching is 2\.0, but Linear offers no features"):
        Adversary(player, NON_SATURATING, feature_matching=2.0)


def test_labelled_clips_are_classified_beside_the_game(pair):
    opponent = adversary(facts={"num_categories": 3}, weights={"classification_weight": 2.0}, normalisation="none")
    judge, (real, fake) = opponent.player.network, pair
    labelled = Batch(torch.randn(5, 1, 1, 16, 16), torch.tensor([0, 2, 1, 1, 0]))
    game = NON_SATURATING.discriminator(judge(real)[0], judge([fake[0].detach()])[0])
    classification = cross_entropy(judge.classify([labelled.clips]), labelled.labels)
    (game + 2 * classification).backward()
    expected = [weight.grad.clone() for weight in judge.parameters()]
    judge.zero_grad()
    losses = opponent.discriminator_backward(real, fake, labelled=labelled)
    torch.testing.assert_close(losses, {"discriminator": game.detach(), "classification": classification.detach()})
    for weight, wanted in zip(judge.parameters(), expected, strict=True):
        torch.testing.assert_close(weight.grad, wanted, rtol=1e-4, atol=1e-5)


def test_the_game_on_sums_of_exponentials_is_the_papers_loss_of_an_extra_class():
    real, fake = torch.randn(2, 6, 10, dtype=torch.float64).unbind()
    extra = torch.zeros(6, 1, dtype=torch.float64)  # the logit of the class of fakes
    chances = [torch.cat([logits, extra], dim=1).softmax(dim=1)[:, -1] for logits in (real, fake)]
    expected = -(1 - chances[0]).log().mean() - chances[1].log().mean()
    loss = NON_SATURATING.discriminator(real.logsumexp(dim=1), fake.logsumexp(dim=1))
    torch.testing.assert_close(loss, expected)


def test_labelled_clips_for_a_discriminator_without_classes_are_refused(pair):
    labelled = Batch(torch.randn(2, 1, 1, 16, 16), torch.tensor([0, 1]))
    with pytest.raises(VidpredError, match="DcganDiscriminator tells no classes apart; take a discriminator that does"):
        adversary(normalisation="none").discriminator_backward(*pair, labelled=labelled)


@pytest.mark.parametrize("options", [{"minibatch_kernels": 2}, {"minibatch_deviation": True}])
@pytest.mark.parametrize("name", ["dcgan", "residual"])
def test_where_clips_are_compared_a_penalty_sees_what_each_does_to_all_logits_on_its_side(name, options, pair):
    choice = {"normalisation": "none"} if name == "dcgan" else {}
    opponent = adversary(name, weights={"penalties": Penalties({"r1": 1.0, "r2": 1.0})}, **choice, **options)
    losses = opponent.discriminator_backward(*pair)
    for penalty, (clips,) in zip(("r1", "r2"), pair, strict=True):
        alone = clips.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(opponent.player.network([alone])[0].sum(), alone)
        torch.testing.assert_close(losses[penalty], gradient.square().sum() / 4 / 2, rtol=1e-4, atol=1e-4)
    assert all(weight.grad is not None for weight in opponent.player.network.compare.parameters())


def test_penalties_are_allowed_beside_a_reference_batch():
    adversary(weights={"penalties": Penalties({"r1": 1.0})}, normalisation="virtual")


@pytest.fixture(params=VARIANTS)
def config(request, tmp_path, monkeypatch):
    """Settings of a tiny run on drawn pictures of two classes."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_images(tmp_path / "images")
    presets = find_presets()
    preset = "semi_supervised" if request.param.startswith("semi") else "improved_2016"
    return load_config(presets[preset], VARIANTS[request.param]).on_data(tmp_path / "images")


@pytest.fixture(params=JUDGES)
def video_config(request):
    """Settings of a tiny run on drawn videos, with features to match and a history."""
    return load_config(overrides=[*VIDEO, *JUDGES[request.param]])


def resumed_states(config, folder):
    """Return the last state of a run and of the same run in two parts."""
    short = config.model_copy(update={"train": config.train.model_copy(update={"steps": 2})})
    start_run(config, folder / "whole", "cpu", say=lambda text: None)
    start_run(short, folder / "parts", "cpu", say=lambda text: None)
    resume_run(folder / "parts", "cpu", steps=4, say=lambda text: None)
    return [Checkpoint.load(folder / name / "checkpoints" / "last.safetensors").state for name in ("whole", "parts")]


def flat(tree, name=""):
    """Return the leaves of a state by their path."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return {k: v for key, value in pairs for k, v in flat(value, f"{name}.{key}").items()} if pairs else {name: tree}


def assert_equal_states(one, other):
    one, other = flat(one), flat(other)
    assert one.keys() == other.keys()
    differ = [k for k, v in one.items() if not (torch.equal(v, other[k]) if torch.is_tensor(v) else v == other[k])]
    assert differ == []
    return one


def test_image_runs_resume_bit_for_bit(config, tmp_path):
    state = assert_equal_states(*resumed_states(config, tmp_path))
    virtual = [key for key in state if key.endswith("reference.rows")]
    asked = [config.network.options, config.discriminator.options]
    assert len(virtual) == sum(options.get("normalisation") == "virtual" for options in asked)
    assert any(".history.means" in key for key in state) == (config.generator.historical_averaging > 0)
    load_generator(tmp_path / "whole", "cpu")  # from which images can be drawn, whatever the task


def test_video_runs_resume_bit_for_bit(video_config, tmp_path):
    state = assert_equal_states(*resumed_states(video_config, tmp_path))
    assert ".generator_optimizer.history.count" in state
    assert state[".generator_optimizer.history.count"] == 5


def test_a_step_of_a_video_run_matches_features_of_every_scale(video_config):
    parts = Parts.build(video_config, open_engine(video_config, "cpu"))
    before = [weight.detach().clone() for weight in parts.trainer.generator.network.parameters()]
    batch = parts.feed.batch(0)
    terms = parts.trainer.step(batch.clips, batch.labels)
    parts.feed.close()
    assert terms["feature_matching"] > 0
    assert ("adversarial" in terms) == (video_config.objective.adversarial_weight > 0)
    pairs = zip(parts.trainer.generator.network.parameters(), before, strict=True)
    assert all((weight != was).any() for weight, was in pairs)


def test_features_alone_are_enough_for_a_generator_to_learn_from(video_config):
    objective = video_config.objective.model_copy(update={"terms": {}, "adversarial_weight": 0.0})
    config = video_config.model_copy(update={"objective": objective})
    task = build_task(config)
    facts = {**task.facts, **build_data(config, task).train.facts}
    assert build_trainer(config, task, facts, Engine("cpu", "fp32")).adversary is not None

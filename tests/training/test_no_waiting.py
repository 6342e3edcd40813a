"""A training step enqueues work and waits for none of it: no number is read back, and nothing changes its device.

Two devices that every machine has show it. On the CPU every number that is read is an operation that can be counted. On
the meta device tensors have no values at all: whatever needs one fails, and every copy to or from it is seen, as a copy
to or from a GPU would be.
"""

from contextlib import nullcontext

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from vidpred.losses.samples import SAMPLE_SCORES
from vidpred.machine.engine import Engine
from vidpred.nn.virtual_norm import ReferenceBatch
from vidpred.registry import GAMES, PENALTIES
from vidpred.runs.build import build_trainer
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets
from vidpred.training.augmentations import AUGMENTATIONS

PRESETS = {
    name: path
    for name, path in find_presets().items()
    if not name.endswith(("_64", "_64_small")) and (not name.endswith("_small") or name == "mathieu_adv_gdl_small")
}
READS = {"_local_scalar_dense", "nonzero", "masked_select", "is_nonzero", "equal", "item", "_unique2"}
ON_THE_HOST = {"flow_pyramid", "flow_pyramid_rollout", "flow_pyramid_adv", "stochastic"}  # OpenCV's optical flow
COUNTING = {"semi_supervised"}  # which has to know how many clips of a batch are labelled
SIDE = 32
SETTINGS = [
    *([f"objective.game={name}"] for name in GAMES),
    ["discriminator=convolutional", *(f"objective.penalties.{name}=1" for name in PENALTIES)],
    [f"objective.augmentation.policy=[{', '.join(AUGMENTATIONS)}]"],
    *(
        ["network.latent_channels=3", "objective.num_draws=2", f"objective.over={name}"]
        + [f"objective.terms={{{'l2' if name == 'energy' else 'l1'}: 1, gdl: {{weight: 1, alpha: 2}}}}"]
        * (name != "crps")
        + ["objective.terms={l2: 0, gdl: 1, l1: 1}"] * (name == "crps")
        for name in SAMPLE_SCORES
    ),
    ["objective.augmentation.policy=[colour]", "objective.augmentation.target_accuracy=0.8"],
    ["generator.historical_averaging=1", "generator.clip_norm=1", "train.ema_decay=0.9"],
    ["objective.mismatched_pairs=true", "train.discriminator_steps=2", "train.accumulate=2"],
    ["objective.feature_matching=1", "discriminator=convolutional", "discriminator.spectral_norm=true"],
    ["network=unet", "objective.terms={l1: 1, log_l2: 1}"],
]


class Watch(TorchDispatchMode):
    """Collects every operation that reads a number, or copies from one device to another."""

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        devices = {arg.device for arg in (*args, result) if isinstance(arg, torch.Tensor)}
        if name in READS or (name in ("_to_copy", "copy_") and len(devices) > 1) or has_mask(name, args):
            self.found.append(f"{name} on {sorted(map(str, devices))}")
        return result


def has_mask(name, args):
    """Return whether an index is a mask, whose number of elements has to be counted first."""
    indices = args[1] if name in ("index", "index_put", "index_put_", "_index_put_impl_") else ()
    return any(isinstance(index, torch.Tensor) and index.dtype == torch.bool for index in indices)


def trainer_on(device, config):
    """Return a trainer on a device that an engine would refuse as it computes nothing, after no step."""
    task = build_task(config)
    engine = Engine("cpu", "fp32")
    engine.device = torch.device(device)
    facts = {**task.facts, "frame_channels": 3, "height": SIDE, "width": SIDE, "num_classes": 0, "num_categories": 3}
    trainer = build_trainer(config, task, facts, engine)
    for network in (trainer.generator.network, *([trainer.adversary.player.network] if trainer.adversary else [])):
        for layer in network.modules():
            if isinstance(layer, ReferenceBatch):
                layer._seen_known = True
    return trainer


def watched_step(device, config):
    """Take two steps on a device; return what was read or copied in the second."""
    trainer = trainer_on(device, config)
    shape = trainer.rounds * config.train.batch_size, trainer.task.clip_length, 3, SIDE, SIDE
    labels = torch.arange(shape[0], device=device) % 2 - 1 if config.task.name == "semi_supervised" else None
    clips = torch.rand(shape, device=device) * 2 - 1
    trainer.step(clips, labels)  # in which optimisers make their state
    with Watch() as watch:
        trainer.step(clips, labels)
    return watch.found


@pytest.fixture(autouse=True)
def no_autocast_of_nothing(monkeypatch):
    """Leave autocasting out, which the meta device does not know."""
    known = torch.autocast
    monkeypatch.setattr(
        torch, "autocast", lambda device, **options: nullcontext() if device == "meta" else known(device, **options)
    )


def tiny(preset):
    """Return the settings of a preset, but for its size."""
    widths = ["network.width_multiplier=0.02", "discriminator.width_multiplier=0.02"]
    if preset in ("dcgan", "improved_2016", "r3_tiny", "r3_gpu"):
        widths = ["network.hidden_channels=8", "discriminator.hidden_channels=8"]
    if preset == "semi_supervised":
        widths = ["network.hidden_channels=2", "discriminator.hidden_channels=8"]
    if preset in ON_THE_HOST:
        widths = ["network.widths=[4,4,4,4]"]
        widths += [] if preset in ("flow_pyramid", "flow_pyramid_rollout") else ["discriminator.width_multiplier=0.02"]
    return load_config(PRESETS[preset], [*widths, "train.batch_size=2", "train.precision=fp32"])


@pytest.mark.parametrize("preset", sorted(PRESETS.keys() - COUNTING))
def test_a_step_of_a_preset_reads_no_number(preset):
    assert watched_step("cpu", tiny(preset)) == []


def test_a_step_that_learns_from_a_few_labels_asks_for_nothing_but_where_they_are():
    assert {found.split()[0] for found in watched_step("cpu", tiny("semi_supervised"))} <= {
        "_local_scalar_dense",
        "index",
    }


@pytest.mark.parametrize("preset", ["dcgan", "improved_2016", "mathieu_adv_gdl_small", "r3_tiny", "r3_gpu"])
def test_a_step_of_a_preset_stays_on_its_device(preset):
    assert [copy for copy in watched_step("meta", tiny(preset)) if "meta" in copy] == []


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings[0])
def test_a_step_of_any_kind_stays_on_its_device(small_config, settings):
    assert [copy for copy in watched_step("meta", small_config(*settings)) if "meta" in copy] == []


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_a_step_of_any_optimiser_reads_no_number(small_config, optimizer):
    rules = [f"{player}.{rule}" for player in ("generator", "adversary") for rule in (f"optimizer={optimizer}",)]
    assert watched_step("cpu", small_config(*rules, "generator.clip_norm=1", "train.ema_decay=0.9")) == []

"""``vidpred config`` tells every setting that ``vidpred train`` takes, with the default it really has."""

import re
from functools import partial

import pytest
from material import assert_refused, run_command

from vidpred.cli.config import SETTLED_BY_THE_RUN
from vidpred.losses import gradient_difference
from vidpred.metrics import VALIDATION_SCORES
from vidpred.predictors import UNet
from vidpred.registry import GAMES, PENALTIES, PREDICTORS, RECONSTRUCTION_LOSSES
from vidpred.runs.build import REGISTRIES
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.settings import Config, load_config
from vidpred.training.settings import Section

SCORES = {*VALIDATION_SCORES, "kernel_distance", "test_error"}  # of all tasks


@pytest.fixture
def entries(monkeypatch, capsys):
    """Run the command; return what it printed as (name, type and default or nothing, meaning)."""

    def ask(*words):
        code, stdout, stderr = run_command(monkeypatch, capsys, "config", *words)
        assert (code, stderr) == (0, "")
        found = re.findall(r"^(\S+)(?: \((.*)\))?\n((?: {4}.*\n)+)", stdout, flags=re.MULTILINE)
        assert "".join(f"{name}{f' ({kind})' if kind else ''}\n{meaning}" for name, kind, meaning in found) == stdout
        return [(name, kind, " ".join(meaning.split())) for name, kind, meaning in found]

    return ask


def settings(section, prefix=""):
    """Yield the name and default of every setting of a section and those in it."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Section):
            yield from settings(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", getattr(value, "name", value)


def test_every_setting_is_told_with_its_default_and_a_meaning(entries):
    told = {name: (kind, meaning) for name, kind, meaning in entries()}
    for name, default in settings(Config()):
        kind, meaning = told[name]
        shown = {"None": "null", "True": "true", "False": "false"}.get(str(default), str(default))
        assert kind.endswith(f", default {shown}")
        assert meaning.endswith(".")


@pytest.mark.parametrize("section", REGISTRIES)
def test_every_part_is_told_with_all_options_and_their_meanings(entries, section):
    registry = REGISTRIES[section]
    listed = entries()
    for part in registry:
        start = next(index for index, entry in enumerate(listed) if entry[0] == f"{section}={part}") + 1
        following = [name for name, kind, _ in listed[start:] if not kind]
        end = next((i for i, entry in enumerate(listed) if following and entry[0] == following[0]), len(listed))
        assert listed[start - 1][2]
        told = {name: (kind, meaning) for name, kind, meaning in listed[start:end]}
        options = {
            f"{section}.{option}"
            for option, parameter in registry.signature(part).items()
            if parameter.default is not parameter.empty and option not in SETTLED_BY_THE_RUN.get(section, ())
        }
        assert set(told) == options
        assert all(kind and meaning for kind, meaning in told.values())


def test_losses_are_told_with_weight_and_options(entries):
    told = {name: (kind, meaning) for name, kind, meaning in entries("objective.terms.")}
    assert {name.split(".")[2] for name in told} == set(RECONSTRUCTION_LOSSES)
    assert told["objective.terms.gdl"][0] == "float, at least 0, default 1.0"
    assert told["objective.terms.l1"][0] == "float, at least 0, default 0.0"
    assert told["objective.terms.gdl.alpha"][0] == "float, at least 1, at most 100, default 1.0"
    assert "exponent" in told["objective.terms.gdl.alpha"][1]


def test_penalties_are_told_with_their_meanings(entries):
    told = {name: (kind, meaning) for name, kind, meaning in entries("objective.penalties.")}
    assert set(told) == {f"objective.penalties.{penalty}" for penalty in PENALTIES}
    assert told["objective.penalties.gradient_penalty"][0] == "float, at least 0, default 0.0"
    assert told["objective.penalties.r1"][0] == "float, at least 0, or auto, default 0.0"
    assert "gradient" in told["objective.penalties.r1"][1]


def test_what_has_a_name_tells_the_names_there_are(entries):
    told = {name: kind for name, kind, _ in entries()}
    for name, registry in {**REGISTRIES, "objective.game": GAMES, "log.best_by": SCORES}.items():
        names = told[name].rsplit(", default ", 1)[0]
        assert set(re.split(", | or ", names)) == set(registry)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("generator.lr", "float, above 0, at most 1e+30, default 0.001"),
        ("adversary.lr", "float, above 0, at most 1e+30, default 0.0001"),
        ("generator.final_lr", "float, at least 0, at most 1e+30, or null, default null"),
        ("generator.betas", "list of float, at least 0, at most 0.9999999, default (0.9, 0.999)"),
        ("train.ema_decay", "float, at least 0, at most 0.9999999, default 0.999"),
        ("train.precision", "auto, fp32, bf16 or fp16, default auto"),
        ("train.compile", "true or false, default false"),
        ("data.cache", "path or null, default null"),
        ("data.crop", "int, at least 1, at most 16384, default 64"),
        ("network.width_multiplier", "float, above 0, at most 1000, default 0.125"),
        ("network.kernels", "list of list of int, at least 1, at most 255, or null, default null"),
    ],
)
def test_types_and_limits_are_in_a_readers_words(entries, name, kind):
    assert kind in {told for found, told, _ in entries(name) if found == name}  # other parts may have one of that name


def _dilated(dilations: tuple[int, ...] = (1, 2), corner: tuple[int, float] = (0, 1.0)):
    """Return nothing.

    Args:
        dilations: of the layers.
        corner: of the picture.
    """


def test_lists_of_any_length_are_told_by_what_they_hold(entries, monkeypatch):
    monkeypatch.setattr(PREDICTORS, "_parts", {**PREDICTORS._parts, "dilated": _dilated})
    told = {name: kind for name, kind, _ in entries("dilations", "corner")}
    assert told["network.dilations"] == "list of int, default (1, 2)"
    assert told["network.corner"] == "list of int to float, default (0, 1.0)"


def test_a_partial_is_told_with_what_it_calls_and_its_own_defaults(entries, monkeypatch):
    monkeypatch.setattr(PREDICTORS, "_parts", {"slim": partial(UNet, width_multiplier=0.125)})
    monkeypatch.setattr(RECONSTRUCTION_LOSSES, "_parts", {"steep": partial(gradient_difference, alpha=2.0)})
    told = {name: (kind, meaning) for name, kind, meaning in entries("network", "steep")}
    assert told["network=slim"][1].startswith("Predict the residual")
    assert told["network.width_multiplier"][0].endswith("default 0.125")
    assert told["objective.terms.steep"][1].startswith("Penalise edges")
    assert told["objective.terms.steep.alpha"][0].endswith("default 2.0")


def test_words_choose_what_is_shown(entries):
    names = [name for name, _, _ in entries("lr", "seed")]
    assert names == ["generator.lr", "generator.final_lr", "adversary.lr", "adversary.final_lr", "train.seed"]


@pytest.mark.parametrize("word", ["network=simvp", "simvp"])
def test_a_part_by_its_name_comes_with_its_settings_and_no_others(entries, word):
    names = [name for name, _, _ in entries(word)]
    assert names == ["network=simvp", "network.num_blocks", "network.width_multiplier"]


def test_a_word_that_nothing_is_called_is_answered_with_what_was_meant(monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "config", "zebra"), "no setting has zebra in its name")
    assert_refused(run_command(monkeypatch, capsys, "config", "batchsize"), "(did you mean 'batch_size'?)")


def test_defaults_can_be_given_back_as_they_are_shown(entries):
    given = []
    for name, kind, _ in entries():
        default = kind.rpartition(", default ")[2]
        if kind and name.count(".") == 1 and not name.startswith(("data.", "discriminator.", "objective.terms")):
            given.append(f"{name}={default.replace('(', '[').replace(')', ']')}")
    assert "generator.betas=[0.9, 0.999]" in given
    config = load_config(None, given)
    assert config.model_copy(update={"task": Config().task, "network": Config().network}) == Config()


def test_what_the_run_settles_is_what_task_data_and_network_know():
    config = load_config(None, ["data=moving_shapes"])
    task = build_task(config)
    facts = {**task.facts, **build_data(config, task).train.facts}
    network = build_network(config, task, facts)
    known = {*facts, "seed", "num_scales", "num_classes"}
    assert {name for names in SETTLED_BY_THE_RUN.values() for name in names} <= known
    for section in ("network", "discriminator"):
        taken = {option for part in REGISTRIES[section] for option in REGISTRIES[section].signature(part)}
        own = {"num_scales"} if section == "network" else set()
        assert set(SETTLED_BY_THE_RUN[section]) == (taken & known) - own
    assert network.num_scales == 4

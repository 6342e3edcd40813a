"""Parts by name, and what is said about a name or an option that does not exist."""

import copy
import datetime
import math
import pickle
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
import torch
from annotated_types import Ge
from torch import nn

import vidpred
from vidpred import registry as registries
from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.losses import Game, Objective, gradient_difference
from vidpred.metrics import MaskedMetric, Metric
from vidpred.predictors import PREDICTORS, CopyLast, UNet
from vidpred.registry import RECONSTRUCTION_LOSSES, Registry


@pytest.fixture
def registry():
    """A kind of part with a class, a function and a ready-made object."""
    toys = Registry("toy")

    @toys.register("train")
    class Train:
        def __init__(
            self, num_wagons: Annotated[int, Ge(1)], speed: float = 1.5, loud: bool = False, *, route: Any = 0
        ):
            self.settings = (num_wagons, speed, loud, route)

    @toys.register("ball")
    def ball(radius: float | None = None, seams: Sequence[int] = (), shop: Path | None = None):
        return radius, seams, shop

    toys.add("brick", (2, 4))
    return toys


def test_decorated_part_is_found_under_its_name_and_unchanged(registry):
    assert registry["ball"](2.0) == (2.0, (), None)
    assert list(registry) == ["train", "ball", "brick"]
    assert len(registry) == 3
    assert "ball" in registry
    assert "kite" not in registry


def test_a_name_is_taken_once(registry):
    with pytest.raises(ValueError, match="toy 'ball' is already registered"):
        registry.add("ball", 1)
    assert callable(registry["ball"])


class Holds:
    """Something that is copied, as a network is whose weights are averaged."""

    parts = DATASETS

    def __init__(self):
        self.kinds = [DATASETS, PREDICTORS]


def test_what_holds_a_registry_is_copied_and_pickled_and_still_holds_that_one():
    for held in (copy.deepcopy(Holds()), pickle.loads(pickle.dumps(Holds())), copy.copy(Holds())):
        assert held.kinds[0] is DATASETS
        assert held.kinds[1] is PREDICTORS


def test_a_copy_of_a_registry_of_ones_own_has_parts_of_its_own(registry):
    copied = copy.deepcopy(registry)
    copied.add("kite", 3)
    assert copied["brick"] == (2, 4)
    assert "kite" not in registry


CELL = """
class Kite:
    tail = {value}

def fly(a, b):
    return {value}

toys.add("kite", Kite)
toys.add("wind", (fly, "m/s"))
"""


def test_a_cell_of_a_notebook_that_is_run_again_replaces_the_parts_that_it_made(registry):
    cell = {"__name__": "__main__", "toys": registry}
    for value in (1, 2):
        exec(CELL.format(value=value), cell)
        assert registry["kite"].tail == value
        assert registry["wind"][0](0, 0) == value
    with pytest.raises(VidpredError, match="toy 'kite' is already registered"):
        exec(CELL.format(value=3), cell | {"__name__": "another_module"})
    with pytest.raises(VidpredError, match="toy 'brick' is already registered"):
        registry.add("brick", (2, 4))


def test_parts_of_vidpred_are_replaced_by_nothing():
    with pytest.raises(VidpredError, match="predictor 'copy_last' is already registered"):
        PREDICTORS.add("copy_last", PREDICTORS["copy_last"])


@pytest.mark.parametrize("ask", [Registry.build, Registry.__getitem__, Registry.signature])
def test_unknown_name_tells_the_nearest_and_all_there_are(registry, ask):
    with pytest.raises(VidpredError) as told:
        ask(registry, "bal")
    assert str(told.value) == "no toy is named 'bal' (did you mean 'ball'?); there are: ball, brick, train"


def test_unknown_name_is_a_key_error_too_so_that_get_works(registry):
    assert registry.get("kite") is None


def test_facts_are_offered_and_taken_only_where_there_is_a_parameter(registry):
    assert registry.build("train", {"num_wagons": 3, "colour": "red"}).settings == (3, 1.5, False, 0)


def test_options_win_over_facts(registry):
    assert registry.build("train", {"num_wagons": 3}, num_wagons=4, speed=2).settings == (4, 2.0, False, 0)


def test_without_facts_the_options_are_enough(registry):
    assert registry.build("train", num_wagons=1).settings[0] == 1


@pytest.mark.parametrize("option", ["facts", "name", "self", "speeed"])
def test_unknown_option_is_refused_whatever_it_is_called(registry, option):
    with pytest.raises(VidpredError, match=f"toy 'train' has no option '{option}'"):
        registry.build("train", {"num_wagons": 1}, **{option: 1})


def test_unknown_option_names_the_one_meant_and_all_there_are(registry):
    with pytest.raises(VidpredError) as told:
        registry.check("train", {"num_wagon": 1})
    assert str(told.value) == (
        "toy 'train' has no option 'num_wagon' (did you mean 'num_wagons'?); it takes: num_wagons, speed, loud, route"
    )


def test_ready_made_object_takes_no_option(registry):
    assert registry["brick"] == (2, 4)
    assert registry.check("brick", {}) == {}
    with pytest.raises(VidpredError, match="toy 'brick' has no option 'studs'; it takes: none"):
        registry.check("brick", {"studs": 8})


@pytest.mark.parametrize(
    ("part", "option", "written", "meant"),
    [
        ("train", "speed", "4e-4", 0.0004),  # what YAML makes of 4e-4
        ("train", "speed", 2, 2.0),
        ("train", "num_wagons", "3", 3),
        ("train", "loud", True, True),
        ("train", "route", True, True),
        ("ball", "radius", None, None),
        ("ball", "radius", 3, 3.0),
        ("ball", "seams", [1, 2], [1, 2]),
        ("ball", "shop", "here", Path("here")),
    ],
)
def test_option_comes_in_the_type_of_its_parameter(registry, part, option, written, meant):
    value = registry.check(part, {option: written})[option]
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize(
    ("part", "option", "value", "written"),
    [
        ("train", "num_wagons", "many", "'many'"),
        ("train", "num_wagons", 1.5, "1.5"),
        ("train", "num_wagons", 0, "0"),  # below its limit
        ("train", "num_wagons", True, "true"),  # would pass for 1
        ("train", "num_wagons", None, "null"),
        ("train", "speed", "fast", "'fast'"),
        ("train", "speed", math.inf, ".inf"),
        ("train", "speed", math.nan, ".nan"),
        ("train", "loud", "very", "'very'"),
        ("ball", "radius", False, "false"),
        ("ball", "radius", [1], "[1]"),
        ("ball", "seams", 5, "5"),
        ("ball", "shop", 5, "5"),
    ],
)
def test_unacceptable_value_is_refused_with_part_option_and_value(registry, part, option, value, written):
    with pytest.raises(VidpredError) as told:
        registry.build(part, {"num_wagons": 1}, **{option: value})
    assert str(told.value).startswith(f"toy '{part}': {option} is {written}, which is not accepted: ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("value", [2024, 1.5, datetime.date(2024, 1, 1)])
def test_a_path_that_looks_like_a_number_is_told_how_to_be_written(value):
    with pytest.raises(VidpredError, match=r"Input should be a path; write one that looks like .* as \./2024"):
        DATASETS.check("video_folder", {"only": value})


def test_a_list_that_is_none_is_told_without_words_of_python():
    with pytest.raises(VidpredError, match="should be a list"):
        PREDICTORS.check("multiscale", {"kernels": [2, 2]})


def test_a_path_from_the_home_folder_is_one(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert DATASETS.check("video_folder", {"only": "~/list.txt"}) == {"only": tmp_path / "list.txt"}
    assert DATASETS.check("video_folder", {"only": "./~/list.txt"}) == {"only": Path("~/list.txt")}


def test_no_path_among_the_options_has_a_null_character():
    with pytest.raises(VidpredError, match="no path has a null character"):
        DATASETS.check("video_folder", {"source": "a\0b"})


@pytest.mark.parametrize(
    "package",
    [
        *("predictors", "losses", "metrics", "metrics.features", "generators", "discriminators"),
        *("tasks", "data", "training.augmentations"),
    ],
)
def test_a_star_import_of_parts_replaces_nothing_by_a_module(package):
    names = {}
    exec(f"from vidpred import rollout, sample\nfrom vidpred.{package} import *", names)
    assert not [name for name, value in names.items() if isinstance(value, ModuleType)]
    assert "without_modules" not in names
    assert (names["rollout"], names["sample"]) == (vidpred.rollout, vidpred.sample)
    assert len(names) > 3


def test_a_width_without_a_height_is_one_of_layers_and_not_of_frames():
    toys, frames = Registry("toy"), {"height": 8, "width": 16}
    toys.register("layers")(_of_layers)
    toys.register("frames")(_of_frames)
    toys.register("needed")(_needing)
    assert toys.build("layers", frames) == 256
    toys.prepare("layers", {"width": 32}).refuse_settled("discriminator", frames)
    assert toys.build("layers", frames, width=32) == 32
    assert toys.build("frames", frames) == (8, 16)
    assert toys.build("needed", frames) == 16


def _of_layers(width: int = 256):
    return width


def _of_frames(height: int = 64, width: int = 64):
    return height, width


def _needing(width: int):
    return width


def test_a_value_in_a_list_is_told_with_its_place():
    with pytest.raises(VidpredError, match=r"widths\.0 is 1, which is not accepted: Input should be a list"):
        PREDICTORS.check("multiscale", {"widths": [1, 2]})


def test_true_is_no_number_in_a_list_either():
    with pytest.raises(VidpredError, match=r"widths is \[true, 2\], which is not accepted"):
        PREDICTORS.check("multiscale", {"widths": [True, 2]})


@pytest.mark.parametrize(
    ("kind", "part", "told"),
    [
        ("RECONSTRUCTION_LOSSES", nn.L1Loss, "the class L1Loss, but a function of prediction and target"),
        ("RECONSTRUCTION_LOSSES", "l1", "of the class str, but a function of prediction and target"),
        ("PENALTIES", nn.Module, "the class Module, but a function of a vidpred.losses.DiscriminatorPass"),
        ("AUGMENTATIONS", 0.5, "of the class float, but a function of clips and of those that are chosen"),
        (
            "METRICS",
            nn.functional.relu,
            r"of the class function, but vidpred.metrics.Metric\(function, unit",
        ),
        ("METRICS", (abs, "", False), r"of the class tuple, but vidpred.metrics.Metric\("),
        ("MASKED_METRICS", abs, r"of the class .*, but vidpred.metrics.MaskedMetric\("),
        ("GAMES", abs, r"of the class .*, but vidpred.losses.Game\(discriminator_loss, generator_loss\) is needed"),
        ("PREDICTORS", CopyLast(4), "of the class CopyLast, but a class, or a function that returns an object"),
        ("DATASETS", [1, 2], "of the class list, but a class, or a function that returns an object"),
    ],
)
def test_what_is_no_part_of_its_kind_is_refused_when_it_is_registered(kind, part, told):
    parts = getattr(registries, kind)
    with pytest.raises(VidpredError, match=f"'mine' is {told}"):
        parts.add("mine", part)
    assert "mine" not in parts


@pytest.mark.parametrize(
    ("kind", "part", "told"),
    [
        (
            "RECONSTRUCTION_LOSSES",
            lambda p: p,
            r"reconstruction loss 'mine' takes \(p\), but is called",
        ),
        ("RECONSTRUCTION_LOSSES", lambda p, *, target: p - target, r"takes \(p, \*, target\), but is called"),
        ("METRICS", Metric(lambda p: p, "", False), r"the function of metric 'mine' takes \(p\), but is called"),
        (
            "METRICS",
            Metric(lambda p, t, mask: p, "", False),
            r"takes \(p, t, mask\), but is called with prediction",
        ),
        (
            "METRICS",
            Metric(3, "", False),
            "the function of metric 'mine' is 3, but a function of",
        ),
        ("METRICS", Metric(lambda p, t: p, 3, False), "the unit of metric 'mine' is 3, but a word is needed"),
        ("MASKED_METRICS", MaskedMetric(lambda p, t: p, "", False), "called with prediction and target and mask"),
        (
            "GAMES",
            Game(lambda fake: fake, lambda real, fake: fake),
            "the discriminator of adversarial game 'mine' t",
        ),
        ("GAMES", Game(lambda real, fake: fake, lambda fake: fake), "the generator of adversarial game 'mine' takes"),
        (
            "PENALTIES",
            lambda real, fake: fake,
            r"penalty 'mine' takes \(real, fake\), but is called with",
        ),
    ],
)
def test_what_cannot_be_called_as_its_kind_is_refused_when_it_is_registered(kind, part, told):
    parts = getattr(registries, kind)
    with pytest.raises(VidpredError, match=told):
        parts.add("mine", part)
    assert "mine" not in parts


def test_what_cannot_be_looked_into_or_takes_more_by_name_is_registered(monkeypatch):
    monkeypatch.setattr(RECONSTRUCTION_LOSSES, "_parts", {})
    for name, loss in {"c": torch.dist, "all": lambda *pair: pair[0], "option": lambda p, t, power: p**power}.items():
        assert RECONSTRUCTION_LOSSES.add(name, loss) is loss


def test_a_loss_may_be_an_object_of_a_class(monkeypatch):
    monkeypatch.setattr(RECONSTRUCTION_LOSSES, "_parts", {})
    RECONSTRUCTION_LOSSES.add("mine", nn.L1Loss())
    assert Objective({"mine": 2})([torch.zeros(1, 1, 3, 4, 4)], [torch.ones(1, 1, 3, 4, 4)])[0] == 2


@pytest.fixture
def bound(monkeypatch):
    """A predictor and a loss of which some options are settled."""
    for kind in (PREDICTORS, RECONSTRUCTION_LOSSES):
        monkeypatch.setattr(kind, "_parts", dict(kind._parts))
    PREDICTORS.add("slim", partial(UNet, width_multiplier=0.125))
    RECONSTRUCTION_LOSSES.add("steep", partial(gradient_difference, alpha=2.0))


@pytest.mark.usefixtures("bound")
def test_a_partial_is_built_with_the_facts_and_options_of_what_it_calls():
    facts = {"num_context_frames": 2, "frame_channels": 1, "lead": 3}
    slim, wider = PREDICTORS.build("slim", facts), PREDICTORS.build("slim", facts, width_multiplier=0.25)
    assert (slim.num_context_frames, slim.frame_channels, slim.lead) == (2, 1, 3)
    assert sum(map(torch.Tensor.numel, slim.parameters())) < sum(map(torch.Tensor.numel, wider.parameters()))
    with pytest.raises(VidpredError, match="width_multiplier is 'wide', which is not accepted"):
        PREDICTORS.check("slim", {"width_multiplier": "wide"})


@pytest.mark.usefixtures("bound")
def test_a_loss_that_is_a_partial_keeps_its_options():
    prediction, target = torch.rand(2, 1, 1, 3, 8, 8).unbind()
    for options, alpha in (({}, 2.0), ({"alpha": 3.0}, 3.0)):
        total, _ = Objective({"steep": options})([prediction], [target])
        assert total == gradient_difference(prediction, target, alpha)

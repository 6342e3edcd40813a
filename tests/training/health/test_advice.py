"""Whatever setting a verdict's advice gives with its value is one that a run takes, and that has an effect."""

import re
import shlex

import pytest

from vidpred.losses.gamma import default_gamma
from vidpred.runs.idle_settings import say_idle
from vidpred.runs.settings import load_config
from vidpred.training.health.diagnosis import SUGGESTIONS, Verdict

NAME = re.compile(r"\b(?:objective|generator|adversary|discriminator|train)(?:\.[a-z0-9_]+)+")
GIVEN = re.compile(rf"'[^']+'|{NAME.pattern}=[\w.]+")


@pytest.mark.parametrize("verdict", SUGGESTIONS)
def test_the_settings_of_an_advice_exist_and_have_an_effect(verdict):
    advice = SUGGESTIONS[verdict]
    given = [setting for text in GIVEN.findall(advice) for setting in shlex.split(text)]
    named = [f"{name}=1e-5" for name in NAME.findall(GIVEN.sub("", advice)) if name.endswith((".lr", "_weight"))]
    config = load_config("dcgan", [*given, *named, "data.source=images"])
    assert not say_idle(config, None, [*given, *named])
    assert bool(given or named) == (advice != "go on")


def test_who_pays_a_penalty_already_is_advised_to_pay_more():
    paid = load_config("r3_tiny", ["data.source=images", "data.resolution=64"]).objective.penalties
    assert paid["r1"] == "auto"
    assert default_gamma(64, 64) > 1  # so that r1=1 alone would be less
    assert "objective.penalties.r1=1, or ten times what it is" in SUGGESTIONS[Verdict.DISCRIMINATOR_DOMINATES]

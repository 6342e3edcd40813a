"""Whatever setting a verdict's advice gives with its value is one that a run takes, and that has an effect."""

import re
import shlex

import pytest

from vidpred.runs.idle_settings import say_idle
from vidpred.runs.settings import load_config
from vidpred.training.health.diagnosis import SUGGESTIONS

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

"""Training with odd settings: their names are those that ``vidpred config`` lists, their values what few expect."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from torture_material import NARROW, SMALL_IMAGES, TINY, Material
from torture_mutations import NUMBERS, odd_value

from vidpred.runs.settings import load_config

ON_VIDEOS = ("smoke", "stochastic", "flow_pyramid")  # presets; flow_pyramid and stochastic search for flow
ON_IMAGES = ("dcgan", "r3_tiny", "improved_2016", "semi_supervised")
PARTS = ("task", "data", "network", "discriminator")


@dataclass(frozen=True)
class Setting:
    """A setting that the command lists.

    Args:
        name: dotted, as it is given.
        choices: words that it takes, if it takes words.
        is_number: whether it takes numbers.
        part: the part that it belongs to, as ``network=unet``; empty where it is one of every run.
    """

    name: str
    choices: tuple[str, ...]
    is_number: bool
    part: str


def odd_words(material: Material, draw: Random) -> list[str]:
    """Return the words of a ``vidpred train`` with one to three odd settings, mostly without a step."""
    if draw.random() < 0.6:
        preset = draw.choice(ON_VIDEOS)
        on_shapes = preset == "smoke" and draw.random() < 0.4
        words = [*([] if on_shapes else [str(material.folder / "clips")]), "--config", preset, "data.resolution=32"]
        words += [*([] if on_shapes else ["data.name=video_folder", "data.crop=32"])]
        words += NARROW if preset == "smoke" else ()
        data = "moving_shapes" if on_shapes else "video_folder"
    else:
        preset, data = draw.choice(ON_IMAGES), "image_folder"
        words = [str(material.folder / "images"), "--config", preset, *SMALL_IMAGES]
        words += ["data.name=image_folder", "network.hidden_channels=8", "discriminator.hidden_channels=8"]
    words += TINY
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        words += _odd_setting(preset, data, draw)
    return [*words, "--device", "cpu", *(["--dry-run"] if draw.random() < 0.6 else ["--steps", "2", "--out", "run"])]


def parse_settings(listed: str) -> list[Setting]:
    """Read what ``vidpred config`` prints."""
    found, part = list[Setting](), ""
    for line in listed.splitlines():
        if heading := re.fullmatch(r"(\w+=\w+)", line):
            part = heading[1]
        elif setting := re.fullmatch(r"([a-z_]+(?:\.\w+)*) \((.*), default .*\)", line):
            choices = tuple(re.findall(r"\w+", setting[2])) if " or " in setting[2] else ()
            found.append(Setting(setting[1], choices, bool(re.search(r"\b(int|float)\b", setting[2])), part))
    return found


def _odd_setting(preset: str, data: str, draw: Random) -> list[str]:
    """Return a setting with an odd value; seldom it is one of another part, which then is named before it."""
    config = load_config(Path(preset))
    named = {f"{kind}={getattr(config, kind).name}" for kind in PARTS if kind != "data"} | {f"data={data}", ""}
    known = _known_settings()
    fitting = [setting for setting in known if setting.part in named]
    setting = draw.choice(fitting if draw.random() < 0.8 else known)
    before = [] if setting.part in named else [setting.part]
    if setting.choices and draw.random() < 0.4:
        return [*before, f"{setting.name}={draw.choice(setting.choices)}"]
    value = draw.choice(NUMBERS) if setting.is_number and draw.random() < 0.75 else odd_value(draw)
    written = json.dumps(value).replace("NaN", ".nan").replace("Infinity", ".inf")
    return [*before, f"{setting.name}={value if isinstance(value, str) else written}"]


@cache
def _known_settings() -> list[Setting]:
    command = [sys.executable, "-m", "vidpred", "config"]
    return parse_settings(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

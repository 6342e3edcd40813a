"""Every command of the documentation is run on small material, unless a line above it says why it is not."""

import re
import shutil
from pathlib import Path

import pytest
from documented import BLOCKS, ROOT, commands_of
from material import run_vidpred
from small_settings import LITTLE
from test_documented_commands import parsed
from test_plugins import start_afresh

ALARMS = 3
RUN_ELSEWHERE = {"vidpred demo"}  # tests/test_end_to_end.py
SHORTER = {
    "predict": "--horizon 2",
    "evaluate": "--horizon 2 --windows 1",
    "compare": "--horizon 2 --windows 1",
    "inspect": "--no-steps",
    "watch": "--checkpoint copy_last --side 32 --alarm-rate 0.1",
    "project": "--steps 2 --restarts 2",
    "complete": "--steps 2 --restarts 2",
    "accuracy-score": "--steps 2",
    "fit": "--components 2 --dimensions 3 data.resolution=16",
    "export-dataset": "--num 4",
}
INSTEAD = {"1:02": "0:00.5", "random_convolution": "none"}  # the clips are short, and too few for distances of sets
TINY_IMAGES = "network.hidden_channels=8 discriminator.hidden_channels=8 data.resolution=16"


def first_times():
    """Return the commands of every block that stood in none before."""
    known, found = set(RUN_ELSEWHERE), []
    for block in BLOCKS:
        new = [command for command in commands_of(block) if not command.why_not and command.text not in known]
        if new := [command for command in new if command.words[0] != "pip"]:
            found.append(new)
            known |= {command.text for command in new}
    return [pytest.param(commands, id=commands[0].place) for commands in found]


def shortened(arguments):
    """Let a command train for few steps, score few clips, and replace what is there."""
    name, *words = arguments
    words = [INSTEAD.get(word, word) for word in words]
    if name == "train":
        return [name, *words, *shorter_training(words)]
    if name == "extend":
        words = [re.sub(r"^1$", "0.1", word) for word in words]
    found = parsed([name, *words])
    replace = ["--overwrite"] if found and "overwrite" in found[1] and not found[1]["overwrite"] else []
    few_steps = ["--steps", "2"] if "--duality-gap" in words else []
    return [name, *words, *SHORTER.get(name, "").split(), *few_steps, *replace]


def shorter_training(words):
    """Return what makes a training short that is told ``words``."""
    if "--resume" in words:
        return ["--steps", "4" if "--steps" in words else "3"]
    if "--dry-run" in words:
        return []
    of_images = any(name in words for name in ("dcgan", "r3_tiny", "semi_supervised"))
    of_digits = "data.name=moving_mnist" in words
    return [
        "--steps",
        "2",
        *LITTLE.split(),
        *(TINY_IMAGES.split() * of_images),
        *(["data.num_test_clips=2"] * of_digits),
    ]


@pytest.mark.parametrize("commands", first_times())
def test_every_command_runs(user, commands, monkeypatch):
    start_afresh(monkeypatch)
    write_plugin(user)
    for command in commands:
        assert command.words[0] == "vidpred", f"{command.text} is not run: say why in a line above the block"
        words = shortened(command.arguments)
        if "--out" in words and "--overwrite" not in words:
            shutil.rmtree(words[words.index("--out") + 1], ignore_errors=True)
        code, printed, error = run_vidpred(*words, folder=user)
        assert code in ((0, ALARMS) if words[0] == "watch" else (0,)), f"{command.text}\n{error}"
        assert printed or error


def write_plugin(folder):
    """Write the parts of CONTRIBUTING.md as their file."""
    (parts,) = [block.text for block in BLOCKS if block.language == "python" and "RECONSTRUCTION_LOSSES" in block.text]
    Path(folder, "my_parts.py").write_text(parts)


def test_what_pip_is_told_is_told_by_ci_too_or_is_marked():
    lines = (ROOT / ".ci" / "run").read_text()
    told = [command for block in BLOCKS for command in commands_of(block) if command.words[0] == "pip"]
    assert told
    for command in told:
        is_the_small_build = "--index-url" in command.words  # tests/test_end_to_end.py
        assert command.why_not or is_the_small_build or " ".join(command.words) in lines.replace('"', "")

"""What the README promises, run as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from material import draw_images, run_vidpred

from vidpred.frames.pyramid import build_pyramid
from vidpred.machine.files import write_text
from vidpred.runs.shipped import CLIP
from vidpred.video import decode, probe, write_video

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, flags=re.M | re.S)
COMMANDS = [
    line.split("  #")[0].strip()
    for language, block in BLOCKS
    for line in block.splitlines()
    if not language and line.startswith("vidpred ")
]
LITTLE = "train.batch_size=2 log.validation_clips=2 log.preview_frames=2"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as its user has it: videos to train on, others to evaluate on, a clip and a trained run."""
    folder = tmp_path_factory.mktemp("user")
    draw_images(folder / "images")
    small = [frame[::4, :280:4] for frame in decode(CLIP)][:20]  # 40 x 70 pixels
    for name, frames in (
        ("videos/first.mp4", small),
        ("videos/second.mp4", small[::-1]),  # so that one can validate
        ("more_videos/other.mp4", small),
        ("clip.mp4", small),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        write_video(folder / name, frames, probe(CLIP).frame_rate)
    run(folder, shortened("vidpred train videos/ --steps 2 --out runs/NAME log.metrics_every=1"))
    return folder


def run(folder, command):
    """Run one command line in ``folder`` with the cache in it; return what it printed."""
    words = shlex.split(command)
    assert words[0] == "vidpred"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder / "cache"))
        code, stdout, stderr = run_vidpred(*words[1:], folder=folder)
    assert code == 0, stderr
    return stdout


def shortened(command):
    """Let a command train for two or three steps, score few clips, and look at little between."""
    if "--resume" in command:
        return re.sub(r"--steps \d+", "--steps 3", command)
    if command.startswith("vidpred train") and "--dry-run" not in command:
        return f"{re.sub(r'--steps [0-9]+', '', command)} --steps 2 {LITTLE}"
    if command.startswith("vidpred inspect"):
        return f"{command} --no-steps"
    if command.startswith(("vidpred evaluate", "vidpred compare")):
        return f"{command} --horizon 2 --windows 1"
    return command


def test_the_readme_and_ci_give_the_same_two_commands():
    ci = (ROOT / ".ci" / "run").read_text().splitlines()
    first_screen = [line for language, block in BLOCKS[:4] for line in block.splitlines() if line.startswith("pip")]
    assert len(first_screen) == 2
    assert [line for line in ci if line.startswith("pip")] == first_screen


def test_the_pictures_of_the_readme_are_there():
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README, flags=re.S)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_the_demo_leaves_a_playable_future_and_a_table(tmp_path):
    printed = run(tmp_path, "vidpred demo --steps 2")
    assert re.search(r"psnr \(dB\) +t\+1 .*\n +prediction .*\n +copy_last ", printed)
    for metric in ("ssim", "sharpness difference"):
        assert metric in printed
    made = tmp_path / "vidpred_demo"
    info = probe(CLIP)
    assert (made / "future.png").stat().st_size > 0
    future = list(decode(made / "future.mp4"))
    assert future[0].shape == (info.height, info.width, 3)
    assert probe(made / "future.mp4").frame_rate == info.frame_rate


@pytest.mark.parametrize("command", [c for c in COMMANDS if "--resume" not in c and not c.endswith("demo")])
def test_every_command_of_the_readme_runs(place, command):
    written = place / "clip_future.mp4"
    written.unlink(missing_ok=True)
    assert run(place, shortened(command))


def test_the_runs_of_the_readme_resume(place):
    (command,) = [c for c in COMMANDS if "--resume" in c and "--steps" in c]
    assert "3 steps" in run(place, shortened(command))


def test_the_python_of_the_readme_runs(place, monkeypatch):
    monkeypatch.chdir(place)
    monkeypatch.setattr("vidpred.runs.shipped.CLIP", place / "clip.mp4")  # of a quarter of the size, and shorter
    monkeypatch.setenv("VIDPRED_CACHE", str(place / "cache"))
    context = torch.rand(1, 4, 3, 40, 56) * 2 - 1
    names = {"context": context, "target_pyramid": build_pyramid(context[:, -1:], num_scales=4)}
    for block in [block for language, block in BLOCKS if language == "python" and "import" in block]:
        exec(block, names)
        if "future" in names:
            assert names["prediction"].future.shape == (10, 40, 70, 3)
            assert names["prediction"].future.dtype == np.uint8
            assert names.pop("future").shape == (1, 10, 3, 40, 56)
    assert names["loss"].item() == pytest.approx(sum(term.item() for term in names["terms"].values()), rel=1e-5)


def test_the_part_of_the_readme_becomes_a_setting(tmp_path):
    (block,) = [block for language, block in BLOCKS if "my_predictor" in block]
    part = block.replace("        return [frame]  ", "        return [torch.tanh(self.scale * context[:, -1:])]  ")
    part = part.replace("depth: int = 3): ...", "depth: int = 3):\n        super().__init__()\n"
                        "        self.num_context_frames, self.lead = num_context_frames, lead\n"
                        "        self.scale = nn.Parameter(torch.ones(depth).mean())")  # fmt: skip
    program = (
        "import sys, torch\nfrom torch import nn\nfrom vidpred.registry import PREDICTORS\n"
        f"{part}\nfrom vidpred.cli import main\n"
        "sys.argv[1:] = ['train', '--config', 'smoke', '--steps', '2', '--out', 'run', 'network=my_predictor', "
        "'network.depth=5', 'log.validation_clips=2']\nmain()\n"
    )
    write_text(tmp_path / "program.py", program)
    ended = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "depth: 5" in (tmp_path / "run" / "config.yaml").read_text()

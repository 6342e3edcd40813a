"""What the README's first screen promises, run as it stands there."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from material import run_vidpred

from vidpred.runs.shipped import CLIP
from vidpred.video import decode, probe

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FIRST_SCREEN = README.split("\n## ")[0]
MOST_LINES = 180
PATIENCE = 5  # seconds for an index to answer


def told(page=FIRST_SCREEN):
    return re.findall(r"^pip install .*", page, flags=re.M)


def test_the_readme_is_read_in_minutes():
    assert len(README.splitlines()) <= MOST_LINES


def test_the_readme_and_ci_give_the_same_two_commands():
    ci = (ROOT / ".ci" / "run").read_text().splitlines()
    first_screen = [line for line in told() if "--index-url" not in line]
    assert len(first_screen) == 2
    assert [line for line in ci if line.startswith("pip")] == first_screen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pictures_of_a_page_are_there(page):
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", page.read_text(), flags=re.S)
    assert pictures or page.name != "README.md"
    assert [picture for picture in pictures if not (page.parent / picture).is_file()] == []


def test_the_links_of_the_readme_and_of_contributing_lead_to_files():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        links = re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#\s]+)", page.read_text())
        assert [link for link in links if not (ROOT / link).exists()] == []


def small_build():
    """Return the one command that installs PyTorch without CUDA, which get started repeats."""
    (command,) = [line for line in told() if "--index-url" in line]
    assert command in told((ROOT / "docs" / "index.md").read_text())
    return command


def test_the_small_build_is_of_the_versions_that_the_tests_run_with():
    named = re.findall(r"(\S+==\S+)", small_build())
    assert [name.split("==")[0] for name in named] == ["torch", "torchvision"]
    assert set(named) <= set((ROOT / "constraints.txt").read_text().splitlines())


def test_the_small_build_brings_no_cuda(tmp_path):
    """Where its index answers: what pip would install, without downloading it."""
    words = small_build().split()
    index = words[words.index("--index-url") + 1]
    try:
        urllib.request.urlopen(f"{index}/torch/", timeout=PATIENCE).close()
    except OSError as error:
        pytest.skip(f"{index} does not answer: {error}")
    plan = tmp_path / "plan.json"
    pip = [sys.executable, "-m", "pip", *words[1:], "--dry-run", "--ignore-installed", "--quiet", "--report", plan]
    subprocess.run(pip, check=True)
    found = {one["metadata"]["name"]: one["metadata"]["version"] for one in json.loads(plan.read_text())["install"]}
    assert found["torch"].endswith("+cpu")
    assert not [name for name in found if name.startswith(("nvidia", "cuda", "triton"))]


def test_the_demo_leaves_a_playable_future_and_a_table(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    code, printed, error = run_vidpred("demo", "--steps", 2, folder=tmp_path)
    assert code == 0, error
    assert re.search(r"psnr \(dB\) +t\+1 .*\n +prediction .*\n +copy_last ", printed)
    for metric in ("ssim", "sharpness difference"):
        assert metric in printed
    remark = "some scores may rise while others fall:\n5 frames of one clip cannot tell a gain from chance"
    assert printed.count(remark) == 1
    made = tmp_path / "vidpred_demo"
    assert [line.split()[:2] for line in printed.splitlines()[-3:]] == [
        ["vidpred", command] for command in ("predict", "train", "evaluate")
    ]
    info = probe(CLIP)
    assert (made / "future.png").stat().st_size > 0
    future = list(decode(made / "future.mp4"))
    assert future[0].shape == (info.height, info.width, 3)
    assert probe(made / "future.mp4").frame_rate == info.frame_rate

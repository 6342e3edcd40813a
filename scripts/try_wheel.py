"""Builds the wheel, installs it where the repository is not, and tries it: demo, predict, train by a preset's name.

    python scripts/try_wheel.py python3.11 python3.12 --index-url https://download.pytorch.org/whl/cpu

Every interpreter that is named gets an environment of its own with all that the wheel needs, which is some
gigabytes of downloads where pip finds no small build of PyTorch. Give --here to try the wheel beside what this
interpreter has installed, in seconds, or --lowest to try the oldest version that pyproject.toml admits of everything
it names. Exit status 1 where a step failed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIP = "vidpred/runs/shipped/big_buck_bunny.mp4"  # in the wheel, which predicts its own film
STEPS = {
    "import": ["-c", "import vidpred; print(vidpred.__file__)"],
    "version": ["-m", "vidpred", "--version"],
    "help": ["-m", "vidpred", "train", "--help"],
    "demo": ["-m", "vidpred", "demo", "--steps", "2"],
    "predict": ["-m", "vidpred", "predict", CLIP, "--horizon", "2", "--out", "future.mp4"],
    "train": ["-m", "vidpred", "train", "--config", "smoke", "--steps", "2", "--out", "run"],
    "predict with the run": [
        "-m",
        "vidpred",
        "predict",
        CLIP,
        "--checkpoint",
        "run",
        "--horizon",
        "2",
        "--out",
        "own.mp4",
    ],
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def main() -> None:
    """Try the wheel with every interpreter that is named, and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreters", nargs="*", help="such as python3.12; this one by default")
    parser.add_argument("--here", action="store_true", help="take what this interpreter has installed; no environment")
    parser.add_argument("--constraints", type=Path, default=ROOT / "constraints.txt", help="versions to install")
    parser.add_argument("--lowest", action="store_true", help="install the oldest versions that are admitted instead")
    parser.add_argument("--index-url", help="where to take torch and torchvision from, before all else")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        wheel = build_wheel(work)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        constraints, failed = oldest(work) if wanted.lowest else wanted.constraints, 0
        for number, interpreter in enumerate(wanted.interpreters or [sys.executable]):
            place = work / str(number)
            place.mkdir()
            if wanted.here:
                python, site = interpreter, install_beside(interpreter, wheel, place)
            else:
                python, site = install_alone(interpreter, wheel, place, constraints, wanted.index_url)
            failed += not try_steps(python, site, place / "empty", surroundings(work, site if wanted.here else None))
    sys.exit(1 if failed else 0)


def build_wheel(folder: Path) -> Path:
    """Build the wheel into ``folder``."""
    quiet_run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT])
    (wheel,) = folder.glob("*.whl")
    return wheel


def oldest(folder: Path) -> Path:
    """Write the oldest versions of what pyproject.toml says is needed into ``folder``, as constraints; return where."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    path = folder / "oldest.txt"
    path.write_text("".join(f"{line.replace('>=', '==')}\n" for line in needed), encoding="utf-8")
    return path


def install_beside(interpreter: str, wheel: Path, place: Path) -> Path:
    """Unpack the wheel alone, to be found before what else is installed."""
    site = place / "site"
    quiet_run([interpreter, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel])
    return site


def install_alone(
    interpreter: str, wheel: Path, place: Path, constraints: Path, index_url: str | None
) -> tuple[str, Path]:
    """Make an environment with the wheel and all that it needs; return its interpreter and its packages."""
    quiet_run([interpreter, "-m", "venv", place / "venv"])
    python = str(place / "venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet"]
    if index_url:
        pins = [line for line in constraints.read_text().splitlines() if line.startswith(("torch==", "torchvision=="))]
        quiet_run([*install, *pins, "--index-url", index_url])
    quiet_run([*install, "-c", constraints, wheel])
    (site,) = (place / "venv" / "lib").glob("python*/site-packages")
    return python, site


def try_steps(python: str, site: Path, empty: Path, environment: dict[str, str], run: Run = subprocess.run) -> bool:
    """Take all steps in the folder ``empty``, print how each went, and return whether all of them went well.

    Args:
        python: the interpreter.
        site: the folder from which vidpred must be imported.
        empty: is made, and is far from the repository.
        environment: of the processes.
        run: starts a process, as subprocess.run does.
    """
    empty.mkdir()
    asked = run([python, "-c", "import sys; print(sys.version.split()[0])"], text=True, capture_output=True, check=True)
    print(f"Python {asked.stdout.strip()}")
    well = True
    for step, words in STEPS.items():
        told = [str(site / CLIP) if word == CLIP else word for word in words]
        ended = run([python, *told], cwd=empty, env=environment, text=True, capture_output=True, check=False)
        right = ended.returncode == 0 and (step != "import" or Path(ended.stdout.strip()).is_relative_to(site))
        print(f"  {step}: {'ok' if right else f'failed, status {ended.returncode}'}", flush=True)
        if not right:
            print(ended.stdout[-2000:], ended.stderr[-2000:], sep="\n")
            well = False
    return well


def surroundings(work: Path, site: Path | None) -> dict[str, str]:
    """Return the environment without a path to the repository, and with a cache of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    found = {"PYTHONPATH": str(site)} if site is not None else {}
    return {**kept, **found, "VIDPRED_CACHE": str(work / "cache")}


def quiet_run(words: Sequence[str | Path]) -> None:
    """Run a program that must go well."""
    subprocess.run(words, check=True)


if __name__ == "__main__":
    main()

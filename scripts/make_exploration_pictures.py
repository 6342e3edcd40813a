"""Makes the pictures of docs/exploration.md: trains on scikit-learn's digits, then runs every command.

    python scripts/make_exploration_pictures.py docs/exploration --work exploration

The 1,797 digits of 8 x 8 pixels are scaled to 32 x 32. What the commands print is printed here, too. The run is kept in
the folder --work; when it is there already, nothing is trained again, and one that was cut off goes on.
"""

import argparse
import math
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.frames.pictures import image_grid, write_png
from vidpred.generators.sampling import sample
from vidpred.machine.files import replacing
from vidpred.runs.checkpoint import LAST, Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.load import load_generator
from vidpred.runs.networks import build_task
from vidpred.runs.settings import parse_config

SIDE, LARGEST = 32, 16  # pixels of an image; grey levels of scikit-learn's digits
ZERO, THREE = 0, 3  # classes that are shown
PER_CLASS = 5  # exported images that are shown
NEW_FOLDER = ("export-dataset", "fit", "train")  # commands whose --out is never replaced
DIGITS = ["data.greyscale=true", f"data.resolution={SIDE}", "data.flip=false"]  # as settings
SETTINGS = [
    *DIGITS,
    "task.latent_channels=32",
    "network.hidden_channels=96",
    "discriminator.hidden_channels=96",
    "train.precision=fp32",
    "train.ema_half_life=2000",
    "log.sample_every=1000",
]


def main() -> None:
    """Write the digits, train, and make one picture after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "out", type=Path, help="folder for the pictures, made where it is not there; older are replaced"
    )
    parser.add_argument("--work", type=Path, default=Path("exploration"), help="folder for digits, run and exports")
    parser.add_argument("--steps", type=int, default=4000, help="of training (default: 4000)")
    parser.add_argument("--score-steps", type=int, default=50, help="of every classifier of the accuracy score")
    parser.add_argument("--search-steps", type=int, default=300, help="of every search for noise")
    chosen = parser.parse_args()
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        digits, run = chosen.work / "digits", chosen.work / "run"
        write_digits(digits)
        train(run, chosen.steps, digits, "--config", "r3_tiny", *SETTINGS)
        make_pictures(run, digits, chosen.out, chosen.score_steps, chosen.search_steps)
        show_export(run, chosen.work / "drawn", chosen.out / "export.png")
    except VidpredError as error:
        sys.exit(f"make_exploration_pictures: error: {error}")


def write_digits(folder: Path) -> None:
    """Write scikit-learn's digits as PNG files, in a folder per class, where they are not there."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for number, (pixels, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        path = folder / str(label) / f"{number:04}.png"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray((pixels * (255 / LARGEST)).round().astype(np.uint8))
        with replacing(path) as temporary:
            small.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(temporary)


def train(run: Path, steps: int, *words: object) -> None:
    """Train a run by its command, or go on with it, where that is not done."""
    if not (run / "config.yaml").is_file():
        vidpred("train", *words, f"train.steps={steps}", "--out", run, "--device", "cpu")
    elif Checkpoint.load(run / "checkpoints" / LAST, only=()).step < steps:
        vidpred("train", "--resume", run, "--steps", steps, "--device", "cpu")


def make_pictures(run: Path, digits: Path, out: Path, score_steps: int, search_steps: int) -> None:
    """Run every command that draws or prints something."""
    held_out = next(name for name in held_out_names(run) if name.startswith(f"{THREE}/"))
    search = ["--steps", search_steps]
    vidpred("interpolate", run, "--num", 6, "--out", out / "interpolate.png")
    vidpred("arithmetic", run, choose_terms(run), "--class", ZERO, "--out", out / "arithmetic.png")
    vidpred("neighbours", run, "--num", 7, "--out", out / "neighbours.png")
    vidpred("project", run, digits / held_out, *search, "--out", out / "project.png")
    for mask in ("left", "centre"):
        vidpred("complete", run, digits / held_out, "--mask", mask, *search, "--out", out / f"complete_{mask}.png")
    vidpred("accuracy-score", run, "--steps", score_steps)
    vidpred("probe", run, "--out", out / "probe.png")


def vidpred(command: str, *arguments: object) -> None:
    """Run a command as it is typed, and print it with what it prints."""
    words = [command, *map(str, arguments)]
    print(f"\n$ vidpred {shlex.join(words)}", flush=True)
    replaced = ["--overwrite"] if "--out" in words and command not in NEW_FOLDER else []
    subprocess.run([sys.executable, "-m", "vidpred", *words, *replaced], check=True)


def held_out_names(run: Path) -> list[str]:
    """Return the names of the held-out images."""
    config = parse_config(Checkpoint.load(run, only=()).config)
    validation = build_data(config, build_task(config)).validation
    if validation is None:
        raise VidpredError("the run kept no images for validation; delete it, and give this command again")
    return [validation.video(index) for index in range(len(validation))]


def choose_terms(run: Path, number: int = 256) -> str:
    """Return "bold and wide - thin and wide + thin and narrow" of drawn zeros, three samples each."""
    ink = to_uint8(sample(load_generator(run, "cpu"), number, labels=ZERO))[..., 0].astype(float)
    columns = ink.sum(1) / ink.sum((1, 2))[:, None]
    places = np.arange(ink.shape[2])
    middle = (columns * places).sum(1)
    width = np.sqrt((columns * (places - middle[:, None]) ** 2).sum(1))
    boldness, breadth = (rank(values) for values in (ink.mean((1, 2)), width))
    wanted = (boldness + breadth, breadth - boldness, -boldness - breadth)
    bold_wide, thin_wide, thin_narrow = (",".join(map(str, np.argsort(-score)[:3] + 1)) for score in wanted)
    return f"{bold_wide} - {thin_wide} + {thin_narrow}"


def rank(values: np.ndarray) -> np.ndarray:
    """Return the place of every value in their order."""
    return np.argsort(np.argsort(values)).astype(float)


def show_export(run: Path, folder: Path, path: Path) -> None:
    """Export a data set where that is not done, and draw some of every class: a column each."""
    if not folder.exists():
        vidpred("export-dataset", run, "--num", 1000, "--out", folder)
    classes = sorted(folder.iterdir())
    shown = [sorted(one.iterdir())[row] for row in range(PER_CLASS) for one in classes]
    images = np.stack([np.asarray(Image.open(file))[..., None] for file in shown])
    write_png(path, image_grid(images, math.ceil(len(shown) / PER_CLASS)))


if __name__ == "__main__":
    main()

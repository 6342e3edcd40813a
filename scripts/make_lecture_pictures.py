"""Makes the pictures of docs/mixtures_to_futures.md: fits and trains the generators of the lecture, and draws them.

    python scripts/make_lecture_pictures.py --out docs/lecture --work lecture

What every command prints is printed here, too. Runs are kept in the folder --work: what is there already is not
trained again, and a run that was cut off goes on when the same command is given again.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from make_exploration_pictures import DIGITS, train, vidpred, write_digits
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.frames.pictures import draw_rows, image_grid, write_png
from vidpred.generators import GaussianMixture
from vidpred.machine.files import replacing
from vidpred.runs.checkpoint import LAST
from vidpred.runs.load import load_generator

CLASSES, ROWS = 10, 5  # columns and rows of a picture of digits
COMPONENTS = (1, 3, 10)  # Gaussians per class
SHOWN = 3  # which of them is sampled and compared
DCGAN = [
    *DIGITS,
    "task.latent_channels=32",
    "network.hidden_channels=16",
    "network.kernel=4",
    "discriminator.hidden_channels=16",
    "discriminator.kernel=4",
    "train.batch_size=32",
    "train.precision=fp32",
    "train.ema_decay=0.99",
]
OFTEN = ["log.metrics_every=20", "log.sample_every=40", "log.validate_every=400"]
FILMED = 6  # pictures of the film that are shown
TROUBLES = ("strong_discriminator", "no_discriminator_steps", "high_learning_rate", "tiny_data", "one_mode")
PICTURED = ("high_learning_rate", "one_mode")


def main() -> None:
    """Follow the lecture: mixture, game, troubles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures; older ones are replaced")
    parser.add_argument("--work", type=Path, default=Path("lecture"), help="folder for digits and runs")
    parser.add_argument("--steps", type=int, default=1200, help="of the DCGAN (default: 1200)")
    parser.add_argument("--trouble-steps", type=int, default=1200, help="of every game that goes wrong (default: 1200)")
    chosen = parser.parse_args()
    out, work = chosen.out, chosen.work
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_digits(work / "digits")
        show_mixture(work, out)
        show_game(work, out, chosen.steps)
        show_troubles(work, out, chosen.trouble_steps)
    except VidpredError as error:
        sys.exit(f"make_lecture_pictures: error: {error}")


def show_mixture(work: Path, out: Path) -> None:
    """Fit mixtures of more and more Gaussians; draw digits, samples and means of one."""
    for number in COMPONENTS:
        if not (work / f"mixture_{number}" / "checkpoints" / LAST).exists():
            given = ("data.greyscale=true", "data.flip=false", "--components", number, "--dimensions", 20)
            vidpred("fit", work / "digits", *given, "--out", work / f"mixture_{number}")
    chosen = work / f"mixture_{SHOWN}"
    vidpred("sample", chosen, "--num", CLASSES * ROWS, "--out", out / "mixture.png")
    write_png(out / "components.png", image_grid(component_means(chosen), CLASSES))
    paths = [sorted((work / "digits" / str(label)).iterdir()) for label in range(CLASSES)]
    digits = [np.asarray(Image.open(of_class[row]))[..., None] for row in range(ROWS) for of_class in paths]
    write_png(out / "digits.png", image_grid(np.stack(digits), CLASSES))


def component_means(run: Path) -> np.ndarray:
    """Return the mean image of every component of a mixture, (N, H, W, C), class after class in turn."""
    mixture = load_generator(run, "cpu")
    assert isinstance(mixture, GaussianMixture)
    assert mixture.basis is not None
    with torch.no_grad():
        means = mixture.centre + mixture.means.transpose(0, 1).flatten(0, 1) @ mixture.basis
    return to_uint8(means.view(-1, *mixture.shape))


def show_game(work: Path, out: Path, steps: int) -> None:
    """Train the DCGAN, draw its samples, its film and its health, and compare it with the mixture."""
    run = work / "dcgan"
    train(run, steps, work / "digits", "--config", "dcgan", *DCGAN, *OFTEN)
    vidpred("sample", run, "--num", CLASSES * ROWS, "--out", out / "dcgan.png")
    vidpred("film", run, "--out", work / "film.mp4")
    show_film(run, out / "film.png")
    health(run, work / "dcgan_health.png", out / "health.png")
    vidpred("compare", work / "digits", work / f"mixture_{SHOWN}", run)


def show_film(run: Path, path: Path) -> None:
    """Draw the first row of some of the pictures that the film consists of, one below the other."""
    pictures = sorted((run / "samples").glob("step_*.png"))
    chosen = [pictures[round(place)] for place in np.geomspace(1, len(pictures), min(FILMED, len(pictures))) - 1]
    strips = []
    for picture in dict.fromkeys(chosen):
        with Image.open(picture) as image:
            strips.append((str(int(picture.stem.removeprefix("step_"))), np.asarray(image.convert("RGB"))))
    tall = strips[0][1].shape[1] // CLASSES  # cells are square
    rows = [(f"step {step}", {0: ("", strip[:tall])}) for step, strip in strips]
    write_png(path, draw_rows(rows, 1, *rows[0][1][0][1].shape[:2]))


def show_troubles(work: Path, out: Path, steps: int) -> None:
    """Play games that go wrong in known ways, and draw the health of some."""
    for name in TROUBLES:
        folder = work / "troubles" / name
        if not (folder / "table.md").exists():
            if folder.exists():
                raise VidpredError(f"{folder} was cut off; delete it, and give this command again")
            script = Path(__file__).with_name("benchmark_health.py")
            words = ["--out", str(folder), "--cases", name, "--seeds", "0", "--steps", str(steps)]
            subprocess.run([sys.executable, str(script), *words], check=True)
        picture = out / f"{name}.png" if name in PICTURED else work / f"{name}.png"
        health(folder / f"{name}_0", work / "troubles" / f"{name}.png", picture)


def health(run: Path, drawn: Path, path: Path) -> None:
    """Say and draw the health of a run, and keep a picture of it with few colours."""
    if not drawn.exists():
        vidpred("health", run)
        (run / "health.png").rename(drawn)
    with Image.open(drawn) as image, replacing(path) as temporary:
        image.convert("RGB").quantize(64).save(temporary, format="PNG", optimize=True)


if __name__ == "__main__":
    main()

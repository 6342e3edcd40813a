"""Counts how many of the thousand modes of stacked digits a generator finds, by a classifier of digits.

    vidpred train MNIST/ --config dcgan data=stacked_digits data.resolution=32 --out runs/stacked
    python scripts/count_modes.py runs/stacked --mnist MNIST/ --classifier digits.safetensors

The classifier is trained in minutes on single digits the first time, and kept. The table sets as many images of the
training data beside the generator's: no generator can be expected to find more modes than these.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from vidpred.data import mnist
from vidpred.errors import VidpredError
from vidpred.frames import to_model, to_uint8
from vidpred.generators.sampling import sample
from vidpred.interfaces import Labelled
from vidpred.metrics.features import LocalClassifier, train_classifier
from vidpred.metrics.mode_count import mode_count, stacked_modes
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.load import load_generator
from vidpred.runs.networks import build_task
from vidpred.runs.settings import parse_config

BATCH_SIZE = 64
NUM_MODES = 1000
USUAL = 25_600  # samples, as in Metz et al. (2017)


def main() -> None:
    """Count, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs on stacked_digits")
    parser.add_argument("--mnist", type=Path, required=True, help="folder with MNIST's four files")
    parser.add_argument(
        "--classifier", type=Path, required=True, help="a .safetensors file, written if it is not there"
    )
    parser.add_argument("--num", type=int, default=USUAL, help=f"images to draw (default: {USUAL})")
    parser.add_argument("--seed", type=int, default=0, help="of the noise")
    parser.add_argument("--steps", type=int, default=1000, help="of the classifier's training (default: 1000)")
    arguments = parser.parse_args()
    try:
        classifier = open_classifier(arguments.classifier, arguments.mnist, arguments.steps)
        saved = Checkpoint.load(arguments.runs[0], only=())
        config = parse_config(saved.config).on_data(arguments.mnist)
        data = build_data(config, build_task(config)).train
        rows = {"training images": to_model(data.gather(range(min(arguments.num, len(data)))))[:, 0]}
        for run in arguments.runs:
            drawn = sample(load_generator(run, "cpu"), arguments.num, arguments.seed)
            rows[str(run)] = to_model(to_uint8(drawn))
        lines = [describe(name, images, classifier) for name, images in rows.items()]
    except VidpredError as error:
        raise SystemExit(f"count_modes: error: {error}") from None
    accuracy = f"accuracy {classifier.facts['accuracy']:.2%} on {classifier.facts['num_held_out']} digits held out"
    heading = "| images | number | modes found, of 1000 | divergence from uniform (nats) |"
    print("\n".join([heading, "|---|---|---|---|", *lines]))
    print(f"\nlocal_classifier {classifier.digest[:8]}, {accuracy}; seed {arguments.seed}")


def open_classifier(path: Path, folder: Path, steps: int) -> LocalClassifier:
    """Return the classifier of digits at ``path``; train it if there is none."""
    if path.exists():
        return LocalClassifier(path)
    digits = mnist(folder).train
    assert isinstance(digits, Labelled)
    every = range(len(digits))
    labels = digits.labels(every)
    assert labels is not None
    return train_classifier(digits.gather(every)[:, 0], labels, path, steps=steps)


@torch.no_grad()
def describe(name: str, images: Tensor, classifier: LocalClassifier) -> str:
    """Return one line of the table: images (N, 3, H, W), every channel of which shows a digit."""
    channels = images.flatten(0, 1)[:, None, None]  # (3 N, 1, 1, H, W)
    answers = torch.cat([classifier.classify(part) for part in channels.split(BATCH_SIZE)])
    found = mode_count(stacked_modes(answers.unflatten(0, (-1, 3))), NUM_MODES)
    return f"| {name} | {len(images)} | {found.found} | {found.divergence:.3f} |"


if __name__ == "__main__":
    main()

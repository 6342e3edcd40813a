"""Trains the small classifier whose features `local_classifier` judges frames by, in minutes on a CPU."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.metrics.features import train_classifier

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}


def main() -> None:
    """Read labelled images, train, and tell what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a folder of one folder of images per class, or an .npz")
    parser.add_argument("out", type=Path, help="a new .safetensors file")
    parser.add_argument("--side", type=int, default=32, help="of the images learnt from, in pixels (default: 32)")
    parser.add_argument("--steps", type=int, default=1000, help="batches of 128 images (default: 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args()
    try:
        images, labels = read_labelled(chosen.data, chosen.side)
        extractor = train_classifier(
            images, labels, chosen.out, steps=chosen.steps, seed=chosen.seed, device=chosen.device
        )
    except VidpredError as error:
        raise SystemExit(f"train_local_classifier: error: {error}") from None
    facts = extractor.facts
    print(f"{chosen.out}: local_classifier {extractor.digest[:8]}, {facts['num_classes']} classes")
    print(f"accuracy {facts['accuracy']:.2%} on {facts['num_held_out']} images held out of {len(images)}")


def read_labelled(path: Path, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 8-bit images (N, side, side, C) and their labels (N,).

    Args:
        path: a folder of folders, each named like its class, whose images are cut to squares and resized;
            or an .npz with the arrays images (N, H, W, C), taken as they are, and labels (N,).
        side: in pixels.

    Raises:
        VidpredError: no images there.
    """
    if path.suffix == ".npz" and path.is_file():
        with np.load(path) as arrays:
            if {"images", "labels"} <= set(arrays):
                return arrays["images"], arrays["labels"]
    files = sorted(file for file in path.glob("*/*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise VidpredError(
            f"{path} holds no labelled images; name a folder with one folder of images per class, "
            "or an .npz with the arrays images and labels"
        )
    return np.stack([read_square(file, side) for file in files]), np.array([file.parent.name for file in files])


def read_square(file: Path, side: int) -> np.ndarray:
    """Return the middle square of an image, resized, as 8-bit RGB (side, side, 3)."""
    with Image.open(file) as image:
        least = min(image.size)
        left, top = (image.width - least) // 2, (image.height - least) // 2
        square = image.convert("RGB").crop((left, top, left + least, top + least))
        return np.asarray(square.resize((side, side), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()

"""What the package ships: the default weights with their card, and a short clip to try things on."""

from pathlib import Path

DEFAULT = Path("default")  # the word that stands for the shipped weights, unless there is such a path
SHIPPED = Path(__file__).parent  # the folder
CLIP = SHIPPED / "big_buck_bunny.mp4"
WEIGHTS = SHIPPED / "default.safetensors"

"""What the package ships: the default weights with their card, and a short clip to try things on."""

from pathlib import Path

CLIP = Path(__file__).parent / "big_buck_bunny.mp4"

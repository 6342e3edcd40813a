"""Files that the package ships: a short clip to try things on, and what the report page is made of."""

from pathlib import Path

CLIP = Path(__file__).parent / "big_buck_bunny.mp4"

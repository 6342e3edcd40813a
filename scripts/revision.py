"""Which commit a checkout of vidpred is at, as tables name it."""

import subprocess
from pathlib import Path


def revision(checkout: Path) -> str:
    """Return the commit in short, or the folder's name where there is no repository."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout.strip() or checkout.resolve().name

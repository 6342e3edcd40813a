"""Finds the folder that may not be entered, where a file below it cannot be used for want of a right."""

import os
from pathlib import Path
from shlex import quote


def closed_above(path: Path) -> Path | None:
    """Return the outermost folder above a path that may not be entered; None where each may be, or is not there."""
    there = (folder for folder in reversed(path.parents) if os.access(folder, os.F_OK))
    return next((folder for folder in there if not os.access(folder, os.X_OK)), None)


def closed_explained(error: OSError) -> str | None:
    """Say which folder keeps a file from being used, and what to do; None where none does.

    Args:
        error: that using the file raised.
    """
    named = isinstance(error, PermissionError) and isinstance(error.filename, str)
    if not named or (folder := closed_above(Path(error.filename))) is None:
        return None
    return f"the folder {folder} may not be entered; give the right to, as by chmod u+x {quote(str(folder))}"

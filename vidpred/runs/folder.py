"""The folder that a run leaves behind. Nothing in it is ever overwritten by another run."""

import datetime
import importlib.metadata
import itertools
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeGuard

import torch

from vidpred.errors import VidpredError, as_word
from vidpred.machine.engine import Engine
from vidpred.machine.files import (
    NO_SPACE,
    all_or_none,
    is_taken,
    missing_folders,
    real_path,
    require_appendable,
    require_writable,
    sweep,
    take_away_empty,
    write_text,
)
from vidpred.machine.folders import CHECKPOINTS, CONFIG, CURVES, ENVIRONMENT, METRICS, REPORT, SAMPLES, TENSORBOARD
from vidpred.machine.regular_files import require_regular
from vidpred.runs.checkpoint import BEST, LAST
from vidpred.runs.lock import NAME as LOCK
from vidpred.runs.new_folder import RUNS, require_new

PACKAGES = (
    *("vidpred", "torch", "torchvision", "numpy", "opencv-python", "opencv-python-headless", "pillow"),
    *("av", "einops", "scikit-image", "scikit-learn", "safetensors"),
)


class RunFolder:
    """Knows where everything of a run stands.

    Args:
        path: the folder.
        new: the folders that were made for it, the innermost first.
    """

    def __init__(self, path: Path, new: Sequence[Path] = ()):
        self.path = path
        self._new = new
        self.config = path / CONFIG
        self.data_report = path / REPORT
        self.last = path / CHECKPOINTS / LAST
        self.best = path / CHECKPOINTS / BEST
        self._samples = path / SAMPLES

    @classmethod
    def create(cls, path: Path | None, name: str) -> "RunFolder":
        """Make a new folder.

        Args:
            path: where; none takes ``runs/NAME-DATE-TIME`` below the current folder, or that and a number where
                another run has begun in the same second.
            name: of the run, for that.

        Raises:
            VidpredError: the folder is there already and not empty, or cannot be made.
        """
        wanted = path or Path(RUNS) / f"{name}-{datetime.datetime.now():%Y%m%d-%H%M%S}"
        require_new(path)
        new = missing_folders(path or wanted.parent)
        try:
            if path is None:
                wanted = _unused(wanted)
                new = [wanted, *new]
            new = [wanted / CHECKPOINTS, *new]
            (wanted / CHECKPOINTS).mkdir(parents=True)
        except OSError as error:
            take_away_empty(new)
            raise VidpredError(
                f"cannot make the run's folder {wanted}: {error.strerror}; name a folder you may write to with --out"
            ) from None
        return cls(wanted, new)

    @contextmanager
    def kept_if_begun(self) -> Iterator[None]:
        """Take away what was made for a run which ends in here before its settings are written.

        So is that of one without a checkpoint whose disk is full: nothing goes on from it, and it takes space.
        """
        try:
            yield
        except BaseException as error:
            if not is_taken(self.config):
                take_away_empty(self._new)
            elif _is_of_full_disk(error.__cause__) and not self._has_checkpoint:
                self._take_away()
            raise

    @property
    def _has_checkpoint(self) -> bool:
        return self.last.exists() or self.best.exists()

    def _take_away(self) -> None:
        """Remove what a run writes, and the folders that were made for it where nothing else is in them."""
        tensorboard = self.path / TENSORBOARD
        own = [self.path / name for name in (CONFIG, REPORT, ENVIRONMENT, METRICS, CURVES)]
        for file in (*own, *self._samples.glob("step_*"), *tensorboard.glob("events.out.tfevents.*")):
            with suppress(OSError):
                file.unlink(missing_ok=True)
        take_away_empty([self._samples, tensorboard, *self._new])

    def sweep(self) -> None:
        """Remove what processes left that were killed while they wrote here."""
        for folder in (self.path, self.last.parent, self._samples):
            sweep(folder)

    def require_own_files(self) -> None:
        """Refuse a folder in which a run cannot be written, or that would have it written elsewhere.

        Raises:
            VidpredError: something that a run writes to is a link out of the folder, or a folder where it is to be a
                file, or the other way round; or nothing can be written there.
        """
        own = real_path(self.path)
        for name in (METRICS, CHECKPOINTS, SAMPLES, TENSORBOARD):
            place = real_path(self.path / name)
            if own not in place.parents:
                raise VidpredError(
                    f"{self.path / name} is a link to {place}, outside of the run's folder, and nothing is written "
                    "there; put the files themselves in its place"
                )
        own_folders = [self.path / name for name in (CHECKPOINTS, SAMPLES, TENSORBOARD)]
        for folder in own_folders:
            if folder.exists() and not folder.is_dir():
                raise VidpredError(
                    f"{folder} is no folder, but a run keeps files in it; move it away, and give --resume again"
                )
        for folder in (self.path, *own_folders):
            if folder.exists():
                require_writable(folder)
        own_files = [self.path / name for name in (REPORT, METRICS, CURVES, ENVIRONMENT, LOCK)]
        for file in (*own_files, self.last, self.best):
            require_regular(file, "the run's file")
            if file.is_dir():
                raise VidpredError(
                    f"{file} is a folder, but a run writes a file there; move it away, and give --resume again"
                )
        if (metrics := self.path / METRICS).exists():
            require_appendable(metrics)

    def explained(self, error: Exception) -> VidpredError | None:
        """Return what to say of an error that ended a run where its folder or a file in it is gone, or its disk full.

        Returns:
            None where that is not why.
        """
        there = self.path.is_dir()
        lost = isinstance(error, FileNotFoundError) and self.path in Path(str(error.filename)).parents
        if lost or not there:
            return VidpredError(
                f"the run's folder {self.path} is gone{', or part of it' if there else ''}: it was deleted or moved "
                "while the run was trained, which has therefore stopped; put it back and go on with --resume, or start "
                "again"
            )
        if _is_of_full_disk(error):
            going_on = f"go on with --resume {as_word(self.path)}"
            anew = "start again: there was no checkpoint yet, so that nothing of this run is kept"
            return VidpredError(
                f"{error.filename or self.path} cannot be written, since its disk is full, and the run has stopped; "
                f"free some space and {going_on if self._has_checkpoint else anew}"
            )
        return None

    def sample(self, step: int, suffix: str) -> Path:
        """Return the path of the sample picture or film of ``step``."""
        self._samples.mkdir(exist_ok=True)
        return self._samples / f"step_{step:07d}{suffix}"

    def describe(self, config: str, report: str, environment: Mapping[str, Any], first_step: int) -> None:
        """Write down the resolved settings, the data that were used, and what the run runs on.

        A resumed run may run on something else: each start leaves a description of its own.
        """
        name = f"environment_from_step_{first_step}.json" if first_step else ENVIRONMENT
        with all_or_none() as announced:
            write_text(announced(self.config), config)
            write_text(announced(self.data_report), report + "\n")
            write_text(announced(self.path / name), json.dumps(environment, indent=2) + "\n")


def _is_of_full_disk(error: BaseException | None) -> TypeGuard[OSError]:
    return isinstance(error, OSError) and error.errno in NO_SPACE


def _unused(path: Path) -> Path:
    """Make a folder called ``path``, or that and the first number that no other process has taken; return it.

    Raises:
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        place = path if number == 1 else path.with_name(f"{path.name}-{number}")
        with suppress(FileExistsError):
            place.mkdir()
            return place
    raise AssertionError  # there is no end of numbers


def environment(seed: int, engine: Engine) -> dict[str, Any]:
    """Return what somebody needs to know to get the same numbers."""
    return {
        "revision": _revision(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name(engine.device) if engine.device.type == "cuda" else str(engine.device),
        "processes": engine.num_processes,
        "precision": engine.precision,
        "seed": seed,
        "command": sys.argv,
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _revision() -> str | None:
    """Return git's name for the checkout that this code runs from, if it is one."""
    here = Path(__file__).parent
    command = ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None

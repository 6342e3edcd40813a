"""Keeps what normal videos showed, beside decoded videos, so that the next calibration need not look at them again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from torch import nn

import vidpred
from vidpred.applications.watch.signs import Sight, Views
from vidpred.data.clip_store import OURS, WATCHED, default_folder
from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor
from vidpred.machine.files import replacing, sha256_of, sweep, write_text
from vidpred.plugins import source_hash

FORMAT_VERSION = 1  # raise it when what is kept of a video is written in another way
OWN = ("vidpred.", "torch.")  # modules whose code is known to be the same as long as the version, or the content, is


@dataclass
class KeptViews:
    """What normal videos showed to one predictor, by their content, in the folder of decoded videos.

    Args:
        looked_by: tells the predictor, and what it runs on, from every other.
        folder: None for that of decoded videos.
        say: prints that nothing can be kept, once.
        found: names of the videos that were looked at before.
        added: names of those that were looked at now, and kept.
    """

    looked_by: str
    folder: Path | None = None
    say: Callable[[str], None] = print
    found: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    _refused: bool = False
    _swept: bool = False

    def see(self, name: str, content: str, side: int, look: Callable[[], Views]) -> Views:
        """Return what a video shows: as it was kept, else what ``look`` returns, which is kept.

        Args:
            name: of the video.
            content: its :func:`~vidpred.data.video_identity.content_key`.
            side: pixels of the shorter side at which it is looked at.
            look: looks at it.

        Raises:
            VidpredError: raised by ``look``; nothing is kept then.
        """
        wording = json.dumps([FORMAT_VERSION, _code(), self.looked_by, content, side])
        stem = f"{WATCHED}{hashlib.sha256(wording.encode()).hexdigest()[:32]}"
        try:
            folder = self.folder or default_folder()
        except VidpredError:  # this user has no home
            return look()
        views = _read(folder / stem)
        if views is not None:
            self.found.append(name)
            return views
        views = look()
        self._keep(folder / stem, name, views)
        return views

    def _keep(self, stem: Path, name: str, views: Views) -> None:
        kinds = {(sight.error.dtype, sight.error.shape) for stretch, _ in views for sight in stretch}
        if self._refused or [dtype for dtype, _ in kinds] != [np.float32]:  # several sizes are rare, as is nothing
            return
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            if not self._swept:
                sweep(stem.parent, OURS)
                self._swept = True
            _write(stem, name, views)
            self.added.append(name)
        except OSError as error:
            self._refused = True
            self.say(
                f"note: what normal videos show cannot be kept for the next time in {stem.parent} ({error.strerror}); "
                "name another folder by VIDPRED_CACHE=DIR in the environment"
            )


def may_keep(predictor: Predictor) -> bool:
    """Return whether what a predictor sees may be kept: not if a plug-in made part of it, whose code may change."""
    parts = predictor.modules() if isinstance(predictor, nn.Module) else [predictor]
    return all(type(part).__module__.startswith(OWN) for part in parts)


def _write(stem: Path, name: str, views: Views) -> None:
    """Write the blocks (N, R, S, 2) of all frames, errors beside both parts of the motion, and then what is known.

    Raises:
        OSError: they cannot be written.
    """
    sights = [sight for stretch, _ in views for sight in stretch]
    errors, motion = (np.stack([getattr(sight, kind) for sight in sights]) for kind in ("error", "motion"))
    two_in_one = np.ascontiguousarray(motion).view(np.float32)  # two numbers of 16 bits in the place of one of 32
    blocks = np.concatenate([errors[..., None], two_in_one], axis=-1)
    frames = stem.with_suffix(".npy")
    with replacing(frames) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(blocks))
        file.write(blocks.data)  # np.save does not say why it cannot write
    facts = {
        "source": name,
        "sha256": sha256_of(frames),
        "frame_rate": views[0][1],
        "lengths": [len(stretch) for stretch, _ in views],
        "changes": [sight.change for sight in sights],
    }
    write_text(stem.with_suffix(".json"), json.dumps(facts))


def _read(stem: Path) -> Views | None:
    """Return what was kept; None where anything is missing or is not as it was written."""
    try:
        facts = json.loads(stem.with_suffix(".json").read_text())
        frames = stem.with_suffix(".npy")
        if sha256_of(frames) != facts["sha256"]:
            return None  # incomplete, or zeros after a power cut
        blocks = np.load(frames)
        motion = np.ascontiguousarray(blocks[..., 1:]).view(np.float16)
        sights = [
            Sight(error, change, way)
            for error, change, way in zip(blocks[..., 0].copy(), facts["changes"], motion, strict=True)
        ]
        ends = np.cumsum([0, *facts["lengths"]]).tolist()
        rate = float(facts["frame_rate"])
        whole = ends[-1] == len(sights)
        return [(sights[a:b], rate) for a, b in pairwise(ends)] if whole else None
    except (OSError, ValueError, LookupError, TypeError, EOFError):
        return None


@cache
def _code() -> str:
    """Return a hash of this package's own code, by which what is kept is computed."""
    return source_hash(vidpred)

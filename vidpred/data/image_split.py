"""Which images are trained on and which validate, and that it stays so while a run goes on."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vidpred.errors import VidpredError
from vidpred.wording import listed

FEWEST = 4  # images for training or validation: comparing sets takes several
ID_BYTES = 5  # of 50,000 images, one in 20 million others has the id of one of these


@dataclass(frozen=True)
class KnownImages:
    """Which images a run has trained and validated on so far; nothing where it begins.

    Args:
        training: ids of images (see :func:`image_id`).
        validation: the same.
        report: what the run wrote of its images, where it kept no ids.
        incomplete: whether it may have trained on others too, before it kept ids.
        before: ids of the training images of the runs that made the weights which this run started from.
    """

    training: frozenset[bytes] = frozenset()
    validation: frozenset[bytes] = frozenset()
    report: str = ""
    incomplete: bool = False
    before: frozenset[bytes] = frozenset()

    @classmethod
    def parse(cls, record: Mapping[str, Any] | None) -> "KnownImages":
        """Read what :meth:`record` returned; anything else counts as unknown.

        Its ``before`` is the record of the run whose weights this one started from.
        """
        fields = record if isinstance(record, Mapping) else {}
        report = fields.get("table")
        earlier = cls.parse(fields["before"]) if fields.get("before") else cls()
        return cls(
            training=frozenset(unpacked_ids(fields.get("training"))),
            validation=frozenset(unpacked_ids(fields.get("validation"))),
            report=report if isinstance(report, str) else "",
            incomplete=bool(fields.get("incomplete")),
            before=earlier.before | earlier.training,
        )

    def record(self) -> dict[str, Any]:
        """Return it as plain values, short enough for a checkpoint: 7 characters for each image."""
        record: dict[str, Any] = {side: packed_ids(sorted(getattr(self, side))) for side in ("training", "validation")}
        if self.before:
            record["before"] = {"training": packed_ids(sorted(self.before))}
        return {**record, "incomplete": True} if self.incomplete else record

    def __bool__(self) -> bool:
        return bool(self.training or self.validation)

    def lacks_what_came_before(self, report: str) -> bool:
        """Return whether a run that kept no ids is on other images than before, by what is reported of these."""
        return not self and bool(self.report) and report not in self.report.splitlines()

    def with_images(self, train: Iterable[bytes], held_out: Iterable[bytes], report: str) -> "KnownImages":
        """Return what is known after a run was on these; an image that is missing for a while is not forgotten."""
        return KnownImages(
            self.training.union(train),
            self.validation.union(held_out),
            incomplete=self.incomplete or self.lacks_what_came_before(report),
            before=self.before,
        )


def image_id(pixels: np.ndarray) -> bytes:
    """Return what tells an image from others, by its 8-bit pixels as a run prepares them; copies share it."""
    return hashlib.sha256(pixels.tobytes()).digest()[:ID_BYTES]


def packed_ids(ids: Iterable[bytes]) -> str:
    """Return ids as one text, in their order."""
    return base64.b64encode(b"".join(ids)).decode()


def unpacked_ids(text: object) -> list[bytes]:
    """Return the ids in what :func:`packed_ids` returned; none in anything else."""
    try:
        joined = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return []
    if len(joined) % ID_BYTES:
        return []
    return [joined[place : place + ID_BYTES] for place in range(0, len(joined), ID_BYTES)]


def split_images(
    drawn: Mapping[int, bytes],
    ids: Mapping[int, bytes],
    copies: Sequence[Sequence[int]],
    share: float,
    known: KnownImages,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to validate on, none where they would be too few, and those to train on; copies stay together.

    Those that a run validates on already go on to do so. Where these are too few, some join them that the run was
    not trained on, first those on which the weights that it started from were not either; they stay out of training
    in any case.

    Args:
        drawn: what determines who validates, by row: the lowest first.
        ids: of the same images.
        copies: groups of rows that hold the same.
        share: of them to validate on; 0 for none.
        known: what the run was on so far.

    Raises:
        VidpredError: none is left to train on.
    """
    validated = {row for row in drawn if ids[row] in known.validation}
    number = round(len(drawn) * share) if not validated else 0
    if number < FEWEST and share:
        number = FEWEST if len(drawn) >= 2 * FEWEST else 0
    held_out, together = set(validated), {row: group for group in copies for row in group}
    joining = [row for row in drawn if row not in validated and ids[row] not in known.training]
    joining.sort(key=lambda row: (ids[row] in known.before, drawn[row]))
    for row in joining if len(validated) < FEWEST else ():
        group = together.get(row, (row,))
        if row == min(group, key=lambda copy: drawn[copy]) and len(held_out) + len(group) <= number:
            held_out.update(group)
    train = drawn.keys() - (held_out if len(held_out) >= FEWEST else validated)
    if not train:
        raise VidpredError(
            "all images that are left are ones that this run validates on, so there is none to train on; add others"
        )
    return np.array(sorted(held_out) if len(held_out) >= FEWEST else [], int), np.array(sorted(train), int)


def describe_changes(known: KnownImages, train: Mapping[str, bytes], held_out: Mapping[str, bytes]) -> str:
    """Say in one line what has changed in the images of a run that goes on; an empty text where nothing has.

    Args:
        known: what the run was on so far.
        train: the ids of the images that it goes on to train on, by name.
        held_out: the same of those that it validates on.
    """
    if not known:
        return ""
    there = {*train.values(), *held_out.values()}
    added = {
        "training": [name for name, key in train.items() if key not in known.training],
        "validation": [name for name, key in held_out.items() if key not in known.validation],
    }
    missing = {"training": len(known.training - there), "validation": len(known.validation - there)}
    told = [f"added to {side}: {listed(names)}" for side, names in added.items() if names]
    told += [f"{number} missing from {side}" for side, number in missing.items() if number]
    if not told:
        return ""
    return (
        f"note: the images have changed since the run began ({'; '.join(told)}); what it validated on stays out of "
        "training"
    )

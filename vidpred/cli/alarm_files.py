"""Where the alarms of each video go that `vidpred watch` watches, no two in one place."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from vidpred.cli.claims import make_folder
from vidpred.cli.destinations import NAME, each_its_own, is_folder
from vidpred.cli.outputs import check_outputs
from vidpred.errors import VidpredError

PICTURE = f"{NAME}_alarms.png"
BESIDE = (".csv", ".json")


def alarm_pictures(videos: Sequence[Path], several: bool, out: str | None) -> dict[Path, Path]:
    """Return the PNG of each video, beside which CSV and JSON go; of equal names, the second gets a 2, and so on.

    Args:
        videos: that are watched.
        several: whether more than one may have been meant, even if one was found.
        out: a PNG, a folder, or a name with ``{name}``; None takes NAME_alarms.png in the current folder.

    Raises:
        VidpredError: one name is given for several videos.
    """
    word = PICTURE if out is None else out
    if is_folder(word):
        word = str(Path(word) / PICTURE)
    if several and NAME not in word:
        raise VidpredError(
            f"--out {out} is one name for several videos; put {NAME} into it, which stands for the name of each, or "
            "give a folder: a name that ends in /"
        )
    pictures = each_its_own(videos, lambda name: Path(word.replace(NAME, name)), lambda picture: [picture])
    return dict(zip(videos, pictures, strict=True))


def check_alarm_files(pictures: Mapping[Path, Path], out: str | None, overwrite: bool) -> None:
    """Refuse alarms that cannot or must not be written, before anything is computed; make the folder ``out``.

    The picture is claimed, and stands for what goes beside it.

    Raises:
        VidpredError: see :func:`~vidpred.cli.outputs.check_outputs`.
    """
    if out is not None and out.endswith(("/", os.sep)) and NAME not in out:
        make_folder(Path(out))
    for video, picture in pictures.items():
        check_outputs([(picture, ".png")], overwrite, video)
        check_outputs([(picture.with_suffix(end), end) for end in BESIDE], overwrite, video, claimed=False)

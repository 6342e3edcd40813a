"""Whether a data set of somebody's own keeps to its interface, seen before anything is trained on it."""

import numpy as np

from vidpred.errors import VidpredError
from vidpred.interfaces import Dataset, Split
from vidpred.machine.engine import is_own
from vidpred.wording import counted

NEEDED = ("facts", "__len__", "gather", "full_frames", "video")  # of vidpred.interfaces.Dataset
NETWORKS_NEED = ("frame_channels", "height", "width")  # among the facts
FRAME_AXES, CLIP_AXES = 4, 5  # of (T, H, W, C) and of (B, T, H, W, C)


def check_split(name: str, split: object, clip_length: int) -> Split:
    """Return what a data set called ``name`` returned, where it is one, of clips of ``clip_length`` frames.

    Of each part the first clip is looked at; those of this package are trusted.

    Raises:
        VidpredError: it is no split, or a part of it is no data set, or has other clips than the interface says.
    """
    if not isinstance(split, Split):
        raise VidpredError(
            f"the data set {name!r} returned an object of the class {type(split).__name__}, but a Split is needed: "
            "vidpred.interfaces.Split(train, validation, report)"
        )
    for part, dataset in (("train", split.train), ("validation", split.validation)):
        if not is_own(dataset) and (dataset is not None or part == "train"):
            wrong = _what_is_wrong(dataset, clip_length)
            if wrong:
                raise VidpredError(
                    f"the data set {name!r} does not do what vidpred.interfaces.Dataset says: {part} {wrong}"
                )
    return split


def _what_is_wrong(dataset: Dataset | None, clip_length: int) -> str:
    """Say what is wrong with a data set, and what is needed; an empty text where nothing is."""
    missing = [name for name in NEEDED if not hasattr(dataset, name)]
    if dataset is None or missing:
        return f"is of the class {type(dataset).__name__}, which has no {', '.join(missing)}; add what is missing"
    if missing := [name for name in NETWORKS_NEED if name not in dataset.facts]:
        needed = f"{', '.join(missing)} {'is needed too; add it' if len(missing) == 1 else 'are needed too; add them'}"
        return f"has the facts {', '.join(dataset.facts) or 'none'}, but {needed}"
    if not len(dataset):
        return "has no clip, but at least one is needed; give more data, or None for validation"
    clip, batch = dataset.full_frames(0), dataset.gather([0])
    channels = counted(dataset.facts["frame_channels"], "channel")
    frames = f"{counted(clip_length, 'frame')} (T, H, W, C) with {channels} (its frame_channels)"
    for call, found, axes in (("full_frames(0)", clip, FRAME_AXES), ("gather([0])", batch, CLIP_AXES)):
        is_array = isinstance(found, np.ndarray)
        given = f"{found.dtype} {found.shape}" if is_array else f"an object of the class {type(found).__name__}"
        as_said = is_array and found.dtype == np.uint8 and found.ndim == axes and found.shape[-4] == clip_length
        if not as_said or found.shape[-1] != dataset.facts["frame_channels"]:
            return f"returns {given} from {call}, but a NumPy array of uint8 is needed, of clips of {frames}"
    return ""

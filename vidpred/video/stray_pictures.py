"""Leaves out of a folder of frames the few pictures of another name and size: thumbnails, covers, contact sheets."""

from collections.abc import Sequence
from itertools import groupby

from vidpred.errors import VidpredError, note
from vidpred.video.frame_names.order import OrderedFrame
from vidpred.video.pictures.picture import read_picture

FRAMES_PER_STRAY = 10  # of the longest sequence, to each picture of others that are of several pictures


def without_strays(frames: Sequence[OrderedFrame]) -> list[OrderedFrame]:
    """Return the frames without sequences that are of another size than the longest one, if these are few pictures.

    They are few where each is a single picture, which is no video, or where the longest sequence has ten times as many.
    What is left out is said once, in a :class:`vidpred.errors.Note`.

    Args:
        frames: of a folder, one sequence after the other.
    """
    *others, longest = sorted((list(each) for _, each in groupby(frames, lambda frame: frame.sequence)), key=len)
    number = sum(map(len, others))
    is_few = all(len(each) == 1 for each in others) or number * FRAMES_PER_STRAY <= len(longest)
    if not others or not is_few or len(longest) == 1 or (size := _size(longest[0])) is None:
        return list(frames)
    strays = [frame for each in others for frame in each if _size(frame) not in (size, None)]
    if strays:
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        note(
            f"{strays[0].path}{more} of another name and size than the frames of the folder "
            f"{'are' if more else 'is'} left out"
        )
    return [frame for frame in frames if frame not in strays]


def _size(frame: OrderedFrame) -> tuple[int, ...] | None:
    """Return the height and width of a picture; None where it cannot be read, which is said when its turn comes."""
    try:
        return read_picture(frame.path).shape
    except VidpredError:
        return None

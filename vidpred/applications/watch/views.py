"""Looks at normal videos: what each shows, frame by frame."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

import numpy as np

from vidpred.applications.watch.kept import KeptViews
from vidpred.applications.watch.signs import Observer, Sight, Views
from vidpred.data.selection import name_below
from vidpred.data.video_identity import content_key
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.progress import progress
from vidpred.video.predicted import set_predicted_apart
from vidpred.video.sources import find_sources, probe, shown_frames
from vidpred.video.window import ShownFrame
from vidpred.wording import counted, listed

FIRST_SHELF, LONGEST_SHELF = 32, 1024  # frames


def look_at_videos(
    source: Path,
    predictor: Predictor,
    side: int,
    leave_out: Collection[str],
    kept: KeptViews | None,
    say: Callable[[str], None],
) -> dict[str, Views]:
    """Return what each of the normal videos shows, by name: each content once, without those that cannot be read.

    The arguments are those of :func:`~vidpred.applications.watch.calibration.calibrate`.

    Raises:
        VidpredError: there is none.
    """
    seen, normal = dict[str, Views](), _normal_videos(source, leave_out, say)
    for content, (name, path) in progress(normal.items(), "learning what is normal", "video"):
        looking = partial(_look_at, path, name, predictor, side)
        try:
            seen[name] = kept.see(name, content, side, looking) if kept else looking()
        except VidpredError as error:
            say(f"note: {name} is skipped ({error})")
    if kept and kept.found:
        say(
            f"note: {len(kept.found)} of {counted(len(normal), 'normal video')}: looked at in an earlier call, and "
            "what was seen was kept (`vidpred cache` lists it)"
        )
    return seen


def _look_at(path: Path, name: str, predictor: Predictor, side: int) -> Views:
    """Return what the video at ``path`` shows, and show how far that has come.

    Raises:
        VidpredError: it cannot be read.
    """
    info = probe(path)
    frames = shown_frames(path, short_side=side, greyscale=frame_channels(predictor) == 1)
    return look(progress(frames, name, "frame", info.num_frames), predictor, float(info.frame_rate))


def look(frames: Iterable[ShownFrame], predictor: Predictor, frame_rate: float) -> Views:
    """Return what the frames of a video show, in unbroken stretches; nothing where there are too few to predict.

    Raises:
        VidpredError: they cannot be decoded.
    """
    observer, shelves, stretches = Observer(predictor), _Shelves(), list[list[Sight]]()
    for frame in frames:
        if not frame.continues:
            observer.forget()
        sight = observer.see(frame.pixels)
        if sight is None:
            stretches.append([])
        else:
            stretches[-1].append(shelves.put(sight))
    return [(stretch, frame_rate) for stretch in stretches if stretch]


class _Shelves:
    """Keeps what frames show side by side in large arrays.

    In small arrays of its own, each would lie between the large ones with which it was computed, and keep the system
    from taking their memory back: fifty times as much as it has itself.
    """

    def __init__(self) -> None:
        self._rows = iter(list[tuple[np.ndarray, np.ndarray]]())
        self._length = FIRST_SHELF // 2

    def put(self, sight: Sight) -> Sight:
        """Return the same values from a place beside those of the frame before."""
        row = next(self._rows, None)
        if row is None or row[0].shape != sight.error.shape:
            self._length = min(LONGEST_SHELF, 2 * self._length)
            shelf = (np.empty((self._length, *part.shape), part.dtype) for part in (sight.error, sight.motion))
            self._rows = zip(*shelf, strict=True)
            row = next(self._rows)
        error, motion = row
        error[...], motion[...] = sight.error, sight.motion
        return Sight(error, sight.change, motion)


def _normal_videos(source: Path, leave_out: Collection[str], say: Callable[[str], None]) -> dict[str, tuple[str, Path]]:
    """Return names and paths of the videos to learn from, each content once, by their content keys.

    Raises:
        VidpredError: there is none.
    """
    found, known, copies = dict[str, tuple[str, Path]](), set(leave_out), list[str]()
    sources, predicted = set_predicted_apart(find_sources(source))
    if predicted:
        names = listed([name_below(path, source) for path in predicted])
        say(f"note: left out of the normal videos, being named as what was predicted of others: {names}")
    for path in sources:
        name = name_below(path, source)
        try:
            key = content_key(path)
        except VidpredError as error:
            say(f"note: {name} is skipped ({error})")
            continue
        if key in known:
            copies.append(name)
        else:
            found[key] = name, path
        known.add(key)
    if copies and not found:
        raise VidpredError(
            f"all that is normal is what is to be watched ({', '.join(copies)}); name other videos of the same camera"
        )
    if copies:
        say(f"note: left out of the normal videos, being copies or what is to be watched: {', '.join(copies)}")
    return found

"""What is normal, learnt from normal videos: which scores are usual, and above which a frame is an alarm."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidpred.applications.watch.kept import KeptViews
from vidpred.applications.watch.signs import Signs, Usual, Views
from vidpred.applications.watch.views import look_at_videos
from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import GivenPath, checked
from vidpred.wording import counted, percent

SIDE = 96  # pixels of the shorter side at which videos are watched
USUAL, RARE = 0.5, 0.99  # shares of the normal values of a sign, between which a score goes from 0 to 1
SMALLEST_SPREAD = 1e-3
LOOKS_BACK = 2  # frames that a predictor without weights is given
LOWEST_RATE = 1e-9  # one frame in a year of video
FEW_VIDEOS = 20  # to calibrate on, below which a user is told what that means
TOO_MANY = 2.0  # times the rate asked for, from which on a user is told what false alarms were measured


@dataclass(frozen=True)
class Scale:
    """What makes the signs comparable, learnt from normal videos that do not calibrate.

    Args:
        usual: what is usual at each place.
        middle: the median of each sign.
        spread: from there to the value that one normal frame of a hundred exceeds.
    """

    usual: Usual
    middle: np.ndarray
    spread: np.ndarray

    def scores(self, signs: np.ndarray) -> np.ndarray:
        """Return each sign (..., 3) as a score: 0 is usual, 1 what one normal frame of a hundred exceeds."""
        scores: np.ndarray = (signs - self.middle) / self.spread
        return scores


@dataclass(frozen=True)
class Calibration:
    """A threshold above which a score is an alarm, and what it rests on.

    Args:
        scale: of the scores.
        threshold: that normal frames exceed at the alarm rate.
        rate: the alarm rate asked for.
        side: pixels of the shorter side at which videos are watched.
        num_frames: whose scores calibrate.
        videos: their names.
        usual_videos: names of those that tell what is usual.
        cross_check: of each of these videos, the share of frames above the threshold of all others.
        notes: sentences that a reader of the alarms must know.
    """

    scale: Scale
    threshold: float
    rate: float
    side: int
    num_frames: int
    videos: tuple[str, ...]
    usual_videos: tuple[str, ...]
    cross_check: tuple[float, ...]
    notes: tuple[str, ...]


def check_rate(rate: float) -> None:
    """Refuse what is no alarm rate.

    Raises:
        VidpredError: it is not between 0 and 1, or next to 0.
    """
    if not LOWEST_RATE <= rate < 1:
        raise VidpredError(
            f"the alarm rate is {rate:g}, but a share of frames between 0 and 1, and of at least {LOWEST_RATE:g}, is "
            "asked for; use 0.01"
        )


def conformal_threshold(scores: Sequence[float] | np.ndarray, rate: float) -> float:
    """Return the value that a new score exceeds with a probability of at most ``rate``: split conformal prediction.

    It is the ceil((n + 1) (1 - rate))-th smallest of the n scores. The probability is over scores and new one
    together, and holds where they are exchangeable, which frames of one video among themselves are not.

    Raises:
        VidpredError: ``rate`` is not between 0 and 1, or next to 0, or there are too few scores for it.
    """
    check_rate(rate)
    rank = math.ceil(round((len(scores) + 1) * (1 - rate), 9))
    if rank > len(scores):
        needed = math.ceil(round(1 / rate - 1, 9))
        raise VidpredError(
            f"an alarm rate of {rate:g} needs at least {counted(needed, 'frame')} to calibrate on, but the normal "
            f"videos leave {len(scores)}; give more of them, or a higher --alarm-rate"
        )
    return float(np.sort(np.asarray(scores, np.float64))[rank - 1])


@checked
def calibrate(
    source: GivenPath,
    predictor: Predictor,
    rate: float = 0.01,
    side: int = SIDE,
    *,
    leave_out: Collection[str] = (),
    may_calibrate: Collection[str] | None = None,
    kept: KeptViews | None = None,
    say: Callable[[str], None] = print,
) -> Calibration:
    """Learn from normal videos above which score a frame is an alarm: see :func:`calibrate_on`.

    Args:
        source: a folder of normal videos, or one.
        predictor: of the next frame.
        rate: share of normal frames that may be alarms.
        side: pixels of the shorter side at which they are watched.
        leave_out: hashes of files (:func:`~vidpred.data.video_identity.content_key`) that are not used.
        may_calibrate: names of the videos that the predictor was not trained on; None for all.
        kept: where to find what videos showed to this predictor before, and to keep what they show; None for nowhere.
        say: prints what is skipped, and what was found there.

    Raises:
        VidpredError: there is no video that can be used, or too few frames for the rate.
    """
    check_rate(rate)
    source = Path(source)
    seen = look_at_videos(source, predictor, side, leave_out, kept, say)
    return calibrate_on(seen, rate, side, may_calibrate)


def calibrate_on(
    seen: Mapping[str, Views], rate: float, side: int = SIDE, may_calibrate: Collection[str] | None = None
) -> Calibration:
    """Find the threshold that normal frames exceed at ``rate``, from what normal videos show.

    Half of the videos, every second by name, tell what is usual; the others, of which no frame did, calibrate.
    A single video is cut in two, with a second left out between, which is noted.

    Args:
        seen: what each video shows, by name.
        rate: share of normal frames that may be alarms.
        side: pixels of the shorter side at which they were looked at.
        may_calibrate: see :func:`calibrate`.

    Raises:
        VidpredError: no video can calibrate, or there are too few frames for the rate.
    """
    seen = {name: seen[name] for name in sorted(seen) if seen[name]}
    candidates = [name for name in seen if may_calibrate is None or name in may_calibrate]
    if not candidates:
        raise VidpredError("no normal video can calibrate; give longer ones, on which the predictor was not trained")
    calibrating, notes = candidates[1::2] or candidates, list[str]()
    usual = {name: views for name, views in seen.items() if name not in calibrating}
    tested = {name: seen[name] for name in calibrating}
    if not usual:
        first, second = _in_two(seen[calibrating[0]])
        if not second[0][0]:
            raise VidpredError(
                f"{calibrating[0]} is the only normal video and too short to be cut in two with a second left out "
                "between; give a longer one, or several"
            )
        usual, tested = {calibrating[0]: first}, {calibrating[0]: second}
        notes.append("there is one normal video, whose second half calibrates what its first half says; give several")
    scale = _scale([*usual.values()])
    scores = {name: scores_of(views, scale) for name, views in tested.items()}
    threshold = conformal_threshold(np.concatenate(list(scores.values())), rate)
    shares = _cross_check(list(scores.values()), rate)
    return Calibration(
        scale=scale,
        threshold=threshold,
        rate=rate,
        side=side,
        num_frames=sum(map(len, scores.values())),
        videos=tuple(scores),
        usual_videos=tuple(usual),
        cross_check=shares,
        notes=tuple(notes or _caution(len(scores), shares, rate)),
    )


def _caution(num_videos: int, shares: Sequence[float], rate: float) -> list[str]:
    """Say what to do where more false alarms are to be expected than were asked for: were measured, or may come.

    Args:
        num_videos: that calibrate.
        shares: of false alarms, in each of these by the threshold of the others; none where these were too few.
        rate: that was asked for.
    """
    measured = sum(shares) / max(len(shares), 1)
    if measured >= TOO_MANY * rate:
        return [
            f"expect about {measured / rate:.1f} times as many false alarms as the {percent(rate)} asked for, since "
            f"that was measured ({percent(measured)}); give more normal videos than these {num_videos} that set the "
            "threshold and the others, of all the hours and weathers that will be watched"
        ]
    if num_videos < FEW_VIDEOS:
        return [
            f"few videos set the threshold ({num_videos}), and frames of one resemble each other, so that false alarms "
            "may be several times as frequent; give more of them"
        ]
    return []


def _in_two(views: Views) -> tuple[Views, Views]:
    """Cut what was seen of one video in the middle, and leave a second out there."""
    flat = [(sight, rate) for stretch, rate in views for sight in stretch]
    middle, gap = len(flat) // 2, round(flat[0][1])
    halves = flat[: max(1, middle - gap // 2)], flat[middle + gap // 2 :]
    first, second = ([([sight for sight, _ in half], flat[0][1])] for half in halves)
    return first, second


def _scale(videos: Sequence[Views]) -> Scale:
    usual = Usual(sight for views in videos for stretch, _ in views for sight in stretch)
    columns = np.concatenate([_signs(views, usual) for views in videos]).T
    middle, spread = np.full(len(columns), np.inf), np.ones(len(columns))
    for number, column in enumerate(columns):
        known = column[np.isfinite(column)]
        if len(known):  # a sign that no video was long enough for is never an alarm
            middle[number] = np.quantile(known, USUAL)
            spread[number] = max(np.quantile(known, RARE) - middle[number], SMALLEST_SPREAD)
    return Scale(usual, middle, spread)


def _signs(views: Views, usual: Usual) -> np.ndarray:
    """Return the signs of all frames of a video (N, 3)."""
    found = list[np.ndarray]()
    for stretch, rate in views:
        signs = Signs(usual, rate)
        found += [signs.read(sight) for sight in stretch]
    return np.array(found)


def scores_of(views: Views, scale: Scale) -> np.ndarray:
    """Return the score of each frame (N,)."""
    scores: np.ndarray = scale.scores(_signs(views, scale.usual)).max(axis=-1)
    return scores


def _cross_check(scores: Sequence[np.ndarray], rate: float) -> tuple[float, ...]:
    """Return the share of alarms in each video by the threshold of the others; none where these are too few."""
    shares = []
    for number, own in enumerate(scores):
        others = [each for place, each in enumerate(scores) if place != number]
        try:
            threshold = conformal_threshold(np.concatenate(others) if others else [], rate)
        except VidpredError:
            return ()
        shares.append(float((own > threshold).mean()))
    return tuple(shares)

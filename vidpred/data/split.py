"""Which videos are trained on and which validate, and that it stays so while a run goes on."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vidpred.data.usable_videos import UsableVideo, same_footage
from vidpred.data.usage import is_listed
from vidpred.wording import listed

FEWEST_TO_SPLIT = 2
STILL = 1.0  # grey levels of motion, below which a video hardly moves
SHARE_OF_USUAL = 0.2  # of the motion of the videos, below which one hardly moves beside them
BUSIEST = 0.75  # quantile of the differences of frames: films on twos repeat half of them, and cuts are few
ID_LENGTH = 16  # hexadecimal digits by which a record tells videos apart


@dataclass(frozen=True)
class KnownSplit:
    """Which videos a run has trained and validated on so far; nothing where it begins.

    Args:
        training: names of videos by their ids, two for each: of the file, and of the frames that were decoded.
        validation: the same.
        table: what the run wrote of its videos, where it kept no ids.
        before: the training videos of the runs that made the weights which this run started from.
    """

    training: Mapping[str, str] = field(default_factory=dict)
    validation: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    before: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, record: Mapping[str, Any] | None) -> "KnownSplit":
        """Read what :meth:`record` returned; anything else counts as unknown.

        Its ``before`` is the record of the run whose weights this one started from.
        """
        fields = record if isinstance(record, Mapping) else {}
        sides = {side: fields.get(side) for side in ("training", "validation")}
        table = fields.get("table")
        earlier = cls.parse(fields["before"]) if fields.get("before") else cls()
        return cls(
            **{side: _texts(names) for side, names in sides.items() if isinstance(names, Mapping)},
            table=table if isinstance(table, str) else "",
            before={**earlier.before, **earlier.training},
        )

    def record(self) -> dict[str, Any]:
        """Return it as plain values."""
        sides: dict[str, Any] = {"training": dict(self.training), "validation": dict(self.validation)}
        return {**sides, "before": {"training": dict(self.before)}} if self.before else sides

    def __bool__(self) -> bool:
        return bool(self.training or self.validation or self.table)

    def trained_on(self, video: UsableVideo) -> bool:
        return not self.training.keys().isdisjoint(_ids(video)) or is_listed(self.table, video.name, "train")

    def validated_on(self, video: UsableVideo) -> bool:
        return not self.validation.keys().isdisjoint(_ids(video)) or is_listed(self.table, video.name, "validation")

    def was_read(self, name: str, key: str) -> bool:
        """Return whether the run was on a video whose file, or whose frames as it was decoded, have this hash.

        Runs of before such hashes were recorded read all frames.
        """
        recorded = any(key[:ID_LENGTH] in side for side in (self.training, self.validation))
        return recorded or any(is_listed(self.table, name, role) for role in ("train", "validation"))

    def with_videos(self, train: Iterable[UsableVideo], held_out: Iterable[UsableVideo]) -> "KnownSplit":
        """Return what is known after a run was on these; a video that is missing for a while is not forgotten."""
        sides = ({**self.training, **_by_id(train)}, {**self.validation, **_by_id(held_out)})
        return KnownSplit(*sides, before=self.before)

    def trained_before(self, video: UsableVideo) -> bool:
        """Return whether the weights that the run started from were trained on a video."""
        return not self.before.keys().isdisjoint(_ids(video))


def split_videos(
    videos: Sequence[UsableVideo], share: float, seed: int, known: KnownSplit
) -> tuple[list[UsableVideo], list[UsableVideo], str]:
    """Return the videos to train on, those to validate on, and a note on the choice or an empty text.

    Those that a run validates on already go on to do so, and no other joins them. Where there are none, their
    content and the seed choose among those that the run was not trained on, and the weights that it started from
    neither, if there are any. Videos in which hardly anything moves are not all that is validated on where another
    one can be and one that moves is left to train on: scores on them tell nothing of motion.

    Args:
        videos: all of them.
        share: of them to validate on, at least one if there are two; 0 for none.
        seed: of the choice.
        known: what the run was on so far.
    """
    chosen, note = [video for video in videos if known.validated_on(video)], ""
    if not chosen and share and len(videos) >= FEWEST_TO_SPLIT:
        new = [video for video in videos if not known.trained_on(video)]
        new = [video for video in new if not known.trained_before(video)] or new
        ranked = sorted(new, key=lambda video: hashlib.sha256(f"{seed} {video.content}".encode()).digest())
        number = min(max(1, round(share * len(videos))), len(videos) - 1)
        moving = _contents_that_move(videos)
        chosen, instead = ranked[:number], [video for video in ranked if video.content in moving][:1]
        if instead and len(moving) > 1 and not any(video.content in moving for video in chosen):
            why = f"instead of {chosen[-1].name}, in which hardly anything moves"
            chosen, note = [*chosen[:-1], *instead], f"note: {instead[0].name} is validated on {why}"
    validating = {video.content for video in chosen}
    return (
        [video for video in videos if video.content not in validating],
        [video for video in videos if video.content in validating],
        note,
    )


def _contents_that_move(videos: Sequence[UsableVideo]) -> set[str]:
    """Return the content of those videos in which more than hardly anything moves."""
    motion = [_motion(video) for video in videos]
    least = max(STILL, SHARE_OF_USUAL * float(np.median(motion)))
    return {video.content for video, moves in zip(videos, motion, strict=True) if moves >= least}


def _motion(video: UsableVideo) -> float:
    """Return by how many grey levels successive frames differ where most moves, whether or not others repeat."""
    return float(np.quantile(video.transitions.differences, BUSIEST)) if len(video.transitions.differences) else 0.0


def leaking(train: Sequence[UsableVideo], held_out: Sequence[UsableVideo], known: KnownSplit) -> dict[str, str]:
    """Return the training videos that would give validation away, by content, and why.

    They show the same footage as a validation video, or are ones that the run validated on.
    """
    same = same_footage(train, held_out)
    reasons = {train[here].content: f"shows the same as {held_out[there].name}" for here, there in same.items()}
    before = {video.content: "this run validated on it" for video in train if known.validated_on(video)}
    return {**reasons, **before}


def describe_changes(known: KnownSplit, train: Sequence[UsableVideo], held_out: Sequence[UsableVideo]) -> str:
    """Say in one line what has changed in the videos of a run that goes on; an empty text where nothing has."""
    if not known:
        return ""
    used = {key for video in (*train, *held_out) for key in _ids(video)}
    changes = {
        "added to training": [video.name for video in train if not known.trained_on(video)],
        "added to validation": [video.name for video in held_out if not _is_known(known, video)],
        "moved from training to validation": [video.name for video in held_out if known.trained_on(video)],
        "missing from training": _missing(known.training, used),
        "missing from validation": _missing(known.validation, used),
    }
    told = "; ".join(f"{change}: {listed(names)}" for change, names in changes.items() if names)
    if not told:
        return ""
    return f"note: the videos have changed since the run began ({told}); what it validated on stays out of training"


def describe_trained_before(known: KnownSplit, held_out: Sequence[UsableVideo]) -> str:
    """Say in one line which validation videos flatter weights that were trained on them before; else an empty text."""
    flattering = [video.name for video in held_out if known.trained_before(video)]
    if not flattering:
        return ""
    return (
        f"note: the weights that this run started from were trained on {len(flattering)} of the videos that it "
        f"validates on ({listed(flattering)}), whose scores flatter it; give others with data.validation_source=PATH"
    )


def _texts(names: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key): str(name) for key, name in names.items()}


def _is_known(known: KnownSplit, video: UsableVideo) -> bool:
    return known.validated_on(video) or known.trained_on(video)


def _missing(side: Mapping[str, str], used: set[str]) -> list[str]:
    there = {name for key, name in side.items() if key in used}
    return [name for name in dict.fromkeys(side.values()) if name not in there]


def _ids(video: UsableVideo) -> set[str]:
    """Return by what a record may know a video: its file, and its frames with their repeats and without."""
    return {*_recorded(video), *([video.other.pixels[:ID_LENGTH]] if video.other else [])}


def _recorded(video: UsableVideo) -> tuple[str, str]:
    """Return what is recorded of a video: its file, and its frames as they are read."""
    return video.content[:ID_LENGTH], video.clip.pixels[:ID_LENGTH]


def _by_id(videos: Iterable[UsableVideo]) -> dict[str, str]:
    return {key: video.name for video in videos for key in _recorded(video)}

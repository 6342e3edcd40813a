"""Lists which videos were used, which were left out, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from vidpred.wording import LONGEST_LIST, counted, folded, listed

LONGEST_TABLE = 20  # videos; of more, only totals and skipped ones are listed
LONGEST_NAME = 40  # characters


@dataclass(frozen=True)
class Usage:
    """How one video was used, or why it was skipped.

    Args:
        name: path below the source.
        role: "train", "validation" or "skipped".
        num_frames: after decoding, without repeats that are left out.
        num_windows: clips that it yields.
        num_cuts: scene cuts found.
        num_breaks: how often it does not go on from one frame to the next.
        static_share: share of its windows that are static, and were left out.
        reason: why it was skipped, in words that suit others as well.
        detail: what of that reason is its own, such as ``2 frames``; often nothing.
        num_repeats: frames left out, each of which repeats the one before.
    """

    name: str
    role: str
    num_frames: int = 0
    num_windows: int = 0
    num_cuts: int = 0
    num_breaks: int = 0
    static_share: float = 0.0
    reason: str = ""
    num_repeats: int = 0
    detail: str = ""

    @property
    def named(self) -> str:
        """Its name, with the detail of why it was skipped."""
        return f"{self.name} ({self.detail})" if self.detail else self.name


def usage_table(videos: Sequence[Usage], note: str = "") -> str:
    """Return a plain text table: totals, each video where there are few, and everything that was skipped."""
    used = [video for video in videos if video.role != "skipped"]
    named = used if len(videos) <= LONGEST_TABLE else []
    lines = [_line("video", "use", "frames", "clips", "cuts", "static"), *map(_video_line, named)]
    lines += [
        _total_line(role, [video for video in used if video.role == role])
        for role in ("train", "validation")
        if any(video.role == role for video in used)
    ]
    return "\n".join(filter(None, [*lines, _breaks_text(used), repeats_text(used), skipped_text(videos), note]))


def is_listed(table: str, name: str, role: str) -> bool:
    """Return whether a :func:`usage_table` lists the video called ``name`` in that role."""
    return any(line.startswith(_beginning(name, role)) for line in table.splitlines())


def skipped_text(videos: Sequence[Usage], most: int | None = None) -> str:
    """Return the skipped videos by reason, at ``most`` so many names each; an empty text where none was."""
    skipped = [video for video in videos if video.role == "skipped"]
    lines = []
    for reason in dict.fromkeys(video.reason for video in skipped):
        names = [video.named for video in skipped if video.reason == reason]
        if most is not None and len(names) > most:
            names[most:] = [f"and {len(names) - most} more"]
        lines.append(folded(f"skipped ({reason}): {', '.join(names)}"))
    return "\n".join(lines)


def repeats_text(videos: Sequence[Usage]) -> str:
    """Return which videos are read without their repeated frames; an empty text where none is."""
    names = [f"{video.name} {video.num_repeats}" for video in videos if video.num_repeats]
    return folded(f"frames left out since they repeat the one before: {listed(names)}") if names else ""


def _breaks_text(videos: Sequence[Usage]) -> str:
    broken = [f"{video.name} {video.num_breaks}" for video in videos if video.num_breaks]
    if len(broken) > LONGEST_LIST:
        broken[LONGEST_LIST:] = [f"and {counted(len(broken) - LONGEST_LIST, 'more video')}"]
    return f"breaks in time, which no clip crosses: {', '.join(broken)}" if broken else ""


def _video_line(video: Usage) -> str:
    return _line(
        video.name, video.role, video.num_frames, video.num_windows, video.num_cuts, f"{video.static_share:.0%}"
    )


def _total_line(role: str, videos: Sequence[Usage]) -> str:
    windows = sum(video.num_windows for video in videos)
    available = sum(video.num_windows / (1 - video.static_share) for video in videos)
    return _line(
        counted(len(videos), "video"),
        role,
        sum(video.num_frames for video in videos),
        windows,
        sum(video.num_cuts for video in videos),
        f"{1 - windows / available:.0%}",
    )


def _line(name: str, role: str, *numbers: int | str) -> str:
    return _beginning(name, role) + "".join(f"{number:>9}" for number in numbers)


def _beginning(name: str, role: str) -> str:
    return f"{end_of_name(name, LONGEST_NAME):<{LONGEST_NAME}} {role:<10}"


def end_of_name(name: str, longest: int) -> str:
    """Return a name in so many characters at most: its end, where it is longer."""
    return name if len(name) <= longest else f"...{name[3 - longest :]}"

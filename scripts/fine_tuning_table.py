"""The table of scripts/benchmark_fine_tuning.py: what was gained on each source, and what was lost on others."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fine_tuning_groups import Groups
from markdown_table import markdown_table

from vidpred.evaluation.intervals import bootstrap
from vidpred.evaluation.table import estimate_text
from vidpred.machine.engine import Engine
from vidpred.machine.files import write_text
from vidpred.runs.folder import environment
from vidpred.wording import counted

HEAD = (
    "group",
    "trained on / held out",
    "PSNR before",
    "gain t+1",
    "gain t+5",
    "gain t+1 to t+5 [95 %]",
    "SSIM",
    "edge strength",
    "other sources, PSNR",
    "the worst of them",
)


class Gain(NamedTuple):
    """Scores after minus scores before, (video, metric, step ahead), and those before."""

    change: np.ndarray
    before: np.ndarray

    @classmethod
    def read(cls, before: Path, after: Path) -> "Gain":
        scores = [json.loads(path.read_text()) for path in (before, after)]
        names = list(scores[0])
        arrays = [np.array([list(of[name].values()) for name in names]) for of in scores]
        return cls(arrays[1] - arrays[0], arrays[0])


def write_results(out: Path, groups: Groups, windows: int, seed: int) -> str:
    """Write table.md and results.json of all that has been scored in ``out``; return the table.

    Args:
        out: folder with the scores.
        groups: that were to be scored.
        windows: clips of a video that were scored at most.
        seed: of the runs.
    """
    made = environment(seed, Engine("cpu"))
    found = {name: dict(_gains(out, name, groups)) for name in _recipes(out)}
    tables = [_table(name, gains, groups) for name, gains in found.items() if gains]
    text = "\n\n".join([*tables, _conditions(made, groups, windows)]) + "\n"
    write_text(out / "table.md", text)
    results = {
        "environment": made,
        "clips_per_video_at_most": windows,
        "others": [path.name for path in groups.others],
        "groups": {
            name: {**groups.describe(name), "videos": [path.name for path in groups.videos[name]]}
            for name in groups.videos
        },
        "recipes": {name: {group: _plain(*pair) for group, pair in gains.items()} for name, gains in found.items()},
    }
    write_text(out / "results.json", json.dumps(results, indent=1) + "\n")
    return text


def _conditions(made: Mapping[str, Any], groups: Groups, windows: int) -> str:
    return (
        f"{counted(windows, 'clip')} of each video at most, {counted(len(groups.others), 'video')} of other sources; "
        "intervals over videos, and in the last line over groups, whose worst mean over other sources stands there as "
        "the worst of them. "
        f"Seed {made['seed']}, {made['processor']}, {made['threads']} of {made['cores']} cores, "
        f"vidpred {made['revision']}, {made['started'][:10]}."
    )


def _recipes(out: Path) -> list[str]:
    return sorted(path.name for path in (out / "scores").iterdir() if path.is_dir())


def _gains(out: Path, recipe: str, groups: Groups) -> Iterator[tuple[str, tuple[Gain, Gain]]]:
    """Yield what every group that has been scored gained on its held-out videos, and on the others."""
    scores = out / "scores"
    for group in groups.videos:
        after = [scores / recipe / f"{group}_{place}.json" for place in ("held_out", "others")]
        before = [scores / f"{group}_before.json", scores / "others_before.json"]
        if all(path.exists() for path in (*before, *after)):
            here, others = (Gain.read(*pair) for pair in zip(before, after, strict=True))
            yield group, (here, others)


def _table(recipe: str, gains: Mapping[str, tuple[Gain, Gain]], groups: Groups) -> str:
    """Write one recipe's table in Markdown: a line per group, and one for all."""
    lines = []
    for group, (here, others) in gains.items():
        facts = groups.describe(group)
        mark = " (seen)" if facts["seen"] else ""
        lines.append(_line(f"{group}{mark}", f"{facts['train']} / {facts['held_out']}", here, others))
    means = [
        Gain(*(np.stack([pair[side][part].mean(axis=0) for pair in gains.values()]) for part in (0, 1)))
        for side in (0, 1)
    ]
    lines.append(_line("**all groups**", "", *means))
    return f"{recipe}\n\n{markdown_table(HEAD, lines)}"


def _line(name: str, videos: str, here: Gain, others: Gain) -> list[str]:
    psnr = _interval(here.change[:, 0].mean(axis=-1))
    return [
        name,
        videos,
        f"{here.before[:, 0].mean():.2f}",
        f"{here.change[:, 0, 0].mean():+.2f}",
        f"{here.change[:, 0, -1].mean():+.2f}",
        psnr,
        f"{here.change[:, 1].mean():+.4f}",
        f"{here.before[:, 2].mean():.3f} to {(here.before + here.change)[:, 2].mean():.3f}",
        _interval(others.change[:, 0].mean(axis=-1)),
        f"{others.change[:, 0].mean(axis=-1).min():+.2f}",
    ]


def _interval(values: np.ndarray) -> str:
    """Write the mean of ``values`` (N,), with its interval where there is more than one."""
    return estimate_text(bootstrap(values[:, None]).at(0), 2, "+")


def _plain(here: Gain, others: Gain) -> dict[str, Any]:
    return {
        place: {"before": gain.before.round(5).tolist(), "change": gain.change.round(5).tolist()}
        for place, gain in (("held_out", here), ("others", others))
    }

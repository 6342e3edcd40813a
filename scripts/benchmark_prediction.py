"""Times what users wait for when they predict and compare, in this checkout and in an older one, turn by turn.

    python scripts/benchmark_prediction.py --baseline ../old --pairs 5

The other checkout is d828c0b unless --baseline names another folder; without it, a worktree is made beside the results
and removed again. Every row is measured in pairs of whole processes, this checkout and the other taking turns who is
first. Of each pair, the ratio other / this is taken, of the clock's time and of processor time (which other programs on
the machine hardly change): above 1 this checkout is faster. The table has the median, and between which values half of
the pairs lie. Memory is the most that a process takes, less what `import torch` alone takes.

All videos are made from the clip that the package ships: scaled, or cut into pieces for the row of compare.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from core_models import core_models
from markdown_table import markdown_row, markdown_table
from PIL import Image
from revision import revision

from vidpred.runs.shipped import CLIP
from vidpred.video import decode, write_video

BASELINE = "d828c0b"
HERE = Path(__file__).resolve().parents[1]
SIZES = ((64, 64), (160, 120), (320, 240), (640, 480), (1280, 720), (1920, 1080))  # width and height
ROLLOUT = """
import json, os, sys, time
import vidpred
predictor, found = vidpred.load_predictor(device="cpu"), []
for video, horizon in json.loads(sys.argv[1]):
    vidpred.predict_video(video, predictor, 1)
    clock, used = time.perf_counter(), time.process_time()
    vidpred.predict_video(video, predictor, horizon)
    found.append([time.perf_counter() - clock, time.process_time() - used])
print(json.dumps(found))
"""
IMPORT = ["-c", "import torch"]
MIB = 2**20


@dataclass(frozen=True)
class Spent:
    """What one process took: seconds by the clock, seconds of processors, and bytes at most."""

    wall: float
    cpu: float
    memory: float
    said: str

    @property
    def inside(self) -> np.ndarray:
        """What :data:`ROLLOUT` measured within its process: (predictions, clock and processors)."""
        return np.array(json.loads(self.said.splitlines()[-1]))


@dataclass(frozen=True)
class Bench:
    """Where processes run, on which videos, and with how many threads."""

    baseline: Path
    folder: Path
    threads: int | None
    num_videos: int

    def spend(self, checkout: Path, arguments: Sequence[str]) -> Spent:
        """Run Python in a checkout and wait for its end.

        Raises:
            SystemExit: it failed.
        """
        told = {"OMP_NUM_THREADS": str(self.threads)} if self.threads else {}
        told["PYTHONDONTWRITEBYTECODE"] = ""  # modules are compiled once per machine, as they are for users
        cache = self.folder / f"cache_{checkout.name}"
        surroundings = {**os.environ, **told, "PYTHONPATH": str(checkout), "VIDPRED_CACHE": str(cache)}
        log = self.folder / "log.txt"
        with log.open("w") as stream:
            clock = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *arguments], stdout=stream, stderr=stream, env=surroundings, cwd=self.folder
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - clock
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"benchmark_prediction: error: {checkout} failed: {log.read_text().strip()[-300:]}")
        return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _rss_unit(), log.read_text())

    def pair(self, arguments: Sequence[str], number: int) -> tuple[Spent, Spent]:
        """Run the same in the other checkout and in this one; return both in this order. Who is first takes turns."""
        order = (self.baseline, HERE) if number % 2 == 0 else (HERE, self.baseline)
        spent = {at: self.spend(at, arguments) for at in order}
        return spent[self.baseline], spent[HERE]

    def clip(self, width: int, height: int) -> Path:
        """Return the shipped clip at another size."""
        path = self.folder / f"{width}x{height}.mp4"
        if not path.exists():
            size = width, height
            scaled = (np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.BICUBIC)) for frame in _shipped())
            write_video(path, scaled, 24)
        return path

    def videos(self) -> Path:
        """Return a folder of pieces of the shipped clip, each another part of it, mirrored or not."""
        folder, frames = self.folder / "videos", np.stack(list(_shipped()))
        folder.mkdir(exist_ok=True)
        for number in range(self.num_videos):
            left, start = 13 * number % 150, 7 * number % 25
            piece = frames[start : start + 24, 16:144, left : left + 128]
            if not (path := folder / f"piece_{number:02}.mp4").exists():
                write_video(path, piece[:, :, :: -1 if number % 2 else 1], 24)
        return folder


def main() -> None:
    """Measure the rows that are asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baseline", type=Path, help=f"checkout to compare with; a new worktree of {BASELINE} without")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of processes per row")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="what to measure; all by default")
    parser.add_argument("--threads", type=int, help="of both; without, each chooses as it does for its users")
    parser.add_argument("--videos", type=int, default=50, help="of the row of compare")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, _baseline(wanted.baseline, Path(work)) as baseline:
        bench = Bench(baseline.resolve(), Path(work), wanted.threads, wanted.videos)
        print(_machine(bench) + "\n")
        rows = []
        for checkout in (bench.baseline, HERE):  # once that does not count, which compiles modules
            bench.spend(checkout, ["-m", "vidpred", "predict", str(bench.clip(64, 64)), "--overwrite"])
        for name in wanted.rows:
            found = ROWS[name](bench, wanted.pairs)
            rows += found
            for row in found:
                print(markdown_row(row), f"load average {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        print(markdown_table(["", "before", "now", "ratio by the clock", "ratio of processor time"], rows))


def predict_row(bench: Bench, pairs: int) -> list[list[str]]:
    """Time `vidpred predict` of a 320 x 240 clip, 20 frames ahead."""
    command = ["-m", "vidpred", "predict", str(bench.clip(320, 240)), "--horizon", "20", "--overwrite"]
    return [_row("predict, 320 x 240, 20 frames, s", [bench.pair(command, number) for number in range(pairs)])]


def rollout_row(bench: Bench, pairs: int) -> list[list[str]]:
    """Time the default predictor with its back-tests, in a process that has imported and predicted already."""
    work = ["-c", ROLLOUT, json.dumps([[str(bench.clip(320, 240)), 20]])]
    found = [bench.pair(work, number) for number in range(pairs)]
    times = np.array([[each.inside[0] for each in pair] for pair in found])  # (pairs, before and now, clock and CPU)
    return [_of_times("default predictor, 240 x 320, 20 frames, s", times)]


def large_row(bench: Bench, pairs: int) -> list[list[str]]:
    """Time `vidpred predict` of 1920 x 1080, 5 frames ahead, and see how much memory it takes."""
    command = ["-m", "vidpred", "predict", str(bench.clip(1920, 1080)), "--horizon", "5", "--overwrite"]
    found = [bench.pair(command, number) for number in range(pairs)]
    torch = bench.spend(HERE, IMPORT).memory
    before, now = ([(pair[side].memory - torch) / MIB for pair in found] for side in (0, 1))
    share = np.median(np.divide(now, before))
    memory = ["its memory above torch, MiB", f"{np.median(before):,.0f}", f"{np.median(now):,.0f}"]
    return [_row("predict, 1920 x 1080, 5 frames, s", found), [*memory, f"now / before: {share:.2f}", ""]]


def compare_row(bench: Bench, pairs: int) -> list[list[str]]:
    """Time `vidpred compare` of two predictors; the videos are decoded before, as they are once per machine."""
    command = ["-m", "vidpred", "compare", str(bench.videos()), "default", "linear", "--windows", "1"]
    bench.pair(command, 0)
    label = f"compare, 2 predictors, {bench.num_videos} videos, s"
    return [_row(label, [bench.pair(command, number) for number in range(pairs)])]


def slope_row(bench: Bench, pairs: int) -> list[list[str]]:
    """See how the time of 5 frames grows with their pixels: the slope of its logarithm over theirs."""
    work = ["-c", ROLLOUT, json.dumps([[str(bench.clip(*size)), 5] for size in SIZES])]
    found = [bench.pair(work, number) for number in range(pairs)]
    pixels = np.log([width * height for width, height in SIZES])
    slopes = np.array([[np.polyfit(pixels, np.log(each.inside), 1)[0] for each in pair] for pair in found])
    before, now = (f"{clock:.2f} (processors: {cpu:.2f})" for clock, cpu in np.median(slopes, axis=0))
    return [["slope of log time over log pixels, 64 x 64 to 1920 x 1080", before, now, "", ""]]


ROWS = {
    "predict": predict_row,
    "rollout": rollout_row,
    "large": large_row,
    "compare": compare_row,
    "slope": slope_row,
}


def _row(label: str, pairs: Sequence[tuple[Spent, Spent]]) -> list[str]:
    return _of_times(label, np.array([[[each.wall, each.cpu] for each in pair] for pair in pairs]))


def _of_times(label: str, times: np.ndarray) -> list[str]:
    """Write a row from seconds (pairs, before and now, clock and processors)."""
    clock, cpu = np.quantile(times[:, 0] / times[:, 1], (0.25, 0.5, 0.75), axis=0).T
    before, now = (f"{wall:.1f} (processors: {used:.1f})" for wall, used in np.median(times, axis=0))
    return [label, before, now, *(f"{middle:.2f} [{low:.2f}, {high:.2f}]" for low, middle, high in (clock, cpu))]


def _shipped() -> Iterator[np.ndarray]:
    """Yield the frames (160, 284, 3) of the clip that the package ships."""
    return decode(CLIP)


@contextmanager
def _baseline(given: Path | None, work: Path) -> Iterator[Path]:
    """Yield the checkout to compare with, made for this and removed at the end unless it is given."""
    if given is not None:
        yield given
        return
    place, git = work / "baseline", ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--detach", str(place), BASELINE], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=True)


def _machine(bench: Bench) -> str:
    threads = f"{bench.threads} threads" if bench.threads else "threads as each chooses"
    cores = f"{len(os.sched_getaffinity(0))} cores of {_processor()}, {threads}"
    commits = f"commit {revision(HERE)} against {revision(bench.baseline)}"
    load = f"load average at the start {os.getloadavg()[0]:.1f}"
    return f"{cores}, torch {version('torch')}; {commits}; {load}; {datetime.date.today().isoformat()}"


def _processor() -> str:
    return next(iter(core_models()), platform.processor())


def _rss_unit() -> int:
    return 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere


if __name__ == "__main__":
    main()

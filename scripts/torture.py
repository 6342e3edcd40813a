"""Damage media, settings, checkpoints and runs, kill what is running, and count how vidpred ends.

    python scripts/torture.py [MEDIA_FOLDER] --minutes 20 --seed 0 --out DIR

Without a folder, the shipped clip and media of some forty codecs, formats and kinds of pictures, made on the spot,
are damaged. Every case is determined by the seed, its kind and its number (but for the moment of some kills), and runs
in processes of its own with limits of memory, time and file size; two cases run at once. Only `right` and `refused`
(one sentence) are good endings. The folder of every other case is kept below DIR/failed, with its input, what was
printed, and the command that repeats it:

    python scripts/torture.py [MEDIA_FOLDER] --seed 0 --out DIR --only video:17
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from markdown_table import markdown_table
from torture_cases import KINDS, NEED_RUNS
from torture_child import GOOD, OUTCOMES, Ended, preload, run_step
from torture_material import Material, make_material

PACKAGES = ("vidpred", "torch", "av", "pillow", "numpy", "opencv-python", "scikit-image", "safetensors")
MOST_SHOWN = 40  # failures that are listed at the end


def main() -> None:
    """Run cases until the time is over, and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("media", nargs="?", type=Path, help="folder of videos and pictures to damage")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for material, and for what failed")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--workers", type=int, default=2, help="cases at once")
    parser.add_argument("--only", help="one case, as KIND:NUMBER")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.out = arguments.out.resolve()
    arguments.out.mkdir(parents=True, exist_ok=True)
    os.environ.update(OMP_NUM_THREADS="1", VIDPRED_CACHE=str(arguments.out / "cache"), SVT_LOG="0")
    material = make_material(arguments.out / "material", arguments.media, NEED_RUNS & {*arguments.kinds} != set())
    if arguments.worker is not None:
        _work(arguments, material)
    elif arguments.only:
        kind, _, number = arguments.only.partition(":")
        sys.exit(_repeat(arguments, material, kind, int(number)))
    else:
        sys.exit(_share_out(arguments, material))


def run_case(arguments: argparse.Namespace, material: Material, kind: str, number: int) -> Ended:
    """Run one case; its folder stays where it ended badly."""
    name = f"{kind}_{number}"
    place = arguments.out / "running" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    case = KINDS[kind][0](material, place, Random(f"{arguments.seed} {kind} {number}"))
    ended, commands = Ended("right", ""), []
    for order, step in enumerate(case.steps):
        commands.append(f"vidpred {shlex.join(step.act)}" if isinstance(step.act, list) else "(see torture_cases.py)")
        ended = run_step(step, place, order)
        if ended.outcome not in GOOD:
            break
    if ended.outcome in GOOD and (complaint := case.check()):
        ended = Ended("wrong", complaint)
    if ended.outcome not in GOOD or arguments.only:
        repeat = f"{_words(arguments)} --only {kind}:{number}"
        (place / "command.txt").write_text("\n".join([repeat, "which does, in this folder:", *commands, ""]))
        shutil.rmtree(arguments.out / "failed" / name, ignore_errors=True)
        shutil.move(place, arguments.out / "failed" / name)
    shutil.rmtree(place, ignore_errors=True)
    return ended


def _words(arguments: argparse.Namespace) -> str:
    media = [str(arguments.media)] if arguments.media else []
    return shlex.join(
        [*(sys.executable, sys.argv[0]), *media, *("--seed", str(arguments.seed)), *("--out", str(arguments.out))]
    )


def _repeat(arguments: argparse.Namespace, material: Material, kind: str, number: int) -> int:
    """Run one case and show all of it."""
    ended = run_case(arguments, material, kind, number)
    place = arguments.out / "failed" / f"{kind}_{number}"
    for output in sorted(place.glob("output_*.txt")):
        print(output.read_text(errors="replace"))
    print(f"{kind}:{number} ended: {ended.outcome}: {ended.said}\nits folder: {place}")
    return int(ended.outcome not in GOOD)


def _schedule(kinds: list[str], worker: int, workers: int) -> Iterator[tuple[str, int]]:
    """Yield kinds and numbers for ever; no two workers have one in common."""
    turn = worker
    while True:
        for kind in kinds:
            for place in range(KINDS[kind][1]):
                yield kind, turn * KINDS[kind][1] + place
        turn += workers


def _work(arguments: argparse.Namespace, material: Material) -> None:
    """Run this worker's share of the cases until the time is over, and write down how each ended."""
    preload()
    end = time.monotonic() + 60 * arguments.minutes
    with (arguments.out / f"worker_{arguments.worker}.jsonl").open("w") as record:
        for kind, number in _schedule(arguments.kinds, arguments.worker, arguments.workers):
            if time.monotonic() > end:
                return
            ended = run_case(arguments, material, kind, number)
            print(json.dumps([kind, number, ended.outcome, ended.said]), file=record, flush=True)


def _share_out(arguments: argparse.Namespace, material: Material) -> int:
    """Let workers run, and print the counts; return 1 if any case ended badly."""
    shutil.rmtree(arguments.out / "failed", ignore_errors=True)
    workers = [
        subprocess.Popen([sys.executable, *sys.argv, "--worker", str(number)]) for number in range(arguments.workers)
    ]
    lost = sum(worker.wait() != 0 for worker in workers)
    records = [
        json.loads(line)
        for number in range(arguments.workers)
        for line in (arguments.out / f"worker_{number}.jsonl").read_text().splitlines()
    ]
    print(_described(arguments, material))
    print(table(records))
    failed = [record for record in records if record[2] not in GOOD]
    for kind, number, outcome, said in failed[:MOST_SHOWN]:
        print(f"{outcome}: {kind}:{number}: {said}")
    if failed:
        print(f"{len(failed)} cases in {arguments.out / 'failed'}; one again: {_words(arguments)} --only KIND:NUMBER")
    if lost:
        print(f"{lost} workers ended before their time; what they said stands above")
    return int(bool(failed or lost))


def table(records: list[tuple[str, int, str, str]]) -> str:
    """Write the counts of outcomes by kind, in Markdown."""
    counts = Counter((kind, outcome) for kind, _, outcome, _ in records)
    rows = {kind: [counts[kind, outcome] for outcome in OUTCOMES] for kind in KINDS}
    rows["all"] = [sum(counts[kind, outcome] for kind in KINDS) for outcome in OUTCOMES]
    cells = [[kind, str(sum(found)), *map(str, found)] for kind, found in rows.items()]
    return markdown_table(["kind", "cases", *OUTCOMES], cells)


def _described(arguments: argparse.Namespace, material: Material) -> str:
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES)
    source = arguments.media or "the shipped clip and media made here"
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"{versions}; "
        f"seed {arguments.seed}; {arguments.minutes:g} minutes; {time.strftime('%d %B %Y')}\n"
        f"damaged: {source}: {len(material.videos)} videos, {len(material.pictures)} pictures"
        f"{f'; {material.left_out} files over 32 MiB were left out' if material.left_out else ''}\n"
    )


if __name__ == "__main__":
    main()

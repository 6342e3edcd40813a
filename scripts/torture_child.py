"""Runs one step of a case in a process of its own, under limits, and says how it ended."""

import faulthandler
import importlib
import os
import re
import resource
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vidpred.errors import VidpredError

OUTCOMES = ("right", "refused", "wrong", "traceback", "hang", "crash", "memory", "disk")
GOOD = ("right", "refused")
MEMORY = 4 * 2**30  # bytes, beyond what the process has when it begins
LARGEST_FILE = 256 * 2**20  # bytes
SECONDS = 45  # of the processor, and five times as many by the clock
LONGEST_SENTENCE = 1200  # characters of a refusal
MEMORY_WORDS = (
    "MemoryError",
    "can't allocate memory",
    "Cannot allocate memory",
    "std::bad_alloc",
    "Unable to allocate",
)
DISK_WORDS = ("File too large", " is full; ")
CODES = {"refused": 64, "wrong": 65, "traceback": 66}
PRELOADED = (
    *("vidpred.runs.train", "vidpred.runs.comparing.predictors", "vidpred.evaluation.pages", "typer"),
    *("matplotlib.figure", "matplotlib.backends.backend_agg", "torch.utils.tensorboard", "skimage.io", "PIL.Image"),
)
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir")


@dataclass(frozen=True)
class Kill:
    """When a step is killed: at its n-th touch of a file in its folder, or after some seconds."""

    touch: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Step:
    """One process of a case.

    Args:
        act: words of a ``vidpred`` command, or a function that is called.
        kill: when to kill it, if at all.
        must_succeed: whether a refusal is wrong here.
    """

    act: Sequence[str] | Callable[[], None]
    kill: Kill | None = None
    must_succeed: bool = False


@dataclass(frozen=True)
class Ended:
    """How a step ended: one of ``OUTCOMES``, and what it said last."""

    outcome: str
    said: str


def preload() -> None:
    """Import what most cases need once, for all the processes that come."""
    for name in PRELOADED:
        importlib.import_module(name)


def run_step(step: Step, folder: Path, number: int) -> Ended:
    """Run a step in ``folder``; what it prints goes to ``output_NUMBER.txt`` there."""
    output = folder / f"output_{number}.txt"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            _live(step, folder, output)
        finally:
            os._exit(CODES["traceback"])
    status, killed, hung = _wait(child, step.kill)
    if killed or (step.kill and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        return Ended("right", "killed")
    text = output.read_text(errors="replace") if output.exists() else ""
    outcome = _judge(step, status, hung, text)
    return Ended(outcome, _last_word(text, outcome))


def _last_word(text: str, outcome: str) -> str:
    """Return the line that says what happened: of a traceback the exception, else the last."""
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"[A-Za-z_.]+(Error|Exception|Warning|Interrupt|Exit)\b", line)]
    chosen = errors if errors and outcome in ("traceback", "memory") else lines
    return chosen[-1][:300] if chosen else ""


def _wait(child: int, kill: Kill | None) -> tuple[int, bool, bool]:
    """Return how the child ended, whether it was killed as was asked, and whether it took too long."""
    began, killed, hung = time.monotonic(), False, False
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        passed = time.monotonic() - began
        if done:
            break
        if kill and kill.seconds is not None and passed > kill.seconds:
            killed = True
        if passed > 5 * SECONDS:
            hung = True
        if killed or hung:
            _kill_group(child)
            _, status = os.waitpid(child, 0)
            break
        time.sleep(0.002 if passed < 1 else 0.02)
    _kill_group(child)  # what it may have started
    return status, killed, hung or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _judge(step: Step, status: int, hung: bool, text: str) -> str:
    if hung:
        return "hang"
    if any(word in text for word in MEMORY_WORDS):
        return "memory"
    if os.WIFSIGNALED(status):
        return "crash"
    code = os.WEXITSTATUS(status)
    if "Traceback (most recent call last)" in text or code == CODES["traceback"]:
        return "traceback"
    if any(word in text for word in DISK_WORDS):
        return "disk"
    if code == 0:
        return "right"
    return "wrong" if step.must_succeed or code == CODES["wrong"] or not _is_refusal(text) else "refused"


def _is_refusal(text: str) -> bool:
    """Say whether a refusal is one sentence of this program, or a word about its use."""
    last = text.strip().splitlines()[-1] if text.strip() else ""
    return ("error: " in last or text.lstrip().startswith("Usage: ")) and len(last) <= LONGEST_SENTENCE


def _live(step: Step, folder: Path, output: Path) -> None:
    """Be the child: never return."""
    os.setsid()
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", closefd=False) for stream in (1, 2))
    os.chdir(folder)
    os.environ.update(VIDPRED_CACHE=str(folder / "cache"), TMPDIR=str(folder), PYTHONWARNINGS="ignore")
    _limit()
    faulthandler.enable(file=sys.stderr)
    faulthandler.register(signal.SIGXCPU, file=sys.stderr, chain=True)
    if step.kill and step.kill.touch:
        _die_at(step.kill.touch, str(folder))
    os._exit(_act(step.act))


def run_command(words: Sequence[str]) -> None:
    """Do in this process what ``vidpred`` does with these words; it ends by SystemExit."""
    sys.argv = ["vidpred", *words]
    runpy.run_module("vidpred", alter_sys=True)


def _act(act: Sequence[str] | Callable[[], None]) -> int:
    """Do what is asked and return an exit code, having said on stderr what went wrong."""
    code = 0
    try:
        if callable(act):
            act()
        else:
            run_command(act)
    except VidpredError as error:
        print(f"error: {error}", file=sys.stderr)
        code = CODES["wrong"] if "\n" in str(error) else CODES["refused"]
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = CODES["traceback"]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux, where the limit does not hold either
        return
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, mapped + MEMORY))


def _die_at(touch: int, folder: str) -> None:
    """Kill this process at its n-th touch of a file below ``folder``."""
    left = touch

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in EVENTS and arguments and str(arguments[0]).startswith(folder):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)

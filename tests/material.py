"""What the tests of the command line and of inference work on: drawn videos, untrained checkpoints, commands."""

import gzip
import io
import signal
import sys
import threading
import wave
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vidpred.cli import main
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.settings import parse_config
from vidpred.video import write_video

TINY = {"name": "multiscale", "num_scales": 2, "width_multiplier": 0.02}


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


def draw_frames(num_frames=20, height=48, width=64, seed=0):
    """Draw a patchwork that slides to the right by two pixels per frame."""
    patches = np.random.default_rng(seed).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    still = patches.repeat(8, 0).repeat(8, 1)[:height, :width]
    return np.stack([np.roll(still, 2 * t, axis=1) for t in range(num_frames)])


def draw_video(path, num_frames=20, height=48, width=64, seed=0, rate=10):
    """Write a video of :func:`draw_frames`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_video(path, draw_frames(num_frames, height, width, seed), rate)


def save_checkpoint(path, *, greyscale=False, average=True, network=TINY, data=None, seed=0, facts=None, **task):
    """Write a checkpoint of an untrained network; ``task`` takes num_context_frames and lead."""
    config = parse_config(
        {
            "task": {"name": "frame_prediction", **task},
            "network": dict(network),
            "data": data or {"name": "video_folder", "resolution": 32, "crop": 32, "greyscale": greyscale},
            "train": {"seed": seed},
        }
    )
    posed = build_task(config)
    facts = {**posed.facts, "frame_channels": 1 if greyscale else 3, "height": 32, "width": 32, **(facts or {})}
    raw, averaged = (build_network(config, posed, facts).state_dict() for _ in range(2))
    state = {"generator": raw, "average": averaged if average else None, "discriminator": None}
    path.parent.mkdir(parents=True, exist_ok=True)
    Checkpoint(config.model_dump(mode="json"), facts, step=1, state=state).save(path)
    return path


@contextmanager
def same_answer_to_ctrl_c():
    """Have Ctrl-C do afterwards what it did before; a command that it ended leaves it without effect."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def run_vidpred(*arguments, folder=".", stdout=None):
    """Run ``vidpred`` in ``folder``; see :func:`run_here`."""
    return run_here(main, "vidpred", *arguments, folder=folder, stdout=stdout)


def run_here(program, *words, folder=".", stdout=None):
    """Run a program in this process, where torch is imported already, as fixtures of any scope can.

    Args:
        program: what to call.
        words: of the command line, its name first.
        folder: which is made the current one.
        stdout: a stream to print to; a new one, if none is given.

    Returns:
        the exit code, and what was printed to stdout and to stderr.
    """
    out, err = stdout or io.StringIO(), io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err), same_answer_to_ctrl_c():
        patch.chdir(folder)
        patch.setattr(sys, "argv", [*map(str, words)])
        try:
            program()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            err.write("" if isinstance(end.code, int) else f"{end.code}\n")
    out.seek(0)
    return code, out.read(), err.getvalue()


def run_command(monkeypatch, capsys, *arguments):
    """Run ``vidpred`` with ``arguments``; return its exit code and what it printed to stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["vidpred", *map(str, arguments)])
    code = 0
    try:
        with same_answer_to_ctrl_c():
            main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
        code = end.code if isinstance(end.code, int) else 1
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def assert_refused(result, *mentioned):
    """Check that a command failed with one sentence on stderr that mentions certain words."""
    code, _, stderr = result
    assert code != 0
    assert stderr.startswith("vidpred: error: ")
    assert len(stderr.strip().splitlines()) == 1
    assert "Traceback" not in stderr
    for word in mentioned:
        assert str(word) in stderr


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below ``folder``, by name."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def make_unreadable(path, kind):
    """Write to ``path`` something that looks like a video by its name only."""
    if kind == "text":
        path.write_text("this is no video\n" * 100)
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "sound":
        with wave.open(str(path), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))
    elif kind == "cut short":
        whole = draw_video(path.with_name("whole.mp4"), num_frames=5)
        path.write_bytes(whole.read_bytes()[:300])
        whole.unlink()
    elif kind == "one frame":
        draw_video(path, num_frames=1)
    elif kind == "folder":
        path.mkdir()
    return path


UNREADABLE = ("missing", "folder", "text", "empty", "sound", "cut short", "one frame")


def make_unusable_checkpoint(path, kind):
    """Write to ``path`` something that is no checkpoint of a predictor for this version."""
    from safetensors.torch import save_file

    if kind == "text":
        path.write_text("weights")
    elif kind == "of another program":
        save_file({"weight": torch.zeros(2)}, path)
    elif kind == "of another version":
        save_file({"weight": torch.zeros(2)}, path, metadata={"format": "vidpred checkpoint", "version": "999"})
    elif kind == "cut short":
        path.write_bytes(save_checkpoint(path.with_name("whole.safetensors")).read_bytes()[:-200])
    elif kind == "empty folder":
        path.mkdir()
    return path


UNUSABLE = ("missing", "text", "of another program", "of another version", "cut short", "empty folder")


def write_idx(path, values):
    """Write 8-bit images (N, H, W), or labels (N,), as an IDX file, gzip'd where the name ends in .gz."""
    header = bytes([0, 0, 8, values.ndim]) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = header + values.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def draw_mnist(folder):
    """Write files such as MNIST's, of random digits and labels; return the training and the test digits."""
    draw = np.random.default_rng(0)
    digits = [draw.integers(0, 256, (number, 28, 28), np.uint8) for number in (7, 5)]
    for name, images in zip(("train-images-idx3-ubyte", "t10k-images-idx3-ubyte"), digits, strict=True):
        write_idx(folder / name, images)
        labels = draw.integers(0, 10, len(images), np.uint8)
        write_idx(folder / name.replace("images-idx3", "labels-idx1"), labels)
    return digits


def draw_images(folder, number=24, side=20):
    """Write smooth random pictures of ``side`` pixels in two subfolders; return them by name."""
    draw = np.random.default_rng(0)
    written = {}
    for index in range(number):
        coarse = draw.integers(0, 256, (4, 4, 3), np.uint8)
        name = f"{'cats' if index % 2 else 'dogs'}/{index:02}.png"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(coarse).resize((side, side))
        image.save(folder / name)
        written[name] = np.asarray(image)
    return written

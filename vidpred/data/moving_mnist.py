"""Moving MNIST: two handwritten digits that bounce in a square, drawn on demand as in the benchmark."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import numpy as np
from annotated_types import Ge, Le

from vidpred.data.idx import read_mnist_images
from vidpred.errors import VidpredError
from vidpred.interfaces import Split
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.ranges import ClipLength, Clips, Seed
from vidpred.registry import DATASETS
from vidpred.wording import counted

SIDE = 64  # pixels of a frame
DIGIT_SIDE = 28  # pixels
NUM_DIGITS = 2
STEP = 0.1  # per frame, as a share of the room that a digit has
SEQUENCE_LENGTH = 20  # frames of a test sequence: 10 of context, 10 to predict
NUM_TEST_SEQUENCES = 10_000
TRAINING = 0
TEST_SEED = (20150217, 1)  # the same for every run, so that scores of runs are comparable
TRAINING_DIGITS, TEST_DIGITS = "train-images-idx3-ubyte", "t10k-images-idx3-ubyte"
PUBLISHED = "mnist_test_seq.npy"
PUBLISHED_SHAPE = (SEQUENCE_LENGTH, NUM_TEST_SEQUENCES, SIDE, SIDE)
PUBLISHED_SHA256 = "c2a3e8d3939c001ab77bf543f130157424efa486bb4d0974d2cebb773b13f8b3"
PUBLISHED_AT = "http://www.cs.toronto.edu/~nitish/unsupervised_video/mnist_test_seq.npy"

Drawing: TypeAlias = Callable[[int, int], np.ndarray]  # from a number, and frames, to a sequence of at least so many


@DATASETS.register("moving_mnist")
@checked
def moving_mnist(
    source: GivenPath,
    clip_length: ClipLength,
    seed: Seed = 0,
    *,
    num_clips: Clips = 1_000_000,
    num_test_clips: Annotated[int, Ge(1), Le(NUM_TEST_SEQUENCES)] = 1000,
) -> Split:
    """Two digits of MNIST that move at constant speed in 64 x 64 pixels and bounce off the borders.

    A test sequence has 20 frames, and a test clip is the end of one: with any context, a horizon of 10
    scores the last 10 frames, as papers do. If the published ``mnist_test_seq.npy`` is in the folder, it
    is the test set; otherwise test sequences are drawn from MNIST's test digits, the same ones for every seed.

    Args:
        source: folder with MNIST's train-images-idx3-ubyte and t10k-images-idx3-ubyte, plain or .gz.
        clip_length: frames per clip; set by the task.
        seed: of the training sequences; set by the run.
        num_clips: how many different sequences to train on.
        num_test_clips: how many of the 10,000 test sequences to validate and evaluate on, the first ones.

    Raises:
        VidpredError: a file is missing or damaged, or the clips are longer than published sequences.

    Source: Srivastava, Mansimov and Salakhutdinov (2015).
    """
    source = Path(source)
    digits = _read_digits(source, TRAINING_DIGITS)
    published = source / PUBLISHED
    if published.exists():
        test, origin = read_published(published, clip_length)
    else:
        test, origin = _draw_test(_read_digits(source, TEST_DIGITS))
    train = partial(draw_sequence, digits, (seed, TRAINING))
    report = (
        f"moving MNIST: {counted(num_clips, 'sequence')} to train on, drawn on demand from "
        f"{counted(len(digits), 'digit')}\n"
        f"validation: the first {num_test_clips:,} of {NUM_TEST_SEQUENCES:,} test sequences, {origin}"
    )
    return Split(
        train=MovingDigits(train, num_clips, clip_length, "training sequence"),
        validation=MovingDigits(
            test, num_test_clips, clip_length, "test sequence", SEQUENCE_LENGTH if published.exists() else None
        ),
        report=report,
    )


class MovingDigits:
    """Clips that are the ends of sequences.

    Args:
        sequence: returns the sequence of a number, 8-bit (T, H, W), T being at least the frames that are asked for.
        num_clips: how many there are.
        clip_length: frames per clip.
        name: what to call a sequence, before its number.
        longest: frames that a sequence has at most; None for no limit.
    """

    def __init__(self, sequence: Drawing, num_clips: int, clip_length: int, name: str, longest: int | None = None):
        self.sequence = sequence
        self.num_clips = num_clips
        self.clip_length = clip_length
        self.name = name
        self.longest = longest

    @property
    def facts(self) -> Mapping[str, Any]:
        return {"frame_channels": 1, "height": SIDE, "width": SIDE}

    def __len__(self) -> int:
        return self.num_clips

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        del draws  # digits are never mirrored
        return np.stack([self.full_frames(index) for index in indices])

    def full_frames(self, index: int) -> np.ndarray:
        """Return one clip, 8-bit (T, H, W, 1)."""
        return self.sequence(range(self.num_clips)[index], self.clip_length)[-self.clip_length :, ..., None]

    def longer(self, num_frames: int) -> "MovingDigits | None":
        """Return clips of ``num_frames`` frames of the same sequences; none where these are shorter."""
        if self.longest is not None and num_frames > self.longest:
            return None
        return MovingDigits(self.sequence, self.num_clips, num_frames, self.name, self.longest)

    def video(self, index: int) -> str:
        """Return what to call the sequence."""
        return f"{self.name} {range(self.num_clips)[index]}"


def draw_sequence(digits: np.ndarray, seed: tuple[int, ...], index: int, num_frames: int) -> np.ndarray:
    """Draw one sequence, 8-bit (T, H, W): where digits overlap, the brighter pixel counts.

    It is determined by seed and index; a longer one continues a shorter one.

    Args:
        digits: to choose from, 8-bit (N, 28, 28).
        seed: numbers that determine all sequences.
        index: of the sequence.
        num_frames: its length.
    """
    draw = np.random.default_rng([*seed, index])
    frames = np.zeros((num_frames, SIDE, SIDE), np.uint8)
    for _ in range(NUM_DIGITS):
        start, direction = draw.random(2), 2 * np.pi * draw.random()
        digit = digits[draw.integers(len(digits))]
        for frame, (top, left) in zip(frames, trajectory(start, direction, num_frames), strict=True):
            covered = frame[top : top + DIGIT_SIDE, left : left + DIGIT_SIDE]
            np.maximum(covered, digit, out=covered)
    return frames


def trajectory(start: np.ndarray, direction: float, num_frames: int) -> np.ndarray:
    """Return the upper left corner (top, left) of a digit in every frame, whole pixels (T, 2).

    A step that would cross a border ends on it, and the next goes back.

    Args:
        start: (top, left) before the first step, each from 0 to 1 of the room that a digit has.
        direction: of the first step, radians.
        num_frames: T.
    """
    position, velocity = start, STEP * np.array([np.sin(direction), np.cos(direction)])
    positions = np.empty((num_frames, 2))
    for time in range(num_frames):
        position = position + velocity
        velocity = np.where((position <= 0) | (position >= 1), -velocity, velocity)
        position = position.clip(0, 1)
        positions[time] = position
    corners: np.ndarray = ((SIDE - DIGIT_SIDE) * positions).astype(int)
    return corners


def read_published(path: Path, clip_length: int) -> tuple[Drawing, str]:
    """Open the published test set: return a function from number to sequence, and the set's name.

    Args:
        path: of the published ``mnist_test_seq.npy``, 8-bit (20, 10000, 64, 64).
        clip_length: frames that a sequence must have.

    Raises:
        VidpredError: it is another file, or its sequences are too short.
    """
    remedy = f"download it from {PUBLISHED_AT}, or remove it to have test sequences drawn"
    try:
        frames = np.load(path, mmap_mode="r")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, EOFError, ValueError) as error:
        raise VidpredError(f"{path} cannot be read as a .npy file of numbers ({error}); {remedy}") from None
    if frames.dtype != np.uint8 or frames.shape != PUBLISHED_SHAPE:
        found = f"holds {frames.dtype} of shape {frames.shape}"
        raise VidpredError(f"{path} {found}, but the published test set is uint8 of {PUBLISHED_SHAPE}; {remedy}")
    if digest != PUBLISHED_SHA256:
        raise VidpredError(
            f"{path} has the SHA-256 {digest}, but the published test set {PUBLISHED_SHA256}, so it is another file; "
            f"{remedy}"
        )
    if clip_length > SEQUENCE_LENGTH:
        raise VidpredError(
            f"clips of {clip_length} frames (context and horizon) are needed, but the published test sequences in "
            f"{path} have {SEQUENCE_LENGTH}; lower the horizon, or remove the file to have longer ones drawn"
        )
    return lambda index, _: np.array(frames[:, index]), f"as published ({PUBLISHED}, SHA-256 {digest[:12]})"


def _draw_test(digits: np.ndarray) -> tuple[Drawing, str]:
    def drawn(index: int, num_frames: int) -> np.ndarray:
        return draw_sequence(digits, TEST_SEED, index, max(SEQUENCE_LENGTH, num_frames))

    return drawn, f"drawn from {counted(len(digits), 'other digit')} (not the published ones: {PUBLISHED} is not there)"


def _read_digits(folder: Path, name: str) -> np.ndarray:
    digits = read_mnist_images(folder, name)
    if digits.shape[1:] != (DIGIT_SIDE, DIGIT_SIDE) or not len(digits):
        raise VidpredError(
            f"{name} in {folder} holds images (N, H, W) of {digits.shape}, but digits of {DIGIT_SIDE} x {DIGIT_SIDE} "
            "pixels are needed; put the files of MNIST there"
        )
    return digits

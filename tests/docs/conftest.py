"""A folder as a user of the documentation has it: videos, clips, images, digits, and trained runs."""

import shutil
from functools import partial

import numpy as np
import pytest
from material import draw_images, draw_mnist, draw_video, run_vidpred, save_checkpoint
from matplotlib.figure import Figure
from PIL import Image
from small_settings import LITTLE, SMALL_IMAGES, TINY

from vidpred.evaluation.extractors import open_extractors
from vidpred.runs.shipped import CLIP
from vidpred.video import decode, probe, write_video

VIDEOS = ("videos/first.mp4", "videos/second.mp4", "more_videos/other.mp4", "more/third.mp4", "clip.mp4", "film.mp4")
CAMERA = ("normal/morning.mp4", "normal/noon.mp4", "new.mp4", "monday.mp4", "tuesday.mp4")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder; tests take copies of it by ``user``."""
    folder = tmp_path_factory.mktemp("user")
    small = [frame[::5, ::8] for frame in decode(CLIP)][:16]
    for number, name in enumerate(VIDEOS):  # of different content, or those that were trained on would not be scored
        (folder / name).parent.mkdir(exist_ok=True)
        frames = [np.roll(frame, number, axis=1) for frame in small]
        write_video(folder / name, frames[:: -1 if "second" in name else 1], probe(CLIP).frame_rate)
    for seed, name in enumerate(CAMERA):
        draw_video(folder / name, seed=seed)
    images = draw_images(folder / "images", 48, side=32)
    for name in ("digits", "faces"):
        shutil.copytree(folder / "images", folder / name)
    shutil.copy(folder / "images" / next(iter(images)), folder / "image.png")
    draw_mnist(folder / "MNIST")
    noisy = {"name": "multiscale", "num_scales": 2, "width_multiplier": 0.02, "latent_channels": 2}
    save_checkpoint(folder / "runs" / "stochastic" / "checkpoints" / "best.safetensors", network=noisy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder / "cache"))
        for words in (
            f"videos --config mathieu_adv_small {LITTLE} {TINY} data.crop=32 log.sample_every=1 --out runs/NAME",
            f"images --config dcgan {SMALL_IMAGES} --out runs/images",
        ):
            code, _, error = run_vidpred("train", *words.split(), "--steps", 2, folder=folder)
            assert code == 0, error
    shutil.copytree(folder / "runs" / "images", folder / "RUN")
    return folder


@pytest.fixture(scope="module", autouse=True)
def no_extras():
    """Draw no figure, and measure no distance of sets unasked, which take longest; both are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vidpred.runs.comparing.predictors.open_extractors", partial(open_extractors, by_default=()))
        blank = Image.new("RGB", (1, 1))
        patch.setattr(Figure, "savefig", lambda figure, target, **_: blank.save(target, format="png"))
        yield


@pytest.fixture
def user(place, tmp_path, monkeypatch):
    """A copy of the folder, which is made the current one."""
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIDPRED_CACHE", str(place / "cache"))
    return tmp_path

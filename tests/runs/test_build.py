"""What a run is made of is checked once, built once and opened once."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from material import draw_video

from vidpred.data.clip_store import ClipStore
from vidpred.errors import VidpredError
from vidpred.losses import Objective
from vidpred.machine.engine import Engine
from vidpred.registry import Registry
from vidpred.runs.build import Parts, Plan
from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run
from vidpred.training.augmenter import Augmenter

SMALL = (
    *("network.num_scales=2", "network.width_multiplier=0.03125", "discriminator.width_multiplier=0.0625"),
    *("train.batch_size=2", "train.steps=1", "train.precision=fp32"),
)
SHAPES = ("data.name=moving_shapes", "data.resolution=16", "data.num_clips=8")
VIDEOS = ("data.crop=16", "data.resolution=32", "data.flip=false", "log.validation_clips=2")


@pytest.fixture
def counted(monkeypatch):
    """Count what is checked and built while a test runs, by name."""
    counts = Counter()

    def count(owner, method, name):
        original = getattr(owner, method)

        def counting(*arguments, **options):
            counts[name(*arguments)] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(owner, method, counting)

    count(Registry, "check", lambda registry, name, _: f"{registry.kind} {name}")
    count(Objective, "__init__", lambda *_: "objective")
    count(Augmenter, "__init__", lambda *_: "augmenter")
    count(ClipStore, "open", lambda _, path, *__: path.name)
    return counts


def test_every_part_is_checked_and_built_once(counted):
    parts = Parts.build(load_config(overrides=[*SMALL, *SHAPES]), Engine("cpu", "fp32"))
    parts.feed.close()
    sections = {"task frame_prediction", "dataset moving_shapes", "predictor multiscale", "discriminator convolutional"}
    assert counted.keys() >= {*sections, "objective", "augmenter"}
    assert set(counted.values()) == {1}


@pytest.mark.parametrize(
    "mistake",
    [
        *("network.num_scale=2", "discriminator.width=2", "data.crops=3", "task.leads=2", "objective.terms.gld=1"),
        *("objective.terms.gdl.alpha=0", "objective.game=hing", "objective.penalties={gradient_penalty: auto}"),
        *("objective.augmentation.policy=[colours]", "train.stop_on=[collapsing]", "log.best_by=psnrs"),
        "train.batch_size=1 objective.mismatched_pairs=true",
        "train.accumulate=4 objective.mismatched_pairs=true",
    ],
)
def test_every_mistake_is_found_before_data_are_opened(mistake, monkeypatch):
    monkeypatch.setattr("vidpred.runs.build.open_data", lambda *_: pytest.fail("the data were opened"))
    with pytest.raises(VidpredError):
        Parts.build(load_config(overrides=[*SMALL, *mistake.split()]), Engine("cpu", "fp32"))


def test_a_score_that_the_task_does_not_have_is_refused_with_a_setting_that_it_has():
    with pytest.raises(
        VidpredError, match=r"'psnr', which is no score of this task.*; set log.best_by=kernel_distance$"
    ):
        Plan.check(
            load_config(overrides=["task=image_synthesis", "network=dcgan", "data=image_folder", "log.best_by=psnr"])
        )


def test_a_plan_needs_no_data(monkeypatch):
    monkeypatch.setattr("vidpred.runs.build.open_data", lambda *_: pytest.fail("the data were opened"))
    plan = Plan.check(load_config(overrides=[*SMALL]))
    facts = {**plan.task.facts, "frame_channels": 3, "height": 16, "width": 16}
    assert plan.build_trainer(facts, Engine("cpu", "fp32")).objective is plan.objective


def test_a_run_with_previews_opens_every_video_once(tmp_path, monkeypatch, counted):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    (tmp_path / "videos").mkdir()
    names = [f"film_{number}.mp4" for number in range(3)]
    for number, name in enumerate(names):
        draw_video(tmp_path / "videos" / name, num_frames=24, seed=number)
    config = load_config(overrides=[*SMALL, *VIDEOS, "log.preview_frames=6"]).on_data(tmp_path / "videos")
    shown = []
    monkeypatch.setattr("vidpred.runs.writer.write_video", lambda _, film, *__, **___: shown.append(len(film)))
    run = start_run(config, tmp_path / "run", "cpu", say=lambda _: None)
    assert {name: counted[name] for name in names} == dict.fromkeys(names, 1)
    assert shown == [6, 6]  # before training, and after it
    assert run.folder is not None


@pytest.mark.parametrize("name", ["moving_shapes", "enumerable_futures"])
def test_longer_clips_of_drawn_data_go_on_where_the_short_ones_end(name):
    parts = Parts.build(load_config(overrides=[*SMALL, f"data={name}", "data.num_clips=8"]), Engine("cpu", "fp32"))
    parts.feed.close()
    clips = parts.data.validation
    assert np.array_equal(clips.longer(9).full_frames(3)[:5], clips.full_frames(3))
    assert len(clips.longer(9).full_frames(3)) == 9


def test_mismatched_pairs_need_a_task_with_a_context():
    config = load_config(Path("dcgan"), ["objective.mismatched_pairs=true"])
    with pytest.raises(VidpredError, match=r"the task image_synthesis has no context.*set it to false"):
        Plan.check(config)


@pytest.mark.parametrize(
    ("setting", "settled"),
    [
        ("discriminator.num_scales=1", "2"),
        ("discriminator.num_frames=3", "5"),
        ("discriminator.frame_channels=1", "3"),
        ("data.clip_length=9", "5"),
        ("data.known_split={}", "null"),
    ],
)
def test_what_a_run_settles_itself_cannot_be_set_otherwise(setting, settled, tmp_path):
    videos = "known_split" in setting
    config = load_config(overrides=[*SMALL, *(VIDEOS if videos else SHAPES), setting])
    config = config.on_data(tmp_path) if videos else config
    name = setting.partition("=")[0]
    with pytest.raises(VidpredError, match=f"{name} is .*, but data, task and network of this run make it {settled};"):
        Parts.build(config, Engine("cpu", "fp32"))


def test_what_a_run_settles_itself_may_be_said_once_more():
    config = load_config(overrides=[*SMALL, *SHAPES, "discriminator.num_frames=5"])
    Parts.build(config, Engine("cpu", "fp32")).feed.close()


@pytest.mark.parametrize(
    ("mistake", "meant"),
    [
        ("discriminator.lr=0.004", "adversary; say adversary.lr=0.004"),
        ("network.weight_decay=0.1", "generator; say generator.weight_decay=0.1"),
        ("network.optimizer=sgd", "generator; say generator.optimizer='sgd'"),
    ],
)
def test_how_a_network_learns_is_sought_in_a_section_of_its_own(mistake, meant):
    with pytest.raises(
        VidpredError, match=f"{mistake.partition('=')[0]} is no setting: .* how it learns stands in {meant}"
    ):
        Plan.check(load_config(None, [*SHAPES, mistake]))


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ("data.batch_size=4", "dataset 'moving_shapes' has none; say train.batch_size=4"),
        ("task.steps=9", "task 'frame_prediction' has none; say train.steps=9"),
        ("data.lr=0.1", "dataset 'moving_shapes' has none; say generator.lr=0.1 or adversary.lr=0.1"),
        ("network.learning_rate=1", "network is what the network is made of, and how it learns stands in generator; "),
    ],
)
def test_a_setting_of_the_run_among_the_options_of_a_part_is_told_with_its_section(mistake, told):
    with pytest.raises(VidpredError, match=re.escape(f"{mistake.partition('=')[0]} is no setting: {told}")):
        Plan.check(load_config(None, [*SHAPES, mistake]))


@pytest.mark.parametrize(("resolution", "is_refused"), [(8, True), (10, True), (11, False)])
def test_frames_that_are_too_small_to_be_scored_are_refused_before_a_run_has_a_folder(tmp_path, resolution, is_refused):
    settings = ["network.num_scales=1", "data=moving_shapes", f"data.resolution={resolution}", "data.num_clips=8"]
    config = load_config(overrides=[*SMALL, *settings, "log.validation_clips=2", "objective.adversarial_weight=0"])
    if not is_refused:
        assert start_run(config, tmp_path / "run", "cpu", say=lambda _: None).outcome.step == 1
        return
    told = rf"frames of {resolution} x {resolution} are too small for ssim.* 11 x 11 pixels.*; raise data\.resolution"
    with pytest.raises(VidpredError, match=told):
        start_run(config, tmp_path / "run", "cpu", say=lambda _: None)
    assert not (tmp_path / "run").exists()


def test_of_clips_that_are_cut_out_too_small_to_be_scored_the_size_of_the_cut_is_to_be_raised(tmp_path):
    draw_video(tmp_path / "videos" / "one.mp4")
    settings = ["network.num_scales=1", "data.name=video_folder", f"data.source={tmp_path / 'videos'}"]
    config = load_config(overrides=[*SMALL, *settings, "data.resolution=32", "data.crop=8"])
    with pytest.raises(VidpredError, match=r"8 x 8 are too small for ssim.*; raise data\.crop,"):
        start_run(config, tmp_path / "run", "cpu", say=lambda _: None)

"""What any task must do: a newly registered one is tested here without another line."""

from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
from material import assert_refused, draw_video, run_command
from torch import nn

from vidpred import VidpredError, load_generator, load_predictor
from vidpred.cli.program import app
from vidpred.frames.pyramid import build_pyramid
from vidpred.interfaces import Batch, DiscriminatorEvaluator, Example, Illustration
from vidpred.predictors import PREDICTORS
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.load import load_discriminator
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.settings import parse_config
from vidpred.tasks import TASKS
from vidpred.tasks.commands import served
from vidpred.training.validation import what_is_scored

SMALL = {"width_multiplier": 0.02, "hidden_channels": 8, "num_scales": 2}
SIZE = {"frame_channels": 3, "height": 32, "width": 32}
NUM_CLIPS = 4
SCORED = [  # a task, its options and what is said of its scores
    ("frame_prediction", {}, "at t+1"),
    ("frame_prediction", {"lead": 2}, "at t+2"),
    ("frame_prediction", {"lead": 2, "horizon": 3}, "at t+2 to t+4, on average"),
    ("frame_interpolation", {}, "of the frame in the middle"),
    ("image_synthesis", {}, ""),
]
FOR_EVERY_TASK = {"demo", "train", "fit", "health", "film", "config", "presets", "cache", "inspect"}
WITH_PREDICT = {"extend", "live", "watch", "web"}  # of the tasks that serve `predict`, since they predict too
ARGUMENTS = {  # of the commands that some tasks serve, with a checkpoint at RUN
    **dict.fromkeys(["sample", "interpolate", "neighbours", "accuracy-score", "probe"], "RUN"),
    **dict.fromkeys(["project", "complete"], "RUN image.png"),
    "arithmetic": "RUN 1",
    "export-dataset": "RUN --out exported",
    "predict": "clip.mp4 --checkpoint RUN",
    "evaluate": "videos --checkpoint RUN",
    "compare": "videos RUN",
    "export": "RUN --format torch",
    "interpolate-video": "clip.mp4 --checkpoint RUN",
}


@pytest.mark.parametrize(("known", "options", "said"), SCORED)
def test_a_task_says_which_frames_its_scores_are_of(known, options, said):
    assert what_is_scored(TASKS.build(known, **options)) == said


@pytest.fixture(params=sorted(TASKS))
def name(request):
    return request.param


@pytest.fixture
def task(name):
    return TASKS.build(name)


@pytest.fixture
def batch(task):
    return torch.rand(NUM_CLIPS, task.clip_length, 3, 32, 32) * 2 - 1


@pytest.fixture
def clips(task):
    return np.random.default_rng(0).integers(0, 256, (2, task.clip_length + 1, 32, 32, 3), np.uint8)


@pytest.fixture
def network(task):
    return build(task).eval()


def smallest(task):
    """Return name and options of the smallest network that can attempt the task and learn."""
    parts = {name: {key: SMALL[key] for key in SMALL if key in task.networks.signature(name)} for name in task.networks}
    networks = {name: task.networks.build(name, {**task.facts, **SIZE}, **parts[name]) for name in parts}
    sizes = {name: sum(weight.numel() for weight in network.parameters()) for name, network in networks.items()}
    name = min(filter(sizes.get, sizes), key=sizes.get)
    return name, parts[name]


def build(task):
    name, options = smallest(task)
    return task.networks.build(name, {**task.facts, **SIZE}, **options)


def shapes(pyramid):
    return [level.shape for level in pyramid]


def test_poses_a_question_about_every_clip_and_leaves_the_clips_alone(task, batch):
    before = batch.clone()
    example = task.pose(batch)
    assert len(example.condition) == len(example.target) == NUM_CLIPS
    assert example.target.shape[2:] == batch.shape[2:]
    assert torch.equal(batch, before)


def test_labels_stay_with_the_clips_that_they_are_of(task, batch):
    example = task.pose(batch, torch.arange(NUM_CLIPS))
    if example.labels is not None:
        assert example.labels.tolist() == [*range(NUM_CLIPS)]
        assert torch.equal(example.target, task.pose(batch).target)


def test_answers_with_a_pyramid_in_the_shape_of_the_target(task, batch, network):
    example = task.pose(batch)
    frames = task.answer(network, example)
    assert shapes(frames) == shapes(build_pyramid(example.target, len(frames)))


def test_presents_real_and_fake_frames_alike_in_as_many_frames_as_its_facts_say(task, batch, network):
    example = task.pose(batch)
    fake = task.answer(network, example)
    real = build_pyramid(example.target, len(fake))
    presented = task.present(fake, example)
    assert shapes(presented) == shapes(task.present(real, example))
    for shown, level in zip(presented, fake, strict=True):
        assert shown.shape == (NUM_CLIPS, task.facts["num_frames"], *level.shape[2:])


def test_the_gradient_of_what_is_presented_reaches_the_network(task, batch):
    network = build(task).train()
    example = task.pose(batch)
    presented = task.present(task.answer(network, example), example)
    sum(level.square().sum() for level in presented).backward()
    assert any(weight.grad is not None and weight.grad.any() for weight in network.parameters())


def test_its_facts_hold_the_length_of_a_clip(task):
    assert task.facts["clip_length"] == task.clip_length


def test_scores_by_every_name_that_it_promises_and_the_same_again(task, batch, network):
    batches = [Batch(clip[None], torch.tensor([label])) for label, clip in enumerate(batch)]
    scores = task.score(network, batches)
    judged = task.evaluate_discriminator(Guesses(), batches) if isinstance(task, DiscriminatorEvaluator) else {}
    assert set(task.scores) <= scores.keys() | judged.keys()
    assert np.isfinite([*scores.values(), *judged.values()]).all()
    assert task.score(network, batches) == scores


class Guesses(nn.Module):
    """A discriminator that sees the first class in everything."""

    num_categories = NUM_CLIPS

    def classify(self, clips):
        return torch.eye(NUM_CLIPS)[[0]].expand(len(clips[-1]), -1)


def test_illustrates_a_network_in_8_bits_and_leaves_its_mode_alone(task, clips):
    network = build(task).train()
    drawn = task.illustrate(network, clips)
    assert network.training
    for shown, axes in ((drawn.picture, 3), (drawn.film, 4)):
        if shown is not None:
            assert (shown.dtype, shown.ndim, shown.shape[-1]) == (np.uint8, axes, 3)


def commands():
    return {command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands}


def test_every_command_is_for_every_task_or_for_those_that_declare_it():
    assert commands() == FOR_EVERY_TASK | WITH_PREDICT | ARGUMENTS.keys()
    assert not FOR_EVERY_TASK & ARGUMENTS.keys()


def test_declares_commands_that_there_are(name):
    assert len(set(served(name))) == len(served(name))
    assert set(served(name)) <= ARGUMENTS.keys()


def test_names_in_its_usage_a_command_that_it_serves(name):
    program, command, *arguments = TASKS[name].usage.split()
    assert program == "vidpred"
    assert command in served(name)
    assert "RUN" in arguments


def test_is_judged_as_a_predictor_or_as_a_generator_or_by_frames_between(name):
    if {"evaluate", "compare"} & set(served(name)):
        assert len({"predict", "sample", "interpolate-video"} & set(served(name))) == 1


class MiddleFrame:
    """Two frames in, and the one between them out: networks that also predict, but no future."""

    networks = PREDICTORS
    usage = "vidpred health RUN"
    scores = {"error": False}  # noqa: RUF012
    clip_length = 3
    facts = {"num_context_frames": 2, "lead": 1, "clip_length": 3, "num_frames": 3}  # noqa: RUF012

    def pose(self, batch, labels=None):
        return Example(condition=batch[:, ::2], target=batch[:, 1:2])

    def answer(self, network, example):
        return network(example.condition)

    def present(self, frames, example):
        before, after = (build_pyramid(frame, len(frames)) for frame in example.condition.split(1, dim=1))
        return [torch.cat(levels, dim=1) for levels in zip(before, frames, after, strict=True)]

    def score(self, network, batches):
        example = self.pose(torch.cat([batch.clips for batch in batches]))
        return {"error": float((self.answer(network, example)[-1] - example.target).abs().mean())}

    def illustrate(self, network, clips):
        return Illustration(clips[0, 1], None)


@pytest.fixture
def middle_frame(monkeypatch):
    """A task of a package other than this one, until the test ends."""
    task = type("MiddleFrame", (MiddleFrame,), {})
    monkeypatch.setitem(TASKS._parts, "middle_frame", task)
    return task


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to run commands in, with what they read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_video(tmp_path / "clip.mp4")
    draw_video(tmp_path / "videos" / "clip.mp4")
    return tmp_path


@pytest.fixture
def vidpred(monkeypatch, capsys):
    return partial(run_command, monkeypatch, capsys)


@pytest.fixture
def save_run(place):
    """Return a function that writes a checkpoint of an untrained network for a task, and returns its path."""

    def save(name):
        network, options = smallest(TASKS.build(name))
        config = parse_config({"task": {"name": name}, "network": {"name": network, **options}})
        task = build_task(config)
        facts = {**task.facts, **SIZE}
        state = {"generator": build_network(config, task, facts).state_dict(), "average": None, "discriminator": None}
        Checkpoint(config.model_dump(mode="json"), facts, step=1, state=state).save(place / f"{name}.safetensors")
        return place / f"{name}.safetensors"

    return save


def ask(vidpred, command, run):
    """Give a checkpoint to a command."""
    return vidpred(command, *ARGUMENTS[command].replace("RUN", str(run)).split())


REFUSED = [pair for pair in product(sorted(TASKS), ARGUMENTS) if pair[1] not in served(pair[0])]


@pytest.mark.parametrize(("refused", "command"), REFUSED)
def test_is_refused_in_one_sentence_by_every_command_that_it_does_not_serve(refused, command, save_run, vidpred):
    run = save_run(refused)
    usage = TASKS[refused].usage.replace("RUN", str(run))
    able = [name for name in TASKS if command in served(name)]
    assert_refused(ask(vidpred, command, run), repr(refused), f"but not {command};", *served(refused), usage, *able)


@pytest.mark.parametrize("command", ["predict", "evaluate", "compare"])
@pytest.mark.parametrize("declared", [(), None])
def test_a_task_that_declares_no_command_serves_none(declared, command, middle_frame, save_run, vidpred, place):
    if declared is not None:
        middle_frame.commands = declared
    run = save_run("middle_frame")
    before = {*place.iterdir()}
    sentence = ("was trained for 'middle_frame'", "declares no commands", f"`vidpred {command}` cannot use it")
    able = " or ".join(sorted(task for task in TASKS if command in served(task)))
    assert_refused(ask(vidpred, command, run), run, *sentence, f"name a run of {able}", "attribute `commands`")
    assert {*place.iterdir()} == before


def test_networks_that_predict_are_not_judged_unless_their_task_says_so(middle_frame, save_run, vidpred):
    middle_frame.commands, middle_frame.usage = ("predict",), "vidpred predict CLIP.mp4 --checkpoint RUN"
    run = save_run("middle_frame")
    assert ask(vidpred, "predict", run)[0] == 0
    for command in ("evaluate", "compare"):
        assert_refused(ask(vidpred, command, run), "which serves predict, but not", command, "frame_prediction", run)


def test_the_library_loads_networks_for_what_their_task_serves_only(middle_frame, save_run):
    run = save_run("middle_frame")
    for load, command in ((load_predictor, "predict"), (load_generator, "sample"), (load_discriminator, "probe")):
        with pytest.raises(VidpredError, match=f"`vidpred {command}` cannot use it"):
            load(run)
    middle_frame.commands = ("predict",)
    assert load_predictor(run, "cpu").num_context_frames == 2
    drawing = save_run("image_synthesis")
    assert load_generator(drawing, "cpu", command="project").latent_channels == 100
    with pytest.raises(VidpredError, match="but not paint; name a run of another task"):
        load_generator(drawing, command="paint")

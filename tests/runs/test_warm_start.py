"""A run that starts from another run's weights has these and nothing else of it."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from material import draw_video

from vidpred import load_predictor
from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.machine.files import sha256_of
from vidpred.runs.build import build_trainer
from vidpred.runs.checkpoint import Checkpoint, load_to_predict
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config
from vidpred.runs.train import resume_run, start_run
from vidpred.runs.warm_start import inherited_settings, split_before, start_weights

ONE_STEP = (
    *("data.resolution=16", "data.crop=16", "network.num_scales=2", "network.width_multiplier=0.02"),
    *("objective.adversarial_weight=0", "train.batch_size=2", "train.steps=1", "train.precision=fp32"),
    "log.preview_frames=1",
)
SHORT = ("train.steps=5", "log.validation_clips=2", "log.preview_frames=1")
STILL = (*SHORT, "generator.optimizer=sgd", "generator.lr=1e-12", "train.steps=2")  # learns less than a float shows


@pytest.fixture(scope="module")
def finished(small_config, tmp_path_factory):
    """The folder of a run of five steps that has ended."""
    return start_run(small_config(*SHORT), tmp_path_factory.mktemp("runs") / "source", "cpu").folder


@pytest.fixture
def source(finished, tmp_path):
    """A copy of it that may be changed."""
    return Path(shutil.copytree(finished, tmp_path / "source"))


def fresh_trainer(config):
    task = build_task(config)
    facts = {**task.facts, **build_data(config, task).train.facts}
    return build_trainer(config, task, facts, Engine("cpu", config.train.precision)), facts


def started(config, path):
    """Return a trainer that starts from the weights in ``path``, and which checkpoint that was."""
    trainer, facts = fresh_trainer(config)
    return trainer, start_weights(trainer, path, config.network.model_dump(), facts)


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_that_learns_nothing_predicts_as_its_source_does(small_config, tmp_path, source):
    folder = start_run(small_config(*STILL), tmp_path / "new", "cpu", start_from=source).folder
    context = torch.rand(1, 4, 3, 16, 24) * 2 - 1
    new, old = (load_predictor(run, "cpu")(context) for run in (folder, source))
    torch.testing.assert_close(new, old)
    random = start_run(small_config(*STILL, "train.seed=1"), tmp_path / "random", "cpu").folder
    assert not torch.allclose(load_predictor(random, "cpu")(context)[-1], old[-1], atol=1e-3)


def test_the_generator_and_its_average_both_start_from_the_averaged_weights(small_config, source):
    state = Checkpoint.load(source).state
    assert not equal(state["average"], state["generator"])
    trainer, _ = started(small_config(), source)
    assert equal(trainer.generator.network.state_dict(), state["average"])
    assert equal(trainer.average.network.state_dict(), state["average"])


def test_a_source_without_an_average_gives_its_last_weights_and_none_is_needed_to_start(small_config, tmp_path):
    plain = start_run(small_config(*SHORT, "train.ema_decay=0"), tmp_path / "plain", "cpu").folder
    expected = Checkpoint.load(plain).state["generator"]
    for config in (small_config(), small_config("train.ema_decay=0")):
        trainer, _ = started(config, plain)
        assert equal(trainer.generator.network.state_dict(), expected)
        assert equal(trainer.network.state_dict(), expected)


def test_the_discriminator_and_both_optimisers_are_new(small_config, source):
    old = Checkpoint.load(source).state
    new, fresh = started(small_config(), source)[0].state_dict(), fresh_trainer(small_config())[0].state_dict()
    assert equal(new["discriminator"], fresh["discriminator"])
    assert not equal(new["discriminator"], old["discriminator"])
    for optimizer in ("generator_optimizer", "discriminator_optimizer"):
        assert new[optimizer] == fresh[optimizer]
        assert str(new[optimizer]) != str(old[optimizer])


def test_a_folder_means_its_best_checkpoint_else_its_last_and_a_file_itself(small_config, source):
    last, best = (source / "checkpoints" / f"{name}.safetensors" for name in ("last", "best"))
    marked = Checkpoint.load(best)
    Checkpoint(marked.config, marked.facts, 7, marked.state).save(best)
    for path, meant, step in ((source, best, 7), (best, best, 7), (last, last, 5)):
        _, origin = started(small_config(), path)
        assert origin == {"path": str(meant.resolve()), "step": step, "sha256": sha256_of(meant)}
    best.unlink()
    assert started(small_config(), source)[1]["path"] == str(last.resolve())


def test_the_size_of_the_patches_may_change(small_config, tmp_path, source):
    config = small_config(*SHORT, "data.resolution=24", "train.steps=1")
    assert start_run(config, tmp_path / "larger", "cpu", start_from=source).outcome.step == 1


def test_the_run_says_which_checkpoint_it_started_from_and_resumes_without_it(small_config, tmp_path, source):
    config = small_config(*SHORT, "train.steps=3")
    told = []
    folder = start_run(config, tmp_path / "new", "cpu", say=told.append, start_from=source).folder
    best = source / "checkpoints" / "best.safetensors"
    origin = {"path": str(best.resolve()), "step": 5, "sha256": sha256_of(best)}
    assert json.loads((folder / "environment.json").read_text())["start_from"] == origin
    assert f"weights: of {best.resolve()}, step 5" in told[0]
    shutil.rmtree(source)
    assert resume_run(folder, "cpu", steps=5).outcome.step == 5
    assert json.loads((folder / "environment_from_step_3.json").read_text())["start_from"] == origin
    assert Checkpoint.load(folder / "checkpoints" / "last.safetensors").environment["start_from"] == origin


def test_a_run_from_random_weights_names_no_checkpoint(source):
    assert "start_from" not in json.loads((source / "environment.json").read_text())


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("network.width_multiplier=0.0625", "width_multiplier is 0.0625 here and 0.03125 there"),
        ("network.num_scales=3", "num_scales is 3 here and 2 there"),
        ("task.num_context_frames=3", "num_context_frames is 3 here and 4 there"),
        ("data.greyscale=true", "frame_channels is 1 here and 3 there"),
        ("network.kernels=[[3, 3, 3, 3, 3, 3], [5, 3, 3, 3, 3, 5]]", r"kernels is \[\[3.* here and None there"),
    ],
)
def test_weights_of_another_network_are_refused_with_what_differs(small_config, tmp_path, source, setting, reason):
    with pytest.raises(VidpredError, match=f"do not fit this run's network .*{reason}") as told:
        start_run(small_config(setting), tmp_path / "new", "cpu", start_from=source)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "new").exists()


def test_a_network_of_another_kind_is_refused_by_its_name_alone(small_config, source):
    path = source / "checkpoints" / "best.safetensors"
    saved, weights = load_to_predict(path)
    other = {**saved.config, "network": {"name": "recurrent", "depth": 3}}
    Checkpoint(other, saved.facts, 1, {"average": {f"cell.{name}": value for name, value in weights.items()}}).save(
        path
    )
    with pytest.raises(VidpredError, match=r"\(name is 'multiscale' here and 'recurrent' there\)"):
        started(small_config(), source)


def test_damaged_weights_of_the_same_network_are_refused_with_the_reason(small_config, source):
    path = source / "checkpoints" / "best.safetensors"
    saved, weights = load_to_predict(path)
    first = next(iter(weights))
    Checkpoint(saved.config, saved.facts, 1, {"average": {**weights, first: torch.zeros(1)}}).save(path)
    with pytest.raises(VidpredError, match=rf"do not fit this run's network .*{first}"):
        started(small_config(), source)


def test_what_is_no_checkpoint_is_refused_and_leaves_no_folder(small_config, tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(VidpredError, match="no checkpoint"):
            start_run(small_config(), tmp_path / "new", "cpu", start_from=path)
    assert not (tmp_path / "new").exists()


def test_beside_a_config_network_and_task_are_inherited_and_nothing_else(source):
    config = Checkpoint.load(source).config
    assert inherited_settings(source) == {"task": config["task"], "network": config["network"]}


def test_a_run_remembers_what_the_weights_it_started_from_were_trained_on(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    config = load_config(None, ONE_STEP)
    folders = [tmp_path / "first", tmp_path / "second"]
    for number, folder in enumerate(folders):
        draw_video(folder / "film.mp4", num_frames=8, height=16, width=24, seed=number)
    first = start_run(config.on_data(folders[0]), tmp_path / "one", "cpu").folder
    second = start_run(config.on_data(folders[1]), tmp_path / "two", "cpu", start_from=first).folder
    resume_run(second, "cpu", steps=2)
    earlier, later = (Checkpoint.load(run, only=()).facts["known_split"] for run in (first, second))
    assert later["before"]["training"] == earlier["training"]
    assert later["training"].keys().isdisjoint(earlier["training"])
    assert split_before(None) == {}

"""What does not fit into memory is refused before anything of it is there, with the settings to lower."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.machine import memory
from vidpred.machine.engine import Engine
from vidpred.machine.memory import free_memory, in_words, memory_explained, ran_out, require_memory
from vidpred.runs import needs
from vidpred.runs.build import Plan
from vidpred.runs.needs import num_weights, outline, require_room_to_train
from vidpred.runs.settings import load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import describe_run, start_run

FACTS = {"frame_channels": 3, "height": 32, "width": 32, "num_classes": 0, "num_categories": 10, "num_scales": 2}
GIB = 1 << 30


@pytest.fixture
def with_memory(monkeypatch):
    return lambda size: monkeypatch.setattr(memory, "_of_machine", lambda: size)


def room(config, facts=FACTS):
    plan = Plan.check(config)
    parts = {"network": plan.network, "discriminator": plan.discriminator}
    require_room_to_train(plan.config, plan.task, parts, {**plan.task.facts, **facts}, Engine("cpu", "fp32"))


@pytest.mark.parametrize("preset", ["smoke", "flow_pyramid", "r3_tiny", "semi_supervised", "mathieu_adv_small"])
def test_an_outline_has_the_weights_of_the_network_and_none_of_their_values(preset):
    plan = Plan.check(load_config(find_presets()[preset]))
    for part in (plan.network, plan.discriminator):
        facts = {**plan.task.facts, **FACTS, "height": 64, "width": 64}
        before = torch.random.get_rng_state()
        drawn = outline(part, facts)
        assert torch.equal(torch.random.get_rng_state(), before)
        assert all(value.is_meta for value in drawn.parameters())
        built = part.build(facts)
        assert num_weights(drawn) <= num_weights(built)  # which has the vectors of spectral normalisation too
        assert sum(map(torch.numel, drawn.parameters())) == sum(map(torch.numel, built.parameters()))


def test_the_network_is_counted_with_its_gradient_its_optimiser_and_its_average(small_config, monkeypatch):
    asked = []
    monkeypatch.setattr(needs, "require_memory", lambda size, what, *_: asked.append((size, what.split()[1])))
    config = small_config()
    room(config)
    plan = Plan.check(config)
    weights = num_weights(outline(plan.network, {**plan.task.facts, **FACTS}))
    assert asked[0] == (4 * weights * 5, "network,")  # weights, gradient, two averages of Adam, moving average
    clips = 4 * 4 * 5 * 3 * 32 * 32  # bytes, clips, frames, channels, height, width
    assert asked[2][0] == 4 * clips  # a step's, and three that are loaded ahead


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("network.width_multiplier=900", "network.width_multiplier"),
        ("discriminator.width_multiplier=900", "discriminator.width_multiplier"),
        ("train.batch_size=1000000", "train.batch_size"),
        ("data.resolution=16384", "the size or length of the clips"),
    ],
)
def test_what_is_too_large_is_refused_with_what_to_lower(small_config, setting, told, with_memory):
    with_memory(4 * GIB)
    with pytest.raises(VidpredError, match=r"at least .* of memory, but .* are free") as refused:
        room(small_config(setting), {**FACTS, **({"height": 16384, "width": 16384} if "data" in setting else {})})
    assert told in str(refused.value)


def test_a_step_that_keeps_too_much_is_refused(small_config, with_memory):
    with_memory(80 << 20)  # the clips loaded ahead take 73 MiB, and what is kept for the gradient 88
    with pytest.raises(VidpredError, match=r"a step of training needs .* train\.accumulate"):
        room(small_config("train.batch_size=5000"), {**FACTS, "height": 8, "width": 8})


def test_nothing_is_left_of_a_run_that_does_not_fit(small_config, tmp_path, with_memory):
    with_memory(1 << 20)
    with pytest.raises(VidpredError, match="are free"):
        start_run(small_config(), tmp_path / "run", "cpu", say=lambda text: None)
    with pytest.raises(VidpredError, match="are free"):
        next(describe_run(small_config(), "cpu"))
    assert not list(tmp_path.iterdir())


def test_all_presets_fit_where_there_is_room(with_memory):
    with_memory(60 * GIB)
    for path in find_presets().values():
        room(load_config(path), {**FACTS, "height": 64, "width": 64})


def test_the_least_of_all_limits_counts(monkeypatch):
    limits = {"_of_machine": 5, "_of_container": None, "_of_process": 3}
    for name, limit in limits.items():
        monkeypatch.setattr(memory, name, lambda limit=limit: limit)
    assert free_memory() == 3
    monkeypatch.setattr(memory, "_of_process", lambda: -7)
    assert free_memory() == 0
    for name in limits:
        monkeypatch.setattr(memory, name, lambda: None)
    assert free_memory() is None
    require_memory(1 << 80, "nothing is known, so nothing is refused:", "")


def test_sizes_are_in_words():
    assert [in_words(size) for size in (3000, 5 << 20, 3 << 29, 6000 << 30)] == [
        "3 KiB",
        "5 MiB",
        "1.5 GiB",
        "6,000.0 GiB",
    ]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_memory_that_runs_out_is_one_sentence(error):
    with pytest.raises(VidpredError, match="memory ran out; lower it"), memory_explained("lower it"):
        raise error


@pytest.mark.parametrize("error", [RuntimeError("shapes differ"), VidpredError("out of memory"), OSError("full")])
def test_other_errors_stay_what_they_are(error):
    assert not ran_out(error)
    with pytest.raises(type(error)), memory_explained("lower it"):
        raise error


def test_torch_itself_says_what_is_recognised():
    with pytest.raises(VidpredError, match="memory ran out"), memory_explained("lower it"):
        torch.empty(1 << 50)

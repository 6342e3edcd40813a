"""Checkpoints from somebody else: whatever their header and their weights are, one sentence says what is wrong."""

import json
import os
from importlib.metadata import version

import pytest
import torch
from material import save_checkpoint
from packaging.version import Version
from safetensors import safe_open
from safetensors.torch import save_file

from vidpred import load_predictor
from vidpred.errors import VidpredError
from vidpred.runs.load import load_discriminator
from vidpred.runs.train import resume_run, start_run
from vidpred.runs.warm_start import inherited_settings

pytestmark = pytest.mark.filterwarnings("ignore:the checkpoint .* was changed or damaged after it was saved")

WRITES_COMPLEX = pytest.mark.skipif(
    Version(version("safetensors")) < Version("0.7"), reason="before safetensors 0.7 no complex tensors can be written"
)
DEEP = "[" * 100_000 + "]" * 100_000
ODD = ["", "abc", "null", "[1]", "1", "1e999", "9" * 5000, DEEP, '{"a": ' * 500 + "1" + "}" * 500, '"x"', "{}", "\x00"]
ODD_FACTS = ["abc", 1.5, -1, 0, True, None, [3], {"a": 1}, 10**30, float("nan"), float("inf"), "9" * 5000]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Tensors and header of a checkpoint that loads."""
    path = save_checkpoint(tmp_path_factory.mktemp("good") / "good.safetensors")
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata())  # noqa: SIM118


@pytest.fixture
def refusal(parts, tmp_path):
    """Write the checkpoint with changed fields and tensors; return the sentence with which it is refused."""

    def refuse(fields=None, tensors=None):
        path = tmp_path / "changed.safetensors"
        save_file(parts[0] if tensors is None else tensors, path, metadata={**parts[1], **(fields or {})})
        with pytest.raises(VidpredError) as refused:
            load_predictor(path, "cpu")
        told = str(refused.value)
        assert str(path) in told or "not accepted" in told
        assert len(told) < 1200
        assert "\n" not in told
        return told

    return refuse


def facts(parts, **changed):
    return {"facts": json.dumps({**json.loads(parts[1]["facts"]), **changed})}


@pytest.mark.parametrize("field", ["config", "facts", "step", "scores", "environment", "state"])
def test_a_field_that_holds_something_else_is_refused(refusal, field):
    harmless = {"config": {"{}"}, "scores": {"{}"}, "environment": {"{}"}, "facts": {"{}"}, "step": {"1"}}
    for value in ODD:
        if value not in harmless.get(field, set()):
            refusal({field: value})


@pytest.mark.parametrize("fact", ["frame_channels", "num_context_frames", "lead", "height", "num_clips"])
def test_a_fact_that_is_no_count_is_refused_by_name(refusal, parts, fact):
    for value in ODD_FACTS:
        if not (value == 0 and fact == "num_clips"):
            assert f"the fact {fact} is" in refusal(facts(parts, **{fact: value}))


def test_a_missing_field_is_refused_by_name(parts, tmp_path):
    for field in ("config", "facts", "step", "scores", "environment", "state"):
        save_file(parts[0], tmp_path / "c.safetensors", {k: v for k, v in parts[1].items() if k != field})
        with pytest.raises(VidpredError, match=f"{field} is missing"):
            load_predictor(tmp_path / "c.safetensors", "cpu")


@pytest.mark.parametrize(
    "average",
    [
        {"__tensor__": [1]},
        {"__tensor__": "nowhere"},
        {"__tensor__": None},
        {"__items__": [[1, 2, 3]]},
        {"__items__": 5},
        {"__items__": [[[1], 2]]},
        [1, 2],
        "text",
        5,
        {"a": 1},
        {"a": {"b": 1}},
        {},
    ],
)
def test_weights_that_are_none_are_refused(refusal, average):
    refusal({"state": json.dumps({"average": average})})


def test_one_tensor_in_place_of_all_weights_is_refused(refusal, parts):
    assert "not a map of tensors" in refusal({"state": json.dumps({"average": {"__tensor__": min(parts[0])}})})


@pytest.mark.parametrize("dtype", [torch.int32, torch.bool, torch.uint8])
def test_weights_that_are_whole_numbers_are_refused(refusal, parts, dtype):
    told = refusal(tensors={name: tensor.to(dtype) for name, tensor in parts[0].items()})
    assert f"is of {dtype}, and not of torch.float32" in told


@pytest.mark.parametrize("change", ["shape", "fewer", pytest.param("complex", marks=WRITES_COMPLEX), "scalar"])
def test_tensors_that_do_not_fit_are_refused(refusal, parts, change):
    changed = {
        "shape": lambda value: value.flatten()[:1].clone(),
        "fewer": lambda value: value[..., :1].contiguous(),
        "complex": lambda value: value.to(torch.complex64),
        "scalar": lambda value: value.sum(),
    }[change]
    refusal(tensors={name: changed(value) for name, value in parts[0].items()})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite_are_refused_by_name(refusal, parts, value):
    tensors = {name: tensor.clone() for name, tensor in parts[0].items()}
    name = next(name for name in tensors if name.startswith("state.average."))
    tensors[name].flatten()[-1] = value
    assert name.removeprefix("state.average.") in refusal(tensors=tensors)


def test_a_network_that_no_memory_holds_is_refused_before_it_is_built(refusal, parts):
    config = json.loads(parts[1]["config"])
    config["network"] = {"name": "multiscale", "num_scales": 4, "width_multiplier": 1000}
    told = refusal({"config": json.dumps(config)})
    assert "GiB of memory" in told
    config["network"]["width_multiplier"] = 1e9
    assert "width_multiplier is 1000000000.0" in refusal({"config": json.dumps(config)})


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04K\x01.", b"\xff" * 8, b"\xff\xff\xff\x7f\0\0\0\0{}", b"\x02" + b"\0" * 7 + b"{}"]
)
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "c.safetensors"
    path.write_bytes(content)
    with pytest.raises(VidpredError, match=r"not a (vidpred )?checkpoint"):
        load_predictor(path, "cpu")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(VidpredError, match="named pipe"):
        load_predictor(tmp_path / "pipe", "cpu")
    for command in (inherited_settings, resume_run):
        with pytest.raises(VidpredError):
            command(tmp_path / "pipe")


@pytest.fixture(scope="module")
def run(small_config, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    return folder


def rewrite(run, change):
    path = run / "checkpoints" / "last.safetensors"
    before = path.read_bytes()
    with safe_open(path, framework="pt") as file:
        tensors, header = {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata())  # noqa: SIM118
    change(tensors, header)
    save_file(tensors, path, metadata=header)
    return path, before


@pytest.mark.parametrize("change", [lambda t: torch.full_like(t, torch.nan), lambda t: t.to(torch.float8_e4m3fn)])
@pytest.mark.parametrize("part", ["generator", "average", "discriminator"])
def test_a_run_is_not_resumed_from_weights_that_are_not_finite_or_of_8_bits(run, part, change):
    def spoil(tensors, header):
        name = next(name for name in tensors if name.startswith(f"state.{part}."))
        tensors[name] = change(tensors[name])

    path, before = rewrite(run, spoil)
    with pytest.raises(VidpredError, match="not all finite real numbers"):
        resume_run(run, "cpu", steps=2, say=lambda text: None)
    if part == "discriminator":
        with pytest.raises(VidpredError):
            load_discriminator(path, "cpu")
    path.write_bytes(before)


@pytest.mark.parametrize("value", [None, 1, [], {}, {"optimizer": 5}, {"optimizer": {"state": 1, "param_groups": []}}])
def test_a_run_is_not_resumed_with_an_optimiser_of_something_else(run, value):
    def spoil(tensors, header):
        header["state"] = json.dumps({**json.loads(header["state"]), "generator_optimizer": value})

    path, before = rewrite(run, spoil)
    with pytest.raises(VidpredError, match="does not fit"):
        resume_run(run, "cpu", steps=2, say=lambda text: None)
    path.write_bytes(before)

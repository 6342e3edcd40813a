import errno
import json
import os
import sys
import warnings
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from vidpred.errors import Note, VidpredError
from vidpred.runs.checkpoint import Checkpoint, find_checkpoint

STATE = {
    "generator": {"weight": torch.arange(6.0).view(2, 3), "steps": torch.tensor(3)},
    "generator_optimizer": {"state": {0: {"step": torch.tensor(2.0)}, 7: {}}, "groups": [{"betas": [0.9, 0.99]}]},
    "average": None,
    "nested": [1, {"a": torch.tensor([True, False])}],
}


def checkpoint(step=5):
    return Checkpoint({"train": {"steps": 10}}, {"height": 16}, step, STATE, {"psnr": 30.5}, {"torch": "x"})


def same(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b) and a.dtype == b.dtype
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def test_everything_comes_back_as_it_was(tmp_path):
    checkpoint().save(tmp_path / "last.safetensors")
    loaded = Checkpoint.load(tmp_path / "last.safetensors")
    assert same(dict(loaded.state), STATE)
    assert (loaded.config, loaded.facts, loaded.step) == ({"train": {"steps": 10}}, {"height": 16}, 5)
    assert (loaded.scores, loaded.environment) == ({"psnr": 30.5}, {"torch": "x"})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_folder_whose_name_is_no_utf8_holds_checkpoints_that_can_be_read(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    checkpoint().save(folder / "last.safetensors")
    assert same(dict(Checkpoint.load(folder).state), STATE)


def test_a_channels_last_tensor_is_kept_by_value(tmp_path):
    weight = torch.rand(2, 3, 4, 4).to(memory_format=torch.channels_last)
    Checkpoint({}, {}, 0, {"w": weight}).save(tmp_path / "c.safetensors")
    assert torch.equal(Checkpoint.load(tmp_path / "c.safetensors").state["w"], weight)


def test_only_the_parts_asked_for_are_read(tmp_path):
    checkpoint().save(tmp_path / "last.safetensors")
    assert list(Checkpoint.load(tmp_path / "last.safetensors", only=("generator",)).state) == ["generator"]


def test_a_runs_folder_means_its_best_checkpoint_else_its_last(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    last, best = (tmp_path / "checkpoints" / f"{name}.safetensors" for name in ("last", "best"))
    checkpoint().save(last)
    assert find_checkpoint(tmp_path) == last
    checkpoint().save(best)
    assert find_checkpoint(tmp_path) == best
    assert find_checkpoint(tmp_path, prefer="last.safetensors") == last


@pytest.mark.parametrize(("kind", "told"), [("folder", "a folder"), ("link", "a link that leads to no file")])
def test_what_has_the_name_of_the_best_checkpoint_and_is_none_is_not_passed_over_for_the_last(tmp_path, kind, told):
    (tmp_path / "checkpoints").mkdir()
    checkpoint().save(tmp_path / "checkpoints" / "last.safetensors")
    best = tmp_path / "checkpoints" / "best.safetensors"
    best.mkdir() if kind == "folder" else best.symlink_to(tmp_path / "not_mounted" / "best.safetensors")
    with pytest.raises(VidpredError, match=f"^{best} is {told}, but a run's checkpoint has that name; "):
        find_checkpoint(tmp_path)


def test_a_checkpoint_that_may_not_be_read_is_said_to_be_that(tmp_path, monkeypatch):
    checkpoint().save(tmp_path / "c.safetensors")

    def refused(path, *_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(VidpredError, match=r"c\.safetensors cannot be read \(Permission denied\); change that"):
        Checkpoint.load(tmp_path / "c.safetensors")


def test_a_full_disk_leaves_the_old_checkpoint_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "last.safetensors"
    checkpoint(step=1).save(path)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint(step=2).save(path)
    assert Checkpoint.load(path).step == 1
    assert list(tmp_path.iterdir()) == [path]


def save_two_parts(path):
    Checkpoint({}, {}, 3, {"average": {"w": torch.rand(40, 30)}, "optimiser": [torch.rand(5)]}, {}, {}).save(path)
    return bytearray(path.read_bytes())


def test_a_file_whose_end_was_lost_and_filled_with_zeros_is_refused(tmp_path):
    path = tmp_path / "c.safetensors"
    content = save_two_parts(path)
    path.write_bytes(content[:-3000] + bytes(3000))
    with pytest.raises(VidpredError, match=rf"{path} is damaged: the values of its part 'average' are not those"):
        Checkpoint.load(path)


def test_values_that_were_changed_after_they_were_saved_are_noted(tmp_path):
    path = tmp_path / "c.safetensors"
    content = save_two_parts(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Checkpoint.load(path).step == 3
    content[-3000] ^= 16
    path.write_bytes(content)
    with pytest.warns(
        Note, match=rf"{path} was changed or damaged after it was saved: the values of its part 'average'"
    ):
        assert Checkpoint.load(path).step == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Checkpoint.load(path, only=("optimiser",))


def test_a_checkpoint_of_before_checksums_and_one_without_them_are_read(tmp_path):
    path = checkpoint().save(tmp_path / "c.safetensors") or tmp_path / "c.safetensors"
    with safe_open(path, framework="pt") as file:
        tensors, header = {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata())  # noqa: SIM118
    del header["checksums"]
    save_file({name: tensor + 1 for name, tensor in tensors.items()}, path, metadata=header)
    assert Checkpoint.load(path).step == 5


def test_a_file_cut_short_is_refused_by_name(tmp_path):
    path = tmp_path / "last.safetensors"
    checkpoint().save(path)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(VidpredError, match=r"last\.safetensors is damaged or not a checkpoint"):
        Checkpoint.load(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 64])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(VidpredError, match="damaged or not a checkpoint"):
        Checkpoint.load(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS.*; run `git lfs pull`"),
        (b"<!DOCTYPE html><title>404</title>", "a web page.*; download it again"),
        (b"\x80\x02}q\x00X\x07\x00\x00\x00", "a pickle.*never loaded.*; name a .safetensors file"),
        (b"PK\x03\x04\x00\x00\x08\x08", "a file of torch.save.*; name a .safetensors file"),
        (b"8BPS\x00\x01\x00\x00", "a document of Photoshop.*; name a .safetensors file"),
    ],
)
def test_a_file_of_another_program_is_named(tmp_path, content, told):
    (tmp_path / "weights.safetensors").write_bytes(content + bytes(64))
    with pytest.raises(VidpredError, match=f"weights.safetensors is {told}"):
        Checkpoint.load(tmp_path / "weights.safetensors")


@pytest.mark.parametrize("name", ["config.yaml", "metrics.jsonl", "curves.png"])
def test_another_file_of_a_run_is_answered_with_its_folder(tmp_path, name):
    (tmp_path / "config.yaml").write_text("train:\n  steps: 10\n")
    (tmp_path / name).write_text("train:\n  steps: 10\n")
    with pytest.raises(
        VidpredError, match=rf"{name} is a file in a run's folder, not a .*; name the folder, {tmp_path}"
    ):
        Checkpoint.load(tmp_path / name)


def test_somebody_elses_safetensors_file_is_refused(tmp_path):
    save_file({"w": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(VidpredError, match="not a vidpred checkpoint"):
        Checkpoint.load(tmp_path / "other.safetensors")


def test_a_checkpoint_of_another_version_says_which(tmp_path):
    header = {"format": "vidpred checkpoint", "version": "99", "state": json.dumps({})}
    save_file({"w": torch.ones(2)}, tmp_path / "new.safetensors", metadata=header)
    with pytest.raises(VidpredError, match="of version 99, but this vidpred reads version 1"):
        Checkpoint.load(tmp_path / "new.safetensors")


def test_a_missing_checkpoint_and_a_folder_without_one_are_told_apart(tmp_path):
    with pytest.raises(VidpredError, match="there is no checkpoint"):
        Checkpoint.load(tmp_path / "nowhere")
    with pytest.raises(VidpredError, match="holds no checkpoint"):
        Checkpoint.load(tmp_path)

"""A word names a predictor only where it can be built by its name alone; others do no harm to the rest."""

import pytest
import torch
from torch import nn

from vidpred import rollout
from vidpred.errors import VidpredError
from vidpred.predictors import PREDICTORS, CopyLast
from vidpred.runs.comparing.contenders import resolve


@pytest.fixture(autouse=True)
def predictors_of_others(monkeypatch):
    """Register what a plug-in may: predictors that need an option, refuse to be built, or are no modules."""
    monkeypatch.setattr(PREDICTORS, "_parts", dict(PREDICTORS._parts))

    @PREDICTORS.register("with_kernel")
    class WithKernel(CopyLast):
        def __init__(self, kernel: int, num_context_frames: int = 4, lead: int = 1):
            super().__init__(num_context_frames, lead)
            self.kernel = kernel

    @PREDICTORS.register("refusing")
    class Refusing(nn.Module):
        def __init__(self):
            raise VidpredError("there is no licence for it")

    @PREDICTORS.register("no_module")
    class NoModule:
        def __init__(self, num_context_frames: int, lead: int = 1):
            self.num_context_frames, self.lead = num_context_frames, lead


def test_the_list_leaves_out_what_its_name_alone_does_not_build():
    with pytest.raises(VidpredError) as refusal:
        resolve(["lineer"])
    listed = str(refusal.value).split("predictors without weights are: ")[1].split(", ")
    assert set(listed) == {"copy_last", "linear", "mean", "no_module", "optical_flow"}


def test_one_that_needs_an_option_is_refused_by_the_name_of_the_option():
    with pytest.raises(VidpredError, match="'with_kernel' cannot be built without kernel"):
        resolve(["with_kernel"])


def test_one_that_refuses_says_why():
    with pytest.raises(VidpredError, match="no licence"):
        resolve(["refusing"])


def test_one_that_is_no_module_has_no_weights():
    assert resolve(["no_module"]) == {"no_module": "no_module"}


def test_runs_of_one_name_all_stay_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["a/run", "run", "b/run", "more/b/run.safetensors"]
    for word in words[:3]:
        (tmp_path / word).mkdir(parents=True)
    (tmp_path / "more/b").mkdir(parents=True)
    (tmp_path / words[3]).touch()
    assert list(map(str, resolve(words).values())) == words


def test_a_run_in_a_folder_that_is_called_as_a_baseline_has_a_name_of_its_own(tmp_path):
    for baseline in ("copy", "mean", "copy_last"):
        (tmp_path / "runs" / baseline).mkdir(parents=True)
        assert list(resolve([tmp_path / "runs" / baseline])) != [baseline]


def test_what_wraps_a_predictor_is_told_to_be_unwrapped():
    wrapped = nn.DataParallel(CopyLast(2))
    with pytest.raises(
        VidpredError, match=r"no predictor: it has no .*; it wraps one; give its \.module, or give the path"
    ):
        resolve({"mine": wrapped})
    with pytest.raises(VidpredError, match=r"no Predictor, since it has no .*; it wraps one; give its \.module$"):
        rollout(wrapped, torch.zeros(1, 2, 3, 8, 8), 2)
    with pytest.raises(VidpredError, match=r"; see vidpred\.interfaces\.Predictor, or give the path of a run"):
        resolve({"mine": nn.DataParallel(nn.ReLU())})

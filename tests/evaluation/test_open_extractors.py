"""Extractors and perceptual distances are opened by their names."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.evaluation.extractors import ALWAYS_AVAILABLE, open_extractors, take_weights

CPU = torch.device("cpu")


def test_those_without_weights_are_there_unless_others_or_none_are_asked_for():
    by_default = open_extractors(None, None, CPU)
    assert [each.name for each in by_default.extractors] == by_default.optional == list(ALWAYS_AVAILABLE)
    asked = open_extractors(["raw_patches"], None, CPU)
    assert [each.name for each in asked.extractors] == ["raw_patches"]
    assert not asked.optional
    assert open_extractors((), None, CPU) == ([], {}, [])


def test_which_extractors_take_weights_is_known_before_any_is_opened():
    names = ["raw_patches", "i3d", "lpips_vgg", "local_classifier"]
    assert take_weights(names) == ["i3d", "lpips_vgg", "local_classifier"]


def test_weights_that_belong_to_nothing_that_is_asked_for_are_refused():
    with pytest.raises(VidpredError, match=r"weights are given for i3d.*: none;"):
        open_extractors(["raw_patches"], {"i3d": "some.pth"}, CPU)
    with pytest.raises(VidpredError, match="did you mean 'raw_patches'"):
        open_extractors(["raw_patch"], None, CPU)

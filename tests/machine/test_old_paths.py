"""Old import paths, which go on for one release."""

import subprocess
import sys
from importlib import import_module

import pytest

from vidpred.machine.old_paths import MODULES, NAMES


@pytest.fixture(autouse=True)
def parts_as_before():
    """Python sets modules that are imported as attributes, and three functions are called like theirs."""
    package = import_module("vidpred.training.augmentations")
    before = dict(vars(package))
    yield
    vars(package).update(before)


def at(place):
    """Return what stands at a place below vidpred."""
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"vidpred.{module}"), name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_module_of_0_1_0_is_still_found_and_is_the_very_same():
    for then, now in MODULES.items():
        assert import_module(f"vidpred.{then}") is import_module(f"vidpred.{now}"), then


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_was_renamed_or_moved_is_found_there_by_its_old_name():
    for module, names in NAMES.items():
        for then, now in names.items():
            assert getattr(import_module(f"vidpred.{module}"), then) is at(now), f"{module}.{then}"


def test_every_name_that_left_its_package_is_still_offered_there():
    for package in NAMES.keys() - MODULES.keys():
        for name, now in NAMES[package].items():
            with pytest.warns(DeprecationWarning, match=f"vidpred.{package}.{name} is vidpred.{now} now"):
                old = getattr(import_module(f"vidpred.{package}"), name)
            assert old is at(now)


def test_a_name_that_was_never_there_is_still_an_error():
    with pytest.raises(AttributeError, match=r"module 'vidpred\.data' has no attribute 'nothing'"):
        import_module("vidpred.data").nothing  # noqa: B018


def test_the_warning_names_the_line_that_asks_and_the_new_path():
    program = "import vidpred.forecast\nfrom vidpred.features import raw_patches\nfrom vidpred.data import decode"
    ended = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=True)
    assert "<string>:1: DeprecationWarning: vidpred.forecast is vidpred.predictors.rollout.rollout now" in ended.stderr
    assert "<string>:2: DeprecationWarning: vidpred.features is vidpred.metrics.features now" in ended.stderr
    assert "<string>:3: DeprecationWarning: vidpred.data.decode is vidpred.video.decode now" in ended.stderr

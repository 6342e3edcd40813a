"""Parts that are built without settings refuse what their settings would refuse."""

import inspect
from typing import get_type_hints

import pytest

from vidpred.discriminators import DISCRIMINATORS, DcganDiscriminator
from vidpred.errors import VidpredError
from vidpred.generators import GENERATORS, DcganGenerator
from vidpred.predictors import PREDICTORS, OpticalFlow
from vidpred.registry import TASKS

PARTS = {
    registry.key(name): part
    for registry in (PREDICTORS, GENERATORS, DISCRIMINATORS, TASKS)
    for name, part in registry.items()
    if part.__module__.startswith("vidpred.") and part.__init__ is not object.__init__
}
SIZES = {"height": 16, "width": 16, "latent_channels": 4, "hidden_channels": 4}


@pytest.mark.parametrize("key", PARTS)
def test_no_constructor_takes_text_for_a_number(key):
    part = PARTS[key]
    hints = get_type_hints(part.__init__)
    numbers = [name for name in inspect.signature(part).parameters if hints.get(name) in (int, float)]
    required = {name: 16 for name, each in inspect.signature(part).parameters.items() if each.default is each.empty}
    for name in numbers:
        with pytest.raises(VidpredError, match=f"{name} of {part.__name__} is 'many', but that is not accepted"):
            part(**{**required, name: "many"})


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: DcganGenerator(**SIZES, normalisation="none"), "'batch' or 'virtual'"),
        (lambda: DcganGenerator(**SIZES, kernel=3), "should be 4 or 5"),
        (lambda: DcganDiscriminator(16, 16, hidden_channels=4, normalisation="layer"), "normalisation of Dcgan"),
        (lambda: OpticalFlow(lead=0), "greater than or equal to 1"),
    ],
)
def test_values_outside_of_what_is_documented_are_refused(build, complaint):
    with pytest.raises(VidpredError, match=complaint):
        build()

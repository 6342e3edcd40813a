"""What is said about keys of settings that are no names."""

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.settings import parse_config


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({None: 3}, "there is the key null,"),
        ({"train": {None: 1}}, "setting train has the key null,"),
        ({"train": {1: 2}}, "setting train has the key 1,"),
        ({"network": {"name": "multiscale", True: 1}}, "setting network has the key true,"),
        ({"objective": {"terms": {1: "a"}}}, "setting objective.terms has the key 1,"),
    ],
)
def test_a_key_that_is_no_name_is_told_as_yaml_has_it(tree, told):
    with pytest.raises(VidpredError) as error:
        parse_config(tree)
    assert str(error.value).startswith(told)

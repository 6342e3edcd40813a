"""What is said about keys of settings that are no names."""

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.settings import load_config, parse_config


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


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("objective.terms.l1=true", "objective.terms.l1 is true"),
        ("objective.terms={l2: 1, gdl: false}", "objective.terms.gdl is false"),
        ("objective.penalties={r1: true}", "objective.penalties.r1 is true"),
        ("generator.betas=[true, 0.9]", "generator.betas.0 is true"),
    ],
)
def test_true_and_false_are_no_numbers_in_lists_and_maps_either(setting, named):
    with pytest.raises(VidpredError) as error:
        load_config(None, [setting])
    assert str(error.value) == f"setting {named}, which is not accepted: Input should be a value, not true or false"


@pytest.mark.parametrize(
    "setting", ["train.compile=1", "train.channels_last=0", "train.compile=1.0", "objective.mismatched_pairs=1"]
)
def test_a_switch_is_true_or_false(setting):
    with pytest.raises(VidpredError) as error:
        load_config(None, [setting])
    named, value = setting.split("=")
    assert str(error.value) == f"setting {named} is {value}, which is not accepted: Input should be true or false"


def test_a_switch_among_the_options_of_a_loss_is_left_to_it():
    terms = load_config(None, ["objective.terms={l2: {weight: 1, mine: true}}"]).objective.terms
    assert terms == {"l2": {"weight": 1, "mine": True}}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("train.stop_on=[1]", "setting train.stop_on.0 is 1, which is not accepted: Input should be a word"),
        (
            "generator.betas=[0.5, a]",
            "setting generator.betas.1 is 'a', which is not accepted: Input should be a number",
        ),
    ],
)
def test_a_value_in_a_list_is_told_with_its_place(setting, told):
    with pytest.raises(VidpredError) as error:
        load_config(None, [setting])
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("seed=3", "there is no setting 'seed' (did you mean 'train.seed'?); "),
        ("train.lr=0.1", "there is no setting 'train.lr' (did you mean 'generator.lr' or 'adversary.lr'?); "),
        ("train.learning_rate=1", "there is no setting 'train.learning_rate' (did you mean 'generator.lr' or "),
        ("generator.iterations=9", "there is no setting 'generator.iterations' (did you mean 'train.steps'?); "),
        ("train.step=3", "there is no setting 'train.step' (did you mean 'steps'?); "),
    ],
)
def test_a_setting_in_the_wrong_section_is_told_with_the_right_one(setting, told):
    with pytest.raises(VidpredError) as error:
        load_config(None, [setting])
    assert str(error.value).startswith(told)

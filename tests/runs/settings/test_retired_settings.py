"""Settings that are gone: configs are told what to do, and old checkpoints keep the effect that they had."""

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.settings import load_config, parse_config
from vidpred.runs.settings.retired import translate_retired
from vidpred.runs.train import resume_run, start_run

FACTS = {"num_context_frames": 4, "num_frames": 5, "frame_channels": 3, "height": 32, "width": 16}


def old(against, weight=0.05, **more):
    return {"objective": {"adversarial_weight": weight, "adversarial_against": against, **more}, "train": {"steps": 7}}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["objective.adversarial_against=mean"], r"is 'mean', but there is none any more.*take that setting away$"),
        (["objective.adversarial_against=median"], r"is 'median', but there is none any more"),
        (
            ["objective.adversarial_against=sum", "objective.adversarial_weight=0.05", "data.crop=32"],
            r"3 x 32 x 32 values, 0.05 meant 1.6e-05\).*or set objective.adversarial_weight=0.01",
        ),
        (["objective.adversarial_against=sum", "objective.adversarial_weight=x"], r"64 x 64 values, by 12288\)"),
    ],
)
def test_a_config_with_what_the_weight_stood_against_is_told_in_one_sentence_what_to_do(settings, message):
    with pytest.raises(VidpredError, match=message) as told:
        load_config(None, settings)
    assert "\n" not in str(told.value)


def test_a_file_with_it_is_told_so_too(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_text("objective: {adversarial_against: sum}\n")
    with pytest.raises(VidpredError, match=r"objective\.adversarial_against is 'sum', but there is none any more"):
        load_config(path)


def test_weights_beside_means_are_kept():
    objective = translate_retired(old("mean", feature_matching=2), FACTS)["objective"]
    assert objective == {"adversarial_weight": 0.05, "feature_matching": 2}


@pytest.mark.parametrize(
    ("facts", "values"),
    [
        (FACTS, 3 * 32 * 16),
        ({**FACTS, "num_frames": 7}, 3 * 3 * 32 * 16),  # of a rollout over three frames
        ({"num_frames": 1, "frame_channels": 1, "height": 8, "width": 8}, 64),  # of an image
        ({name: fact for name, fact in FACTS.items() if name != "num_frames"}, 3 * 32 * 16),
    ],
)
def test_weights_beside_sums_are_divided_by_the_values_of_a_target(facts, values):
    config = translate_retired(old("sum", feature_matching=2), facts)
    assert config["objective"] == {"adversarial_weight": 0.05 / values, "feature_matching": 2 / values}
    assert config["train"] == {"steps": 7}


@pytest.mark.parametrize(
    "facts", [{}, {**FACTS, "height": "tall"}, {**FACTS, "num_frames": None}, {**FACTS, "width": 0}]
)
def test_where_the_number_of_values_is_not_known_the_setting_stays_and_is_refused(facts):
    with pytest.raises(VidpredError, match="there is none any more"):
        parse_config(translate_retired(old("sum"), facts))


@pytest.mark.parametrize("config", [{}, {"objective": 3}, {"objective": {"adversarial_weight": 1.0}}, old("median")])
def test_other_settings_are_left_as_they_are(config):
    assert translate_retired(config, FACTS) == config


def test_an_old_run_goes_on_with_the_effect_that_its_weight_had(small_config, tmp_path):
    run = tmp_path / "run"
    start_run(small_config("train.steps=2", "objective.adversarial_weight=0.05"), run, "cpu", say=lambda _: None)
    last = run / "checkpoints" / "last.safetensors"
    saved = Checkpoint.load(last)
    config = {**saved.config, "objective": {**saved.config["objective"], "adversarial_against": "sum"}}
    Checkpoint(config, saved.facts, saved.step, saved.state, saved.scores, saved.environment).save(last)
    written = run / "config.yaml"
    written.write_text(written.read_text().replace("objective:\n", "objective:\n  adversarial_against: sum\n"))
    resume_run(run, "cpu", steps=3, say=lambda _: None)
    sides = [saved.facts[name] for name in ("frame_channels", "height", "width")]
    weight = Checkpoint.load(last).config["objective"]["adversarial_weight"]
    assert weight == pytest.approx(0.05 / (sides[0] * sides[1] * sides[2]))

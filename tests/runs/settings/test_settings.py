"""Settings: defaults, files that extend each other, overrides, and what is said about a mistake."""

import re
from pathlib import Path

import pytest
import yaml

from vidpred.errors import VidpredError
from vidpred.runs.settings import Config, Part, dump_config, load_config, parse_config
from vidpred.runs.settings.files import find_presets
from vidpred.training.penalties import Penalties


@pytest.fixture
def write(tmp_path):
    """Write a YAML file and return its path."""

    def written(text, name="mine.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refusal(path=None, overrides=()):
    """Return what is said about settings that are refused, which is one line."""
    with pytest.raises(VidpredError) as told:
        load_config(path, overrides)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_nothing_given_is_the_defaults():
    assert load_config() == Config()


def test_the_defaults_are_a_complete_adversarial_run_on_videos():
    config = Config()
    assert (config.task.name, config.data.name) == ("frame_prediction", "video_folder")
    assert (config.network.name, config.discriminator.name) == ("multiscale", "convolutional")
    assert config.objective.terms == {"l2": 1.0, "gdl": 1.0}
    assert config.objective.adversarial_weight == 0.01
    assert (config.adversary.lr, config.adversary.schedule) == (1e-4, "constant")


def test_a_file_changes_what_it_names_and_nothing_else(write):
    config = load_config(write("train: {steps: 7}\nnetwork: {num_scales: 3}\n"))
    assert config.train.steps == 7
    assert config.train.batch_size == Config().train.batch_size
    assert config.network.options == {**Config().network.options, "num_scales": 3}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_the_defaults(write, text):
    assert load_config(write(text)) == Config()


def test_an_override_wins_over_the_file_and_the_last_override_over_the_first(write):
    config = load_config(write("train: {steps: 7, seed: 3}\n"), ["train.steps=8", "train.steps=9"])
    assert (config.train.steps, config.train.seed) == (9, 3)


def test_a_file_refines_the_one_beside_it_that_it_extends(write):
    write("train: {steps: 7, seed: 3}\ngenerator: {lr: 0.5}\n", "deep/base.yaml")
    write("extends: base.yaml\ntrain: {seed: 4}\n", "deep/middle.yaml")
    config = load_config(write("extends: deep/middle.yaml\ngenerator: {lr: 0.25}\n"))
    assert (config.train.steps, config.train.seed, config.generator.lr) == (7, 4, 0.25)


@pytest.mark.parametrize("name", ["mathieu_gdl", "mathieu_gdl.yaml"])
def test_a_file_anywhere_may_extend_a_preset_by_name(write, name):
    config = load_config(write(f"extends: {name}\ntrain: {{steps: 7}}\n"))
    assert config == load_config(find_presets()["mathieu_gdl"], ["train.steps=7"])


@pytest.mark.parametrize("name", ["smoke", "smoke.yaml"])
def test_a_preset_is_found_by_name_from_any_folder(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert load_config(Path(name)) == load_config(find_presets()["smoke"])


def test_a_file_of_ones_own_comes_before_a_preset_of_the_same_name(write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("train: {steps: 7}\n", "smoke.yaml")
    assert load_config(Path("smoke.yaml")).train.steps == 7


@pytest.mark.parametrize("texts", [["extends: a.yaml"], ["extends: b.yaml", "extends: ../here/a.yaml"]])
def test_files_that_extend_each_other_in_a_circle_are_refused(write, texts):
    paths = [write(text, f"here/{name}.yaml") for name, text in zip("ab", texts, strict=False)]
    assert "extends itself" in refusal(paths[0])


@pytest.mark.parametrize("base", ["5", "[a.yaml, b.yaml]"])
def test_extending_something_that_is_no_name_is_refused(write, base):
    assert "mine.yaml" in refusal(path := write(f"extends: {base}\n"))
    assert "but the name of one YAML file or preset is accepted" in refusal(path)


def test_extending_a_file_that_is_not_there_names_it(write):
    assert "nowhere.yaml: No such file or directory" in refusal(write("extends: nowhere.yaml\n"))


def test_a_renamed_part_restarts_its_options(write):
    path = write("network: {name: linear}\ndata: {name: moving_shapes, num_clips: 5}\n")
    assert load_config(path).network == Part(name="linear")
    assert load_config(path).data == Part(name="moving_shapes", options={"num_clips": 5})
    assert load_config(None, ["network=linear"]).network == Part(name="linear")
    assert load_config(None, ["network.name=linear"]).network == Part(name="linear")


@pytest.mark.parametrize("override", ["network=multiscale", "network.name=multiscale"])
def test_a_part_named_as_it_is_already_keeps_its_options(override):
    assert load_config(None, [override]) == Config()


def test_options_given_after_the_name_belong_to_the_new_part():
    config = load_config(None, ["discriminator=fully_connected", "discriminator.width_multiplier=0.5"])
    assert config.discriminator == Part(name="fully_connected", options={"width_multiplier": 0.5})


def test_no_option_beside_options_is_lost():
    assert parse_config({"network": {"name": "linear", "options": {}, "lead": 2}}).network.options == {
        "options": {},
        "lead": 2,
    }


def test_a_file_replaces_all_loss_terms():
    config = load_config(find_presets()["mathieu_l1"])
    assert config.objective.terms == {"l1": 1.0}


@pytest.mark.parametrize(
    ("overrides", "terms"),
    [
        (["objective.terms.l1=0.5"], {"l2": 1.0, "gdl": 1.0, "l1": 0.5}),
        (["objective.terms.gdl=0"], {"l2": 1.0, "gdl": 0.0}),
        (["objective.terms.gdl.alpha=2"], {"l2": 1.0, "gdl": {"weight": 1.0, "alpha": 2}}),
        (["objective.terms.gdl=3", "objective.terms.gdl.alpha=2"], {"l2": 1.0, "gdl": {"weight": 3, "alpha": 2}}),
        (["objective.terms.gdl.alpha=2", "objective.terms.gdl=3"], {"l2": 1.0, "gdl": {"weight": 3, "alpha": 2}}),
        (["objective.terms.l1.weight=4"], {"l2": 1.0, "gdl": 1.0, "l1": {"weight": 4}}),
    ],
)
def test_an_override_changes_one_loss_term_and_its_options(overrides, terms):
    assert load_config(None, overrides).objective.terms == terms


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("objective.terms={l1: 1}", "objective:\n  terms: {l1: 1}\n"),
        ("objective={terms: {l1: 1}}", "objective: {terms: {l1: 1}}\n"),
        ("objective.terms={}", "objective:\n  terms: {}\n"),
        ("objective.terms={gdl: {alpha: 2}}", "objective:\n  terms:\n    gdl: {alpha: 2}\n"),
        ("objective.penalties={r1: 1}", "objective:\n  penalties: {r1: 1}\n"),
    ],
)
def test_a_map_means_the_same_in_a_file_and_on_the_command_line(write, setting, text):
    assert load_config(None, [setting]) == load_config(write(text))


def test_a_map_of_terms_replaces_those_of_a_preset_and_a_term_after_it_is_set_beside_it():
    terms = load_config(Path("mathieu_gdl"), ["objective.terms={l2: 2}", "objective.terms.l1=1"]).objective.terms
    assert terms == {"l2": 2.0, "l1": 1.0}


@pytest.mark.parametrize("text", ["4e-4", "4.0e-4", "0.0004", "'4e-4'"])
def test_a_number_may_be_written_as_people_write_it(write, text):
    assert load_config(None, [f"generator.lr={text}"]).generator.lr == 0.0004
    assert load_config(write(f"generator: {{lr: {text}}}\n")).generator.lr == 0.0004
    assert load_config(None, [f"objective.terms.gdl={text}"]).objective.terms["gdl"] == 0.0004


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("train.steps=20_000", 20_000),
        ("train.compile=true", True),
        ("train.precision=bf16", "bf16"),
        ("generator.clip_norm=null", None),
        ("generator.clip_norm=1", 1.0),
        ("generator.betas=[0.5, 0.9]", (0.5, 0.9)),
        ("log.best_by=ssim", "ssim"),
    ],
)
def test_an_override_is_typed(override, value):
    section, key = override.partition("=")[0].split(".")
    loaded = getattr(getattr(load_config(None, [override]), section), key)
    assert (loaded, type(loaded)) == (value, type(value))


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("trian.steps=4", "there is no setting 'trian' (did you mean 'train'?); there are: task, data, network"),
        ("train.stesp=4", "there is no setting 'train.stesp' (did you mean 'steps'?); there are: steps, minutes"),
        ("objective.adversarial_wieght=1", "there is no setting 'objective.adversarial_wieght' (did you mean"),
        ("generator.learning_rate=1", "there is no setting 'generator.learning_rate' (did you mean 'lr'?); "),
        ("train.steps_.x=4", "there is no setting 'train.steps_' (did you mean 'steps'?)"),
        ("1=2", "there is no setting '1'; there are: task"),
    ],
)
def test_an_unknown_setting_names_the_one_meant_at_every_depth(override, told):
    assert refusal(None, [override]).startswith(told)


def test_an_unknown_setting_in_a_file_is_told_in_the_same_way(write):
    assert refusal(write("train: {stesp: 4}\n")) == refusal(None, ["train.stesp=4"])


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("train.steps=many", "'many'"),
        ("train.steps=1.5", "1.5"),
        ("train.steps=", " null,"),
        ("train.steps=true", " true,"),  # would pass for 1
        ("train.steps=0", "0"),
        ("train.seed=-1", "-1"),
        ("train.ema_decay=1", "1"),
        ("train.ema_decay=-0.1", "-0.1"),
        ("train.channels_last=maybe", "'maybe'"),
        ("train.precision=fp8", "'fp8'"),
        ("train.steps=2020-01-01", " 2020-01-01,"),
        ("generator.lr=0", "0"),
        ("generator.lr=fast", "'fast'"),
        ("generator.lr=.inf", " .inf,"),
        ("generator.lr=.nan", " .nan,"),
        ("generator.clip_norm=0", "0"),
        ("generator.clip_norm=false", " false,"),
        ("generator.betas=[0.9, 1]", "1"),
        ("generator.betas=[0.9]", "[0.9]"),
        ("generator.optimizer=adamm", "'adamm'"),
        ("objective.adversarial_weight=-1", "-1"),
        ("objective.terms=5", "5"),
        ("objective.terms.gdl=strong", "'strong'"),
        ("objective.game=[hinge]", "['hinge']"),
        ("train=5", "5"),
        ("network=null", " null,"),
        ("network.name=5", "5"),
        ("train.steps={a b: [null, x]}", "{'a b': [null, 'x']},"),
    ],
)
def test_an_unacceptable_value_is_refused_with_setting_and_value(override, value):
    setting = override.partition("=")[0]
    told = refusal(None, [override])
    assert re.match(rf"setting {re.escape(setting)}(\.\d)? is ", told)
    assert ", which is not accepted: Input should" in told
    assert value in told


@pytest.mark.parametrize("override", ["train.steps", "train.steps 5", "=5", ".steps=5", "train.=5", "train..steps=5"])
def test_an_override_of_another_form_is_refused(override):
    assert (
        refusal(None, [override]) == f"{override!r} is not a setting; write section.key=value, such as train.steps=500"
    )


@pytest.mark.parametrize("value", ["[1, 2", "{a: ", "'", "2020-13-45", "*x"])
def test_an_override_that_is_no_yaml_is_refused(value):
    override = f"train.steps={value}"
    assert refusal(None, [override]).startswith(f"the value of {override!r} cannot be read")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("train: [1\n", "is not YAML"),
        ("train:\n\tsteps: 5\n", "is not YAML"),
        ("data: {cache: 2020-13-45}\n", "is not YAML"),
        ("train:\n  steps: 3\ntrain: {batch_size: 2}\n", "is not YAML ('train' stands twice, in lines 1 and 3)"),
        ("train: {steps: 3, steps: 5}\n", "is not YAML ('steps' stands twice, in lines 1 and 1)"),
        ("- train\n- steps\n", "holds no sections"),
        ("just words", "holds no sections"),
    ],
)
def test_a_file_that_holds_no_sections_is_refused_by_name(write, text, told):
    path = write(text)
    assert refusal(path).startswith(f"{path} {told}")


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_bytes(b"\x00\xff\xfe\x80")
    assert refusal(path).startswith(f"{path} is not YAML")


def test_a_file_cannot_run_python(write, tmp_path):
    path = write(f"train: !!python/object/apply:os.mkdir ['{tmp_path / 'made'}']\n")
    assert "is not YAML" in refusal(path)
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_a_link_to_itself_is_refused_by_name(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert "loop.yaml: Too many levels of symbolic links" in refusal(tmp_path / "loop.yaml")


def test_a_missing_file_names_the_presets(tmp_path):
    told = refusal(tmp_path / "smke.yaml")
    assert told.startswith(f"cannot read the config {tmp_path / 'smke.yaml'}: No such file or directory")
    assert "did you mean 'smoke'?" in told
    assert all(name in told for name in find_presets())


def test_a_folder_or_an_empty_name_is_no_file(tmp_path, monkeypatch):
    assert "Is a directory" in refusal(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert "Is a directory" in refusal(Path())


def test_the_source_is_kept_as_an_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load_config(None, ["data.crop=32"]).on_data(Path("films"))
    assert config.data == Part(name="video_folder", options={"crop": 32, "source": str(tmp_path / "films")})


@pytest.mark.parametrize("preset", [None, *find_presets().values()], ids=lambda path: path and path.stem)
def test_what_is_written_is_read_back_as_it_was(write, preset):
    config = load_config(preset, ["objective.terms.gdl.alpha=2", "generator.lr=4e-4", "network.width_multiplier=5e-2"])
    text = dump_config(config)
    assert load_config(write(text)) == config
    assert parse_config(yaml.safe_load(text)) == config
    assert "extends" not in text


def test_what_is_written_says_every_setting():
    tree = yaml.safe_load(dump_config(Config()))
    assert [*tree, "plugins"] == list(Config.model_fields)  # which only a run with plug-ins has
    for name, section in tree.items():
        assert set(section) >= set(getattr(Config(), name).model_dump())


def test_settings_do_not_change_under_a_run():
    with pytest.raises(ValueError, match="frozen"):
        Config().train.steps = 5
    with pytest.raises(ValueError, match="frozen"):
        Config().network.name = "linear"


@pytest.mark.parametrize(
    ("text", "value"), [("010", 10), ("1_000", 1000), ("0x10", 16), ("0b11", 3), ("007", 7), ("+5", 5), ("0", 0)]
)
def test_whole_numbers_are_read_as_people_mean_them(write, text, value):
    assert load_config(None, [f"train.seed={text}"]).train.seed == value
    assert load_config(write(f"train: {{seed: {text}}}")).train.seed == value


@pytest.mark.parametrize("text", ["1:30", "1:30.5", "08:15", "0o10", "-1:30"])
def test_a_time_of_day_is_no_number(text):
    assert f"train.minutes is {text!r}" in refusal(overrides=[f"train.minutes={text}"])


@pytest.mark.parametrize("text", ["1.5", "1.", ".5", "1.5e+1", "-.5", "1e-3"])
def test_real_numbers_are_read_as_python_reads_them(text):
    assert load_config(None, [f"generator.weight_decay={text.lstrip('-')}"]).generator.weight_decay == float(
        text.lstrip("-")
    )


@pytest.mark.parametrize("text", [".inf", "-.inf", ".nan"])
def test_what_is_infinite_or_no_number_is_refused(text):
    assert "finite" in refusal(overrides=[f"generator.lr={text}"])


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("train=5", "Input should be several settings, as {name: value}"),
        ("objective.augmentation=[]", "Input should be several settings, as {name: value}"),
        ("objective.terms=[l1]", "Input should be several settings, as {name: value}"),
        ("task=5", "Input should be a name, or a name and options, as {name: x, option: 1}"),
        ("network=null", "Input should be a name, or a name and options, as {name: x, option: 1}"),
        ("network.name=5", "Input should be a word"),
        ("generator.betas=abc", "Input should be a list, as [1, 2]"),
        ("generator.betas=[0.5,0.6,0.7]", "Input should have fewer values"),
        ("train.stop_on=collapse", "Input should be a list, as [1, 2]"),
        ("train.channels_last=maybe", "Input should be true or false"),
        ("train.steps=1.5", "Input should be a whole number"),
        ("train.steps=abc", "Input should be a whole number"),
        ("generator.lr=abc", "Input should be a number"),
    ],
)
def test_what_is_accepted_is_told_without_words_of_python(setting, told):
    said = refusal(overrides=[setting])
    assert said.endswith(told)
    assert "Section" not in said


@pytest.mark.parametrize("name", ['"a\\0"', "x" * 3000])
def test_a_name_that_no_file_has_is_refused_where_it_is_extended(write, name):
    with pytest.raises(VidpredError):
        load_config(write(f"extends: {name}\n"))


def test_a_value_that_cannot_be_read_is_shown_in_short():
    with pytest.raises(VidpredError, match="cannot be read") as refused:
        load_config(None, [f"train.steps={'[' * 3000}"])
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("setting", ["objective.penalties={}", "objective={penalties: {}}"])
def test_an_empty_map_takes_away_the_penalties_of_a_preset(setting):
    assert load_config("r3_tiny", []).objective.penalties
    assert load_config("r3_tiny", [setting]).objective.penalties == {}
    assert load_config("r3_tiny", [setting, "objective.penalties.r1=3"]).objective.penalties == {"r1": 3}


@pytest.mark.parametrize("name", ["objective", "network", "objective.augmentation"])
def test_an_empty_section_which_would_leave_what_is_there_is_refused(name):
    with pytest.raises(VidpredError, match=f"^{name}={{}} changes nothing, .* which `vidpred config {name}` lists, or"):
        load_config("r3_tiny", [f"{name}={{}}"])


def test_penalties_of_a_preset_that_are_not_named_stay_and_0_takes_one_away():
    assert load_config("r3_tiny", ["objective.penalties={r1: 1}"]).objective.penalties == {"r1": 1, "r2": "auto"}
    assert Penalties(load_config("r3_tiny", ["objective.penalties={r1: 1, r2: 0}"]).objective.penalties).names == ["r1"]


def test_an_empty_section_of_a_file_leaves_what_is_there(write):
    assert load_config(write("extends: r3_tiny\nobjective: {}\n")) == load_config("r3_tiny")

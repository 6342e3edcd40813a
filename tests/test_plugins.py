"""Parts of users' own: loaded because they are installed or named, recorded, and never run because a file says so."""

import os
import re
import shutil
import subprocess
import sys
from functools import wraps
from importlib import import_module
from pathlib import Path

import pytest
from material import assert_refused, draw_images, draw_video, files_below, run_command

import vidpred
from vidpred import registry
from vidpred.cli.program import _split_plugins
from vidpred.errors import VidpredError
from vidpred.plugins import KINDS, PLUGINS, Plugin, Plugins, PluginWarning, as_options, load_plugin, source_hash
from vidpred.registry import PREDICTORS, JointRegistry, Registry
from vidpred.runs.build import NETWORKS
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.load import load_predictor
from vidpred.runs.settings import Config, dump_config, load_config, parse_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import resume_run, start_run, train_or_resume
from vidpred.tasks import FramePrediction

PARTS = '''
"""A predictor, a loss, a data set and a task of somebody's own."""

from torch import nn

from vidpred.data import moving_shapes
from vidpred.registry import DATASETS, PREDICTORS, RECONSTRUCTION_LOSSES, TASKS
from vidpred.tasks import FramePrediction


@PREDICTORS.register("my_predictor")
class MyPredictor(nn.Module):
    """The last frame through one convolution."""

    def __init__(self, num_context_frames: int = 4, frame_channels: int = 3, lead: int = 1, kernel: int = 3):
        super().__init__()
        self.num_context_frames, self.lead, self.frame_channels = num_context_frames, lead, frame_channels
        self.convolution = nn.Conv2d(frame_channels, frame_channels, kernel, padding="same")

    def forward(self, context):
        return [self.convolution(context[:, -1])[:, None].tanh()]


@RECONSTRUCTION_LOSSES.register("my_loss")
def my_loss(prediction, target, power: float = 2.0):
    """Return the mean of the differences to some power."""
    return (prediction - target).abs().pow(power).mean()


@DATASETS.register("my_shapes")
def my_shapes(clip_length: int, seed: int = 0):
    """Return a few small clips."""
    return moving_shapes(clip_length, seed, resolution=16, num_clips=8, num_validation_clips=2)


@TASKS.register("my_task")
class MyTask(FramePrediction):
    """Frame prediction by another name."""
'''
SETTINGS = (
    *("task=my_task", "data=my_shapes", "network=my_predictor", "network.kernel=1", "objective.terms.my_loss=1"),
    *("objective.adversarial_weight=0", "train.steps=2", "train.batch_size=2", "train.precision=fp32"),
    *("log.validation_clips=2", "log.preview_frames=2"),
)
ALL = ["dataset my_shapes", "predictor my_predictor", "reconstruction loss my_loss", "task my_task"]
ONE_PART = "from vidpred.registry import GAMES\nGAMES.add('my_game', GAMES['hinge'])\n"
REGISTRIES = [value for value in vars(registry).values() if isinstance(value, Registry)]


def start_afresh(patch):
    """Forget all plug-ins, whatever this machine has installed, until ``patch`` ends; vidpred's own parts stay."""
    for kind in KINDS:
        import_module(f"vidpred.{kind}")
    for one in REGISTRIES:
        patch.setattr(one, "_parts", dict(one._parts))
    for name, value in vars(Plugins()).items():
        if name != "_lock":
            patch.setattr(PLUGINS, name, value)
    patch.setattr(PLUGINS, "_searched", True)


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """Leave no part and no plug-in of a test to the next."""
    start_afresh(monkeypatch)
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = set(sys.modules)
    yield
    for name in set(sys.modules) - known:
        if name.startswith("my_"):
            del sys.modules[name]


def test_what_vidpred_registers_itself_outlives_these_tests(tmp_path):
    statement = (
        "from test_plugins import start_afresh\nimport pytest\n"
        "with pytest.MonkeyPatch.context() as patch:\n    start_afresh(patch)\n    import vidpred.metrics.features\n"
        "from vidpred.registry import EXTRACTORS\nassert 'random_convolution' in EXTRACTORS"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(vidpred.__file__).parents[1])])
    ended = subprocess.run([sys.executable, "-c", statement], env={**os.environ, "PYTHONPATH": paths}, check=False)
    assert ended.returncode == 0


@pytest.fixture
def file(tmp_path):
    """Write the parts as a single file."""
    path = tmp_path / "my_parts.py"
    path.write_text(PARTS)
    return path


def install(folder, text=PARTS, name="my_parts", version="1.0", entry=None):
    """Put a distribution into ``folder`` as an installer would."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(text)
    metadata = folder / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(f"[vidpred.parts]\n{name} = {entry or name}\n")
    return folder


def test_what_is_installed_trains_and_predicts_and_is_missed_when_it_is_gone(monkeypatch, capsys, tmp_path):
    site, run = install(tmp_path / "site"), tmp_path / "run"
    command = ["train", *SETTINGS, "--out", str(run), "--device", "cpu"]
    ended = in_a_process_of_its_own(f"sys.argv = ['vidpred', *{command}]; main()", site)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("False\n"), "a module of vidpred looks for plug-ins while it is being imported"
    assert "--plugin" not in ended.stdout
    record = {"kind": "distribution", "name": "my-parts", "version": "1.0", "parts": ALL}
    assert load_config(run / "config.yaml").model_dump(mode="json")["plugins"] == [record]
    assert Checkpoint.load(run, only=()).config["plugins"] == [record]

    predict = ("predict", draw_video(tmp_path / "clip.mp4"), "--checkpoint", run, "--horizon", 1, "--device", "cpu")
    assert run_command(monkeypatch, capsys, *predict, "--out", tmp_path / "future.mp4") == (
        *(1, ""),
        "vidpred: error: the task 'my_task' is from the plug-in my-parts 1.0, which is not installed here; install "
        "that package, or name its module with --plugin, if you trust it\n",
    )
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(PLUGINS, "_searched", False)
    code, _, error = run_command(monkeypatch, capsys, *predict, "--out", tmp_path / "future.mp4")
    assert (code, error) == (0, "")


def in_a_process_of_its_own(statement, site):
    """Import all of vidpred where ``site`` is installed, print whether that did too, and execute ``statement``."""
    program = (
        "import importlib, pkgutil, sys, vidpred\n"
        "from vidpred.cli import main\n"
        "for module in pkgutil.walk_packages(vidpred.__path__, 'vidpred.'):\n"
        "    if module.name != 'vidpred.__main__':\n        importlib.import_module(module.name)\n"
        f"print('my_parts' in sys.modules, flush=True)\n{statement}"
    )
    paths = [str(Path(vidpred.__file__).parents[1]), str(site)]
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )


def train(monkeypatch, capsys, folder, *more, plugin=None):
    """Train for two steps; return what ``vidpred`` printed."""
    named = ["--plugin", plugin] if plugin else []
    return run_command(monkeypatch, capsys, "train", *SETTINGS, "--out", folder, "--device", "cpu", *named, *more)


def test_a_file_is_loaded_where_the_user_names_it_and_only_there(monkeypatch, capsys, tmp_path, file):
    run = tmp_path / "run"
    monkeypatch.chdir(tmp_path)
    code, told, error = train(monkeypatch, capsys, run, plugin="my_parts.py")
    assert code == 0, error
    assert f"try it: vidpred predict CLIP.mp4 --checkpoint {run} --plugin {file}" in told
    (record,) = Checkpoint.load(run, only=()).config["plugins"]
    assert (record["kind"], record["name"], record["parts"]) == ("file", str(file), ALL)
    assert load_config(run / "config.yaml").model_dump(mode="json")["plugins"] == [record]


@pytest.mark.parametrize(
    ("says", "lacks"),
    [
        ("self.frame_channels = frame_channels", "no num_context_frames and no lead"),
        ("self.frame_channels, self.lead = frame_channels, lead", "no num_context_frames"),
    ],
)
def test_a_predictor_that_does_not_say_what_it_takes_is_refused_before_a_run_begins(
    monkeypatch, capsys, tmp_path, file, says, lacks
):
    whole = "self.num_context_frames, self.lead, self.frame_channels = num_context_frames, lead, frame_channels"
    file.write_text(PARTS.replace(whole, says))
    assert train(monkeypatch, capsys, tmp_path / "run", plugin=file)[::2] == (
        1,
        f"vidpred: error: the predictor MyPredictor has {lacks}, but a whole number of at least 1 is needed; set it "
        "in its class: see vidpred.interfaces.Predictor\n",
    )
    assert not (tmp_path / "run").exists()


def test_a_generator_that_does_not_say_how_much_noise_it_takes_is_refused_before_a_run_begins(tmp_path):
    (tmp_path / "my_generator.py").write_text(
        "from torch import nn\nfrom vidpred.registry import GENERATORS\n\n\n"
        "@GENERATORS.register('my_generator')\nclass MyGenerator(nn.Linear):\n"
        "    def __init__(self, latent_channels: int):\n        super().__init__(latent_channels, 3)\n"
    )
    load_plugin(str(tmp_path / "my_generator.py"))
    draw_images(tmp_path / "images")
    settings = ("network=my_generator", "data.resolution=16", "train.batch_size=2", "log.validation_clips=2")
    config = load_config(find_presets()["r3_tiny"], settings).on_data(tmp_path / "images")
    with pytest.raises(VidpredError, match=r"class MyGenerator is no generator.* says of how many latent_channels;"):
        start_run(config, tmp_path / "run", "cpu", say=lambda _: None)
    assert not (tmp_path / "run").exists()


def test_a_predictor_that_no_longer_says_what_it_takes_is_refused_where_its_run_is_loaded(tmp_path, file):
    load_plugin(str(file))
    start_run(load_config(overrides=SETTINGS), tmp_path / "run", "cpu", say=lambda _: None)
    changed = PREDICTORS["my_predictor"]
    whole = changed.__init__

    def forgetful(self, *args, **kwargs):
        whole(self, *args, **kwargs)
        del self.lead

    changed.__init__ = wraps(whole)(forgetful)
    with pytest.raises(VidpredError, match="MyPredictor has no lead, but a whole number"):
        load_predictor(tmp_path / "run", "cpu")


def test_a_script_that_a_task_of_a_plugin_names_gets_no_options_of_vidpred(monkeypatch, capsys, tmp_path, file):
    monkeypatch.setattr(FramePrediction, "usage", "python use.py RUN")
    code, told, error = train(monkeypatch, capsys, tmp_path / "run", plugin=file)
    assert code == 0, error
    assert f"try it: python use.py {tmp_path / 'run'}\n" in told


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory):
    """Return a folder with a run and its plug-in, which is not loaded any more and would leave a mark if it were."""
    folder = tmp_path_factory.mktemp("forgotten")
    file = folder / "my_parts.py"
    file.write_text(PARTS)
    with pytest.MonkeyPatch.context() as patch:
        start_afresh(patch)
        load_plugin(str(file))
        start_run(load_config(overrides=SETTINGS), folder / "run", "cpu", say=lambda _: None)
    file.write_text(f"from pathlib import Path\nPath({str(folder / 'MARK')!r}).touch()\n{PARTS}")
    draw_video(folder / "clip.mp4")
    return folder


def test_nothing_is_run_because_a_checkpoint_or_a_config_says_so(monkeypatch, capsys, tmp_path, forgotten):
    run, file = forgotten / "run", forgotten / "my_parts.py"
    before = files_below(forgotten)
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("predict", forgotten / "clip.mp4", "--checkpoint", run),
        ("train", "--resume", run, "--steps", 3),
        ("train", "--config", run / "config.yaml"),
        ("train", "--from", run, "data=moving_shapes"),
        ("evaluate", forgotten / "clip.mp4", "--checkpoint", run),
    ):
        code, _, error = run_command(monkeypatch, capsys, *arguments)
        assert code == 1
        assert error == (
            f"vidpred: error: the task 'my_task' is from the plug-in {file}, which is not loaded; add --plugin {file} "
            "to the command (in Python: vidpred.plugins.load_plugin), if you trust it\n"
        )
    assert files_below(forgotten) == before
    assert not (forgotten / "MARK").exists()


def test_a_plugin_that_is_not_what_it_was_is_loaded_with_a_note(monkeypatch, capsys, tmp_path, forgotten):
    named = ("--checkpoint", forgotten / "run", "--plugin", forgotten / "my_parts.py", "--out", tmp_path / "future.mp4")
    code, _, error = run_command(monkeypatch, capsys, "predict", forgotten / "clip.mp4", *named, "--horizon", 1)
    assert code == 0, error
    pattern = rf"{named[3]} \(SHA-256 [0-9a-f]{{12}}\)"
    assert re.fullmatch(
        f"vidpred: note: what was trained with the plug-in {pattern} now runs with the plug-in {pattern}; "
        "results may differ\n",
        error,
    )
    assert (forgotten / "MARK").exists()
    (forgotten / "MARK").unlink()


def test_the_same_plugin_at_another_place_goes_on_as_if_nothing_had_changed(tmp_path, forgotten, recwarn):
    elsewhere = tmp_path / "elsewhere" / "renamed.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text(PARTS)
    load_plugin(str(elsewhere))
    run = shutil.copytree(forgotten / "run", tmp_path / "run")
    last = train_or_resume(load_config(overrides=SETTINGS), run, "cpu")
    assert Checkpoint.load(last, only=()).step == 2
    resume_run(run, "cpu", steps=3, say=lambda _: None)
    (record,) = Checkpoint.load(last, only=()).config["plugins"]
    assert record["name"] == str(elsewhere)
    assert not [warning for warning in recwarn if warning.category is PluginWarning]


def test_a_run_predicts_without_the_plugin_of_its_loss(tmp_path, monkeypatch):
    loss = tmp_path / "my_loss.py"
    loss.write_text(PARTS[: PARTS.index("@PREDICTORS")] + PARTS[PARTS.index("@RECON") : PARTS.index("@DATASETS")])
    with monkeypatch.context() as patch:
        start_afresh(patch)
        load_plugin(str(loss))
        settings = [setting for setting in SETTINGS if "=my_" not in setting and "kernel" not in setting]
        small = ["data=moving_shapes", "data.resolution=16", "network.num_scales=1", "network.width_multiplier=0.02"]
        start_run(load_config(overrides=[*settings, *small]), tmp_path / "run", "cpu", say=lambda _: None)
    load_predictor(tmp_path / "run", "cpu")
    with pytest.raises(VidpredError, match="the reconstruction loss 'my_loss' is from the plug-in"):
        resume_run(tmp_path / "run", "cpu", steps=3)


def test_a_run_without_plugins_says_nothing_of_them():
    assert "plugins" not in dump_config(Config())
    assert parse_config(Config().model_dump()) == Config()


def test_a_module_is_loaded_from_the_current_folder_too(tmp_path, monkeypatch):
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "games.py").write_text(ONE_PART)
    monkeypatch.chdir(tmp_path)
    plugin = load_plugin("my_package.games")
    assert (plugin.kind, plugin.name, plugin.parts) == ("module", "my_package.games", ("adversarial game my_game",))
    assert registry.GAMES["my_game"] is registry.GAMES["hinge"]
    assert as_options([plugin]) == " --plugin my_package.games"


def test_loading_twice_is_harmless(tmp_path, file, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_plugin(str(file)) is load_plugin("my_parts.py")
    assert load_plugin("my_parts.py") is load_plugin("./my_parts.py")


@pytest.mark.parametrize("first", [load_plugin, PLUGINS.load_installed])
def test_an_installed_plugin_that_is_named_too_stays_what_it_is(tmp_path, monkeypatch, first):
    monkeypatch.syspath_prepend(install(tmp_path / "site", ONE_PART))
    monkeypatch.setattr(PLUGINS, "_searched", False)
    first(*(["my_parts"] if first is load_plugin else []))
    assert load_plugin("my_parts").kind == "distribution"


def test_an_installed_plugin_that_a_script_imported_is_recorded(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(install(tmp_path / "site"))
    monkeypatch.setattr(PLUGINS, "_searched", False)
    import_module("my_parts")
    assert PLUGINS.origins(ALL) == [Plugin("distribution", "my-parts", "1.0", tuple(ALL))]


def test_a_broken_installed_plugin_is_left_out_with_a_warning(tmp_path, monkeypatch):
    broken = f"{ONE_PART.replace('my_game', 'my_broken_game')}no_such_name\n"
    monkeypatch.syspath_prepend(install(tmp_path / "broken", broken, name="my_broken"))
    monkeypatch.syspath_prepend(install(tmp_path / "site", ONE_PART))
    monkeypatch.setattr(PLUGINS, "_searched", False)
    with pytest.warns(PluginWarning) as warned:
        assert "my_game" in registry.GAMES
    assert [str(warning.message) for warning in warned] == [
        "cannot load the plug-in my-broken: NameError in my_broken.py, line 3: name 'no_such_name' is not defined; "
        "fix it, or see more with --debug; its parts are missing until then"
    ]
    PLUGINS.remember([Plugin("distribution", "my-broken", "1.0", ("task my_other",))])
    assert "which is installed but cannot be loaded" in PLUGINS.explain_missing("task my_other")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = (", "SyntaxError: '(' was never closed (my_bad.py, line 1); fix it"),
        ("import no_such_module_at_all", "ModuleNotFoundError in my_bad.py, line 1: No module named 'no_such"),
        (f"{ONE_PART}raise OSError('first\\nsecond')", "OSError in my_bad.py, line 3: first second; fix it"),
        (f"{ONE_PART}raise SystemExit", "SystemExit in my_bad.py, line 3: no message; fix it"),
        ("x = 1", "it registers no part; decorate one, as with @PREDICTORS.register('my_predictor')"),
        (
            f"{ONE_PART}GAMES.add('hinge', 1)",
            "adversarial game 'hinge' is already registered, by Game(",
        ),
    ],
    ids=["syntax", "import", "error", "exit", "nothing", "taken"],
)
def test_a_plugin_that_cannot_be_loaded_is_told_in_one_sentence_and_leaves_nothing(
    tmp_path, monkeypatch, capsys, text, complaint
):
    (tmp_path / "my_bad.py").write_text(f"{text}\n")
    result = run_command(monkeypatch, capsys, "config", "steps", "--plugin", tmp_path / "my_bad.py")
    assert_refused(result, f"cannot load the plug-in {tmp_path / 'my_bad.py'}: {complaint}")
    assert "my_game" not in registry.GAMES
    assert not [name for name in sys.modules if name.startswith("my_bad")]


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        (["--plugin", "no_such_file.py"], "there is no plug-in no_such_file.py; name a Python file that exists"),
        (
            ["--plugin=no_such_module.parts"],
            "cannot load the plug-in no_such_module.parts: there is neither such a file",
        ),
        (["--plugin", "json.no_such"], "cannot load the plug-in json.no_such: there is neither such a file nor such"),
        (["--plugin", "no such"], "cannot load the plug-in no such: there is neither such a file nor such a module"),
        (["--plugin"], "--plugin names nothing; add a Python file"),
        (["--plugin="], "--plugin names nothing; add a Python file"),
    ],
)
def test_a_plugin_that_is_not_there_is_told_in_one_sentence(tmp_path, monkeypatch, capsys, named, complaint):
    monkeypatch.chdir(tmp_path)
    assert_refused(run_command(monkeypatch, capsys, "config", "steps", *named), complaint)


def test_any_command_takes_plugins_as_often_as_needed(tmp_path, monkeypatch, capsys, file):
    game = tmp_path / "my_game.py"
    game.write_text(ONE_PART)
    code, told, error = run_command(monkeypatch, capsys, f"--plugin={game}", "config", "kernel", "--plugin", file)
    assert (code, error) == (0, "")
    assert "network.kernel (int, default 3)" in told
    code, told, _ = run_command(monkeypatch, capsys, "config", "objective.game")
    assert "my_game" in told


def test_after_two_dashes_a_plugin_is_a_word_like_others():
    assert _split_plugins(["a", "--plugin", "b", "--", "--plugin", "c"]) == (["b"], ["a", "--", "--plugin", "c"])


def test_what_a_file_says_of_itself_cannot_pass_for_more_than_a_name():
    path = "x.py\nvidpred: all is well\x1b[2J; rm -rf *\u202e.py" + "y" * 1000
    PLUGINS.remember([Plugin("file", path, "", ("task my\n_task",))])
    told = PLUGINS.explain_missing("task my\n_task")
    assert told.isprintable()
    assert len(told) < 1000
    assert " --plugin 'x.py?vidpred: all is well?[2J; rm -rf *?.py" in told


def test_a_loaded_plugin_that_lost_a_part_is_told_from_a_missing_one(tmp_path, file):
    load_plugin(str(file))
    PLUGINS.remember([Plugin("file", str(file), "", ("task my_former_task",))])
    assert "which is loaded but no longer has it" in PLUGINS.explain_missing("task my_former_task")


def test_a_joint_registry_has_what_is_registered_later_too():
    here, there = Registry("boat"), Registry("car")
    both = JointRegistry("vehicle", lambda: [here, there])
    there.add("cabriolet", 1)
    assert list(both) == ["cabriolet"]
    here.add("canoe", 2)
    assert dict(both) == {"canoe": 2, "cabriolet": 1}
    with pytest.raises(TypeError, match="one kind of vehicle"):
        both.add("raft", 3)


def test_networks_of_a_plugin_are_among_those_of_all_tasks(file):
    load_plugin(str(file))
    assert "my_predictor" in NETWORKS
    assert {*registry.PREDICTORS, *registry.GENERATORS} == set(NETWORKS)


def test_a_changed_package_is_told_from_what_it_was(tmp_path, monkeypatch):
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").write_text(ONE_PART)
    monkeypatch.syspath_prepend(tmp_path)
    then = load_plugin("my_package")
    (package / "more.py").write_text("x = 1\n")
    assert source_hash(sys.modules["my_package"]) != then.version

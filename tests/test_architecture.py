"""The promises of the layout, kept by tests."""

import ast
import re
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import vidpred
from vidpred.cli.program import app
from vidpred.runs.shipped import CLIP

PACKAGE = Path(vidpred.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
ALL_FILES = sorted(path for folder in ("vidpred", "tests", "scripts") for path in (ROOT / folder).rglob("*.py"))
SHIPPED = [path for path in ALL_FILES if not path.is_relative_to(ROOT / "tests")]
KINDS = sorted(
    path.parent.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*/__init__.py")
    if "from vidpred.registry" in path.read_text()
)
COMMANDS = [path for path in (PACKAGE / "cli").glob("[!_]*.py") if f"\ndef {path.stem}(" in path.read_text()]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
MOST_TO_PREDICT = 146  # modules of ours, beside the commands, that `vidpred predict` imports
CODEC_ROOMS = {
    "video": "film_changes live_source reader writer",
    "video/decoding": "animated_webp chroma_place codec container convert cropping deinterlacing description filters "
    "levels track",
    "video/films": "code covers denser end fonts light longer pixels silence sound sound_codes subtitles tags timecode",
}
KNOW_THE_CODEC = {f"{room}/{name}.py" for room, names in CODEC_ROOMS.items() for name in names.split()}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "factory"}


def place(module):
    return module.relative_to(PACKAGE).as_posix()


def offenders(breaks, paths=MODULES):
    """Return what ``breaks`` finds in each file that breaks a promise, by the file's name."""
    return {str(path.relative_to(ROOT)): found for path in paths if (found := breaks(path))}


@cache
def tree(path):
    return ast.parse(path.read_text())


def imported(module):
    """Return the dotted names that a module imports, wherever in it."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(module):
    """Return the functions that a module calls, as they are written."""
    return {ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}


def run(*command):
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_only_point_down(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(cache_dir=None) == 0, "run `lint-imports` to see the import that points up"


def test_only_the_composition_knows_the_config():
    readers = {
        place(module)
        for module in MODULES
        if any(name.startswith("vidpred.runs.settings.") for name in imported(module))
    }
    assert {name.split("/")[0] for name in readers} <= {"cli", "runs"}
    assert "runs/build.py" in readers


def test_no_script_needs_the_command_line():
    scripts = [path for path in SHIPPED if path.is_relative_to(ROOT / "scripts")]
    assert scripts
    assert not [path.name for path in scripts if any(name.startswith("vidpred.cli") for name in imported(path))]


def test_every_command_stands_in_one_section_of_the_help():
    ended = run("-m", "vidpred", "--help")
    sections = dict(re.findall(r"^(\w[\w ]+):\n((?:  .*\n)+)", ended.stdout, flags=re.MULTILINE))
    assert list(sections)[1:] == ["Predict", "Train", "Judge", "Images", "Look inside"]
    listed = [line.split()[0] for title in list(sections)[1:] for line in sections[title].splitlines()]
    assert sorted(listed) == sorted(path.stem.replace("_", "-") for path in COMMANDS)


def test_only_the_readers_and_the_writer_of_videos_know_the_codec():
    knowing = {place(module) for module in MODULES if any(name.split(".")[0] == "av" for name in imported(module))}
    assert knowing <= KNOW_THE_CODEC
    assert "video/writer.py" in knowing


def test_no_part_is_forgotten():
    """A file whose line is missing from __init__.py would never be registered."""
    registers = re.compile(r"^(@|\w+ = )?[A-Z_]+\.(register|add)\(", flags=re.MULTILINE)
    for kind in KINDS:
        lines, dotted = (PACKAGE / kind / "__init__.py").read_text(), kind.replace("/", ".")
        parts = [path.stem for path in (PACKAGE / kind).glob("*.py") if registers.search(path.read_text())]
        assert parts, kind
        assert not [part for part in parts if f"from vidpred.{dotted}.{part} import" not in lines]


def test_the_kinds_of_parts_are_these():
    kinds = "data discriminators generators losses metrics metrics/features predictors tasks training/augmentations"
    assert kinds.split() == KINDS


def test_every_file_fits_on_a_few_screens():
    lengths = {path: len(path.read_text().splitlines()) for path in SHIPPED}
    assert not {place: length for place, length in lengths.items() if length > LONGEST_FILE}


def test_every_function_fits_on_one_screen():
    def long_functions(path):
        functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
        return {node.name: length for node in functions if (length := body_length(node)) > LONGEST_FUNCTION}

    assert not offenders(long_functions)


def body_length(function):
    """Return the lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_paths_are_followed_by_what_bears_links_that_lead_to_themselves():
    """``Path.resolve`` raises a RuntimeError of those before Python 3.13; see ``real_path``."""
    own = {"door.py"}  # asks about paths of web requests, and takes no other answer than that they are its own
    assert [path for path in MODULES if path.name not in own and ".resolve()" in path.read_text()] == []


def test_every_file_begins_with_a_sentence_about_itself():
    def begins_otherwise(path):
        first = (ast.get_docstring(tree(path)) or "nothing").splitlines()[0]
        is_sentence = (first[0].isupper() or first.startswith(("``", "vidpred"))) and first.endswith(".")
        return "" if is_sentence else first

    assert not offenders(begins_otherwise, SHIPPED)


def test_every_name_says_something():
    names = {part for path in ALL_FILES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not names & NAMES_THAT_SAY_NOTHING


def test_nothing_that_a_file_says_is_ever_executed():
    modules = {"pickle", "dill", "joblib", "shelve", "marshal"}
    functions = {"eval", "exec", "torch.load", "torch.save", "yaml.load", "yaml.unsafe_load", "__import__"}
    assert not offenders(lambda path: {name.split(".")[0] for name in imported(path)} & modules)
    assert not offenders(lambda path: calls(path) & functions)
    assert not offenders(lambda path: "allow_pickle" in path.read_text())


def test_no_file_names_a_place_of_one_machine():
    def places(path):
        with tokenize.open(path) as file:
            return re.findall(r"(?<![\w.])/(?:home|root|work|opt|Users)/\w+", file.read())

    assert not offenders(places, ALL_FILES)


def test_help_and_the_package_wait_for_neither_torch_nor_numpy():
    program = (
        "import sys, vidpred\n"
        "sys.argv = ['vidpred', '--help']\n"
        "from vidpred.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print({'torch', 'numpy', 'cv2', 'av', 'pydantic', 'matplotlib'} & set(sys.modules))\n"
    )
    ended = run("-c", program)
    assert ended.returncode == 0
    assert "train" in ended.stdout
    assert ended.stdout.endswith("\nset()\n")


def test_every_command_explains_itself_without_torch():
    names = [command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands]
    program = (
        "import sys\n"
        "from vidpred.cli import main\n"
        f"for name in {names}:\n"
        "    sys.argv = ['vidpred', name, '--help']\n"
        "    try:\n        main()\n"
        "    except SystemExit as end:\n        print(f'{name} ended with {end.code}')\n"
        "print({'torch', 'numpy'} & set(sys.modules))\n"
    )
    ended = run("-c", program)
    assert ended.returncode == 0
    explained = re.split(r"(\S+) ended with 0\n", ended.stdout)
    assert explained[1::2] == names
    assert all(f"vidpred {name}" in text for text, name in zip(explained[::2], names, strict=False))
    assert explained[-1] == "set()\n"


def test_every_public_name_resolves():
    assert set(vidpred.__all__) <= set(dir(vidpred))
    assert all(getattr(vidpred, name).__name__.rpartition(".")[2] == name for name in vidpred.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        vidpred.no_such_name  # noqa: B018


def test_the_type_checker_sees_every_public_name():
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    assert {node.names[0].asname for node in checked.body} == set(vidpred.__all__)


def test_ruff_finds_nothing():
    ended = run("-m", "ruff", "check", ".", "--output-format", "concise")
    assert ended.returncode == 0, ended.stdout


def test_every_file_is_formatted():
    ended = run("-m", "ruff", "format", "--check", ".", "--output-format", "concise")
    assert ended.returncode == 0, ended.stdout


def test_types_are_right():
    ended = run("-m", "mypy")
    assert ended.returncode == 0, ended.stdout


def test_predicting_imports_little_beside_what_predicts(tmp_path):
    out = str(tmp_path / "future.mp4")
    program = (
        "import sys\n"
        "from vidpred.cli import main\n"
        f"sys.argv = ['vidpred', 'predict', {str(CLIP)!r}, '--horizon', '1', '--out', {out!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end\n"
        "print(*(name for name in sys.modules if name == 'vidpred' or name.startswith('vidpred.')), sep='\\n')"
    )
    ended = run("-c", program)
    assert ended.returncode == 0, ended.stderr
    imported_modules = [line for line in ended.stdout.splitlines() if re.fullmatch(r"vidpred(?!\.cli)[\w.]*", line)]
    assert "vidpred.predictors.flow_pyramid" in imported_modules
    assert len(imported_modules) <= MOST_TO_PREDICT, imported_modules

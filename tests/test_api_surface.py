"""Every public name is on record in api_surface.json, so that none vanishes unnoticed.

    python tests/test_api_surface.py

writes the record anew: after a name was added, and after one was taken away on purpose.
"""

import ast
import inspect
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import typer

import vidpred
from vidpred import registry
from vidpred.cli.program import app

RECORD = Path(__file__).with_name("api_surface.json")
ROOT = Path(vidpred.__file__).parents[1]
PACKAGES = sorted((ROOT / "vidpred").rglob("*/__init__.py"))


def signature(thing):
    """Write the parameters of our own function or class, with plain defaults and without types; nothing of the rest."""
    if not callable(thing) or not getattr(thing, "__module__", "").startswith("vidpred"):
        return ""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except ValueError:  # exceptions have none
        return ""
    return str(inspect.Signature([without_type(parameter) for parameter in parameters]))


def without_type(parameter):
    empty, default = inspect.Parameter.empty, parameter.default
    if isinstance(default, Path):
        default = str(default)
    elif default is not empty and not isinstance(default, bool | int | float | str | tuple | None):
        default = "..."
    return parameter.replace(annotation=empty, default=default)


def exported_names():
    """Return what the package and the packages in it offer by ``import name as name``."""
    surface = {f"vidpred.{name}": signature(getattr(vidpred, name)) for name in vidpred.__all__}
    for path in PACKAGES:
        package = import_module(".".join(path.parent.relative_to(ROOT).parts))
        imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        names = [alias.name for node in imports for alias in node.names if alias.asname == alias.name]
        surface |= {f"{package.__name__}.{name}": signature(getattr(package, name)) for name in names}
    return surface


def registered_names():
    """Return what settings may name, with the options it takes."""
    kinds = [kind for kind in vars(registry).values() if isinstance(kind, registry.Registry)]
    return {f"{kind.kind} {name}": signature(part) for kind in kinds for name, part in kind.items()}


def commands():
    """Return what can be typed, with its arguments and options."""
    return {
        f"vidpred {name}": " ".join(option for parameter in command.params for option in parameter.opts)
        for name, command in typer.main.get_command(app).commands.items()
    }


def surface():
    return dict(sorted({**exported_names(), **registered_names(), **commands()}.items()))


def surface_in_a_process_of_its_own():
    """Return the surface as it is where no test has registered a part."""
    ended = subprocess.run([sys.executable, __file__, "--print"], capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def test_no_public_name_vanishes_or_changes_unnoticed():
    record, now = json.loads(RECORD.read_text()), surface_in_a_process_of_its_own()
    apart = {
        "vanished": sorted(record.keys() - now.keys()),
        "new": sorted(now.keys() - record.keys()),
        "changed": [
            f"{name}{record[name]} -> {now[name]}" for name in record if now.get(name) not in (None, record[name])
        ],
    }
    assert record == now, f"{apart}; if that is meant, run `python tests/test_api_surface.py` and tell CHANGELOG.md"


def test_the_record_covers_every_kind_of_name():
    record = json.loads(RECORD.read_text())
    assert {f"vidpred.{name}" for name in vidpred.__all__} <= record.keys()
    assert record["vidpred.load_predictor"].startswith("(checkpoint")
    assert "num_context_frames" in record["predictor flow_pyramid"]
    assert "--checkpoint" in record["vidpred predict"]
    assert record["vidpred.losses.gradient_difference"] == "(prediction, target, alpha=1.0)"


if __name__ == "__main__":
    found = json.dumps(surface(), indent=2) + "\n"
    if sys.argv[1:] == ["--print"]:
        print(found, end="")
    else:
        RECORD.write_text(found)

"""Settings as people write them: YAML files, presets and overrides, laid over each other as plain trees."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from vidpred.errors import VidpredError, did_you_mean, shown
from vidpred.machine.files import real_path
from vidpred.machine.regular_files import decoded, read_small, require_regular
from vidpred.runs.settings.trees import parse_yaml

LARGEST = 256 << 10  # bytes of a file of settings
DEEPEST_NAME = 16  # parts of the name of a setting
MALFORMED = (yaml.YAMLError, ValueError, RecursionError)  # ValueError: not UTF-8, or a date that does not exist
TERMS = "terms"  # of objective: the key of the loss terms
NAMED = ("penalties", "final_penalties")  # of objective: maps whose keys anybody may add


def find_presets() -> dict[str, Path]:
    """Return the files of the presets that come with vidpred, by name."""
    installed = Path(__file__).parents[2] / "configs"
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "configs"  # in a checkout
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_config(name: Path, folder: Path = Path()) -> Path:
    """Return the file that ``name`` means: one in ``folder``, else a preset that comes with vidpred."""
    path = folder / name
    there = os.path.isfile(path)  # noqa: PTH113 - of any length
    return path if there else find_presets().get(str(name).removesuffix(".yaml"), path)


def read_layers(path: Path, above: tuple[Path, ...] = (), within: Path | None = None) -> list[dict[str, Any]]:
    """Read a YAML file and, before it, what it extends.

    Args:
        path: of the file.
        above: files that extend this one, directly or not.
        within: the folder that files are read from, besides presets; by default, that of this one.

    Raises:
        VidpredError: a file cannot be read, holds no sections, extends itself, or one from elsewhere.
    """
    within = within or real_path(path).parent
    if real_path(path) in above:
        raise VidpredError(f"{path} extends itself; let its key extends name another file or a preset, or take it away")
    tree = _read_yaml(path)
    base = tree.pop("extends", None)
    if base is None:
        return [tree]
    if not isinstance(base, str):
        raise VidpredError(f"extends in {path} is {base!r}, but the name of one YAML file or preset is accepted")
    if "\0" in base:
        raise VidpredError(f"extends in {path} is {shown(base)}, but no name has a null character; name a file")
    found = find_config(Path(base), path.parent)
    if within not in real_path(found).parents and found not in find_presets().values():
        raise VidpredError(
            f"{path} extends {shown(base)}, which lies outside of {within}; only files beside a config or below, and "
            "presets, are read for it: copy that file there"
        )
    return [*read_layers(found, (*above, real_path(path)), within), tree]


def _read_yaml(path: Path) -> dict[str, Any]:
    require_regular(path, "the config")
    try:
        tree = parse_yaml(decoded(read_small(path, LARGEST)))
    except OSError as error:
        presets = find_presets()
        raise VidpredError(
            f"cannot read the config {path}: {error.strerror}{did_you_mean(path.stem, presets)}; "
            f"name a YAML file, or a preset: {', '.join(presets)}"
        ) from None
    except OverflowError as error:
        raise VidpredError(f"{path} has {error}, which no config has; name a YAML file of settings") from None
    except UnicodeDecodeError:
        raise VidpredError(f"{path} is not YAML (no text in UTF-8); save it in that encoding") from None
    except MALFORMED as error:
        raise VidpredError(
            f"{path} is not YAML ({' '.join(str(error).split())}); write `section:` and `key: value`, each once"
        ) from None
    if tree is not None and not isinstance(tree, dict):
        raise VidpredError(f"{path} holds no sections; write `section:` and `key: value`")
    return tree or {}


def override(tree: Mapping[str, Any], setting: str) -> dict[str, Any]:
    """Lay ``section.key=value`` over ``tree``, as a file with that setting alone would be.

    What a file cannot say is below a loss term: ``objective.terms.NAME=`` sets one and leaves the others.

    Raises:
        VidpredError: it has another form, the value is no YAML, or an empty map, which leaves a section as it is.
    """
    key, equals, text = setting.partition("=")
    names = key.split(".")
    if not equals or not all(names):
        raise VidpredError(f"{setting!r} is not a setting; write section.key=value, such as train.steps=500")
    if len(names) > DEEPEST_NAME:
        raise VidpredError(f"{shown(setting)} is no setting: no name has {len(names)} parts; see `vidpred config`")
    try:
        value = parse_yaml(text)
    except MALFORMED:
        raise VidpredError(f"the value of {shown(setting)} cannot be read; quote it or write a plain value") from None
    if value == {} and names[-1] not in (*NAMED, TERMS) and _at(tree, names):
        raise VidpredError(
            f"{setting} changes nothing, since a section keeps what is not named; give single settings, which `vidpred "
            f"config {key}` lists, or leave it out"
        )
    for name in reversed(names):
        value = {name: value}
    return merge(tree, value, one_term=TERMS in names[:-1])


def _at(tree: Any, names: Sequence[str]) -> Mapping[str, Any]:
    """Return the map of that name in a tree of settings; an empty one where there is none."""
    for name in names:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree if isinstance(tree, Mapping) else {}


def merge(base: Mapping[str, Any], update: Mapping[str, Any], one_term: bool = False) -> dict[str, Any]:
    """Lay ``update`` over ``base``.

    A part that is renamed starts again without options. Loss ``terms`` are replaced as a whole, so that a file and a
    command line read as what is minimised; ``one_term`` lays those of ``update`` over the others instead. An empty map
    takes away what is in one of ``NAMED``.
    """
    merged = dict(base)
    for key, value in update.items():
        old = merged.get(key)
        if key == TERMS and one_term and isinstance(value, Mapping) and isinstance(old, Mapping):
            merged[key] = {**old, **{name: _term(old.get(name), term) for name, term in value.items()}}
        elif key in NAMED and value == {}:
            merged[key] = {}
        elif key != TERMS and isinstance(value, Mapping) and isinstance(old, Mapping):
            renamed = "name" in value and value["name"] != old.get("name")
            merged[key] = merge({} if renamed else old, value, one_term)
        elif isinstance(value, str) and isinstance(old, Mapping) and "name" in old:
            merged[key] = {"name": value} if value != old["name"] else old
        else:
            merged[key] = value
    return merged


def _term(old: Any, new: Any) -> Any:
    """Lay one loss term over another, each a weight or a map of weight and options."""
    if isinstance(new, Mapping):
        return {**(old if isinstance(old, Mapping) else {"weight": 1.0 if old is None else old}), **new}
    return {**old, "weight": new} if isinstance(old, Mapping) else new

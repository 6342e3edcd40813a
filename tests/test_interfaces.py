"""What parts may offer is declared, and each of it is read in one place."""

import ast
from collections import Counter
from pathlib import Path

import vidpred
from vidpred import interfaces

OF_NO_PART = {  # but of errors, commands, modules, systems, named tuples, torch's wrappers and what a registry refuses
    *("strerror", "rich_help_panel", "__module__", "__name__", "__path__"),
    *("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "_fields", "pthread_sigmask"),
    *("module", "undecided", "function"),
}


def looked_for():
    """Return how often each attribute is looked for by name where it may be missing."""
    trees = (ast.parse(module.read_text()) for module in Path(vidpred.__file__).parent.rglob("*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    asking = (call.args[1] for call in calls if ast.unparse(call.func) in ("getattr", "hasattr") and len(call.args) > 1)
    names = Counter(name.value for name in asking if isinstance(name, ast.Constant))
    return {name: times for name, times in names.items() if name not in OF_NO_PART}


def declared():
    return {name for part in vars(interfaces).values() for name in getattr(part, "__annotations__", ())}


def test_what_may_be_missing_is_declared_and_looked_for_in_one_place():
    found = looked_for()
    assert "receptive_radius" in found
    assert found.keys() <= declared()
    assert {name: times for name, times in found.items() if times > 1} == {}


def test_a_split_of_data_sets_without_words_of_their_own_counts_their_clips():
    class Clips:
        def __len__(self):
            return 1200

    split = interfaces.Split(Clips(), None, "a long table", "skipped", {"training": {}})
    assert repr(split) == "<Split: 1,200 clips to train on, none to validate on>"

"""Trees of maps and lists, as JSON and YAML hold them, from somebody else: refused where they are like none of ours."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from vidpred.errors import shown

DEEPEST = 64
MOST_IN_SETTINGS, MOST_IN_STATE = 20_000, 2_000_000  # entries


class MalformedError(ValueError):
    """A file holds something else than vidpred writes; the message says where, and what it holds."""


class Loader(yaml.SafeLoader):
    """Reads YAML, and numbers in it as people mean them: ``010`` is ten, and ``1:30``, a time of day or not, no number.

    YAML 1.1, which PyYAML reads, has them for 8 and 90; YAML 1.2 no more.
    """

    def construct_decimal(self, node: Any) -> int:
        text = self.construct_scalar(node).replace("_", "")
        return int(text, 0 if any(letter in text for letter in "xb") else 10)


INTEGER, REAL = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in known if tag not in (INTEGER, REAL)]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    INTEGER, re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$"), list("-+0123456789")
)
Loader.add_implicit_resolver(
    REAL,
    re.compile(r"([-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"),
    list("-+.0123456789"),
)
Loader.add_constructor(INTEGER, Loader.construct_decimal)


def check_tree(name: str, tree: Any, most: int = MOST_IN_STATE) -> None:
    """Refuse a tree of maps and lists that is deeper or larger than any of ours.

    Args:
        name: of the tree, for the message.
        tree: of maps and lists, or of the nodes of a YAML document, whose aliases count as often as they stand there.
        most: entries of all maps and lists together.

    Raises:
        MalformedError: it is.
    """
    waiting, count = [(tree, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        children = _children(node)
        count += len(children)
        if depth > DEEPEST:
            raise MalformedError(f"{name} is nested more than {DEEPEST} deep")
        if count > most:
            raise MalformedError(f"{name} has more than {most:,} entries")
        waiting.extend((child, depth + 1) for child in children if _children(child))


def parse_yaml(text: str) -> Any:
    """Read YAML without letting it grow: merges and aliases are counted before they are carried out.

    Raises:
        ValueError: it is none, or larger than any settings, or a map has a key twice, of which the first would be lost;
            ``yaml.YAMLError`` and RecursionError likewise.
    """
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        check_tree("it", node, MOST_IN_SETTINGS)
        _refuse_twice(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_twice(root: Any) -> None:
    """Refuse a key that stands twice in one map, which YAML forbids and its reader takes for the second."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        lines: dict[str, int] = {}
        keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
        for key in (key for key in keys if isinstance(key, yaml.ScalarNode)):
            line = key.start_mark.line + 1
            if key.value in lines:
                raise MalformedError(f"{shown(key.value)} stands twice, in lines {lines[key.value]} and {line}")
            lines[key.value] = line
        waiting.extend(_children(node))


def _children(node: Any) -> Collection[Any]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if isinstance(node, Mapping):
        return node.values()
    return node if isinstance(node, list | tuple) else ()

"""Damage for files: bits, cuts, splices, holes and headers; and odd values for settings and JSON."""

import json
import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

HEADER = 512  # bytes at the beginning of a file, and at its end, where formats keep their sizes
WORDS = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\0\0\0",
    b"\1\0\0\0",
    b"\0\0\0\1",
)
NUMBERS: tuple[float, ...] = (
    *(-1, 0, 1, 2, 3, 5, 7, 16, 255, 1000, 10**6, 10**9, 2**31, 2**63, 10**25, -(10**25)),
    *(0.5, -0.5, 1.5, 1e-300, 1e-9, 0.999, 1e6, 1e38, 1e308, math.nan, math.inf, -math.inf),
)
ODD_VALUES: tuple[Any, ...] = (
    *NUMBERS,
    *(True, False, None, "", "abc", "1", "auto", " ", "\u00b2", "a" * 300, "../..", "a/b", "%s", "\u0130", "null"),
    *([], [1], [1, 2], [[1]], [0.9, 0.999], [-1], ["abc"], [None], {}, {"a": 1}, {"l1": 1}, {"l1": {"b": 1}}, {"": ""}),
)


def mutate(content: bytes, other: bytes, draw: Random) -> bytes:
    """Return ``content`` with one to three kinds of damage; ``other`` is what it is spliced with."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        content = draw.choice(DAMAGES)(content, other, draw)
    return content


def flip_bits(content: bytes, other: bytes, draw: Random) -> bytes:
    """Flip up to 64 bits anywhere."""
    del other
    return _flipped(content, 0, len(content), draw.choice((1, 1, 4, 16, 64)), draw)


def damage_header(content: bytes, other: bytes, draw: Random) -> bytes:
    """Flip bits at the beginning or the end alone, or write an extreme number there."""
    del other
    size = min(len(content), draw.choice((32, 128, HEADER)))
    start = draw.choice((0, 0, 0, len(content) - size))
    if draw.random() < 0.5 or size < 8:
        return _flipped(content, start, start + size, draw.choice((1, 2, 8)), draw)
    at = draw.randrange(start, start + size - 4)
    return content[:at] + draw.choice(WORDS) + content[at + 4 :]


def cut(content: bytes, other: bytes, draw: Random) -> bytes:
    """Keep the beginning alone, or take a stretch out."""
    del other
    start, end = _stretch(content, draw)
    return content[:start] if draw.random() < 0.5 else content[:start] + content[end:]


def splice(content: bytes, other: bytes, draw: Random) -> bytes:
    """Go on with another file amid this one, or put one behind the other."""
    if draw.random() < 0.3:
        return content + other
    return content[: draw.randint(0, len(content))] + other[draw.randint(0, len(other)) :]


def zero(content: bytes, other: bytes, draw: Random) -> bytes:
    """Fill a stretch with zeros, as a download that was broken off."""
    del other
    start, end = _stretch(content, draw)
    return content[:start] + bytes(end - start) + content[end:]


def repeat(content: bytes, other: bytes, draw: Random) -> bytes:
    """Give a stretch twice."""
    del other
    start, end = _stretch(content, draw)
    return content[:end] + content[start:]


DAMAGES: Sequence[Callable[[bytes, bytes, Random], bytes]] = (
    flip_bits,
    damage_header,
    damage_header,
    cut,
    splice,
    zero,
    repeat,
)


def mutate_checkpoint(content: bytes, other: bytes, draw: Random) -> bytes:
    """Damage a safetensors file: its bytes, or one value somewhere in the JSON of its header."""
    if draw.random() < 0.25:
        return mutate(content, other, draw)
    size = int.from_bytes(content[:8], "little")
    header, tensors = json.loads(content[8 : 8 + size]), content[8 + size :]
    if draw.random() < 0.75:
        facts = header["__metadata__"]
        key = draw.choice(sorted(facts))
        facts[key] = _odd_text(facts[key], draw)
    else:
        header = change_leaf(header, draw)
    if draw.random() < 0.2:
        tensors = b"\xff" * len(tensors)  # no number at all, in every format
    written = json.dumps(header).encode()
    return len(written).to_bytes(8, "little") + written + tensors


def mutate_lines(content: bytes, other: bytes, draw: Random) -> bytes:
    """Damage a file of JSON lines: its bytes, or a value in one of them."""
    lines = content.splitlines()
    if draw.random() < 0.4 or not lines:
        return mutate(content, other, draw)
    at = draw.randrange(len(lines))
    lines[at] = json.dumps(change_leaf(json.loads(lines[at]), draw)).encode()
    return b"\n".join(lines) + draw.choice((b"\n", b""))


def change_leaf(tree: Any, draw: Random) -> Any:
    """Return the tree with a value of it, or a whole branch, replaced by an odd one or taken out."""
    if not isinstance(tree, dict | list) or not tree or draw.random() < 0.1:
        return odd_value(draw)
    if isinstance(tree, list):
        at = draw.randrange(len(tree))
        return [*tree[:at], change_leaf(tree[at], draw), *tree[at + 1 :]]
    key = draw.choice(sorted(tree))
    if draw.random() < 0.1:
        return {name: value for name, value in tree.items() if name != key}
    return {**tree, key: change_leaf(tree[key], draw)}


def odd_value(draw: Random) -> Any:
    """Return a value that few expect, seldom a deep one."""
    if draw.random() < 0.02:
        deep: Any = []
        for _ in range(draw.choice((50, 900))):
            deep = [deep]
        return deep
    return draw.choice(ODD_VALUES)


def _odd_text(text: str, draw: Random) -> str:
    try:
        tree = json.loads(text)
    except ValueError:
        tree = None
    if tree is None or draw.random() < 0.15:
        return draw.choice(("", "abc", "[" * 100_000, "9" * 5000, "null", "NaN", "[1]", '{"a": 1}', "-1", "1e400"))
    return json.dumps(change_leaf(tree, draw))


def _flipped(content: bytes, start: int, end: int, number: int, draw: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(number if end > start else 0):
        changed[draw.randrange(start, end)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _stretch(content: bytes, draw: Random) -> tuple[int, int]:
    start = draw.randint(0, len(content))
    return start, min(len(content), start + draw.choice((1, 7, 64, 1000, len(content))))

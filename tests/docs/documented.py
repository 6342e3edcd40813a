"""The blocks of README.md, CONTRIBUTING.md and docs/*.md, the commands in them, and why some are not run."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHELL = {"", "text", "bash", "sh", "shell", "console"}  # languages of blocks that may hold commands
FENCE = re.compile(r"(?:<!-- not run: (?P<why>[^>]+?) -->\n+)?^```(?P<language>\w*)\n(?P<text>.*?)^```", re.M | re.S)
PROGRAMS = ("vidpred", "python", "pip", "torchrun")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the reason why it is not run; an empty one where it is."""

    place: str  # file and line
    language: str
    text: str
    why_not: str


@dataclass(frozen=True)
class Command:
    """One command of a line: of programs joined by ``&&`` or ``|`` each is one."""

    place: str
    words: tuple[str, ...]
    why_not: str

    @property
    def text(self) -> str:
        return shlex.join(self.words)

    @property
    def arguments(self) -> tuple[str, ...] | None:
        """What follows ``vidpred``, also where torchrun starts it; None of other programs."""
        if self.words[0] == "vidpred":
            return self.words[1:]
        return self.words[self.words.index("vidpred") + 1 :] if self.words[0] == "torchrun" else None


def blocks_of(path: Path) -> list[Block]:
    """Read all fenced blocks of a file."""
    text = path.read_text()
    name = path.relative_to(ROOT).as_posix()
    return [
        Block(
            f"{name}:{text[: found.start('text')].count(chr(10))}", found["language"], found["text"], found["why"] or ""
        )
        for found in FENCE.finditer(text)
    ]


def commands_of(block: Block) -> list[Command]:
    """Return the commands of one block that ours or Python's programs run."""
    if block.language not in SHELL:
        return []
    lines = block.text.replace("\\\n", " ").splitlines()
    found = []
    for line in lines:
        if re.search(rf"(?:^|[|&;] ?)(?:{'|'.join(PROGRAMS)}) ", line):
            for words in split_programs(line):
                if words and words[0] in PROGRAMS and words[1:2] != ["-m"]:  # a module that is not ours
                    found.append(Command(block.place, tuple(words), block.why_not))
    return found


def split_programs(line: str) -> list[list[str]]:
    """Return the words of each program of a line without its comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;")
    lexer.whitespace_split = True
    programs: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;"):
            programs.append([])
        else:
            programs[-1].append(word)
    return programs


BLOCKS = [block for path in FILES for block in blocks_of(path)]
COMMANDS = [command for block in BLOCKS for command in commands_of(block)]
INLINE = [  # (file, command): in running text, where commands may be cut short
    (path.name, " ".join(command.split()))
    for path in FILES
    for command in re.findall(r"(?<!`)`(vidpred [a-z][^`]*)`", FENCE.sub("", path.read_text()))
]

"""Lists the commands in the help of ``vidpred`` by what they are for."""

from typing import Any

from typer.core import TyperGroup


class Sections(TyperGroup):
    """A group of commands whose help has a section for each ``rich_help_panel``, in plain text."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - TyperGroup gives it
        """Write a section after the other, the names of all commands in one column."""
        width = max(map(len, self.commands))
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            short = command.get_short_help_str(formatter.width - width - 6)  # what indents and spaces leave
            sections.setdefault(getattr(command, "rich_help_panel", ""), []).append((name.ljust(width), short))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)

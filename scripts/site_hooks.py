"""Hooks of mkdocs.yml: pages from files outside of docs/, and no links that lead out of the site."""

import json
import os
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[([^\]\n]+(?:\n[^\]\n]+)*)\]\((?!\w+:|#)([^)\s]+)\)")
ROLE = re.compile(r":(?:func|class|meth|mod|data|attr):(?=<code|`)")


def on_files(files: Any, config: Any) -> Any:
    """Add CONTRIBUTING.md and the notebook as pages."""
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    for name, text in (("contributing.md", contributing), ("first_future.md", notebook_page())):
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links into the repository, which has no address, into plain text with the path."""
    folder = ROOT if page.file.src_uri == "contributing.md" else (DOCS / page.file.src_uri).parent
    return LINK.sub(lambda link: _within_site(link, folder), markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Leave out the roles of references in docstrings."""
    return ROLE.sub("", html)


def notebook_page() -> str:
    """Return the notebook as Markdown: its texts, its code, and what it printed and drew."""
    cells = json.loads((DOCS / "first_future.ipynb").read_text())["cells"]
    return "\n\n".join(part for cell in cells for part in _cell_parts(cell))


def _cell_parts(cell: Any) -> list[str]:
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return [text]
    parts = [f"```python\n{text}\n```"]
    for output in cell["outputs"]:
        if "text" in output:
            parts.append(f"```text\n{''.join(output['text']).rstrip()}\n```")
        elif picture := output.get("data", {}).get("image/png"):
            parts.append(f"![What the cell above draws](data:image/png;base64,{''.join(picture).replace(chr(10), '')})")
    return parts


def _within_site(link: re.Match[str], folder: Path) -> str:
    """Return a link of a file in ``folder``, without its address where that is outside of docs/."""
    text, (address, _, anchor) = link[1], link[2].partition("#")
    target = (folder / address).resolve()
    if not target.exists():  # made by a hook, or wrong, which mkdocs says
        return link[0]
    if target.is_relative_to(DOCS):
        inside = os.path.relpath(target, DOCS if folder == ROOT else folder)
        return f"[{text}]({inside}{'#' + anchor if anchor else ''})"
    path = target.relative_to(ROOT).as_posix()
    return text if text.strip("`") == path else f"{text} (`{path}`)"

"""The documentation is a site that is built without a warning, asks no other host, and shows every part."""

import os
import re
import subprocess
import sys

import pytest
from documented import ROOT

import vidpred
from vidpred import registry
from vidpred.registry import JointRegistry, Registry
from vidpred.runs.build import NETWORKS

FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video)[^>]*\ssrc=\"?https?:|<link[^>]*\shref=\"?https?:|@import|url\(http"
)
REFERENCE = "\n".join(page.read_text() for page in sorted((ROOT / "docs" / "reference").glob("*.md")))
SHOWN = set(re.findall(r"^::: (\S+)", REFERENCE, flags=re.M))
KINDS = [kind for kind in vars(registry).values() if isinstance(kind, Registry) and not isinstance(kind, JointRegistry)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site that `mkdocs build --strict` makes."""
    for needed in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(needed)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    surroundings = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return folder


def test_every_page_is_built(site):
    pages = {page.relative_to(ROOT / "docs").with_suffix("") for page in (ROOT / "docs").rglob("*.md")}
    built = {page.parent.relative_to(site) for page in site.rglob("index.html")}
    assert {page.as_posix() for page in pages} - {"index"} <= {page.as_posix() for page in built}
    assert {"contributing", "first_future"} <= {page.as_posix() for page in built}


def test_nothing_is_fetched_from_another_host(site):
    looked_at = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    assert len(looked_at) > 30
    assert [path.name for path in looked_at if FETCHED.search(path.read_text())] == []


def test_no_link_leads_out_of_the_site(site):
    page = (site / "cite" / "index.html").read_text()
    assert "(<code>vidpred/runs/shipped/default.md</code>)" in page
    assert not [
        link for path in site.rglob("*.html") for link in re.findall(r'href="[^"]*\.(?:py|yaml)"', path.read_text())
    ]


def test_the_reference_shows_docstrings_without_their_markup(site):
    page = (site / "reference" / "metrics" / "index.html").read_text()
    assert "identical frames score 100" in page
    assert not re.search(r":(?:func|class|meth|mod):", page)


def home(part):
    """Return where a part is defined, as the reference names it."""
    found = getattr(part, "function", part)
    return f"{found.__module__}.{found.__qualname__}"


def test_the_reference_has_every_public_name_and_every_part():
    names = [getattr(vidpred, name) for name in vidpred.__all__]
    public = {name.__name__ if not hasattr(name, "__module__") else home(name) for name in names}
    parts = {home(part) for kind in KINDS if kind is not registry.GAMES for part in _ours(kind)}
    games = {f"vidpred.losses.{name}" for name in registry.GAMES}
    assert len(parts) > 40
    assert {home(part) for part in NETWORKS.values() if home(part).startswith("vidpred.")} <= parts
    assert (public | parts | games) - SHOWN == set()


def _ours(kind):
    return [part for part in kind.values() if home(part).startswith("vidpred.")]

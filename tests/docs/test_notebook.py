"""The notebook of the documentation runs from its first cell to its last, and shows what it says."""

import json
import re

import pytest
from documented import ROOT

NOTEBOOK = ROOT / "docs" / "first_future.ipynb"
MOST_BYTES = 150_000
SECONDS = 240  # for one cell


@pytest.fixture(scope="module")
def run_anew(tmp_path_factory):
    """The notebook, run in an empty folder."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder / "cache"))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("TMPDIR", str(folder))
        patch.delenv("MPLBACKEND", raising=False)  # which commands set, run by other tests in this process
        nbclient.NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def printed(notebook):
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output["text"]) for output in outputs if output.get("name") == "stdout")


def scores(text, name):
    (line,) = re.findall(rf"^{name} .*", text, flags=re.M)
    return [float(score) for score in re.findall(r"t\+\d (\S+)", line)]


def test_the_prediction_beats_the_repeated_frame_as_the_file_shows(run_anew):
    anew, kept = printed(run_anew), printed(json.loads(NOTEBOOK.read_text()))
    for text in (anew, kept):
        better = [
            ours > copied
            for ours, copied in zip(*(scores(text, name) for name in ("prediction", "copy_last")), strict=True)
        ]
        assert better == [True] * 5
    assert scores(anew, "prediction") == pytest.approx(scores(kept, "prediction"), abs=0.3)
    assert "after 10 steps: " in anew
    shapes = [re.findall(r"^\(.*", text, flags=re.M) for text in (anew, kept)]
    assert shapes[0] == shapes[1] != []


def test_it_draws_the_frames(run_anew):
    drawn = [
        output
        for cell in run_anew["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(drawn) == 1


def test_the_file_is_small_and_names_no_place_of_one_machine():
    text = NOTEBOOK.read_text()
    assert len(text) <= MOST_BYTES
    assert not re.search(r"(?<![\w.])/(?:home|root|work|opt|Users|tmp)/\w+", text)
    assert not [cell for cell in json.loads(text)["cells"] if cell.get("execution_count")]

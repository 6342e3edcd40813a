"""The table of the benchmark of prediction, and what it is asked for."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "scripts"


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield runpy.run_path(str(FOLDER / "benchmark_prediction.py"), run_name="benchmark_prediction")


def test_a_row_has_medians_and_the_ratio_of_each_pair(script):
    times = np.array([[[8.0, 4.0], [4.0, 2.0]], [[6.0, 4.0], [2.0, 2.0]], [[9.0, 9.0], [9.0, 9.0]]])
    assert script["_of_times"]("predict, s", times) == [
        "predict, s",
        "8.0 (processors: 4.0)",
        "4.0 (processors: 2.0)",
        "2.00 [1.50, 2.50]",
        "2.00 [1.50, 2.00]",
    ]


def test_unknown_rows_are_refused_with_those_that_there_are(script, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmark_prediction.py", "--rows", "train"])
    with pytest.raises(SystemExit):
        script["main"]()
    assert "predict" in capsys.readouterr().err

import os
import subprocess
import sys

import pytest

VARIABLE = "ORT_DISABLE_TELEMETRY"
OPEN = f"""
import os
from vidpred.applications.export.onnx_model import quiet_options
quiet_options()
print(os.environ.get("{VARIABLE}"))
"""


@pytest.fixture
def told(tmp_path):
    """Return what the variable is while ONNX Runtime is imported, and which files that left where it keeps its own."""

    def of(**environment):
        usual = {name: value for name, value in os.environ.items() if name != VARIABLE}
        places = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run(
            [sys.executable, "-c", OPEN], env=usual | places | environment, check=True, capture_output=True, text=True
        )
        return run.stdout.split(), [path for path in tmp_path.rglob("*") if path.is_file()]

    return of


def test_onnx_runtime_neither_reports_nor_leaves_an_identifier(told):
    pytest.importorskip("onnxruntime")
    assert told() == (["1"], [])


def test_what_the_user_has_settled_is_left_alone(told):
    pytest.importorskip("onnxruntime")
    assert told(**{VARIABLE: "0"})[0] == ["0"]

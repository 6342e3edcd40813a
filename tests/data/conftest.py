"""What the tests of the data can ask for."""

import pytest


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Keep decoded videos of the test to the test."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"

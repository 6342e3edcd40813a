"""What every test can ask for: a fixed seed, and a clip."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side, and so does what they start

import pytest
import torch


@pytest.fixture(autouse=True)
def fixed_seed():
    """Draw the same random numbers in every run and in every order of the tests."""
    torch.manual_seed(0)


@pytest.fixture
def clip():
    """Two random clips (2, 5, 3, 32, 32) in [-1, 1]: four context frames and one target."""
    return torch.rand(2, 5, 3, 32, 32) * 2 - 1

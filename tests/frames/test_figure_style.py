"""What a user has set for pictures of their own leaves those of vidpred as they are."""

import matplotlib
import pytest

from vidpred.frames.pictures import default_style, draw_curves
from vidpred.training import curves

CURVES = {"psnr": {"linear": [30.0, 28.0]}}
ENTRIES = [{"step": step, "kind": "train", "loss": 1 / step} for step in (1, 2, 3)]
DRAWN = [lambda path: draw_curves(path, CURVES), lambda path: curves.draw_curves(path, ENTRIES)]


@pytest.fixture
def matplotlibrc():
    with matplotlib.rc_context({"text.usetex": True, "savefig.format": "pdf", "savefig.bbox": "tight"}):
        yield
        assert matplotlib.rcParams["text.usetex"]  # and is the user's again


@pytest.mark.parametrize("draw", DRAWN)
def test_latex_is_not_asked_for_and_the_picture_is_the_same(draw, tmp_path, monkeypatch, matplotlibrc):
    monkeypatch.setenv("PATH", "")  # no LaTeX
    draw(tmp_path / "theirs.png")
    matplotlib.rcdefaults()
    draw(tmp_path / "ours.png")
    matplotlib.rcParams["text.usetex"] = True
    assert (tmp_path / "theirs.png").read_bytes() == (tmp_path / "ours.png").read_bytes()


def test_the_users_settings_are_back_also_after_a_mistake():
    @default_style()
    def fail():
        assert matplotlib.rcParams["lines.linewidth"] == matplotlib.rcParamsDefault["lines.linewidth"]
        raise ZeroDivisionError

    with matplotlib.rc_context({"lines.linewidth": 7.0}):
        with pytest.raises(ZeroDivisionError):
            fail()
        assert matplotlib.rcParams["lines.linewidth"] == 7

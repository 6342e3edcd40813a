"""What is missing, by name and from a picture."""

import numpy as np
import pytest
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.exploration import MASKS, open_mask


@pytest.mark.parametrize(
    ("name", "share"), [("centre", 0.25), ("left", 0.5), ("right", 0.5), ("top", 0.5), ("bottom", 0.5), ("random", 0.8)]
)
def test_so_much_is_missing(name, share):
    assert open_mask(name, 32).double().mean().item() == pytest.approx(share, abs=0.001)
    assert set(MASKS) == {"centre", "left", "right", "top", "bottom", "random"}


def test_sides_are_where_they_are_called():
    assert open_mask("left", 8)[:, 0].all()
    assert open_mask("right", 8)[:, -1].all()
    assert open_mask("top", 8)[0].all()
    assert open_mask("bottom", 8)[-1].all()
    assert open_mask("centre", 8)[2:6, 2:6].all()


def test_the_seed_settles_what_is_missing_at_random():
    one, same, other = (open_mask("random", 16, seed) for seed in (1, 1, 2))
    assert one.equal(same)
    assert not one.equal(other)


def test_white_in_a_picture_is_missing(tmp_path):
    drawn = np.zeros((16, 16), np.uint8)
    drawn[:8] = 255
    Image.fromarray(drawn).save(tmp_path / "mask.png")
    mask = open_mask(str(tmp_path / "mask.png"), 8)
    assert mask[:4].all()
    assert not mask[4:].any()


def test_an_unknown_mask_is_told_what_there_is():
    with pytest.raises(
        VidpredError, match=r"no mask is named 'center' \(did you mean 'centre'\?\); name one of centre"
    ):
        open_mask("center", 8)

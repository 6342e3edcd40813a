"""How many there are of something is said with the right ending."""

import numpy as np
import pytest

from vidpred.wording import are, counted, counted_clips, folded, listed, there_are


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 clips"), (1, "1 clip"), (2, "2 clips"), (1.0, "1 clip"), (0.5, "0.5 clips"), (12_345, "12,345 clips")],
)
def test_a_noun_follows_its_number(number, said):
    assert counted(number, "clip") == said


@pytest.mark.parametrize(("noun", "said"), [("class", "2 classes"), ("batch", "2 batches"), ("process", "2 processes")])
def test_a_noun_that_hisses_has_a_syllable_more(noun, said):
    assert counted(2, noun) == said


def test_a_number_of_numpy_is_written_as_one_of_python():
    assert counted(np.int64(1_234_567), "frame") == "1,234,567 frames"


def test_clips_and_videos_are_counted_each():
    assert counted_clips(3, 1) == "3 clips of 1 video"


@pytest.mark.parametrize(("number", "said"), [(0, "there are 0 images"), (1, "there is 1 image")])
def test_a_verb_follows_its_number(number, said):
    assert there_are(number, "image") == said


@pytest.mark.parametrize(("number", "said"), [(0, "0 are"), (1, "1 is"), (1_200, "1,200 are")])
def test_so_many_are(number, said):
    assert are(number) == said


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c", "d"], "a, b and 2 more")]
)
def test_of_many_names_the_first_are_listed(names, said):
    assert listed(names, most=2) == said


def test_a_long_line_goes_on_indented_between_words():
    assert folded("a line\n  note: one two three", width=16) == "a line\n  note: one two\n      three"
    assert folded("short enough", width=12) == "short enough"
    assert folded("see ./a/long-path-of-many-words now", width=12) == "see\n    ./a/long-path-of-many-words\n    now"
    assert folded("a b c", width=None) == "a b c"

"""What every data set promises."""

import numpy as np
import pytest
from drawing import draw_video, pan
from material import draw_images, draw_mnist

from vidpred.errors import VidpredError
from vidpred.interfaces import Labelled
from vidpred.registry import DATASETS

CLIP_LENGTHS = {"image_folder": 1, "mnist": 1, "stacked_digits": 1, "torchvision": 1}  # where they are not 4


@pytest.fixture(params=sorted(DATASETS))
def name(request):
    return request.param


@pytest.fixture
def clip_length(name):
    return CLIP_LENGTHS.get(name, 4)


@pytest.fixture
def split(name, clip_length, tmp_path, cache):
    """The data set at its defaults; one that reads files gets two drawn films and digits, or pictures."""
    options = {}
    if "source" in DATASETS.signature(name):
        for seed in range(2):
            draw_video(tmp_path / "films" / f"{seed}.mp4", pan(12, height=72, width=96, seed=seed))
        draw_mnist(tmp_path / "films")
        draw_mnist(tmp_path / "films" / "FashionMNIST" / "raw")
        draw_images(tmp_path / "pictures")
        options["source"] = tmp_path / ("pictures" if name == "image_folder" else "films")
    if name == "torchvision":
        options["which"] = "fashion_mnist"  # the only one whose files are not checked against the published ones
    return DATASETS.build(name, {"clip_length": clip_length, "seed": 3}, **options)


def whole_numbers(name):
    """Return the options of a data set that are whole numbers."""
    options = DATASETS.signature(name).values()
    return [option.name for option in options if "int" in str(option.annotation) and option.kind is option.KEYWORD_ONLY]


@pytest.mark.parametrize("sign", [1, -1], ids=["large", "small"])
def test_numbers_that_nothing_could_hold_are_refused_before_anything_is_opened(name, sign):
    for option in whole_numbers(name):
        with pytest.raises(VidpredError, match=f"{option} is .* Input should be (less|greater) than or equal to"):
            DATASETS.check(name, {option: sign * 10**30})


@pytest.fixture(params=["train", "validation"])
def side(request, split):
    return getattr(split, request.param)


def draws(number):
    return [np.random.default_rng(seed) for seed in range(number)]


@pytest.mark.parametrize("random", [False, True])
def test_clips_have_the_promised_shape(side, clip_length, random):
    clips = side.gather([0, len(side) - 1, 0], draws(3) if random else None)
    facts = side.facts
    assert clips.shape == (3, clip_length, facts["height"], facts["width"], facts["frame_channels"])
    assert clips.dtype == np.uint8


def test_without_draws_nothing_is_random(side):
    np.testing.assert_array_equal(side.gather([0, 1]), side.gather([0, 1]))


def test_same_draws_give_the_same_clips(side):
    np.testing.assert_array_equal(side.gather([1, 0], draws(2)), side.gather([1, 0], draws(2)))


def test_clip_does_not_depend_on_its_batch(side):
    np.testing.assert_array_equal(side.gather([0, 1], draws(2))[:1], side.gather([0], draws(1)))


def test_full_frames_hold_the_clip(side):
    whole, facts = side.full_frames(0), side.facts
    top, left = (whole.shape[1] - facts["height"]) // 2, (whole.shape[2] - facts["width"]) // 2
    middle = whole[:, top : top + facts["height"], left : left + facts["width"]]
    np.testing.assert_array_equal(side.gather([0])[0], middle)


def test_clips_can_be_written_to_by_their_taker(side):
    before = side.gather([0]).copy()
    side.gather([0])[:] = 0
    np.testing.assert_array_equal(side.gather([0]), before)


def test_both_sides_agree_on_the_facts_and_share_no_clip(split):
    assert dict(split.train.facts) == dict(split.validation.facts)
    assert not np.array_equal(split.train.gather([0]), split.validation.gather([0]))


def test_labels_are_classes_that_the_facts_count_and_do_not_depend_on_the_batch(side):
    if not isinstance(side, Labelled):
        assert "num_classes" not in side.facts
        return
    labels = side.labels(range(len(side)))
    assert labels.shape == (len(side),)
    assert ((labels >= 0) & (labels < side.facts["num_classes"])).all()
    assert [int(side.labels([index])[0]) for index in range(len(side))] == labels.tolist()


def test_report_says_something(split):
    assert split.report.strip()


def test_clips_are_counted_from_the_end_and_none_lies_past_it(side):
    last = len(side) - 1
    np.testing.assert_array_equal(side.gather([-1]), side.gather([last]))
    np.testing.assert_array_equal(side.full_frames(-1), side.full_frames(last))
    assert side.video(-1) == side.video(last)
    for ask in (lambda index: side.gather([index]), side.full_frames, side.video):
        for outside in (len(side), -len(side) - 1):
            with pytest.raises(IndexError):
                ask(outside)

"""What any extractor must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics.features import EXTRACTORS


@pytest.fixture(params=sorted(EXTRACTORS), scope="module")
def name(request):
    return request.param


@pytest.fixture(scope="module")
def extractor(name, weights_of):
    return build(name, weights_of)


def build(name, weights_of):
    needed = {"weights": weights_of[name]} if "weights" in EXTRACTORS.signature(name) else {}
    return EXTRACTORS.build(name, **needed)


@pytest.fixture(scope="module")
def clips(extractor):
    """Two clips of two frames, or of nine for an extractor that refuses shorter ones."""
    clips = torch.rand(2, 9, 3, 32, 40, generator=torch.Generator().manual_seed(0)) * 2 - 1
    try:
        extractor(clips[:, :2])
    except VidpredError:
        return clips
    return clips[:, :2]


@pytest.fixture(scope="module")
def taken(clips):
    """The clips that the extractor was given, which it may not change."""
    return clips.clone()


@pytest.fixture(scope="module")
def features(extractor, taken):
    return extractor(taken)


def test_gives_vectors_of_the_dimension_that_it_states(extractor, features):
    assert features.shape[1:] == (extractor.dimension,)
    assert features.dtype == torch.float64
    assert features.isfinite().all()


def test_tells_different_clips_apart(features):
    first, second = features.chunk(2)
    assert (first != second).any()


def test_clips_in_a_batch_do_not_affect_each_other(extractor, clips, features):
    torch.testing.assert_close(features.chunk(2)[0], extractor(clips[:1]), rtol=1e-4, atol=1e-4)


def test_grey_is_seen_as_the_same_value_in_every_channel(extractor, clips):
    grey = clips[:1, :, :1]
    torch.testing.assert_close(extractor(grey), extractor(grey.repeat(1, 1, 3, 1, 1)))


def test_says_what_its_vectors_depend_on(extractor):
    assert EXTRACTORS[extractor.name] is type(extractor)
    assert extractor.resize
    assert len(bytes.fromhex(extractor.digest)) == 32


def test_disturbs_no_random_draws_and_is_the_same_again(name, extractor, weights_of):
    torch.manual_seed(4)
    expected = torch.rand(1)
    torch.manual_seed(4)
    assert build(name, weights_of).digest == extractor.digest
    assert torch.equal(torch.rand(1), expected)


def test_takes_no_name_that_belongs_to_published_weights(extractor):
    assert all("unchecked" in title for title in extractor.titles.values())


@pytest.mark.usefixtures("features")
def test_leaves_the_clips_alone(clips, taken):
    assert torch.equal(clips, taken)


def test_8_bit_frames_are_refused(extractor):
    with pytest.raises(VidpredError, match=r"requested for torch\.uint8 frames"):
        extractor(torch.zeros(1, 9, 3, 32, 32, dtype=torch.uint8))


@pytest.mark.parametrize("shape", [(9, 3, 32, 32), (1, 9, 4, 32, 32)], ids=str)
def test_what_is_no_clip_of_1_or_3_channels_is_refused(extractor, shape):
    with pytest.raises(VidpredError, match=r"clips \(B, T, C, H, W\) of 1 or 3 channels"):
        extractor(torch.zeros(shape))

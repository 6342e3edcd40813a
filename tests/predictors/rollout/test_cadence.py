"""Films that repeat frames in a steady rhythm: what is recognised, and how rollouts go on."""

from itertools import islice

import pytest
import torch

from vidpred.frames import to_uint8
from vidpred.predictors.rollout.cadence import Cadence
from vidpred.predictors.rollout.rollout import cadence_of, future_frames, future_samples, rollout
from vidpred.runs.load import load_predictor


def film(moves, size=(8, 8)):
    """Frames (T, 1, *size): each lighter than the one before by what ``moves`` says, in grey levels."""
    levels = torch.tensor([0.0, *moves]).cumsum(0) / 127.5 - 0.9
    return levels[:, None, None, None].expand(-1, 1, *size)


class Counting:
    """Predicts the next level by the change between the last two frames."""

    num_context_frames, most_context_frames, lead = 2, 9, 1

    def __init__(self, keeps_cadence=True):
        self.keeps_cadence = keeps_cadence
        self.num_seen = []

    def __call__(self, context):
        self.num_seen.append(context.shape[1])
        return [2 * context[:, -1:] - context[:, -2:-1]]


@pytest.mark.parametrize(
    ("moves", "kept", "repeats"),
    [
        ([9, 0, 8, 0, 9, 0, 8, 0], [0, 1, 3, 5, 7], [False, True]),  # on twos, each shown for the second time
        ([0, 9, 0, 8, 0, 9, 0, 8], [0, 2, 4, 6, 8], [True, False]),  # the last shown once so far
        ([9, 0, 0, 9, 0, 0, 7], [0, 1, 4, 7], [True, True, False]),  # on threes
        ([9, 8, 0, 9, 9, 0, 7, 9], [0, 1, 2, 4, 5, 7, 8], [True, False, False]),  # every third frame again
        ([9, 9, 9, 0, 9, 8, 7, 0], [0, 1, 2, 3, 5, 6, 7], [False, False, False, True]),
        ([9, 0.5, 8, 0.4, 9, 0.3], [0, 1, 3, 5], [False, True]),  # compressed once more: almost the same
        ([5, 0, 6, 0], [0, 1, 3], [False, True]),
        ([9, 0, 8, 0, 9, 0, 8, 1.9], [0, 1, 3, 5, 7], [False, True]),  # the last frame was compressed otherwise
    ],
)
def test_a_steady_rhythm_is_recognised(moves, kept, repeats):
    assert Cadence.of(film(moves)) == Cadence(kept, repeats)


@pytest.mark.parametrize(
    "moves",
    [
        [],
        [9],
        [0] * 8,
        [9] * 8,
        [9, 0, 8],  # one round and a half
        [9, 8, 9, 9, 0, 8, 9, 9],  # one repeat alone
        [9, 0, 9, 9, 9, 0, 0, 9],  # no rhythm
        [9, 9, 9, 0, 9, 9, 9, 9],
        [9, 2, 9, 2, 9, 2, 9, 2],  # unsteady, but nothing repeats
        [9, 0, 2, 0, 9, 0, 2, 0],  # uneven: something that comes to rest now and then
        [0.5, 0, 0.5, 0, 0.5, 0],  # less than a grey level: that might be noise
        [9, 8, 7, 5, 3, 1, 0, 0],  # comes to rest
    ],
)
def test_what_comes_to_rest_or_moves_on_is_no_rhythm(moves):
    assert Cadence.of(film(moves)) is None


def levels(frames):
    """Levels in grey, one of each frame (1, T, 1, H, W)."""
    return [round((level + 0.9) * 127.5, 2) for level in frames[0, :, 0, 0, 0].tolist()]


def sprite(lefts, side=24, size=(40, 96)):
    """Frames (T, 1, *size) of a flat light square on grey, whose left edges are ``lefts``."""
    clip = torch.full((len(lefts), 1, *size), -0.2)
    for frame, left in zip(clip, lefts, strict=True):
        frame[:, 8 : 8 + side, left : left + side] = 0.8
    return clip


@pytest.mark.parametrize("speed", [1, 2, 3, 4, 5])
def test_a_flat_shape_that_moves_steadily_is_no_rhythm(speed):
    assert Cadence.of(sprite(range(0, 13 * speed, speed))) is None


@pytest.mark.parametrize("speed", [1, 2, 3, 4, 5])
def test_a_flat_shape_drawn_on_twos_is_a_rhythm(speed):
    cadence = Cadence.of(sprite([step // 2 * speed for step in range(13)]))
    assert cadence == Cadence([0, 2, 4, 6, 8, 10, 12], [True, False])


@pytest.mark.parametrize(
    ("moves", "wanted"),
    [
        ([4, 0, 4, 0, 4, 0, 4, 0], [20, 20, 24, 24, 28]),
        ([0, 4, 0, 4, 0, 4, 0, 4], [16, 20, 20, 24, 24]),
        ([4, 0, 0, 4, 0, 0, 4], [12, 12, 16, 16, 16]),
        ([4, 4, 4, 4, 4, 4, 4, 4], [36, 40, 44, 48, 52]),
    ],
)
def test_a_rollout_goes_on_in_the_rhythm(moves, wanted):
    assert levels(rollout(Counting(), film(moves)[None], 5)) == wanted


def test_a_predictor_that_does_not_ask_for_it_sees_every_frame():
    predictor = Counting(keeps_cadence=False)
    assert levels(rollout(predictor, film([4, 0, 4, 0, 4, 0])[None], 3)) == [12, 12, 12]


def test_where_too_few_frames_would_remain_every_frame_is_seen():
    predictor = Counting()
    predictor.num_context_frames = 4
    rollout(predictor, film([4, 0, 4, 0])[None], 2)
    assert predictor.num_seen == [5, 5]  # three pictures would be too few


def test_every_clip_of_a_batch_has_its_own_rhythm():
    clips = torch.stack([film(moves) for moves in ([4, 0, 4, 0, 4, 0], [0, 4, 0, 4, 0, 4], [2] * 6)])
    predictor = Counting()
    together = rollout(predictor, clips, 4)
    alone = [rollout(predictor, clip[None], 4) for clip in clips]
    assert torch.equal(together, torch.cat(alone))


def pan(steps, size=64, seed=0):
    """A smooth random picture that moves to the left, by 0 or more pixels per step: (1, T, 3, size, size)."""
    noise = torch.randn(1, 3, size, size + sum(steps) + 8, generator=torch.Generator().manual_seed(seed))
    wide = torch.nn.functional.avg_pool2d(noise, 5, 1, 2).mul(2).clamp(-1, 1)[0]
    places = torch.tensor([0, *steps]).cumsum(0).tolist()
    return torch.stack([wide[:, :, place : place + size] for place in places])[None]


def test_the_shipped_predictor_goes_on_on_twos():
    steps = [2, 0] * 6
    film_on_twos = pan(steps)
    predictor = load_predictor("default")
    with torch.inference_mode():
        future = torch.cat(list(islice(future_frames(predictor, film_on_twos[:, :9]), 4)), dim=1)
        predictor.keeps_cadence = False
        before = torch.cat(list(islice(future_frames(predictor, film_on_twos[:, :9]), 4)), dim=1)
    truth = film_on_twos[:, 9:]
    inside = [(frames - truth)[..., 12:-12] for frames in (future, before)]  # where nothing comes in from outside
    errors = [difference.square().mean(dim=(0, 2, 3, 4)) for difference in inside]
    assert torch.equal(future[:, 0], future[:, 1])
    assert torch.equal(future[:, 2], future[:, 3])
    assert (errors[0] < 0.5 * errors[1]).all()  # 3 dB at least


def test_samples_go_on_in_the_rhythm():
    predictor = load_predictor("motion_sampler")
    with torch.inference_mode():
        known = pan([0, 2, 0, 2, 0, 2, 0, 2])
        futures = torch.cat(list(islice(future_samples(predictor, known, 2), 3)), dim=2)  # (1, 2, 3, 3, H, W)
    assert torch.equal(futures[:, :, 0], known[:, -1:].expand(-1, 2, -1, -1, -1))
    assert torch.equal(futures[:, :, 1], futures[:, :, 2])
    assert not torch.equal(futures[:, 0, 1], futures[:, 1, 1])


def test_in_training_the_predictor_sees_every_frame():
    known = film([4, 0, 4, 0, 4, 0])[None]
    predictor = Trained().train()
    assert levels(next(future_frames(predictor, known))) == [12]
    assert levels(next(future_frames(predictor.eval(), known))) == [16]


class Trained(torch.nn.Module, Counting):
    """The same as a module, that is trained."""

    def __init__(self):
        torch.nn.Module.__init__(self)
        Counting.__init__(self)

    def forward(self, context):
        return Counting.__call__(self, context)

    __call__ = torch.nn.Module.__call__


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([4, 0, 4, 0, 4, 0], "1 of 2 frames repeats the one before"),
        ([4, 0, 0, 4, 0, 0], "2 of 3 frames repeat the one"),
    ],
)
def test_a_rhythm_is_told_in_words(moves, told):
    frames = to_uint8(film(moves, (20, 24)))
    assert str(cadence_of(Counting(), frames)).startswith(told)
    assert cadence_of(Counting(keeps_cadence=False), frames) is None
    assert cadence_of(Counting(), frames[:4]) is None

"""Rollouts: which frames are fed, and what comes out."""

import weakref
from itertools import count, islice

import pytest
import torch
from torch import nn

from vidpred.errors import VidpredError
from vidpred.nn.latent import draw_latents
from vidpred.predictors import ConvLSTM, CopyLast, Linear, MultiScalePredictor
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use, future_frames, future_samples, rollout
from vidpred.wording import counted


def brightness(values):
    """A clip of one-pixel frames."""
    return torch.tensor(values, dtype=torch.float64).reshape(1, -1, 1, 1, 1)


def values(frames):
    return frames.flatten().tolist()


class Counting:
    """Predicts that frame n has brightness n, and notes every window it was given."""

    def __init__(self, num_context_frames, lead):
        self.num_context_frames = num_context_frames
        self.lead = lead
        self.windows = []

    def __call__(self, context):
        self.windows.append(values(context))
        return [torch.zeros(1), context[:, -1:] + self.lead]


@pytest.mark.parametrize("horizon", [1, 2, 7])
@pytest.mark.parametrize("lead", [1, 2, 3, 5])
@pytest.mark.parametrize("num_context_frames", [1, 2, 4])
def test_every_frame_is_predicted_from_the_window_that_ends_lead_frames_before(num_context_frames, lead, horizon):
    predictor = Counting(num_context_frames, lead)
    future = rollout(predictor, brightness(range(10)), horizon)
    assert values(future) == list(range(10, 10 + horizon))
    ends = [10 + step - lead for step in range(horizon)]
    assert predictor.windows == [list(range(end - num_context_frames + 1, end + 1)) for end in ends]


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        (lambda c: c[:, -1:], r"a tensor \(1, 1, 1, 1, 1\)"),
        (lambda c: [c[:, -1]], r"a list whose last tensor is \(1, 1, 1, 1\)"),
        (lambda c: [c[:, -2:]], r"a list whose last tensor is \(1, 2, 1, 1, 1\)"),
        (lambda c: (c[:, -1:].expand(-1, -1, 3, -1, -1),), r"a tuple whose last tensor is \(1, 1, 3, 1, 1\)"),
        (
            lambda c: [c[:, -1:].to(torch.uint8)],
            "a list whose last tensor is .* of torch.uint8, which are no floats .*",
        ),
        (lambda c: [], "an object of the class list, which holds no tensors"),
        (lambda c: None, "an object of the class NoneType, which holds no tensors"),
        (lambda c: [c[:, -1:].numpy()], "an object of the class list, which holds no tensors"),
    ],
)
def test_a_predictor_that_returns_no_frame_is_told_what_one_is(returned, found):
    predictor = Counting(2, 1)
    predictor.__class__ = type("Own", (Counting,), {"__call__": lambda self, context: returned(context)})
    wanted = (
        r"but a list of frames at every scale is needed, .* of them \(1, 1, 1, 1, 1\) after this context; return \["
    )
    with pytest.raises(VidpredError, match=f"the predictor returned {found}, {wanted}"):
        rollout(predictor, brightness(range(4)), 2)


class FarSighted(Counting):
    """Says by itself what comes, of brightness 100 more than the number of the frame."""

    def predict_ahead(self, context):
        self.windows.append(values(context))
        for steps in count(1):
            yield context[:, -1:] + 100 + steps


@pytest.mark.parametrize(("num_context_frames", "lead", "seen"), [(2, 1, [8, 9]), (2, 3, [6, 7, 8, 9])])
def test_a_predictor_that_reaches_ahead_by_itself_is_asked_once_and_given_no_prediction(num_context_frames, lead, seen):
    predictor = FarSighted(num_context_frames, lead)
    future = rollout(predictor, brightness(range(10)), 4)
    assert values(future) == [110, 111, 112, 113]
    assert predictor.windows == [seen]


@pytest.mark.parametrize("lead", [1, 2, 3])
def test_copy_last_repeats_the_last_known_frames(lead):
    context = brightness([0.1, 0.2, 0.3, 0.4])
    future = rollout(CopyLast(num_context_frames=1, lead=lead), context, 5)
    known = values(context)[-lead:]
    assert values(future) == (known * 5)[:5]


@pytest.mark.parametrize("lead", [1, 2, 3])
def test_linear_continues_a_straight_line_for_ever(lead):
    context = brightness([-0.5 + 0.05 * time for time in range(6)])
    future = rollout(Linear(num_context_frames=2, lead=lead), context, 12)
    assert values(future) == pytest.approx([-0.5 + 0.05 * time for time in range(6, 18)], abs=1e-5)


@pytest.mark.parametrize(("num_context_frames", "lead", "needed"), [(4, 1, 4), (4, 3, 6), (1, 2, 2)])
def test_a_lead_needs_so_many_frames_more(num_context_frames, lead, needed):
    predictor = CopyLast(num_context_frames, lead)
    assert frames_needed(predictor) == needed
    assert rollout(predictor, torch.zeros(1, needed, 1, 2, 2), 1).shape == (1, 1, 1, 2, 2)
    with pytest.raises(VidpredError, match=f"has {counted(needed - 1, 'frame')}, but this predictor needs {needed} "):
        rollout(predictor, torch.zeros(1, needed - 1, 1, 2, 2), 1)


class LongContext(CopyLast):
    """Looks at five frames where it can, and tells how many it got."""

    def __init__(self, lead=1):
        super().__init__(2, lead)
        self.most_context_frames = 5
        self.given = []

    def forward(self, context):
        self.given.append(context.shape[1])
        return super().forward(context)


@pytest.mark.parametrize("lead", [1, 3])
def test_a_predictor_may_look_further_back_than_it_needs(lead):
    predictor = LongContext(lead)
    assert frames_needed(predictor) == 1 + lead
    assert frames_of_use(predictor) == 4 + lead
    for known, given in ((9 + lead, 5), (4 + lead, 5), (3 + lead, 4), (1 + lead, 2)):
        predictor.given.clear()
        future = rollout(predictor, torch.zeros(1, known, 1, 2, 2), 4)
        assert future.shape[1] == 4
        assert predictor.given == [given] * 4  # what is predicted takes the place of what was known


class Follower(LongContext):
    """Remembers something, and with it looks at three frames."""

    num_followed_frames = 3

    def __init__(self):
        super().__init__()
        self.seen = []

    def follow(self, context, trail=None, latent=None, finest_alone=False):
        self.seen.append((context.shape[1], trail))
        return self(context), len(self.seen)


@pytest.mark.parametrize(
    ("lead", "seen"),
    [(1, [(5, None), (3, 1), (3, 2), (3, 3)]), (2, [(5, None), (5, None), (3, 1), (3, 2)])],
)
def test_once_a_prediction_is_followed_no_more_frames_are_held_than_it_takes(lead, seen):
    predictor = Follower().eval()
    predictor.lead = lead
    rollout(predictor, torch.arange(5.0 + lead - 1).view(1, -1, 1, 1, 1), horizon=4)
    assert predictor.seen == seen


def test_too_short_a_context_is_refused_before_the_first_frame_is_asked_for():
    with pytest.raises(VidpredError, match="needs 4"):
        future_frames(CopyLast(4), torch.zeros(1, 2, 1, 2, 2))


@pytest.mark.parametrize("horizon", [0, -3])
def test_a_horizon_of_nothing_is_refused(horizon):
    with pytest.raises(VidpredError, match=f"the horizon is {horizon}"):
        rollout(CopyLast(1), torch.zeros(1, 1, 1, 2, 2), horizon)


def test_a_longer_rollout_starts_with_the_shorter_one(clip):
    predictor = MultiScalePredictor(num_scales=2, widths=[[4]], kernels=[[3, 3]], lead=2)
    short, long = rollout(predictor, clip, 2), rollout(predictor, clip, 5)
    assert long.shape == (2, 5, 3, 32, 32)
    assert torch.equal(long[:, :2], short)
    one_by_one = list(islice(future_frames(predictor, clip), 5))
    assert torch.equal(torch.cat(one_by_one, dim=1), long)


def test_gradients_flow_through_every_step(clip):
    predictor = MultiScalePredictor(num_scales=1, widths=[[4]], kernels=[[3, 3]])
    context = clip[:, :4].requires_grad_()
    (gradient,) = torch.autograd.grad(rollout(predictor, context, 4)[:, -1].sum(), context)
    assert gradient[:, -1].any()


@pytest.fixture
def sampler():
    """An untrained predictor that samples, whose noise matters."""
    options = {"num_scales": 2, "widths": [[6]], "kernels": [[3, 3]], "latent_channels": 4}
    return MultiScalePredictor(**options).eval()


@pytest.mark.parametrize("lead", [1, 2])
def test_samples_are_futures_of_their_own_settled_by_the_seed(clip, lead):
    sampler = MultiScalePredictor(num_scales=1, widths=[[6]], kernels=[[3, 3]], lead=lead, latent_channels=4).eval()
    futures = rollout(sampler, clip, 3, num_samples=5, seed=2)
    assert futures.shape == (2, 5, 3, 3, 32, 32)
    assert torch.equal(futures, rollout(sampler, clip, 3, num_samples=5, seed=2))
    assert not torch.equal(futures, rollout(sampler, clip, 3, num_samples=5, seed=3))
    apart = (futures[:, :, None] - futures[:, None]).abs().amax(dim=(-4, -3, -2, -1))
    assert (apart[:, ~torch.eye(5, dtype=torch.bool)] > 1e-3).all()


def test_a_sample_depends_neither_on_how_many_there_are_nor_on_its_batch(sampler, clip):
    futures = rollout(sampler, clip, 3, num_samples=4)
    assert torch.equal(rollout(sampler, clip, 3, num_samples=2), futures[:, :2])
    alone = rollout(sampler, clip[1:], 3, num_samples=4)
    torch.testing.assert_close(alone, futures[1:], atol=1e-6, rtol=0)


def test_a_sample_is_its_own_predictions_fed_back_with_fresh_noise(sampler, clip):
    futures = rollout(sampler, clip, 3, num_samples=2, seed=5)
    for sample in range(2):
        window, noise = clip[:, -4:], draw_latents(4, 5, sample)
        for step in range(3):
            frame = sampler(window, next(noise).expand(2, 4))[-1]
            torch.testing.assert_close(futures[:, sample, step], frame[:, 0])
            window = torch.cat([window[:, 1:], frame], dim=1)


def test_samples_leave_the_global_random_stream_alone(sampler, clip):
    before = torch.get_rng_state()
    rollout(sampler, clip, 2, num_samples=2)
    assert torch.equal(torch.get_rng_state(), before)


def test_without_samples_a_predictor_that_could_draw_them_is_not_random(sampler, clip):
    future = rollout(sampler, clip, 2)
    assert future.shape == (2, 2, 3, 32, 32)
    assert torch.equal(future, rollout(sampler, clip, 2))


def test_samples_come_frame_by_frame_without_end(sampler, clip):
    frames = list(islice(future_samples(sampler, clip, 3, seed=1), 4))
    assert [frame.shape for frame in frames] == [(2, 3, 1, 3, 32, 32)] * 4
    assert torch.equal(torch.cat(frames, dim=2), rollout(sampler, clip, 4, num_samples=3, seed=1))


def test_gradients_flow_through_every_step_of_a_sample(sampler, clip):
    context = clip[:, :4].requires_grad_()
    futures = rollout(sampler, context, 3, num_samples=2)
    (gradient,) = torch.autograd.grad(futures[:, 1, -1].sum(), context)
    assert gradient[:, -1].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"num_samples": 0}, "num_samples is 0"), ({"num_samples": 2, "seed": -1}, "the seed is -1")],
)
def test_samples_that_cannot_be_drawn_are_refused(sampler, clip, options, message):
    with pytest.raises(VidpredError, match=message):
        rollout(sampler, clip, 1, **options)


@pytest.mark.parametrize(
    "predictor",
    [CopyLast(4), FarSighted(2, 1), MultiScalePredictor(num_scales=1, widths=[[4]], kernels=[[3, 3]])],
    ids=["silent", "far_sighted", "without_channels"],
)
def test_a_deterministic_predictor_is_told_to_have_one_future(clip, predictor):
    with pytest.raises(VidpredError, match=r"is deterministic.*multiscale or flow_pyramid with network\.latent_ch"):
        rollout(predictor, clip, 1, num_samples=2)


CLIP = torch.linspace(-1, 1, 4 * 3 * 8 * 8).reshape(1, 4, 3, 8, 8)


@pytest.mark.parametrize(
    ("context", "told"),
    [
        (CLIP.numpy(), "of the class ndarray, but a tensor"),
        (None, "of the class NoneType, but a tensor"),
        (CLIP.mul(100).to(torch.uint8), "of torch.uint8, but floats"),
        (CLIP.long(), "of torch.int64, but floats"),
        (CLIP > 0, "of torch.bool, but floats"),
        (CLIP[0], r"is \(4, 3, 8, 8\) of torch.float32, but floats \(B, T, C, H, W\)"),
        (CLIP[None], r"is \(1, 1, 4, 3, 8, 8\) of"),
        (CLIP[:0], r"is \(0, 4, 3, 8, 8\) of"),
        (CLIP[..., :0], r"is \(1, 4, 3, 8, 0\) of"),
        (CLIP.add(1).mul(127.5), "values up to 255, but is to lie in"),
        (CLIP * float("inf"), "values up to inf|values up to nan"),
    ],
)
def test_what_is_no_batch_of_clips_is_refused_in_a_sentence(context, told):
    with pytest.raises(VidpredError, match=told):
        rollout(CopyLast(num_context_frames=4), context, 2)


@pytest.mark.parametrize("horizon", [0, -1, 1.5, "2", None])
def test_a_horizon_is_a_whole_number_of_frames(horizon):
    with pytest.raises(VidpredError, match=r"horizon (of rollout )?is "):
        rollout(CopyLast(num_context_frames=4), CLIP, horizon)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("number_format", [None, torch.bfloat16])
def test_predictors_of_others_may_return_frames_of_another_float_type(dtype, number_format):
    class Other(nn.Module):
        num_context_frames, lead = 2, 1

        def forward(self, context):
            return [context[:, -1:].to(dtype)]

    with torch.autocast("cpu", number_format, enabled=number_format is not None):
        future = rollout(Other(), CLIP, 3)
    assert future.dtype == CLIP.dtype
    torch.testing.assert_close(future, CLIP[:, -1:].to(dtype).float().expand(-1, 3, -1, -1, -1), rtol=0, atol=0)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_floats_of_any_type_are_predicted_from_and_come_back_as_they_were(dtype):
    predictor = MultiScalePredictor(num_context_frames=4, num_scales=2, width_multiplier=0.03125).eval()
    predicted = rollout(predictor, CLIP.to(dtype), 2)
    assert predicted.dtype == dtype
    expected = rollout(predictor, CLIP.to(dtype).float(), 2)
    assert torch.equal(predicted, expected.to(dtype))


def test_a_predictor_of_somebody_elses_gets_frames_in_the_precision_of_its_weights():
    class Normed(nn.Module):
        num_context_frames, lead = 1, 1

        def __init__(self):
            super().__init__()
            self.norm = nn.GroupNorm(1, 3)

        def forward(self, context):
            return [self.norm(context[:, -1]).unsqueeze(1)]

    assert rollout(Normed().bfloat16(), CLIP, 2).dtype == CLIP.dtype


class Overwriting(nn.Module):
    """Halves its context in place, and returns the same tensor every time."""

    num_context_frames, lead = 2, 1

    def __init__(self):
        super().__init__()
        self.frame = torch.empty(1, 1, 3, 8, 8)

    def forward(self, context):
        return [self.frame.copy_(context.mul_(0.5)[:, -1:])]


class OverwritingAhead(Overwriting):
    """Does so for all frames ahead."""

    def predict_ahead(self, context):
        while True:
            yield self.frame.copy_(context.mul_(0.5)[:, -1:])


@pytest.mark.parametrize("predictor", [Overwriting(), OverwritingAhead()], ids=["frame by frame", "ahead"])
def test_what_a_predictor_writes_into_its_context_and_its_frames_changes_nothing_else(predictor):
    context = CLIP.clone()
    predicted = rollout(predictor, context, 3)
    assert torch.equal(context, CLIP)
    for step, frame in enumerate(predicted.unbind(1), start=1):
        torch.testing.assert_close(frame, CLIP[:, -1] / 2**step)


@pytest.mark.parametrize(("name", "number"), [("lead", 0), ("lead", 1.5), ("lead", True), ("num_context_frames", 0)])
def test_a_predictor_takes_and_leads_by_whole_numbers_of_frames(name, number):
    predictor = Counting(1, 1)
    setattr(predictor, name, number)
    with pytest.raises(VidpredError, match=f"{name} of the predictor Counting is {number}, but a whole number"):
        rollout(predictor, CLIP, 1)


class Trailing(nn.Module):
    """Leaves a trail behind at every step, and counts how many of them are kept when it is asked to go on."""

    num_context_frames = 4

    def __init__(self, lead):
        super().__init__()
        self.lead = lead
        self.left: list[weakref.ref[torch.Tensor]] = []
        self.kept: list[int] = []

    def forward(self, context, latent=None):
        return self.follow(context, None, latent, False)[0]

    def follow(self, context, trail, latent, finest_alone):
        self.kept.append(sum(one() is not None for one in self.left))
        new = torch.zeros(1)
        self.left.append(weakref.ref(new))
        return [context[:, -1:]], new


@pytest.mark.parametrize("lead", [1, 2])
def test_no_more_trails_are_kept_than_are_followed(lead):
    predictor = Trailing(lead).eval()
    rollout(predictor, torch.zeros(1, 6, 3, 8, 8), 9)
    assert predictor.kept == [min(step, lead) for step in range(9)]


def test_a_rollout_can_be_vmapped_and_has_a_gradient_for_every_clip():
    network = ConvLSTM(num_context_frames=2, width_multiplier=0.125)
    clips = torch.rand(3, 4, 3, 8, 8) * 2 - 1

    def future(clip):
        return rollout(network, clip[None], horizon=2)[0]

    torch.testing.assert_close(torch.func.vmap(future)(clips), rollout(network, clips, horizon=2))
    each = torch.func.vmap(torch.func.grad(lambda clip: future(clip).square().mean()))(clips)
    alone = torch.stack([torch.func.grad(lambda clip: future(clip).square().mean())(clip) for clip in clips])
    torch.testing.assert_close(each, alone)

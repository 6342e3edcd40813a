"""The flow pyramid follows motions that are known exactly, before it has learnt anything."""

from contextlib import contextmanager

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.motion import flow
from vidpred.motion.cache import MotionCache
from vidpred.motion.flow import future_velocity
from vidpred.predictors import PREDICTORS, FlowPyramid, flow_pyramid
from vidpred.predictors.rollout.rollout import rollout

WAVES = torch.tensor(
    [[0.02, 0.03], [0.05, -0.03], [-0.06, 0.07], [0.11, 0.09], [-0.17, 0.14], [0.31, -0.06], [0.05, 0.33]]
)


def scene(height, width, moved=(0.0, 0.0)):
    """A frame (1, H, W) of waves, long ones strong as in nature, ``moved`` by pixels to the right and downwards."""
    y = torch.arange(height)[:, None] - moved[1]
    x = torch.arange(width) - moved[0]
    waves = [torch.sin(a * x + b * y + number) / (a * a + b * b) ** 0.5 for number, (a, b) in enumerate(WAVES.tolist())]
    return torch.stack(waves).sum(dim=0, keepdim=True) / 80


@contextmanager
def computing_with(threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def clip(velocity, num_frames, size=(96, 112)):
    """A clip (1, T, 1, H, W) that moves by ``velocity`` pixels per frame."""
    frames = [scene(*size, (step * velocity[0], step * velocity[1])) for step in range(num_frames)]
    return torch.stack(frames)[None]


def inner_error(prediction, truth, margin=20):
    inside = (..., slice(margin, -margin), slice(margin, -margin))
    return (prediction[inside] - truth[inside]).abs().mean().item()


@pytest.mark.parametrize("lead", [1, 3])
@pytest.mark.parametrize("velocity", [(2.0, -1.0), (-0.6, 1.3)], ids=str)
def test_untrained_it_continues_a_motion_in_a_straight_line(velocity, lead):
    frames = clip(velocity, 3 + lead)
    predictor = PREDICTORS.build("flow_pyramid", {"num_context_frames": 3, "frame_channels": 1, "lead": lead})
    prediction, truth = predictor(frames[:, :3])[-1], frames[:, -1:]
    still = inner_error(frames[:, 2:3], truth)
    assert inner_error(prediction, truth) < still / 4


@pytest.mark.parametrize("lead", [1, 2])
def test_the_velocity_of_the_future_is_that_of_what_will_be_there(lead, monkeypatch):
    """In a zoom, what arrives at a place was slower where it came from than what leaves it."""
    rate = -0.06  # per frame, from the later to the earlier frame
    y, x = torch.meshgrid(torch.arange(60.0) - 30, torch.arange(80.0) - 40, indexing="ij")
    back = rate * torch.stack([x, y])[None]
    monkeypatch.setattr("vidpred.motion.flow.estimate_flow", lambda start, end: back)
    velocity = future_velocity(torch.zeros(1, 2, 1, 60, 80), lead)
    exact = back / (1 - lead * rate)  # v(x) = rate (x + lead v(x))
    torch.testing.assert_close(velocity, exact, atol=0.01 * lead**3, rtol=0)
    assert (velocity - exact).abs().max() < (back - exact).abs().max() / 20


def test_larger_frames_start_from_coarser_levels_with_the_same_weights():
    predictor = PREDICTORS.build("flow_pyramid", {"num_context_frames": 2, "frame_channels": 1})
    velocity = (12.0, 0.0)
    frames = clip(velocity, 3, size=(256, 272))
    smooth = torch.nn.functional.avg_pool2d(frames[0], 9, 1, 4)[None]
    assert inner_error(predictor(smooth[:, :2])[-1], smooth[:, 2:], 48) < inner_error(smooth[:, 1:2], smooth[:, 2:], 48)


def test_a_frame_that_is_not_seen_in_the_last_can_come_from_an_earlier_one():
    predictor = PREDICTORS.build("flow_pyramid", {"num_context_frames": 3, "frame_channels": 3})
    context = torch.rand(1, 3, 3, 32, 32, requires_grad=True)
    predictor(context)[-1].sum().backward()
    assert all(context.grad[0, frame].any() for frame in range(3))


def test_earlier_frames_show_that_a_motion_pauses_every_other_frame():
    places = [0, 2, 2, 4, 4, 6, 6, 8, 8, 10]
    frames = torch.stack([scene(96, 112, (place, 0.0)) for place in places])[None]
    predictor = PREDICTORS.build("flow_pyramid", {"num_context_frames": 3, "frame_channels": 1}).eval()
    known, truth = frames[:, :-1], frames[:, -1:]
    seen = predictor.most_context_frames
    assert seen == len(places) - 1
    assert inner_error(predictor(known)[-1], truth) < inner_error(predictor(known[:, -3:])[-1], truth) / 3
    without = PREDICTORS.build("flow_pyramid", {"num_context_frames": 3, "frame_channels": 1}, num_hindcasts=0).eval()
    without.load_state_dict(predictor.state_dict())
    assert without.most_context_frames == 3
    torch.testing.assert_close(without(known)[-1], predictor(known[:, -3:])[-1])


def test_one_frame_shows_no_motion():
    with pytest.raises(VidpredError, match="at least 2"):
        PREDICTORS.build("flow_pyramid", {"num_context_frames": 1})


def test_scales_without_a_stage_are_refused():
    with pytest.raises(VidpredError, match="1 to 3 scales"):
        PREDICTORS.build("flow_pyramid", {}, widths=[8, 8], num_scales=4)


def test_no_level_is_beyond_those_of_the_frames_so_that_a_rollout_gains_no_contrast():
    torch.manual_seed(0)
    predictor = PREDICTORS.build("flow_pyramid", {"num_context_frames": 3, "frame_channels": 1, "lead": 1})
    with torch.no_grad():
        predictor.synthesis.head.weight.normal_(std=1.0)  # adds much that no frame shows
    context = torch.cat([clip((2.0, -1.0), 3), clip((-1.0, 0.0), 3) / 4])
    predicted = predictor(context)[-1]
    for frames, future in zip(context, predicted, strict=True):
        assert (future.min().item(), future.max().item()) == (frames.min().item(), frames.max().item())


def test_the_finest_scale_alone_is_the_one_of_the_whole_pyramid():
    context = torch.rand(2, 5, 3, 33, 40, generator=torch.Generator().manual_seed(0)) * 2 - 1
    network = FlowPyramid(num_scales=3, widths=(8, 8, 8)).eval()
    with torch.no_grad():
        (finest,), pyramid = network(context, finest_alone=True), network(context)
    torch.testing.assert_close(finest, pyramid[-1], rtol=0, atol=0)


@torch.no_grad()
@pytest.mark.parametrize(("details", "asked"), [(True, 1), (False, 4)])
def test_a_rollout_asks_the_known_frames_once_how_motion_goes_on(details, asked, monkeypatch):
    told, shares = [], flow_pyramid.forecast_shares
    monkeypatch.setattr(flow_pyramid, "forecast_shares", lambda *words: told.append(words) or shares(*words))
    predictor = FlowPyramid(frame_channels=1, widths=(8, 8, 8, 8), details=details).eval()
    rollout(predictor, clip((2.0, -1.0), 9, size=(32, 40)), horizon=4)
    assert len(told) == asked


@torch.no_grad()
def test_a_rollout_searches_for_no_flow_in_what_it_predicted(monkeypatch):
    searches, search = [], flow._search
    monkeypatch.setattr(flow, "_search", lambda effort: searches.append(effort) or search(effort))
    predictor = FlowPyramid(frame_channels=1, widths=(8, 8, 8, 8), num_hindcasts=0).eval()
    rollout(predictor, clip((2.0, -1.0), 3, size=(32, 40)), horizon=3)
    assert searches == [flow.THOROUGH]


@torch.no_grad()
@pytest.mark.parametrize("lead", [1, 2])
def test_a_rollout_goes_on_from_the_known_frames_alone(lead):
    known = clip((2.0, -1.0), 9, size=(32, 40))
    predictor = FlowPyramid(frame_channels=1, widths=(8, 8, 8, 8), lead=lead).eval()
    _, course = predictor.follow(known)
    (following, _), (after_noise, _) = (
        predictor.follow(frames, course) for frames in (known, torch.rand_like(known) - 0.5)
    )
    assert torch.equal(following[-1], after_noise[-1])


@torch.no_grad()
@pytest.mark.parametrize(("largest", "left"), [(0, [0, 0, 0, 0]), (10_000, [2, 1, 0, 2])])
def test_predictions_made_at_once_are_those_made_one_by_one(largest, left, monkeypatch):
    monkeypatch.setattr("vidpred.machine.threads.LARGEST_AT_ONCE", largest)
    predictor, known = FlowPyramid(frame_channels=1, widths=(8, 8, 8, 8)).eval(), clip((2.0, -1.0), 9, size=(32, 40))
    with computing_with(1):
        expected = rollout(predictor, known, horizon=7)
    with computing_with(3):
        torch.testing.assert_close(rollout(predictor, known, horizon=7), expected, rtol=0, atol=1e-4)
        _, course = predictor.follow(known)
        for number in left:
            _, course = predictor.follow(known, course)
            assert len(course.foreseen) == number


@torch.no_grad()
@pytest.mark.parametrize("steps", [2, 5])
def test_a_thing_that_goes_by_stays_whole_and_leaves_what_it_hid(steps):
    """A square crosses a wall; earlier frames have shown the wall where the last one shows the square."""
    draw = torch.Generator().manual_seed(3)
    wall, square = torch.rand(1, 3, 24, 40, generator=draw) / 2 - 1, torch.rand(1, 3, 12, 12, generator=draw) / 2 + 0.5
    wall = torch.nn.functional.interpolate(wall, scale_factor=2, mode="bilinear")
    frames = wall.repeat(9 + steps, 1, 1, 1)
    for time, frame in enumerate(frames):
        frame[:, 18:30, 4 + 4 * time : 16 + 4 * time] = square
    predictor = FlowPyramid(widths=(8, 8, 8, 8)).eval()
    predicted = rollout(predictor, frames[None, :9], horizon=steps)[0, -1]
    light = predicted.mean(dim=0) > 0
    left = 4 + 4 * (8 + steps)
    assert light[18:30, left : left + 12].float().mean() > 0.7
    assert light.sum() < 1.3 * 12 * 12  # there are no two of it
    uncovered = (..., slice(20, 28), slice(36, min(48, left - 2)))  # where it was last seen, but for its soft edges
    assert (predicted - wall[0])[uncovered].abs().mean() < 0.2  # the square is lighter than the wall by 1.5


@torch.no_grad()
@pytest.mark.parametrize(("details", "efforts"), [(True, {flow.THOROUGH, flow.BRISK}), (False, {flow.THOROUGH})])
def test_only_the_newest_known_flow_is_searched_for_thoroughly_but_for_the_first_version(details, efforts, monkeypatch):
    searches, search = [], flow._search
    monkeypatch.setattr(flow, "_search", lambda effort: searches.append(effort) or search(effort))
    predictor = FlowPyramid(frame_channels=1, widths=(8, 8, 8, 8), num_hindcasts=2, details=details).eval()
    predictor(clip((2.0, -1.0), 9, size=(32, 40)))
    assert set(searches) == efforts


@torch.no_grad()
def test_what_one_version_found_out_is_not_taken_for_what_another_did():
    frames = torch.rand(1, 9, 1, 48, 64, generator=torch.Generator().manual_seed(2)) * 2 - 1
    brisk, thorough = (
        FlowPyramid(frame_channels=1, widths=(8,) * 4, details=details).eval() for details in (True, False)
    )
    thorough.load_state_dict(brisk.state_dict())
    alone = thorough(frames)[-1]
    with MotionCache().in_use():
        brisk(frames)
        assert torch.equal(thorough(frames)[-1], alone)

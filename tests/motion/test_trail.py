"""Where the pixels of a rollout come from."""

import pytest
import torch
from torch import nn

from vidpred.motion.comparing import blur
from vidpred.motion.trail import LIGHT, SURE, Trail, _without_halos
from vidpred.nn.free_sizes import extended_places

LEVEL = 1 / 127.5


def still(height=8, width=8):
    return torch.zeros(1, 2, height, width)


def sideways(pixels, height=8, width=8):
    flow = still(height, width)
    flow[:, 0] = pixels
    return flow


def known(seed=0, height=8, width=8):
    """Three known frames (1, 3, 3, H, W) that are the same."""
    torch.manual_seed(seed)
    return (torch.rand(1, 1, 3, height, width) - 0.5).expand(-1, 3, -1, -1, -1)


def start(frames):
    return Trail.start(frames.unbind(1))


def test_flows_one_after_the_other_are_one_flow_to_the_known_frame():
    trail = start(known()).along(sideways(1.0)).along(sideways(2.0))
    torch.testing.assert_close(trail.flow, sideways(3.0))
    assert trail.steps == 2


def test_the_earlier_flow_counts_where_the_later_one_leads():
    earlier = still()
    earlier[..., 4:] = 2.0  # only the right half had moved
    trail = start(known()).along(earlier).along(sideways(3.0))
    # 0 + 3 lies in the left half, which had not moved, and 1 + 3 in the right.
    assert trail.flow[0, 0, 0, :2].tolist() == pytest.approx([3.0, 5.0])


def test_a_blurred_prediction_gets_its_details_back():
    frames = 0.1 * known()
    trail = start(frames).along(still())
    blurred = blur(frames[:, 0])
    sharp = trail.detail(blurred)
    assert (sharp - frames[:, 0]).abs().mean() < 0.5 * (blurred - frames[:, 0]).abs().mean()


def grey(frames):
    return frames.mean(dim=-3, keepdim=True).expand_as(frames)


def test_where_source_and_prediction_disagree_the_prediction_stands():
    frames = grey(known())
    other = torch.where(torch.arange(8) < 4, 1.0, -1.0).expand(1, 3, 8, 8) + frames[:, 0].mean()
    found = start(frames).along(still()).detail(other)
    aside = [0, 1, 6, 7]  # from the edge, along which both are grey but for details
    torch.testing.assert_close(found[..., aside], other[..., aside], atol=0.02, rtol=0)


def edge(width=24):
    """Three known frames (1, 3, 3, 8, W) that are the same: dark grey left, light grey right."""
    return torch.where(torch.arange(width) < width // 2, -0.3, 0.3).expand(1, 3, 3, 8, width)


def test_a_halo_along_an_edge_is_taken_away():
    frames = edge()
    halo = torch.zeros(24)
    halo[11], halo[12] = -0.1, 0.1  # darker and lighter than anything nearby
    clean = start(frames).along(still(8, 24)).detail(frames[:, 0] + halo)
    assert clean.min() == pytest.approx(-0.3, abs=0.01)
    assert clean.max() == pytest.approx(0.3, abs=0.01)


def test_levels_that_lie_nearby_are_no_halo():
    frames = edge()
    moved = frames[:, 0].roll(1, -1)
    moved[..., 0] = -0.3
    found = start(frames).along(still(8, 24)).detail(moved)
    torch.testing.assert_close(found[..., 2:-2], moved[..., 2:-2], atol=0.02, rtol=0)


def test_grey_stays_grey():
    frames = edge()
    tint = 0.05 * torch.tensor([0.0, 1.0, 0.0])[:, None, None]
    tinted = torch.where((torch.arange(24) - 12).abs() < 3, frames[:, 0] + tint, frames[:, 0])
    clean = start(frames).along(still(8, 24)).detail(tinted)
    assert (clean - grey(clean)).abs().max() < 0.1 * (tinted - grey(tinted)).abs().max()


def test_a_grey_film_stays_grey_whatever_comes_in_from_outside():
    tinted = edge()[:, 0] + torch.tensor([0.0, 0.3, -0.1])[:, None, None]
    both = torch.cat([edge(), edge() + torch.tensor([0.0, 0.1, 0.0])[:, None, None]])  # one grey, one green
    flow = sideways(12.0, 8, 24).expand(2, -1, -1, -1)
    found = start(both).along(flow).detail(tinted.expand(2, -1, -1, -1))
    spread = (found.amax(dim=1) - found.amin(dim=1)).amax(dim=(1, 2))
    assert spread[0] < 1e-6
    assert spread[1] > 0.1


def test_colours_that_come_in_from_outside_stand():
    frames = edge()
    frames = torch.cat(
        [frames[:, :2], frames[:, 2:] + torch.tensor([0.1, 0.0, 0.0])[:, None, None]], dim=1
    )  # no grey film
    tint = 0.05 * torch.tensor([0.0, 1.0, 0.0])[:, None, None]
    lit = torch.where(torch.arange(24) < 18, frames[:, 0], frames[:, 0] + tint)
    for pixels, left in ((0.0, 0.0), (12.0, 1.0)):  # the tinted columns were seen, or lay outside
        found = start(frames).along(sideways(pixels, 8, 24)).detail(lit)
        colour = (found - grey(found))[..., 20:] / (lit - grey(lit))[..., 20:]
        assert colour.min() == pytest.approx(left, abs=0.35)
        assert colour.mean() == pytest.approx(left, abs=0.25)


@pytest.mark.parametrize("light", [-20 * LEVEL, 20 * LEVEL])
def test_a_prediction_is_hardly_lighter_or_darker_than_the_known_frame(light):
    frames = known()
    frame = start(frames).along(still()).detail(frames[:, 0] + light)
    assert abs((frame - frames[:, 0]).mean()) <= LIGHT + 1e-6


def test_a_fade_goes_on_for_some_frames():
    steps = torch.arange(2, -1, -1).view(1, 3, 1, 1, 1) * 10 * LEVEL  # newest first, ten levels lighter each
    frames = known() + steps
    trail = start(frames)
    torch.testing.assert_close(trail.fade, torch.full((1, 3, 1, 1), 10 * LEVEL))
    lighter = frames[:, 0] + 10 * LEVEL
    torch.testing.assert_close(trail.along(still()).detail(lighter), lighter, atol=0.2 * LEVEL, rtol=0)


@pytest.mark.parametrize("at", range(1, 9))
def test_a_leap_of_brightness_is_no_fade(at):
    frames = torch.cat([known()[:, :1]] * 9, dim=1)
    frames[:, :at] += 30 * LEVEL  # the newest ones, first
    assert not start(frames).fade.any()


def test_two_frames_tell_no_fade():
    frames = known()[:, :2] + torch.tensor([30 * LEVEL, 0]).view(1, 2, 1, 1, 1)
    assert not start(frames).fade.any()


def test_a_fade_that_is_not_quite_even_is_one():
    frames = known()[:, :1] - torch.tensor([0.0, 3, 7, 9]).view(1, 4, 1, 1, 1) * LEVEL  # newest first
    torch.testing.assert_close(start(frames).fade, torch.full((1, 3, 1, 1), 3 * LEVEL))


def test_motion_comes_to_rest_after_ten_predictions():
    trail = start(known())
    paces = []
    for _ in range(SURE + 60):
        paces.append(trail.pace)
        trail = trail.along(still())
    assert paces[:SURE] == [1.0] * SURE
    assert paces == sorted(paces, reverse=True)
    assert paces[-1] < 0.05


def test_the_time_of_a_trail_is_the_sum_of_its_paces():
    trail, time = start(known()), 0.0
    for _ in range(SURE + 30):
        time += trail.pace
        trail = trail.along(still())
        assert trail.time == pytest.approx(time)


def test_a_back_test_finds_the_half_that_stood_still():
    torch.manual_seed(0)
    before, moved = torch.rand(1, 3, 40, 80), torch.rand(1, 3, 40, 80)
    truth = torch.where(torch.arange(80) < 40, before, moved)  # the left half stayed, the right went as forecast
    trail = start(known(height=80, width=160)).tested(forecast=moved, before=before, truth=truth)
    assert trail.rest.shape == (1, 1, 80, 160)
    assert trail.rest[..., :50].min() > 0.85
    assert trail.rest[..., -50:].max() < 0.15


def test_a_share_of_rest_mixes_the_newest_frame_in():
    frames = known()
    trail = start(frames)._replace(rest=torch.full((1, 1, 8, 8), 0.25))
    torch.testing.assert_close(trail.kept(torch.zeros(1, 3, 8, 8), frames[:, 0]), 0.25 * frames[:, 0])
    assert start(frames).kept(frames[:, 1], frames[:, 0]) is not None


def test_where_nothing_moved_and_nothing_was_wrong_nothing_is_kept():
    same = torch.rand(1, 3, 8, 8)
    assert start(known()).tested(forecast=same, before=same, truth=same).rest.count_nonzero() == 0


def test_a_trail_keeps_the_frame_that_it_starts_from_and_not_those_before():
    source = start(torch.rand(1, 9, 3, 8, 8)).source
    assert source.untyped_storage().nbytes() == source.numel() * source.element_size()


class Bounding(nn.Module):
    """Bounds a frame by another of a size that only the program itself counts, as an exported network does."""

    def forward(self, frame, source):
        frame, source = (
            each[..., extended_places(each.shape[-2], 16), :][..., extended_places(each.shape[-1], 16)]
            for each in (frame, source)
        )
        return _without_halos(frame, source, frame[..., :1, :1] * 0, frame - source, torch.ones_like(frame[:, :1]))


def test_halos_are_exported_for_frames_of_any_size():
    sides = {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    program = torch.export.export(Bounding(), (known()[:, 0], known(1)[:, 0]), dynamic_shapes=(sides, sides))
    frames = known(2, 24, 40)[:, 0], known(3, 24, 40)[:, 0]
    torch.testing.assert_close(program.module()(*frames), Bounding()(*frames))

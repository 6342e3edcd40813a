"""How motion may go on otherwise: found in back-tests, drawn in the ways that there are."""

from functools import partial
from statistics import NormalDist

import pytest
import torch
from scipy.stats import t as student_t

from vidpred.motion.flow import warp
from vidpred.motion.uncertainty import (
    MOST,
    NUM_DRAWN,
    SHIFT,
    SPEED,
    TURN,
    KnownMotion,
    MotionUncertainty,
    _camera_ways,
    _fit,
)

SMOOTH = 1e-6


def smooth(height=40, width=56):
    """A picture (1, 1, H, W) of slow waves, of which every slope is known."""
    y, x = torch.arange(height)[:, None], torch.arange(width)
    return (torch.sin(x / 5) * torch.cos(y / 7) + 0.3 * torch.cos((x + y) / 9))[None, None] / 2


def pan(*places):
    """Frames (1, T, 1, H, W) of waves that have gone so far to the left."""
    frame = smooth()
    flows = (torch.tensor([float(place), 0.0])[None, :, None, None].expand(1, 2, 40, 56) for place in places)
    return torch.stack([warp(frame, flow, mode="bicubic", outside="reflection") for flow in flows], dim=1)


@pytest.mark.parametrize(("way", "far"), [(0, 1.5), (1, -0.75), (2, 1.0), (3, -1.25)])
def test_a_shift_a_turn_and_a_zoom_are_found_again(way, far):
    forecast = smooth()
    ways = torch.stack(_camera_ways(forecast.expand(-1, 2, -1, -1)), dim=1)  # (1, 4, 2, H, W)
    truth = warp(forecast, far * ways[:, way], mode="bicubic")
    expected = torch.zeros(1, 4)
    expected[0, way] = far
    torch.testing.assert_close(_fit(forecast, truth, ways), expected, atol=0.05, rtol=0)


def test_a_turn_by_one_unit_moves_the_middle_of_an_edge_by_seven_tenths_of_a_pixel():
    """By hand: of nine pixels, the outer ones lie 8/9 of the way from the middle to the edge, of five 4/5."""
    _, _, turn, zoom = _camera_ways(torch.zeros(1, 2, 5, 9))
    torch.testing.assert_close(turn[0, :, 2, -1], torch.tensor([0.0, 0.7 * 8 / 9]))
    torch.testing.assert_close(zoom[0, :, 2, -1], torch.tensor([0.7 * 8 / 9, 0.0]))
    torch.testing.assert_close(zoom[0, :, -1, 4], torch.tensor([0.0, 0.7 * 4 / 9]))


def test_steady_motion_is_sure_and_jerky_motion_is_not():
    steady = KnownMotion.of(pan(*range(7))).misses[0]
    jerky = KnownMotion.of(pan(0, 1, 4, 5, 8, 9, 12)).misses[0]
    assert jerky[SPEED] > 2 * steady[SPEED]
    assert steady[SHIFT] < 0.3
    assert steady[TURN] < 0.3


def test_two_frames_tell_nothing_of_misses():
    assert KnownMotion.of(pan(0, 1)).misses.tolist() == [[0.0, 0.0, 0.0]]


def test_where_nothing_moves_nothing_is_uncertain():
    still = smooth().unsqueeze(1).expand(-1, 5, -1, -1, -1)
    displacement = MotionUncertainty()(KnownMotion.of(still), torch.randn(1, NUM_DRAWN), time=5)
    assert displacement.abs().max() < SMOOTH


def uniform(misses):
    """Motion of (3, 4) pixels per frame everywhere, which was off by ``misses``."""
    return KnownMotion(torch.tensor([3.0, 4.0])[None, :, None, None].expand(1, 2, 6, 8), torch.tensor([misses]))


def test_faster_and_slower_by_as_much_as_back_tests_were_off():
    """By hand: 0.5 of missed speed, and 0.2 x 1: sqrt(0.29); 2 frames on, by a power of 1, twice that of (3, 4)."""
    uncertainty = MotionUncertainty()
    with torch.no_grad():
        uncertainty.by_misses[SPEED], uncertainty.by_speed[SPEED] = 0.0, torch.tensor(0.2).log()
        uncertainty.growth.zero_()
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 4] = 1
    displacement = uncertainty(uniform((0.0, 0.0, 0.5)), drawn, time=2)
    expected = 2 * 0.29**0.5 * torch.tensor([3.0, 4.0])
    torch.testing.assert_close(displacement[0, :, 2, 3], expected, atol=1e-3, rtol=0)


def test_growth_is_learned_from_the_second_frame_on():
    """By hand: a power of 1 is the same for every exponent, and the slope of 2 to the exponent is not 0."""
    for time, learns in ((1, False), (2, True)):
        uncertainty = MotionUncertainty()
        uncertainty(uniform((0.1, 0.1, 0.1)), torch.randn(1, NUM_DRAWN), time).square().sum().backward()
        assert uncertainty.growth.grad.bool().tolist() == [learns] * 4


def test_a_bent_course_goes_off_at_a_right_angle():
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 5] = 1
    displacement = MotionUncertainty()(uniform((0.0, 0.0, 0.0)), drawn, time=1)[0, :, 0, 0]
    torch.testing.assert_close(displacement, torch.exp(torch.tensor(-2.7)) * torch.tensor([-4.0, 3.0]))


def test_corners_go_their_own_way():
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 6] = 1  # across, at the upper left
    displacement = MotionUncertainty()(uniform((0.0, 0.0, 0.0)), drawn, time=1)
    assert displacement[0, 0, 0, 0] > 0.3
    assert displacement[0, :, :, -1].abs().max() < SMOOTH
    assert displacement[0, :, -1].abs().max() < SMOOTH


def faster():
    """Noise by which all things are faster."""
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 4] = 1
    return drawn


def come(columns, far):
    """Flow (1, 2, 48, 96) to the last known frame, where a thing of 16 rows has come so far to the right."""
    places = torch.zeros(1, 2, 48, 96)
    places[:, 0, 16:32, columns] = -far
    return places


def test_a_thing_goes_off_where_it_is_by_then():
    """At columns 56 to 71 after ten frames; where it was, at 16 to 31, nothing moves any more."""
    known = KnownMotion(come(slice(16, 32), 4.0), torch.zeros(1, 3))
    off = MotionUncertainty()(known, faster(), 10, come(slice(56, 72), 40.0))[0, 0, 24]
    assert off[:44].abs().max() < SMOOTH
    assert off.argmin() in range(56, 72)


@pytest.mark.parametrize("place", range(8))
def test_no_thing_is_torn_however_it_goes_off(place):
    """What was left of a pixel stays left of it, and what was above stays above."""
    drawn = torch.randn(8, NUM_DRAWN, generator=torch.Generator().manual_seed(7))[place : place + 1]
    known = KnownMotion(come(slice(16, 32), 4.0), torch.zeros(1, 3))
    off = MotionUncertainty()(known, drawn, 5, come(slice(36, 52), 20.0))
    assert off.abs().max() > 0.3
    assert 1 + off[0, 0].diff(dim=1).min() > 0
    assert 1 + off[0, 1].diff(dim=0).min() > 0


def test_some_futures_go_far_off_as_student_s_t_distribution_has_it():
    """By hand: at a quantile of 1/16 of all, ln(16) is four times the ln(2) of the median; the farthest are bounded."""
    drawn = torch.zeros(1, NUM_DRAWN)
    drawn[0, 5] = 1
    go = partial(MotionUncertainty(), uniform((0.0, 0.0, 0.0)), time=1)
    middle = go(drawn)
    drawn[0, -1] = NormalDist().inv_cdf(1 / 16)
    torch.testing.assert_close(go(drawn), middle / 2)
    drawn[0, -1] = 30.0
    torch.testing.assert_close(go(drawn), middle * MOST)


def test_displacements_have_the_quantiles_of_student_s_t_distribution():
    drawn = torch.randn(20_000, NUM_DRAWN, generator=torch.Generator().manual_seed(5))
    drawn[:, :5], drawn[:, 6:-1] = 0, 0  # the course alone
    motion = KnownMotion(*(part.expand(len(drawn), *part.shape[1:]) for part in uniform((0.0, 0.0, 0.0))))
    found = MotionUncertainty()(motion, drawn, time=1)[:, 0, 0, 0]
    quantiles = (0.1, 0.25, 0.75, 0.9)
    in_units = found.quantile(torch.tensor(quantiles)) / found.quantile(0.75) * student_t.ppf(0.75, 2)
    assert in_units.tolist() == pytest.approx(student_t.ppf(quantiles, 2), rel=0.06)

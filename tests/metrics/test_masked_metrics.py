"""Scores of what moves, against values computed by hand and plain loops, and what any of them must do."""

import math

import pytest
import torch
from skimage.metrics import structural_similarity

from vidpred.errors import VidpredError
from vidpred.metrics import (
    MASKED_METRICS,
    METRICS,
    moving_area_psnr,
    moving_area_sharpness_difference,
    moving_area_ssim,
    moving_pixels_edge_strength,
    moving_pixels_psnr,
    moving_pixels_sharpness_difference,
    moving_pixels_ssim,
)
from vidpred.metrics.metric import cost


@pytest.fixture(params=sorted(MASKED_METRICS))
def metric(request):
    return MASKED_METRICS[request.param]


@pytest.fixture
def degraded(clip):
    """The same clip with growing noise from frame to frame."""
    strength = torch.linspace(0.05, 0.8, clip.shape[1]).reshape(1, -1, 1, 1, 1)
    return (clip + strength * torch.randn_like(clip)).clamp(-1, 1)


def test_scores_have_the_bounds_of_their_kind(metric):
    of_ssim, of_ratios = METRICS["ssim"].bounds, METRICS["edge_strength"].bounds
    other = of_ssim if metric.best is None else of_ratios
    assert metric.bounds == (METRICS["psnr"].bounds if metric.unit == "dB" else other)


@pytest.fixture
def mask():
    """Of two clips of five frames: a block of 16 x 20 pixels moves."""
    mask = torch.zeros(2, 5, 32, 32, dtype=torch.bool)
    mask[..., 8:24, 6:26] = True
    return mask


def ssim_map(x, y, data_range):
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "full": True}
    return structural_similarity(x.double().numpy(), y.double().numpy(), data_range=data_range, **options)[1]


def test_scores_every_frame_apart(metric, clip, degraded, mask):
    scores = metric.function(degraded, clip, mask)
    assert scores.shape == (2, 5)
    alone = metric.function(degraded[1:, 3:4], clip[1:, 3:4], mask[1:, 3:4])
    torch.testing.assert_close(scores[1:, 3:4], alone)


def test_more_noise_scores_worse(metric, clip, degraded, mask):
    costs = cost(metric.function(degraded, clip, mask), metric.higher_is_better, metric.best)
    assert (costs.diff(dim=1) > 0).all()


def test_a_frame_in_which_nothing_moves_is_left_out(metric, clip, degraded, mask):
    mask[1, 2] = False
    left_out = metric.function(degraded, clip, mask).isnan()
    assert left_out.nonzero().tolist() == [[1, 2]]


def test_what_static_pixels_show_does_not_matter_far_from_moving_ones(metric, clip, degraded, mask):
    changed = degraded.clone()
    changed[..., :2, :] = 0
    torch.testing.assert_close(metric.function(changed, clip, mask), metric.function(degraded, clip, mask))


def test_nothing_given_is_changed(metric, clip, degraded, mask):
    given = [clip, degraded, mask]
    copies = [tensor.clone() for tensor in given]
    metric.function(degraded, clip, mask)
    assert all(torch.equal(*pair) for pair in zip(given, copies, strict=True))


@pytest.mark.parametrize("spoil", [lambda mask: mask[:, :1], lambda mask: mask.float(), lambda mask: mask[..., 1:]])
def test_a_mask_that_does_not_fit_is_refused(metric, clip, mask, spoil):
    with pytest.raises(VidpredError, match=r"the mask is .* need one of \(2, 5, 32, 32\) of torch\.bool"):
        metric.function(clip, clip, spoil(mask))


@pytest.mark.parametrize("name", sorted(METRICS.keys() & {"psnr", "ssim", "sharpness_difference", "edge_strength"}))
def test_where_everything_moves_moving_pixels_are_all_pixels(name, clip, degraded, mask):
    everywhere = torch.ones_like(mask)
    masked = MASKED_METRICS[f"moving_pixels_{name}"].function(degraded, clip, everywhere)
    torch.testing.assert_close(masked, METRICS[name].function(degraded, clip))


def test_an_error_in_the_moving_quarter_alone():
    """The error is 0.2: 20 dB where it is, and a quarter of its square over all pixels."""
    target = torch.zeros(1, 1, 3, 16, 16)
    mask = torch.zeros(1, 1, 16, 16, dtype=torch.bool)
    mask[..., :8, :8] = True
    prediction = target + 0.2 + 0.5 * ~mask.unsqueeze(2)  # static pixels are worse, which must not count
    assert moving_pixels_psnr(prediction, target, mask).item() == pytest.approx(20, abs=1e-5)
    expected = 10 * math.log10((255 / 128) ** 2 / (0.04 / 4))
    assert moving_area_psnr(prediction, target, mask).item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("decibels", "left_out"), [(49.9, False), (50.1, True)])
def test_the_paper_leaves_out_frames_from_50_db_on(decibels, left_out):
    error = 255 / 128 / 10 ** (decibels / 20)
    target = torch.zeros(1, 1, 1, 12, 12)
    everywhere = torch.ones(1, 1, 12, 12, dtype=torch.bool)
    for score in (moving_area_psnr, moving_area_ssim, moving_area_sharpness_difference):
        assert score(target + error, target, everywhere).isnan().item() is left_out
    assert moving_pixels_psnr(target + error, target, everywhere).isfinite().all()


def test_the_papers_ssim_is_that_of_luma_on_black(clip, degraded, mask):
    """Every window that touches the frame counts: the frame in a black margin, seen from 5 pixels around it."""
    luma = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    scores = moving_area_ssim(degraded, clip, mask)
    for time in range(5):
        black = []
        for frames in (degraded, clip):
            grey = ((frames[0, time] + 1) / 2 * 255 * luma).sum(dim=0) * mask[0, time]
            black.append(torch.nn.functional.pad(grey, [10] * 4))
        expected = ssim_map(*black, data_range=255)[5:-5, 5:-5].mean()
        assert scores[0, time].item() == pytest.approx(expected, abs=1e-6)


def test_ssim_over_moving_pixels_is_the_mean_of_the_map_there(clip, degraded, mask):
    mask[..., 2:9, 2:9] = True  # partly nearer to the border than half a window
    scores = moving_pixels_ssim(degraded, clip, mask)
    similarity = [ssim_map((degraded[1, 2, c] + 1) / 2, (clip[1, 2, c] + 1) / 2, 1)[5:-5, 5:-5] for c in range(3)]
    chosen = [value[mask[1, 2, 5:-5, 5:-5].numpy()] for value in similarity]
    assert scores[1, 2].item() == pytest.approx(sum(part.mean() for part in chosen) / 3, abs=1e-6)


def edge_errors_by_loop(prediction, target, mask):
    """Return the errors of edges of one grey frame (H, W) at the pixels of ``mask`` inside the border."""
    p, t = prediction.tolist(), target.tolist()
    return [
        abs(abs(t[i][j] - t[i][j - 1]) - abs(p[i][j] - p[i][j - 1]))
        + abs(abs(t[i][j] - t[i - 1][j]) - abs(p[i][j] - p[i - 1][j]))
        for i in range(1, len(t) - 1)
        for j in range(1, len(t[0]) - 1)
        if mask[i][j]
    ]


def test_sharpness_over_moving_pixels_keeps_their_edges_to_static_ones():
    prediction, target = torch.rand(2, 1, 1, 1, 9, 12) * 2 - 1
    mask = torch.rand(1, 1, 9, 12) < 0.4
    errors = edge_errors_by_loop(prediction[0, 0, 0], target[0, 0, 0], mask[0, 0])
    expected = 10 * math.log10((255 / 128) ** 2 / (sum(errors) / len(errors)))
    assert moving_pixels_sharpness_difference(prediction, target, mask).item() == pytest.approx(expected, abs=1e-5)


def test_the_papers_sharpness_divides_by_the_number_of_all_pixels():
    prediction, target = torch.rand(2, 1, 1, 1, 9, 12) * 2 - 1
    mask = torch.rand(1, 1, 9, 12) < 0.4
    static = ~mask[0, 0]
    blackened = [clip[0, 0, 0].masked_fill(static, -1) for clip in (prediction, target)]
    errors = edge_errors_by_loop(*blackened, torch.ones(9, 12))
    expected = 10 * math.log10((255 / 128) ** 2 / (sum(errors) / (9 * 12)))
    assert moving_area_sharpness_difference(prediction, target, mask).item() == pytest.approx(expected, abs=1e-5)


def test_edge_strength_over_moving_pixels_is_a_ratio_of_means_there():
    """Waves of half the strength where it moves, of twice the strength where nothing does."""
    wave = torch.sin(torch.arange(24) * math.pi / 4).expand(1, 1, 2, 16, 24).double() / 2
    mask = torch.zeros(1, 1, 16, 24, dtype=torch.bool)
    mask[..., :13] = True
    prediction = wave * torch.where(torch.arange(24) < 13, 0.5, 2.0)
    assert moving_pixels_edge_strength(prediction, wave, mask).item() == pytest.approx(0.5, abs=1e-12)


def test_edge_strength_is_undefined_where_nothing_that_moves_has_an_edge(clip, mask):
    """A bright area may cover another: nothing there can be as sharp as the truth, or less so."""
    flat = clip.masked_fill(mask.unsqueeze(2), 0.5)
    inner = torch.zeros_like(mask)
    inner[..., 10:22, 8:24] = True
    assert moving_pixels_edge_strength(clip, flat, inner).isnan().all()
    assert moving_pixels_edge_strength(flat, clip, inner).eq(0).all()

"""Frames between frames: what the network is given, in what order, and what its answer is compared with."""

import pytest
import torch
from material import assert_refused, draw_video, run_vidpred

from vidpred import registry
from vidpred.errors import VidpredError
from vidpred.evaluation.interpolation import evaluate_interpolation
from vidpred.frames import to_model
from vidpred.metrics import MaskedMetric, Metric
from vidpred.motion.interpolation import interpolate
from vidpred.predictors import CopyLast, UNet
from vidpred.tasks import FrameInterpolation


@pytest.fixture
def numbered():
    """A clip of five frames, each full of its number over 10."""
    return (torch.arange(5.0) / 10)[None, :, None, None, None].expand(1, 5, 3, 32, 32).contiguous()


def numbers(frames):
    return [round(10 * float(frame.mean())) for frame in frames[0]]


def test_the_target_is_in_the_middle_and_the_others_are_known(numbered):
    example = FrameInterpolation(frames_per_side=2).pose(numbered)
    assert (numbers(example.condition), numbers(example.target)) == ([0, 1, 3, 4], [2])


def test_the_discriminator_sees_the_frames_in_the_order_of_time(numbered):
    task = FrameInterpolation(frames_per_side=2)
    example = task.pose(numbered)
    assert numbers(task.present([example.target], example)[0]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("start", "given"), [("none", [0, 1, 3, 4]), ("flow", [0, 1, 3, 4, 2])])
def test_the_network_is_given_the_known_frames_and_then_what_flow_draws(numbered, start, given):
    task, seen = FrameInterpolation(frames_per_side=2, start=start), []
    task.answer(lambda context: seen.append(context) or [context[:, -1:]], task.pose(numbered))
    assert numbers(seen[0]) == given
    assert task.facts["num_context_frames"] == len(given)


def test_an_untrained_unet_draws_what_flow_draws(numbered):
    task = FrameInterpolation()
    frames = to_model(torch.randint(0, 256, (1, 3, 32, 32, 3), dtype=torch.uint8))
    with torch.no_grad():
        answer = task.answer(UNet(3), task.pose(frames))[-1][:, 0]
    assert (answer - interpolate(frames[:, 0], frames[:, 2])).abs().mean() < 0.02


class Still:
    """Two clips of a film, of three frames each."""

    facts = {}  # noqa: RUF012

    def __len__(self):
        return 2

    def full_frames(self, index):
        return (torch.arange(3 * 32 * 32 * 3).reshape(3, 32, 32, 3) * (index + 7) % 251).to(torch.uint8).numpy()

    def video(self, index):
        return f"film {index}"


def test_what_draws_the_truth_is_better_than_every_baseline():
    truths = iter([to_model(Still().full_frames(index))[1:2] for index in range(2)])
    report = evaluate_interpolation({"knows": lambda before, after: next(truths)}, Still())
    assert report.names == ["knows", "copy", "mean", "optical_flow"]
    errors = {name: float(each.value) for name, each in report.estimates["mae"].items()}
    assert errors["knows"] == 0 < min(errors[name] for name in ("copy", "mean", "optical_flow"))
    assert "knows" in report.table()
    assert report.gains["ssim"].keys() == {"knows", "copy", "mean"}
    assert all(report.gains[metric]["knows"].value > 0 for metric in ("psnr", "ssim", "mae", "mse", "edge_strength"))
    assert "   better than flow by +" in report.table()


def test_a_metric_of_ones_own_is_scored_and_shown_where_it_needs_no_mask(monkeypatch):
    def largest(prediction, target, mask=None):
        return (prediction - target).abs().amax((2, 3, 4))

    monkeypatch.setitem(registry.METRICS._parts, "worst_pixel", Metric(largest, "", False))
    monkeypatch.setitem(registry.MASKED_METRICS._parts, "worst_of_mask", MaskedMetric(largest, "", False))
    draws = {"knows": lambda before, after: to_model(Still().full_frames(0))[1:2]}
    table = evaluate_interpolation(draws, Still(), videos=["film 0"]).table()
    assert "\nworst pixel (lower is better)  " in table
    assert "worst of mask" not in table


def test_a_run_is_trained_evaluated_and_used(tmp_path):
    draw_video(tmp_path / "videos" / "one.mp4", 6)
    draw_video(tmp_path / "more" / "two.mp4", 4, seed=1)
    small = [
        "network.width_multiplier=0.2",
        "train.steps=2",
        "train.batch_size=2",
        "data.resolution=48",
        "data.crop=32",
    ]
    words = ("train", "videos", "--config", "frame_interpolation", "--out", "run", "data.validation=0", *small)
    code, stdout, stderr = run_vidpred(*words, folder=tmp_path)
    assert code == 0, stderr
    assert "vidpred interpolate-video FILM.mp4 --checkpoint run" in stdout + stderr
    code, stdout, stderr = run_vidpred(
        "evaluate", "more", "--checkpoint", "run", "--windows", 1, "--horizon", 3, "--out", "out", folder=tmp_path
    )
    assert code == 0, stderr
    assert "note: --horizon has no effect, since the frame in the middle of clips is scored" in stdout + stderr
    assert "optical_flow" in stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.txt", "report.json"}
    assert_refused(run_vidpred("compare", "more", "run", "linear", folder=tmp_path), "linear", "frame_interpolation")
    code, stdout, stderr = run_vidpred(
        "interpolate-video", "more/two.mp4", "--times", 4, "--checkpoint", "run", folder=tmp_path
    )
    assert (code, stdout) == (0, "wrote two_4x.mp4: 16 frames, 4 of them the film's own, at 40 frames/s\n"), stderr
    refused = run_vidpred("interpolate-video", "more/two.mp4", "--times", 3, "--checkpoint", "run", folder=tmp_path)
    assert_refused(refused, "2, 4 or 8, not 3")


def test_copying_what_is_given_last_scores_as_flow(numbered):
    scores = FrameInterpolation().score(CopyLast(3), [type("Clips", (), {"clips": numbered[:, 1:4]})])
    assert scores["psnr"] == scores["flow_psnr"] > scores["copy_last_psnr"]


@pytest.mark.parametrize("name", ["copy", "mean", "optical_flow"])
def test_what_draws_does_not_go_under_the_name_of_a_baseline(name):
    with pytest.raises(VidpredError, match=f"{name} is the name of a baseline, which every report has"):
        evaluate_interpolation({name: lambda before, after: before[:, -1]}, Still())

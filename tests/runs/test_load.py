"""A checkpoint alone predicts any video, from few frames and in little memory."""

from pathlib import Path

import av
import numpy as np
import pytest
import torch
from material import TINY, draw_frames, draw_video, save_checkpoint
from torch import nn

from vidpred import load_predictor, predict_video
from vidpred.errors import VidpredError
from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import write_png
from vidpred.machine.engine import Engine
from vidpred.predictors import CopyLast, Linear, OpticalFlow
from vidpred.predictors.rollout.rollout import rollout
from vidpred.predictors.rollout.tiling import LAYER_BYTES
from vidpred.runs.checkpoint import Checkpoint
from vidpred.video import decode, frame_folder, reader, write_video


@pytest.fixture
def checkpoint(tmp_path):
    return save_checkpoint(tmp_path / "run" / "best.safetensors")


@pytest.fixture
def video(tmp_path):
    return draw_video(tmp_path / "clip.mp4")


def test_averaged_weights_predict_where_there_are_any(tmp_path, checkpoint):
    plain = save_checkpoint(tmp_path / "plain.safetensors", average=False)
    for path, kept in ((checkpoint, "average"), (plain, "generator")):
        expected = Checkpoint.load(path).state[kept]
        loaded = load_predictor(path, "cpu").state_dict()
        assert loaded.keys() == expected.keys()
        assert all(torch.equal(loaded[name], expected[name]) for name in expected)


def test_predictor_is_ready_to_predict_only(checkpoint):
    predictor = load_predictor(checkpoint)
    assert not predictor.training
    assert not any(weight.requires_grad for weight in predictor.parameters())


def test_folder_of_a_run_means_its_best_checkpoint(checkpoint):
    save_checkpoint(checkpoint.with_name("last.safetensors"), num_context_frames=3)
    assert load_predictor(checkpoint.parent).num_context_frames == 4


def test_only_the_weights_that_predict_are_read(checkpoint, monkeypatch):
    read = []
    load = Checkpoint.load.__func__

    def spy(cls, path, only=None):
        loaded = load(cls, path, only)
        read.extend(loaded.state)
        return loaded

    monkeypatch.setattr(Checkpoint, "load", classmethod(spy))
    load_predictor(checkpoint)
    assert read == ["average"]


def test_checkpoint_of_another_task_is_refused_by_its_name(checkpoint):
    saved = Checkpoint.load(checkpoint)
    other = {**saved.config, "task": {"name": "image_synthesis"}}
    Checkpoint(other, saved.facts, saved.step, saved.state).save(checkpoint)
    with pytest.raises(VidpredError, match="'image_synthesis'"):
        load_predictor(checkpoint)


@pytest.mark.parametrize("damage", ["other shapes", "missing"])
def test_weights_that_do_not_fit_are_refused(checkpoint, damage):
    saved = Checkpoint.load(checkpoint)
    weights = {name: torch.zeros(1) for name in saved.state["average"]} if damage == "other shapes" else None
    Checkpoint(saved.config, saved.facts, 1, {"average": weights, "discriminator": None}).save(checkpoint)
    with pytest.raises(VidpredError, match="do not fit"):
        load_predictor(checkpoint)


@pytest.mark.parametrize("lead", [1, 3])
def test_future_is_the_rollout_from_the_last_frames(tmp_path, video, lead):
    predictor = load_predictor(save_checkpoint(tmp_path / "lead.safetensors", lead=lead))
    frames = np.stack(list(decode(video)))
    with torch.inference_mode(), Engine().autocast():
        expected = to_uint8(rollout(predictor, to_model(frames)[None], 5)[0])
    prediction = predict_video(video, predictor, horizon=5)
    assert np.array_equal(prediction.context, frames[-4 - lead + 1 :])
    assert np.abs(prediction.future.astype(int) - expected).max() <= 1
    assert prediction.truth.shape == (0, 48, 64, 3)


def test_same_video_and_checkpoint_give_the_same_future(video, checkpoint):
    first, second = (predict_video(video, load_predictor(checkpoint), horizon=3).future for _ in range(2))
    assert np.array_equal(first, second)


def test_frames_held_back_are_the_last_ones(video):
    frames = np.stack(list(decode(video)))
    prediction = predict_video(video, CopyLast(2), horizon=6, compare=True)
    assert np.array_equal(prediction.truth, frames[-6:])
    assert np.array_equal(prediction.context, frames[-8:-6])
    assert np.array_equal(prediction.future, np.repeat(frames[-7:-6], 6, axis=0))


def test_start_settles_where_the_future_begins(video):
    frames = np.stack(list(decode(video)))
    prediction = predict_video(video, CopyLast(2), horizon=3, start=1.0, compare=True)
    assert np.array_equal(prediction.context, frames[9:11])
    assert np.array_equal(prediction.truth, frames[11:14])
    assert len(predict_video(video, CopyLast(2), horizon=3, start=1.0).truth) == 0


def test_a_prediction_is_shown_by_its_sizes(video):
    shown = repr(predict_video(video, CopyLast(2), horizon=3, start=1.5, compare=True))
    assert "future=uint8 (3, " in shown
    assert "truth=uint8 (3, " in shown
    assert "info=VideoInfo(" in shown
    assert "array" not in shown


@pytest.mark.parametrize("named", ["default", Path("runs/mine")])
def test_the_name_of_a_predictor_is_told_how_to_become_one(video, named):
    for function in (lambda: predict_video(video, named), lambda: rollout(named, torch.zeros(1, 4, 3, 8, 8), 1)):
        with pytest.raises(VidpredError, match=r"no Predictor, since it .*; vidpred\.load_predictor returns one"):
            function()


def test_truth_is_as_long_as_the_video_reaches(video):
    prediction = predict_video(video, CopyLast(2), horizon=10, start=1.5, compare=True)
    assert (len(prediction.truth), len(prediction.future)) == (4, 10)


def test_nothing_to_compare_with_is_refused(video):
    with pytest.raises(VidpredError, match="nothing to compare with"):
        predict_video(video, CopyLast(2), horizon=3, start=1.95, compare=True)


@pytest.mark.parametrize("horizon", [0, -1])
def test_horizon_below_one_is_refused(video, horizon):
    with pytest.raises(VidpredError, match=f"horizon is {horizon}"):
        predict_video(video, CopyLast(2), horizon=horizon)


@pytest.mark.parametrize(
    ("context", "options", "told"),
    [
        (6, {}, "but 6 are needed; give a longer video"),
        (6, {"compare": True, "horizon": 3}, "but 6 are needed before the last 3, .*; give a longer video"),
        (3, {"compare": True, "horizon": 3}, "but 3 are needed before the last 3, .*; lower the horizon to 2, give"),
    ],
)
def test_too_short_a_video_is_refused_with_both_numbers(tmp_path, context, options, told):
    short = draw_video(tmp_path / "short.mp4", num_frames=5)
    with pytest.raises(VidpredError, match=rf"short\.mp4 has 5 frames, {told}"):
        predict_video(short, Linear(context), **options)


def test_greyscale_predictor_gets_and_gives_greyscale(tmp_path, video):
    predictor = load_predictor(save_checkpoint(tmp_path / "grey.safetensors", greyscale=True))
    prediction = predict_video(video, predictor, horizon=2, compare=True)
    assert [part.shape[-1] for part in (prediction.context, prediction.future, prediction.truth)] == [1, 1, 1]


def test_folder_of_numbered_frames_is_a_video(tmp_path):
    for number, frame in enumerate(draw_frames(6)):
        write_png(tmp_path / f"{number}.png", frame)
    prediction = predict_video(tmp_path, CopyLast(2), horizon=2)
    assert np.array_equal(prediction.future, draw_frames(6)[[-1, -1]])


@pytest.mark.parametrize(("height", "width"), [(47, 63), (33, 90)])
def test_odd_sizes_are_predicted_at_their_size(tmp_path, checkpoint, height, width):
    folder = tmp_path / "odd"
    folder.mkdir()
    for number, frame in enumerate(draw_frames(5, height, width)):
        write_png(folder / f"{number}.png", frame)
    assert predict_video(folder, load_predictor(checkpoint), 2).future.shape == (
        2,
        height,
        width,
        3,
    )


def test_tiles_give_the_future_that_whole_frames_give(tmp_path):
    tall = draw_video(tmp_path / "tall.mp4", num_frames=5, height=150, width=110)
    predictor = load_predictor(save_checkpoint(tmp_path / "run.safetensors"))
    whole = predict_video(tall, predictor, horizon=2)
    tiled = predict_video(tall, predictor, horizon=2, max_pixels=96 * 96)
    assert np.abs(whole.future.astype(int) - tiled.future).max() <= 1


class Wide(nn.Module):
    """Repeats the last frame, has a wide layer, and remembers how much it saw at once."""

    num_context_frames, lead, receptive_radius = 1, 1, 4

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3000, 1000, 1)
        self.seen = []

    def forward(self, context):
        self.seen.append(context.shape[-2] * context.shape[-1])
        return [context[:, -1:]]


def test_optical_flow_continues_a_video_from_its_real_frames_alone(video):
    predictor = OpticalFlow(num_context_frames=2)
    prediction = predict_video(video, predictor, horizon=4)
    context = to_model(prediction.context[-2:])[None]
    expected = [OpticalFlow(num_context_frames=2, lead=steps)(context)[-1] for steps in (1, 2, 3, 4)]
    assert np.array_equal(prediction.future, to_uint8(torch.cat(expected, dim=1)[0]))


def test_wide_network_never_sees_more_than_fits_in_memory(tmp_path):
    large = draw_video(tmp_path / "large.mp4", num_frames=2, height=480, width=640)
    predictor = Wide()
    prediction = predict_video(large, predictor, horizon=1)
    assert np.array_equal(prediction.future, prediction.context)
    assert max(predictor.seen) * (3000 + 1000) * Engine().dtype.itemsize <= LAYER_BYTES
    assert len(predictor.seen) > 1


def test_ten_minutes_of_video_cost_no_more_than_its_last_seconds(tmp_path, monkeypatch):
    frames = (np.full((32, 48, 1), t % 200, np.uint8) for t in range(6000))
    long = write_video(tmp_path / "long.mp4", frames, 10)
    decoded = []
    timed_frames = reader.timed_frames

    def counting(*arguments, **options):
        for item in timed_frames(*arguments, **options):
            decoded.append(item[0])
            yield item

    monkeypatch.setattr(reader, "timed_frames", counting)
    prediction = predict_video(long, CopyLast(4), horizon=3, start=599)
    assert np.abs(prediction.future[0].astype(int) - 5990 % 200).max() <= 3
    assert len(decoded) < 300  # one stretch between whole pictures
    assert min(decoded) > 560


@pytest.mark.parametrize("start", [None, 0.8])
@pytest.mark.parametrize("compare", [False, True])
def test_file_is_opened_twice_for_its_times_and_for_its_frames(video, monkeypatch, start, compare):
    opened = []
    open_container = av.open

    def counting(*arguments, **options):
        opened.append(arguments)
        return open_container(*arguments, **options)

    monkeypatch.setattr(av, "open", counting)
    predict_video(video, CopyLast(4), horizon=3, start=start, compare=compare)
    assert len(opened) == 2


def test_folder_is_listed_once_and_no_picture_read_twice(tmp_path, monkeypatch):
    for number, frame in enumerate(draw_frames()):
        write_png(tmp_path / f"{number}.png", frame)
    listed, read = [], []
    ordered, read_picture = frame_folder._ordered, frame_folder.read_picture
    monkeypatch.setattr(frame_folder, "_ordered", lambda folder: listed.append(folder) or ordered(folder))
    monkeypatch.setattr(
        frame_folder, "read_picture", lambda path, *rest: read.append(path.name) or read_picture(path, *rest)
    )
    prediction = predict_video(tmp_path, CopyLast(4), horizon=3, compare=True)
    assert len(prediction.truth) == 3
    assert len(listed) == 1
    assert read == [f"{number}.png" for number in range(13, 20)]


def test_checkpoint_needs_nothing_but_itself(tmp_path, monkeypatch, checkpoint):
    moved = checkpoint.rename(tmp_path / "moved.safetensors")
    monkeypatch.chdir(tmp_path)
    assert load_predictor(moved.name).num_scales == TINY["num_scales"]


@pytest.fixture
def sampler(tmp_path):
    network = {**TINY, "latent_channels": 3}
    return load_predictor(save_checkpoint(tmp_path / "sampler.safetensors", network=network))


def test_samples_are_the_rollouts_of_that_seed(video, sampler):
    prediction = predict_video(video, sampler, horizon=3, num_samples=4, seed=6)
    with torch.inference_mode(), Engine().autocast():
        context = to_model(prediction.context)[None]
        expected = to_uint8(rollout(sampler, context, 3, num_samples=4, seed=6)[0])
    assert prediction.samples.shape == (4, 3, 48, 64, 3)
    assert np.abs(prediction.samples.astype(int) - expected).max() <= 1
    assert np.array_equal(prediction.future, prediction.samples[0])
    more = predict_video(video, sampler, horizon=3, num_samples=5, seed=6)
    assert np.array_equal(more.samples[:4], prediction.samples)


def test_unasked_a_predictor_that_samples_gives_one_future_always_the_same(video, sampler):
    first, second = (predict_video(video, sampler, horizon=2) for _ in range(2))
    assert first.samples is None
    assert np.array_equal(first.future, second.future)


def test_samples_of_a_tiled_video_are_those_of_whole_frames(tmp_path, sampler):
    tall = draw_video(tmp_path / "tall.mp4", num_frames=5, height=150, width=110)
    whole = predict_video(tall, sampler, horizon=2, num_samples=2).samples
    tiled = predict_video(tall, sampler, horizon=2, num_samples=2, max_pixels=96 * 96).samples
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_a_deterministic_checkpoint_has_no_samples_to_give(video, checkpoint):
    with pytest.raises(VidpredError, match="deterministic"):
        predict_video(video, load_predictor(checkpoint), horizon=2, num_samples=2)


def test_a_predictor_that_is_still_training_predicts_as_in_evaluation_and_stays_as_it_is(video, sampler):
    expected = predict_video(video, sampler, horizon=2).future
    assert np.array_equal(predict_video(video, sampler.train(), horizon=2).future, expected)
    assert sampler.training


def test_a_checkpoint_predicts_the_same_whatever_torch_makes_by_default(video, checkpoint):
    expected = predict_video(video, load_predictor(checkpoint), horizon=2).future
    torch.set_default_dtype(torch.float64)
    try:
        future = predict_video(video, load_predictor(checkpoint), horizon=2).future
    finally:
        torch.set_default_dtype(torch.float32)
    assert np.array_equal(future, expected)


def test_loading_and_predicting_draw_nothing_from_the_callers_random_stream(video, checkpoint):
    before = torch.get_rng_state()
    predict_video(video, load_predictor(checkpoint), horizon=2)
    assert torch.equal(torch.get_rng_state(), before)

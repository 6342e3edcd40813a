"""``vidpred predict`` writes a playable future, and refuses what it cannot do in one sentence."""

import errno
import json
import os
import re
from functools import partial
from itertools import product
from pathlib import Path

import av
import numpy as np
import pytest
from material import (
    UNREADABLE,
    UNUSABLE,
    assert_refused,
    draw_frames,
    draw_video,
    files_below,
    make_unreadable,
    make_unusable_checkpoint,
    run_command,
    save_checkpoint,
)
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from vidpred.cli.predict import LEAD_IN
from vidpred.frames.pictures import FUTURE
from vidpred.video import decode, probe


@pytest.fixture
def predict(monkeypatch, capsys):
    return partial(run_command, monkeypatch, capsys, "predict")


@pytest.fixture
def video(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return draw_video(tmp_path / "clip.mp4")


@pytest.fixture
def run(tmp_path):
    return save_checkpoint(tmp_path / "run" / "best.safetensors").parent


@pytest.fixture
def never_compute(monkeypatch):
    """Fail the test if anything is loaded, which must not happen before the outputs are known to be free."""

    def computing(*_):
        pytest.fail("something was computed before the mistake was told")

    monkeypatch.setattr("vidpred.runs.load.load_predictor", computing)


def is_marked(frame):
    """Tell whether the right edge is orange, as far as compression lets it be."""
    return np.abs(frame[8:-8, -1].astype(int) - FUTURE).mean() < 40


def test_writes_context_then_marked_future_at_native_size_and_rate(predict, video, run):
    code, _, stderr = predict(video, "--checkpoint", run, "--horizon", 5, "--out", "future.mp4")
    assert (code, stderr) == (0, "")
    info = probe(video.with_name("future.mp4"))
    assert (info.width, info.height, info.frame_rate) == (64, 48, 10)
    frames = list(decode(video.with_name("future.mp4")))
    assert [is_marked(frame) for frame in frames] == [False] * 20 + [True] * 5
    original = np.stack(list(decode(video))).astype(int)
    nearest = [int(np.abs(original - frame).mean(axis=(1, 2, 3)).argmin()) for frame in frames[16:20]]
    assert nearest == [16, 17, 18, 19]


@pytest.mark.filterwarnings("ignore")
def test_what_dates_were_taken_for_is_said_in_one_note(predict, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trip").mkdir()
    for day, month in product(range(1, 6), repeat=2):  # as good in the order of days as in that of months
        Image.new("RGB", (16, 16)).save(tmp_path / "trip" / f"{day:02}-{month:02}-2024.png")
    code, _, stderr = predict("trip", "--checkpoint", run, "--horizon", 1, "--out", "next/")
    assert code == 0
    assert stderr == (
        "vidpred: note: the names of the pictures in the folder trip can be read as day-month-year and as "
        "month-day-year, and are taken as day-month-year; if that is wrong, name them by year-month-day\n"
    )


def test_a_name_as_long_as_the_disk_takes_is_written(predict, video, run):
    name = "y" * 251 + ".mp4"
    assert predict(video, "--checkpoint", run, "--horizon", 1, "--out", name)[0] == 0
    assert video.with_name(name).stat().st_size


@pytest.mark.parametrize(
    "words",
    [
        ["--out", "y" * 252 + ".mp4"],
        ["--out", "y" * 256 + "/"],
        ["--out", "\u00fc" * 126 + ".mp4"],
        ["--out", "y" * 250 + ".mp4", "--samples", 2],
        ["--out", "y" * 250 + ".mp4", "--compare"],
        ["--out", "a.mp4", "--sheet", "y" * 252 + ".png"],
        ["--out", "a.mp4", "--frames", "y" * 256],
        ["--out", "y" * 256 + "/a.mp4"],
    ],
)
@pytest.mark.usefixtures("never_compute")
def test_a_name_that_is_too_long_is_refused_before_anything_is_computed(predict, video, run, words):
    assert_refused(predict(video, "--checkpoint", run, *words), "bytes", "255", "choose a shorter")


@pytest.mark.usefixtures("never_compute")
def test_a_clip_whose_name_leaves_no_room_for_the_ending_says_so(predict, video, run):
    clip = video.rename(video.with_name("y" * 251 + ".mp4"))
    assert_refused(predict(clip, "--checkpoint", run), "_future.mp4", "262 bytes", "choose a shorter")


def test_about_a_second_leads_in_to_the_future(predict, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "long.mp4", num_frames=40)
    assert predict("long.mp4", "--checkpoint", run, "--horizon", 2, "--out", "future.mp4")[0] == 0
    marks = [is_marked(frame) for frame in decode(tmp_path / "future.mp4")]
    assert marks == [False] * LEAD_IN + [True] * 2


def test_is_an_h264_file_that_starts_playing_while_it_loads(predict, video, run):
    predict(video, "--checkpoint", run, "--horizon", 2, "--out", "future.mp4")
    with av.open("future.mp4") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    content = video.with_name("future.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_writes_beside_nothing_but_into_the_current_folder_by_default(predict, tmp_path, run, monkeypatch):
    video = draw_video(tmp_path / "videos" / "my clip.mov.mp4")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    code, stdout, _ = predict(video, "--checkpoint", run, "--horizon", 2)
    assert code == 0
    assert "wrote my clip.mov_future.mp4" in stdout
    assert list(files_below(tmp_path / "here")) == ["my clip.mov_future.mp4"]
    assert list(files_below(tmp_path / "videos")) == ["my clip.mov.mp4"]


def test_says_how_long_a_frame_took(predict, video, run):
    _, stdout, _ = predict(video, "--checkpoint", run, "--horizon", 3)
    assert "predicted 3 frames in" in stdout
    assert re.search(
        r"s per frame; the program has taken [\d,]+ MiB of memory at most so far(, and [\d,]+ MiB of the GPU's)?$",
        stdout,
        re.MULTILINE,
    )


def test_comparing_prints_scores_and_writes_sheet_and_film(predict, video, run):
    code, stdout, _ = predict(video, "--checkpoint", run, "--horizon", 3, "--compare", "--out", "future.mp4")
    assert code == 0
    for word in ("psnr", "ssim", "sharpness", "prediction", "copy_last", "t+1", "t+3", "mean"):
        assert word in stdout
    assert Image.open("future.png").size[0] > 3 * 64
    assert len(list(decode(video.with_name("future_compare.mp4")))) == 3


@pytest.mark.parametrize(
    ("size", "missing"),
    [((10, 16), ["ssim"]), ((1, 1), ["ssim", "sharpness_difference", "edge_strength", "high_frequency_power"])],
)
@pytest.mark.parametrize("samples", [(), ("--samples", 2)])
def test_small_frames_are_scored_by_what_can_score_them(predict, tmp_path, monkeypatch, size, missing, samples):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small").mkdir()
    for number, level in enumerate(range(0, 140, 10)):
        Image.new("RGB", size[::-1], (level,) * 3).save(tmp_path / "small" / f"{number:02}.png")
    code, stdout, stderr = predict("small", "--horizon", 2, "--compare", "--out", "next.mp4", *samples)
    assert (code, stderr) == (0, "")
    assert stdout.startswith("psnr (dB)")
    assert f"note: frames of {size[0]} x {size[1]} are too small to be scored by {', '.join(missing)}" in " ".join(
        stdout.split()
    )
    assert ("edge strength (1 is best)" in stdout) == ("edge_strength" not in missing)


def test_frames_are_written_as_png_of_native_size(predict, video, run):
    code, _, _ = predict(video, "--checkpoint", run, "--horizon", 3, "--frames", "new/frames")
    frames = files_below(video.parent / "new" / "frames")
    assert code == 0
    assert list(frames) == ["future_0001.png", "future_0002.png", "future_0003.png"]
    assert Image.open("new/frames/future_0001.png").size == (64, 48)


def test_start_settles_the_context(predict, video, run):
    code, _, _ = predict(video, "--checkpoint", run, "--horizon", 1, "--start", 1.0, "--out", "future.mp4")
    original = list(decode(video))
    last_known = list(decode(video.with_name("future.mp4")))[-2].astype(int)
    assert code == 0
    errors = [np.abs(last_known - frame).mean() for frame in original]
    assert int(np.argmin(errors)) == 10


def test_odd_sizes_grow_by_one_pixel_only(predict, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "frames").mkdir()
    for number, frame in enumerate(draw_frames(6, 33, 45)):
        Image.fromarray(frame).save(tmp_path / "frames" / f"{number}.png")
    code, _, _ = predict(tmp_path / "frames", "--checkpoint", run, "--horizon", 2, "--out", "future.mp4")
    info = probe(tmp_path / "future.mp4")
    assert code == 0
    assert (info.width, info.height, info.num_frames) == (46, 34, 6 + 2)


def test_rotated_video_is_predicted_upright(predict, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with av.open("phone.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for frame in draw_frames(6):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())
    assert predict("phone.mp4", "--checkpoint", run, "--horizon", 2, "--out", "future.mp4")[0] == 0
    info = probe(tmp_path / "future.mp4")
    assert (info.width, info.height) == (48, 64)


def test_greyscale_predictor_writes_a_marked_video_too(predict, video, tmp_path):
    grey = save_checkpoint(tmp_path / "grey.safetensors", greyscale=True)
    assert predict(video, "--checkpoint", grey, "--horizon", 2, "--compare", "--out", "future.mp4")[0] == 0
    frames = list(decode(video.with_name("future.mp4")))
    assert np.ptp(frames[0].astype(int), axis=-1).max() < 10
    assert is_marked(frames[-1])


@pytest.mark.usefixtures("never_compute")
@pytest.mark.parametrize("taken", ["future.mp4", "future.png", "future_compare.mp4"])
def test_existing_output_is_never_touched_unasked(predict, video, run, taken):
    video.with_name(taken).write_text("mine")
    before = files_below(video.parent)
    result = predict(video, "--checkpoint", run, "--compare", "--out", "future.mp4")
    assert_refused(result, taken, "--overwrite")
    assert files_below(video.parent) == before


def test_a_horizon_of_nothing_is_refused_before_the_output_that_is_there(predict, video, run):
    Path("future.mp4").write_text("kept")
    words = (video, "--checkpoint", run, "--out", "future.mp4")
    assert_refused(predict(*words, "--horizon", 0), "--horizon is 0, but at least 1 frame")
    assert_refused(predict(*words, "--horizon", -3), "--horizon is -3, but at least 1 frame")


def test_existing_output_is_replaced_when_asked(predict, video, run):
    video.with_name("future.mp4").write_text("mine")
    assert predict(video, "--checkpoint", run, "--horizon", 2, "--out", "future.mp4", "--overwrite")[0] == 0
    assert len(list(decode(video.with_name("future.mp4")))) == 20 + 2


@pytest.mark.usefixtures("never_compute")
def test_video_itself_is_never_replaced(predict, video, run):
    before = video.read_bytes()
    result = predict(video, "--checkpoint", run, "--out", "clip.mp4", "--overwrite")
    assert_refused(result, "clip.mp4", "never replaced")
    assert video.read_bytes() == before


@pytest.mark.usefixtures("never_compute")
def test_folder_with_something_in_it_gets_no_frames(predict, video, run):
    (video.parent / "mine").mkdir()
    (video.parent / "mine" / "note.txt").write_text("mine")
    before = files_below(video.parent)
    assert_refused(predict(video, "--checkpoint", run, "--frames", "mine"), "mine", "not empty")
    assert files_below(video.parent) == before


@pytest.mark.usefixtures("never_compute")
@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--out", "future.avi"], ".mp4"),
        (["--out", "nowhere/future.mp4"], "nowhere"),
        (["--out", "run"], "run"),
        (["--sheet", "sheet.jpg"], ".png"),
        (["--frames", "clip.mp4"], "clip.mp4"),
    ],
)
def test_impossible_output_is_told_before_computing(predict, video, run, arguments, mentioned):
    before = files_below(video.parent)
    assert_refused(predict(video, "--checkpoint", run, *arguments), mentioned)
    assert files_below(video.parent) == before


@pytest.mark.usefixtures("never_compute")
def test_folder_without_write_permission_is_told_before_computing(predict, video, run, monkeypatch):
    closed = video.parent / "closed"
    closed.mkdir()
    usual = os.open

    def closed_one(path, *rest, **more):
        if Path(path).name == "closed" or Path(path).parent.name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return usual(path, *rest, **more)

    monkeypatch.setattr(os, "open", closed_one)
    assert_refused(predict(video, "--checkpoint", run, "--out", "closed/future.mp4"), "closed", "may not be written")
    assert_refused(predict(video, "--checkpoint", run, "--frames", "closed/new"), "closed", "may not be written")


@pytest.mark.parametrize("extra", [[], ["--compare"], ["--frames", "frames"]])
def test_full_disk_is_told_and_leaves_nothing_half_written(predict, video, run, monkeypatch, extra):
    before = files_below(video.parent)

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vidpred.machine.files.os.fsync", full_disk)
    result = predict(video, "--checkpoint", run, "--horizon", 2, "--out", "future.mp4", *extra)
    assert_refused(result, "No space left on device")
    assert files_below(video.parent) == before


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_video_is_refused_by_name(predict, tmp_path, run, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    make_unreadable(tmp_path / "bad.mp4", kind)
    before = files_below(tmp_path)
    assert_refused(predict("bad.mp4", "--checkpoint", run), "bad.mp4")
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("kind", UNUSABLE)
def test_unusable_checkpoint_is_refused_by_name(predict, video, tmp_path, kind):
    make_unusable_checkpoint(tmp_path / "bad.safetensors", kind)
    before = files_below(tmp_path)
    assert_refused(predict(video, "--checkpoint", "bad.safetensors"), "bad.safetensors")
    assert files_below(tmp_path) == before


def test_checkpoint_of_another_task_is_refused_by_name(predict, video, run):
    path = run / "best.safetensors"
    with safe_open(path, framework="pt") as file:
        header, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    config = {**json.loads(header["config"]), "task": {"name": "image_synthesis"}}
    save_file(tensors, path, metadata={**header, "config": json.dumps(config)})
    assert_refused(predict(video, "--checkpoint", run), "image_synthesis", run)


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--start", "99"], "second 99"),
        (["--start", "-1"], "second -1"),
        (["--start", "nan"], "--start is 'nan', but seconds are accepted"),
        (["--start", "inf"], "--start is 'inf', but seconds are accepted"),
        (["--start", "0.1"], "4 are needed"),
        (["--horizon", "0"], "--horizon is 0"),
        (["--horizon", "18", "--compare"], "4 are needed"),
        (["--device", "abacus"], "abacus"),
    ],
)
def test_impossible_request_is_refused_with_its_value(predict, video, run, arguments, mentioned):
    before = files_below(video.parent)
    assert_refused(predict(video, "--checkpoint", run, *arguments), mentioned)
    assert files_below(video.parent) == before


@pytest.fixture
def sampler(tmp_path):
    network = {"name": "multiscale", "num_scales": 2, "width_multiplier": 0.02, "latent_channels": 3}
    return save_checkpoint(tmp_path / "sampler" / "best.safetensors", network=network).parent


def test_samples_are_written_together_one_by_one_and_with_their_spread(predict, video, sampler):
    code, stdout, stderr = predict(
        video, "--checkpoint", sampler, "--horizon", 3, "--samples", 4, "--out", "future.mp4"
    )
    assert (code, stderr) == (0, "")
    names = ["future.mp4", *(f"future_{number}.mp4" for number in range(1, 5)), "future_spread.mp4"]
    shown = {"future.mp4": ": 4 futures side by side", names[-1]: ": how far the futures spread, pixel by pixel"}
    written = [line for line in stdout.splitlines() if line.startswith("wrote")]
    assert written == [f"wrote {name}{shown.get(name, '')}" for name in names]
    assert sorted(path.name for path in video.parent.glob("future*")) == sorted(names)
    for number in range(1, 5):
        single = list(decode(video.with_name(f"future_{number}.mp4")))
        assert [is_marked(frame) for frame in single] == [False] * 20 + [True] * 3
        assert single[0].shape == (48, 64, 3)
    together = list(decode(video.with_name("future.mp4")))
    assert len(together) == 20 + 3
    assert together[0].shape[0] >= 2 * 48
    assert together[0].shape[1] >= 2 * 64
    spread = list(decode(video.with_name("future_spread.mp4")))  # in step with the futures, black while they are one
    assert len(spread) == 20 + 3
    below_the_line = [frame[24:].max() for frame in spread]
    assert max(below_the_line[:20]) < 40 < min(below_the_line[20:])


def test_files_of_an_earlier_prediction_are_named_and_left(predict, video, sampler):
    words = (video, "--checkpoint", sampler, "--out", "future.mp4", "--overwrite", "--frames", "frames", "--horizon")
    assert "note:" not in predict(*words, 3, "--samples", 3)[1]
    before = files_below(video.parent)
    code, stdout, stderr = predict(*words, 2, "--samples", 2)
    assert (code, stderr) == (0, "")
    assert (
        "note: left from an earlier call, it seems: "
        "frames/future_1_0003.png, frames/future_2_0003.png, frames/future_3_0001.png and 3 more\n" in stdout
    )
    assert before.keys() == files_below(video.parent).keys()
    stdout = predict(*words[:-3], "--horizon", 2)[1]
    assert "it seems: future_1.mp4, future_2.mp4, future_3.mp4 and 1 more\n" in stdout


def test_what_this_prediction_writes_and_what_is_named_otherwise_is_in_nobodys_way(predict, video, run):
    video.with_name("future_notes.mp4").write_text("mine")
    video.with_name("other_1.mp4").write_text("mine")
    words = (video, "--checkpoint", run, "--horizon", 2, "--compare", "--out", "future.mp4", "--overwrite")
    for _ in range(2):
        assert "note:" not in predict(*words)[1]
    stdout = predict(*words[:5], "--out", *words[-2:])[1]
    assert "left from an earlier call, it seems: future.png, future_compare.mp4\n" in stdout


def test_the_seed_settles_the_samples_and_more_of_them_begin_with_the_same(predict, video, sampler):
    def frames(folder, *options):
        arguments = ("--checkpoint", sampler, "--horizon", 2, "--out", f"{folder}.mp4", "--frames", folder)
        assert predict(video, *arguments, *options)[0] == 0
        return files_below(video.parent / folder)

    first = frames("first", "--samples", 2)
    assert list(first) == [f"future_{sample}_000{step}.png" for sample in (1, 2) for step in (1, 2)]
    assert frames("again", "--samples", 2, "--seed", 0) == first
    more = frames("more", "--samples", 3)
    assert {name: more[name] for name in first} == first
    assert frames("other", "--samples", 2, "--seed", 1) != first


def test_comparing_samples_prints_the_best_the_mean_and_the_worst(predict, video, sampler):
    code, stdout, _ = predict(
        video, "--checkpoint", sampler, "--horizon", 2, "--samples", 3, "--compare", "--out", "future.mp4"
    )
    assert code == 0
    block = stdout.split("\n\n")[0]
    scores = {
        line.rsplit(maxsplit=3)[0].strip(): float(line.split()[-1]) for line in block.splitlines() if "of 3" in line
    }
    assert list(scores) == ["best of 3", "mean of 3", "worst of 3"]
    assert scores["best of 3"] >= scores["mean of 3"] >= scores["worst of 3"]
    sheet = Image.open("future.png")
    assert sheet.size[1] > 6 * 48  # context, truth, three samples and their spread


@pytest.mark.usefixtures("never_compute")
@pytest.mark.parametrize("taken", ["future.mp4", "future_1.mp4", "future_3.mp4", "future_spread.mp4"])
def test_no_file_of_the_samples_is_touched_unasked(predict, video, sampler, taken):
    video.with_name(taken).write_text("mine")
    before = files_below(video.parent)
    result = predict(video, "--checkpoint", sampler, "--samples", 3, "--out", "future.mp4")
    assert_refused(result, taken, "--overwrite")
    assert files_below(video.parent) == before


@pytest.mark.usefixtures("never_compute")
@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--samples", "0"], "--samples is 0"),
        (["--seed", "3"], "--samples 8"),
        (["--samples", "2", "--seed", "-1"], "--seed is -1"),
    ],
)
def test_samples_that_mean_nothing_are_told_before_computing(predict, video, sampler, arguments, mentioned):
    assert_refused(predict(video, "--checkpoint", sampler, *arguments), mentioned)


def test_a_deterministic_checkpoint_is_told_to_have_one_future(predict, video, run):
    before = files_below(video.parent)
    assert_refused(predict(video, "--checkpoint", run, "--samples", 2), "deterministic", "network.latent_channels=8")
    assert files_below(video.parent) == before


def test_one_sample_has_no_spread(predict, video, sampler):
    assert predict(video, "--checkpoint", sampler, "--horizon", 1, "--samples", 1, "--out", "future.mp4")[0] == 0
    assert sorted(path.name for path in video.parent.glob("future*")) == ["future.mp4", "future_1.mp4"]

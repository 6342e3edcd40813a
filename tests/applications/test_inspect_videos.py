"""Before training, ``vidpred inspect`` says what a folder of videos holds and what training on it needs."""

import json
import shutil
from dataclasses import replace

import av
import numpy as np
import pytest
from drawing import draw_video as encode
from drawing import pan
from material import assert_refused, draw_frames, draw_video, run_command
from PIL import Image

from vidpred.applications.inspect_videos import Look, inspect_videos, predictability
from vidpred.applications.inspection_page import draw_inspection, inspection_table
from vidpred.data.clip_decoding import Settings
from vidpred.data.windows import WindowRule
from vidpred.frames.pictures import write_png
from vidpred.predictors import CopyLast, OpticalFlow
from vidpred.runs.cost import Cost
from vidpred.video import write_video


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """A video that moves, a copy of it, one that stands still, and a file that is no video."""
    folder = tmp_path_factory.mktemp("videos")
    draw_video(folder / "moves.mp4", num_frames=20, rate=10)
    shutil.copy(folder / "moves.mp4", folder / "copy.mp4")
    write_video(folder / "still.mp4", np.full((9, 48, 64, 3), 90, np.uint8), 25)
    (folder / "text.mp4").write_text("this is no video")
    return folder


@pytest.fixture(scope="module")
def found(videos, tmp_path_factory):
    look = Look(Settings(resolution=48), WindowRule(clip_length=4), tmp_path_factory.mktemp("store"), windows=2)
    return inspect_videos(videos, look)


def test_it_says_what_is_used_and_why_the_rest_is_not(found):
    videos = {video.name: video for video in found.videos}
    assert [video.name for video in found.usable] == ["copy.mp4"]  # the first by name
    used = videos["copy.mp4"]
    assert (used.width, used.height, used.num_frames, used.frame_rate, used.seconds) == (64, 48, 20, 10.0, 2.0)
    assert (used.num_clips, used.num_cuts, used.num_breaks, used.stored) == (17, 0, 0, 20 * 48 * 64 * 3)
    assert videos["moves.mp4"].reason == "the same as copy.mp4"
    assert "1 grey level (data.min_motion)" in videos["still.mp4"].reason
    assert (videos["still.mp4"].num_frames, videos["still.mp4"].frame_rate) == (9, 25.0)
    assert videos["text.mp4"].reason.startswith("a text, not a video")
    assert (videos["text.mp4"].width, videos["text.mp4"].predictability) == (0, {})


def test_the_table_has_a_row_for_each_used_and_a_reason_for_each_other(found):
    table = inspection_table(found)
    first, units, row, *rest = table.splitlines()
    place = next(number for number, line in enumerate(rest) if "can be trained on" in line)
    legend, total, skipped = rest[:place], rest[place], rest[place + 1 :]
    assert first.split() == [
        *("video", "frames", "length", "rate", "size", "clips", "motion", "cuts", "breaks", "static"),
        *("copy", "copy", "flow", "flow"),
    ]
    assert units.split() == ["s", "per", "s", "pixels", "of", "255", "t+1", "t+5", "t+1", "t+5"]
    assert len(first) == len(units) == len(row)  # so that each stands below what it is of
    assert "static: share of clips left out" in " ".join(legend)
    assert "still" not in " ".join([first, units, *legend])  # one word for one thing
    assert row.split()[:6] == ["copy.mp4", "20", "2.0", "10", "64x48", "17"]
    assert total == "1 of 4 videos can be trained on: 20 frames, 2 seconds, 17 clips"
    assert "skipped (the same as copy.mp4): moves.mp4" in skipped


@pytest.mark.parametrize("number", [3, 70])
def test_the_picture_has_the_order_of_the_table(found, tmp_path, monkeypatch, number):
    drawn = []
    monkeypatch.setattr(
        "vidpred.applications.inspection_page._draw_frame", lambda axes, video, name: drawn.append(name)
    )
    (used,) = found.usable
    eases = np.random.default_rng(0).permutation(number).tolist()
    videos = [
        replace(used, name=f"{place:02}.mp4", predictability={"optical_flow": {1: float(ease), 5: 1.0}})
        for place, ease in enumerate(eases)
    ]
    several = replace(found, videos=videos, used={video.name: found.used[used.name] for video in videos})
    draw_inspection(several, tmp_path / "seen.png")
    assert drawn == sorted(drawn)
    assert len(drawn) == min(number, 20)
    assert {f"{eases.index(ease):02}.mp4" for ease in (0, number - 1)} < set(drawn)


@pytest.mark.parametrize("name", ["a.mp4", "a_folder/whose/name_is_long/and_a_film_with_another.mp4"])
@pytest.mark.parametrize("most", [20, 123_456])
def test_the_table_is_as_wide_as_a_page(found, name, most):
    video = replace(found.usable[0], name=name, num_frames=most, num_clips=most, width=3840, height=2160)
    table = inspection_table(replace(found, videos=[video]))
    assert max(map(len, table.splitlines())) <= 100
    assert table.splitlines()[2].split()[0].endswith("a.mp4" if name == "a.mp4" else "other.mp4")


def test_short_videos_are_named_together_with_how_long_each_is(tmp_path):
    for name, number in (("a.mp4", 2), ("b.mp4", 3), ("long.mp4", 12)):
        draw_video(tmp_path / name, num_frames=number, seed=number)
    found = inspect_videos(tmp_path, Look(Settings(resolution=48), WindowRule(clip_length=4), tmp_path / "store"))
    assert inspection_table(found).splitlines()[-1] == (
        "skipped (fewer than the 4 frames of a clip): a.mp4 (2 frames), b.mp4 (3 frames)"
    )
    assert [video["detail"] for video in found.as_plain()["videos"]] == ["2 frames", "3 frames", ""]


def test_interlaced_films_are_named_as_such(tmp_path):
    draw_video(tmp_path / "plain.mp4", seed=1)
    draw_interlaced(tmp_path / "woven.mkv", draw_frames(12))
    found = inspect_videos(tmp_path, Look(Settings(resolution=48), WindowRule(clip_length=4), tmp_path / "store"))
    assert [video["interlaced"] for video in found.as_plain()["videos"]] == [False, True]
    said = "interlaced, and read as whole pictures, each of its first field: woven.mkv"
    assert said in inspection_table(found).splitlines()


def draw_interlaced(path, frames):
    """Write frames (T, H, W, 3) that are marked as of two fields each."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mpeg2video", rate=25, options={"flags": "+ildct+ilme", "top": "1"})
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        film.mux(stream.encode())


def test_a_film_without_its_repeats_lasts_as_long_and_lies_in_the_store_beside_all_of_it(tmp_path):
    twos = draw_frames(20).repeat(2, axis=0)
    encode(tmp_path / "videos" / "twos.mkv", twos, rate=20, codec="ffv1", pixel_format="bgr0")
    look = Look(Settings(resolution=48), WindowRule(clip_length=4), tmp_path / "store", windows=1)
    found = inspect_videos(tmp_path / "videos", look)
    (video,) = found.usable
    assert (video.num_frames, video.num_repeats, video.frame_rate, video.seconds) == (20, 20, 10.0, 2.0)
    assert video.stored == (20 + 40) * 48 * 64 * 3
    assert found.used["twos.mkv"].share_left == 0.5


def test_a_film_that_pauses_lies_in_the_store_twice_where_it_was_tried_without_its_repeats(tmp_path):
    shown = [1, *([1] * 7 + [9]) * 3]  # times that each of 25 pictures is shown: eight moves, eight frames of rest
    film = draw_frames(25).repeat(shown, axis=0)
    encode(tmp_path / "videos" / "pauses.mkv", film, rate=25, codec="ffv1", pixel_format="bgr0")
    look = Look(Settings(resolution=48), WindowRule(clip_length=6), tmp_path / "store", windows=1)
    (video,) = inspect_videos(tmp_path / "videos", look).usable
    assert (video.num_frames, video.num_repeats, video.frame_rate, video.num_clips) == (49, 0, 25.0, 3 * 4)
    assert video.stored == (49 + 25) * 48 * 64 * 3


def test_predictability_is_the_psnr_of_the_baselines_by_hand():
    frames = draw_frames(12)
    scores = predictability(frames, np.arange(4), {"copy": CopyLast(2), "flow": OpticalFlow(2)}, windows=1)
    clip = frames[2:9].astype(float)  # the one window in the middle; two frames of context
    for ahead in (1, 5):
        by_hand = 10 * np.log10(255**2 / np.square(clip[1 + ahead] - clip[1]).mean())
        assert scores["copy"][ahead] == pytest.approx(by_hand, abs=1e-3)
    assert scores["flow"][1] > scores["copy"][1] + 3
    assert predictability(frames, np.arange(0), {"copy": CopyLast(2)}, windows=3) == {}


def test_the_same_footage_in_another_encoding_is_named(tmp_path):
    draw = np.random.default_rng(0)
    frames = draw.integers(0, 255, (20, 6, 8, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    write_video(tmp_path / "a.mp4", frames, 10)
    write_video(tmp_path / "b.mp4", frames[:, :40], 10)
    write_video(tmp_path / "c.mp4", np.clip(frames.astype(int) + 1, 0, 255).astype(np.uint8), 20)
    look = Look(Settings(resolution=32), WindowRule(clip_length=3, scene_cut=255), tmp_path / "store", windows=1)
    found = inspect_videos(tmp_path, look)
    assert {video.name: video.same_as for video in found.usable} == {"a.mp4": "", "b.mp4": "", "c.mp4": "a.mp4"}
    assert "show the same in another encoding: c.mp4 = a.mp4" in inspection_table(found)


def test_the_picture_has_a_row_for_every_usable_video(found, tmp_path):
    draw_inspection(found, tmp_path / "seen.png")
    with Image.open(tmp_path / "seen.png") as picture:
        assert picture.width == 1100
        assert picture.height == pytest.approx(180, abs=2)


SMALL = ["data.resolution=32", "data.crop=32", "network=multiscale", "network.num_scales=1", "train.batch_size=2"]


def test_the_command_prints_json_with_the_cost_of_training(videos, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    monkeypatch.setattr("vidpred.runs.cost.SECONDS", 0.01)
    words = [videos, *SMALL, "--config", "mathieu_l1_small", "--device", "cpu", "--json"]
    code, printed, _ = run_command(monkeypatch, capsys, "inspect", *words, "--out", tmp_path / "seen.png")
    assert code == 0
    told = json.loads(printed)
    assert (told["usable"], told["frames"], len(told["videos"])) == (1, 20, 4)
    assert told["training"]["seconds_per_step"] > 0
    assert (told["training"]["batch_size"], told["training"]["steps"]) == (2, 20_000)
    assert told["training"]["memory"] > 2**20
    assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")


def test_what_training_needs_fits_in_a_hundred_columns(videos, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    cost = Cost(0.21, steps=150, batch_size=4, memory=2**29, parameters=220_000, device="cpu")
    monkeypatch.setattr("vidpred.runs.cost.measure_cost", lambda *_: cost)
    code, printed, _ = run_command(monkeypatch, capsys, "inspect", videos, *SMALL, "--config", "mathieu_l1_small")
    assert code == 0
    assert (
        "\ntraining: 0.22 M parameters, 4 clips a step; on cpu 0.21 s per step, 0.5 GiB of memory at most;" in printed
    )
    assert max(map(len, printed.splitlines())) <= 100


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_without_anything_usable_it_still_says_why(videos, tmp_path, monkeypatch, capsys, form):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    code, printed, refused = run_command(monkeypatch, capsys, "inspect", videos / "still.mp4", "--no-steps", *form)
    assert code == 1
    assert json.loads(printed)["usable"] == 0 if form else printed.startswith("0 of 1 video can be trained on\nskipped")
    assert "data.min_motion" in printed
    assert "still.mp4 can be trained on as it is, for the reasons above; give other videos" in refused


def draw_images(folder, number, name="{:05}.png"):
    """Write pictures that have nothing to do with each other."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(len(folder.name))
    for at in range(number):
        write_png(folder / name.format(at), draw.integers(0, 256, (8, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1))


@pytest.mark.parametrize("many", [False, True], ids=["one folder", "a folder for each class"])
def test_single_images_are_said_to_be_such_and_none_is_decoded(tmp_path, monkeypatch, capsys, many):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    for name in ("dogs", "cats") if many else ("",):
        draw_images(tmp_path / "my images" / name, 4)
    told = (
        f"my images holds {8 if many else 4} images that change by more than 35 grey levels from one to the next",
        f"`vidpred train '{tmp_path / 'my images'}' --config r3_tiny --dry-run` says what a generator would learn from",
    )
    assert_refused(run_command(monkeypatch, capsys, "inspect", tmp_path / "my images"), *told)
    assert not (tmp_path / "store").exists()
    words = (tmp_path / "my images", "data.scene_cut=255", "task.num_context_frames=1", "--no-steps")
    code, printed, _ = run_command(monkeypatch, capsys, "inspect", *words)
    assert (code, printed.splitlines()[0].split()[0]) == (0, "video")


def test_frames_and_images_beside_videos_are_looked_at(tmp_path):
    draw_video(tmp_path / "videos" / "moves.mp4")
    draw_images(tmp_path / "videos" / "photographs", 9)
    look = Look(Settings(resolution=48), WindowRule(clip_length=4), tmp_path / "store", windows=1)
    beside = {video.name: video.reason for video in inspect_videos(tmp_path / "videos", look).videos}
    assert beside["moves.mp4"] == ""
    assert "as single images do" in beside["photographs"]
    (tmp_path / "frames").mkdir()
    for number, frame in enumerate(draw_frames(9)):
        write_png(tmp_path / "frames" / f"{number}.png", frame)
    assert len(inspect_videos(tmp_path / "frames", look).usable) == 1


def test_pictures_without_numbers_are_said_to_be_such(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "images"
    draw_images(folder / "sub", 1, "dog.png")
    draw_images(folder / "other", 1, "cat.jpg.PNG")
    told = (
        "images holds no video, but 2 pictures whose names have no numbers that order them; number them if they are",
        f"`vidpred train {folder} --config r3_tiny`",
    )
    assert_refused(run_command(monkeypatch, capsys, "inspect", folder), *told)


def test_settings_for_no_videos_and_a_folder_without_any_are_refused(tmp_path, monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "inspect", tmp_path, "data=moving_shapes"), "data=moving_shapes")
    assert_refused(run_command(monkeypatch, capsys, "inspect", tmp_path), "holds no video")
    write_png(tmp_path / "seen.png", np.zeros((2, 2, 3), np.uint8))
    words = [tmp_path, "--out", tmp_path / "seen.png"]
    assert_refused(run_command(monkeypatch, capsys, "inspect", *words), "exists")


@pytest.mark.parametrize(("asked", "rate", "number"), [(None, 35.0, 70), (25.0, 25.0, 50)])
def test_a_film_whose_rate_changes_midway_is_as_long_as_it_runs(tmp_path, asked, rate, number):
    times = [40 * frame for frame in range(30)] + [1200 + 20 * frame for frame in range(40)]
    (tmp_path / "videos").mkdir()
    encode(tmp_path / "videos" / "film.mkv", pan(70), milliseconds=times, codec="ffv1", pixel_format="bgr0")
    look = Look(Settings(resolution=48, frame_rate=asked), WindowRule(clip_length=6), tmp_path / "store", windows=1)
    (video,) = inspect_videos(tmp_path / "videos", look).usable
    assert (video.frame_rate, video.num_frames) == (pytest.approx(rate, rel=0.01), number)
    assert video.seconds == pytest.approx(2.0, abs=0.03)

"""``vidpred predict`` takes many clips, writes them in the form that is asked for, and goes on past bad ones."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_video as draw_coded
from material import assert_refused, draw_video, files_below, run_vidpred, save_checkpoint
from PIL import Image

from vidpred.cli.clips import find_clips
from vidpred.cli.destinations import Wanted, destinations_of
from vidpred.cli.moments import parse_moment
from vidpred.errors import VidpredError
from vidpred.frames.pictures import FUTURE
from vidpred.video import decode
from vidpred.video.animation import write_by_ending


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return save_checkpoint(tmp_path_factory.mktemp("run") / "best.safetensors").parent


@pytest.fixture
def here(tmp_path):
    for name in ("a", "b"):
        draw_video(tmp_path / "clips" / f"{name}.mp4", num_frames=6, seed=ord(name))
    return tmp_path


@pytest.fixture
def predict(here, run):
    def predicting(*words):
        return run_vidpred("predict", *words, "--checkpoint", run, "--horizon", 2, "--device", "cpu", folder=here)

    return predicting


def names(here):
    return sorted(name for name in files_below(here) if not name.startswith("clips"))


@pytest.mark.parametrize("words", [["clips"], ["clips/*.mp4"], ["clips/a.mp4", "clips/b.mp4"], ["**/*.mp4"]])
def test_folders_patterns_and_several_words_are_many_clips(here, monkeypatch, words):
    monkeypatch.chdir(here)
    found = find_clips(words)
    assert found.several
    assert list(map(str, found.paths)) == ["clips/a.mp4", "clips/b.mp4"]


@pytest.mark.parametrize("words", [["clips/*"], ["clips/*", "clips/a.mp4"]])
def test_a_folder_without_clips_that_a_pattern_matches_keeps_none_of_the_others(here, monkeypatch, words):
    monkeypatch.chdir(here)
    Path("clips/c.mp4").mkdir()
    assert list(map(str, find_clips(words).paths)) == ["clips/a.mp4", "clips/b.mp4", "clips/c.mp4"]


def test_many_clips_are_predicted_one_after_another(predict, here):
    code, stdout, stderr = predict("clips")
    assert (code, stderr) == (0, "")
    assert names(here) == ["a_future.mp4", "b_future.mp4"]
    assert stdout.index("clips/a.mp4:") < stdout.index("wrote a_future.mp4") < stdout.index("clips/b.mp4:")


def test_the_same_command_given_again_does_what_is_missing(predict, here):
    predict("clips")
    kept = (here / "a_future.mp4").stat().st_mtime_ns
    (here / "b_future.mp4").unlink()
    code, stdout, stderr = predict("clips")
    assert (code, stderr) == (0, "")
    assert "predicted before, and left as they are without --overwrite: clips/a.mp4" in stdout
    assert (here / "a_future.mp4").stat().st_mtime_ns == kept
    assert (here / "b_future.mp4").is_file()


def test_a_bad_file_stops_none_of_the_others_and_is_named_at_the_end(predict, here):
    (here / "clips" / "a_bad.mp4").write_text("no video\n" * 99)
    (here / "clips" / "empty.mov").touch()
    code, _, stderr = predict("clips", "nowhere.mp4", "https://a.b/c.mp4")
    assert code == 1
    assert names(here) == ["a_future.mp4", "b_future.mp4"]
    last = stderr.splitlines()[-1]
    assert last.startswith("vidpred: error: 4 of 6 videos could not be predicted")
    assert all(name in last for name in ("clips/a_bad.mp4", "clips/empty.mov", "nowhere.mp4", "a.b/c.mp4"))
    assert "empty.mov is empty (0 bytes)" in stderr


def test_those_predicted_before_count_among_those_named(predict, here):
    predict("clips")
    _, _, stderr = predict("clips", "nowhere.mp4")
    assert stderr.splitlines()[-1].startswith("vidpred: error: 1 of 3 videos could not be predicted")


def test_a_picture_beside_films_is_no_clip_and_neither_is_what_was_predicted(here):
    for name in ("clip1_future.png", "clip2_future.png"):
        Image.new("RGB", (8, 8)).save(here / "clips" / name)
    draw_video(here / "clips" / "a_future.mp4", num_frames=6)
    found = find_clips([str(here / "clips")])
    assert [path.name for path in found.paths] == ["a.mp4", "b.mp4"]
    assert [path.name for path in found.left_out] == ["a_future.mp4"]


def test_a_folder_of_frames_is_one_clip(here):
    (here / "frames").mkdir()
    for number in range(4):
        Image.new("RGB", (8, 8)).save(here / "frames" / f"{number}.png")
    assert find_clips([str(here / "frames")]).paths == [here / "frames"]
    assert not find_clips([str(here / "frames")]).several


def test_clips_of_one_name_get_numbers():
    clips = [Path("a.mp4"), Path("b.mp4"), Path("more/a.mp4")]
    found = destinations_of(clips, True, Wanted("{name}.gif"))
    assert [str(one.film) for one in found] == ["a.gif", "b.gif", "a_2.gif"]


@pytest.mark.parametrize(
    ("clips", "wanted", "films"),
    [
        (["a/x.mp4", "b/x.mp4", "x_2.mp4"], Wanted("o/"), ["x_future", "x_2_future", "x_2_2_future"]),
        (["x_2.mp4", "a/x.mp4", "b/x.mp4"], Wanted("o/"), ["x_2_future", "x_future", "x_3_future"]),
        (["x_2.mp4", "x.avi", "x.mp4", "x_2.avi"], Wanted("o/"), [f"{n}_future" for n in ("x_2", "x", "x_3", "x_2_2")]),
        (["x.avi", "x_1.avi"], Wanted("o/{name}.mp4", samples=2), ["x", "x_1_2"]),
        (["x_spread.avi", "x.avi"], Wanted("o/{name}.mp4", samples=2), ["x_spread", "x_2"]),
        (["x.avi", "x_compare.avi"], Wanted("o/{name}.mp4", compare=True), ["x", "x_compare_2"]),
        (["x.mp4", "X.mp4"], Wanted("o/"), ["x_future", "X_future"]),
    ],
)
def test_no_file_of_one_clip_has_the_name_of_another_ones(clips, wanted, films):
    found = destinations_of([Path(clip) for clip in clips], True, wanted)
    assert [one.film.stem for one in found] == films
    written = [path for one in found for path in one.written]
    assert len(set(written)) == len(written)


def test_a_pattern_that_gives_one_name_for_all_is_refused():
    with pytest.raises(VidpredError, match=r"one\.mp4 is the output of both a\.mp4 and b\.mp4"):
        destinations_of([Path("a.mp4"), Path("b.mp4")], True, Wanted("{name}/../one.mp4"))


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("x.mp4", frames=Path("x.mp4")),
        Wanted("x.mp4", frames=Path("more/../x.mp4")),
        Wanted("x/", frames=Path("x")),
        Wanted("y.mp4", sheet=Path("s.png"), frames=Path("s.png")),
        Wanted("{name}_future.mp4", frames=Path("{name}_future_compare.mp4"), compare=True),
        Wanted("{name}.gif", frames=Path("{name}_2.gif"), samples=2),
    ],
)
def test_two_outputs_of_one_name_are_refused(wanted):
    with pytest.raises(VidpredError, match=r"would be two outputs at once; give --out, --sheet and --frames names"):
        destinations_of([Path("a.mp4")], False, wanted)


@pytest.mark.parametrize(
    ("out", "written"),
    [
        ("all/", ["all/a_future.mp4", "all/b_future.mp4"]),
        ("{name}/", ["a", "b"]),
        ("next_{name}.webp", ["next_a.webp", "next_b.webp"]),
    ],
)
def test_several_clips_go_to_a_folder_or_where_a_pattern_says(out, written):
    found = destinations_of([Path("a.mp4"), Path("b.mp4")], True, Wanted(out))
    assert [str(path) for one in found for path in one.written] == written


def test_a_folder_for_all_is_made(predict, here):
    assert predict("clips", "--out", "new/all/")[0] == 0
    assert names(here) == ["new/all/a_future.mp4", "new/all/b_future.mp4"]


@pytest.mark.parametrize("option", ["--out", "--sheet", "--frames"])
def test_one_name_for_several_clips_is_refused(predict, here, option):
    assert_refused(predict("clips", option, "one.mp4"), option, "{name}")
    assert names(here) == []


def test_no_clip_is_replaced_by_another_ones_future(predict, here):
    before = files_below(here)
    assert_refused(predict("clips", "--out", "clips/{name}.mp4", "--overwrite"), "clips/a.mp4", "never replaced")
    assert files_below(here) == before


@pytest.mark.parametrize(
    ("name", "longest"), [("slides.gif", Fraction(655_350, 1000)), ("slides.webp", Fraction(2**24 - 1, 1000))]
)
def test_frames_that_stand_longer_than_a_format_can_say_are_refused(tmp_path, name, longest):
    frames = np.stack([np.full((8, 8, 3), level, np.uint8) for level in (0, 255)])
    write_by_ending(tmp_path / name, frames, 1 / longest)
    assert Image.open(tmp_path / name).n_frames == 2
    with pytest.raises(VidpredError, match=f"can for at most {float(longest):g} s; choose mp4"):
        write_by_ending(tmp_path / f"more_{name}", frames, 1 / (longest + Fraction(1, 50)))
    assert not (tmp_path / f"more_{name}").exists()


def test_that_a_format_cannot_say_how_long_is_told_before_anything_is_predicted(predict, here):
    draw_video(here / "clips" / "slow.mp4", num_frames=4, rate=Fraction(1, 1000))
    words = ["predict", "clips/slow.mp4", "--checkpoint", "nowhere", "--out"]  # which would be looked for next
    assert_refused(run_vidpred(*words, "slow.gif", folder=here), "slow.gif", "655.35 s")
    assert_refused(run_vidpred(*words, "slow.webp", folder=here), "no checkpoint nowhere")


@pytest.mark.parametrize(
    ("out", "width", "more"),
    [("wide.mp4", 16_386, []), ("wide.webp", 16_384, []), ("wide.mp4", 8_200, ["--compare"])],
)
def test_that_a_format_has_no_room_for_a_frame_is_told_before_anything_is_predicted(here, out, width, more):
    frames = np.zeros((4, 16, width, 3), np.uint8)
    draw_coded(here / "wide.mkv", frames, codec="ffv1", pixel_format="bgr0")
    words = ["predict", "wide.mkv", "--checkpoint", "nowhere", "--out", out, *more]
    assert_refused(run_vidpred(*words, folder=here), out[:4], "at most 16,38", "scale the video down")


@pytest.mark.parametrize(("name", "side"), [("wide.mp4", 16_386), ("wide.webp", 16_384)])
def test_frames_that_a_format_has_no_room_for_are_refused(tmp_path, name, side):
    for shape in ((1, side, 3), (side, 1, 3)):
        with pytest.raises(VidpredError, match=r"at most 16,38\d a side can be written in its format; scale"):
            write_by_ending(tmp_path / name, [np.zeros(shape, np.uint8)] * 2, 25)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_the_ending_settles_the_form(predict, here, ending):
    assert predict("clips/a.mp4", "--out", f"next{ending}")[0] == 0
    picture = Image.open(here / f"next{ending}")
    shown = []
    for number in range(picture.n_frames):
        picture.seek(number)
        shown.append((np.asarray(picture.convert("RGB")).astype(int), picture.info["duration"]))
    assert [duration for _, duration in shown] == [100] * 8
    assert shown[0][0].shape == (48, 64, 3)
    assert [bool(np.abs(frame[8:-8, -1] - FUTURE).mean() < 40) for frame, _ in shown] == [False] * 6 + [True] * 2


def test_a_folder_gets_the_predicted_frames_as_png(predict, here):
    assert predict("clips/a.mp4", "--out", "frames/")[0] == 0
    assert names(here) == ["frames/future_0001.png", "frames/future_0002.png"]


def test_plain_frames_have_neither_border_nor_label(predict, here):
    assert predict("clips/a.mp4", "--plain", "--out", "plain.mp4", "--frames", "frames")[0] == 0
    shown = list(decode(here / "plain.mp4"))
    assert len(shown) == 6 + 2
    for number in (1, 2):
        frame = np.asarray(Image.open(here / f"frames/future_000{number}.png")).astype(int)
        assert np.abs(shown[5 + number] - frame).mean() < 12  # what 4:2:0 leaves of such colours


def test_processes_share_the_clips(here, run, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for rank, written in (("1", ["b_future.mp4"]), ("0", ["a_future.mp4", "b_future.mp4"])):
        monkeypatch.setenv("RANK", rank)
        words = ("predict", "clips", "--checkpoint", run, "--horizon", 1, "--device", "cpu")
        assert run_vidpred(*words, folder=here)[0] == 0
        assert names(here) == written
    monkeypatch.setenv("RANK", "2")
    assert_refused(run_vidpred("predict", "clips", "--checkpoint", run, folder=here), "RANK", "WORLD_SIZE")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, None), ("62.5", 62.5), ("1:02", 62), ("0:01:02.5", 62.5), ("90:00", 5400), ("2:00:00", 7200), ("-1", -1)],
)
def test_moments_are_read_as_people_write_them(text, seconds):
    assert parse_moment(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1:99", "1:60", "1:75:00", "1:2:3:4", ":30", "1:", "-1:00", "1:02h"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(VidpredError, match="1:02"):
        parse_moment(text)


@pytest.mark.parametrize("address", ["file:///films/a%20clip.mp4", "file:/films/a clip.mp4"])
@pytest.mark.parametrize("command", ["predict", "train", "inspect", "evaluate", "watch", "live"])
def test_the_address_of_a_file_is_told_with_its_path(here, command, address):
    options = {"watch": ("clips/a.mp4",), "live": ("--out", "present.mp4"), "train": ("--config", "r3_tiny")}
    refused = run_vidpred(command, address, *options.get(command, ()), folder=here)
    assert_refused(refused, "file:///films/a clip.mp4 is the address of a file", "give its path, /films/a clip.mp4")


def test_an_address_is_named_as_one(predict):
    assert_refused(predict("https://host/clip.mp4"), "https://host/clip.mp4 is an address", "download")
    assert_refused(predict("clips/*.avi"), "clips/*.avi", "matches")
    assert_refused(predict("-"), "standard input", "`vidpred live -`")

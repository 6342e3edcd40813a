"""What normal videos showed is kept, found again bit for bit, and looked at anew where anything about it differs."""

import errno
import os
import re

import pytest
from material import draw_frames, draw_video, files_below, run_command
from torch import nn

from vidpred.applications.watch import alarms, views
from vidpred.applications.watch.kept import KeptViews, may_keep
from vidpred.applications.watch.signs import Observer
from vidpred.applications.watch.views import look
from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import ClipStore
from vidpred.data.store_content import list_stored, remove
from vidpred.predictors import CopyLast, OpticalFlow
from vidpred.video.window import ShownFrame


def views_of(seed=0, breaks=(0, 7), sizes=(48, 48)):
    """What a drawn video shows that breaks off, after which its frames may be wider."""
    frames = [frame for size in sizes for frame in draw_frames(10, 32, size, seed)]
    return look((ShownFrame(frame, at not in breaks) for at, frame in enumerate(frames)), CopyLast(2), 12.5)


def flat(views):
    return [
        (rate, [(s.error.tobytes(), s.error.dtype, s.change, s.motion.tobytes(), s.motion.dtype) for s in stretch])
        for stretch, rate in views
    ]


def never():
    raise AssertionError


@pytest.fixture
def kept(tmp_path):
    return KeptViews("somebody", tmp_path / "store", say=never)


def test_what_was_kept_comes_back_bit_for_bit(kept):
    views = views_of()
    assert [len(stretch) for stretch, _ in views] == [5, 11]
    assert flat(kept.see("a.mp4", "content", 32, lambda: views)) == flat(views)
    assert kept.found == []
    assert flat(kept.see("a.mp4", "content", 32, never)) == flat(views)
    assert kept.found == ["a.mp4"]


@pytest.mark.parametrize(
    "other",
    [{"content": "other"}, {"side": 48}, {"looked_by": "other"}],
    ids=lambda other: next(iter(other)),
)
def test_another_video_side_or_predictor_is_looked_at(kept, other):
    kept.see("a.mp4", "content", 32, lambda: views_of(0))
    kept.looked_by = other.get("looked_by", "somebody")
    seen = kept.see("a.mp4", other.get("content", "content"), other.get("side", 32), lambda: views_of(1))
    assert flat(seen) == flat(views_of(1))


@pytest.mark.parametrize("suffix", [".npy", ".json"])
@pytest.mark.parametrize("damage", [b"", b"{}", None], ids=["empty", "other", "gone"])
def test_what_is_damaged_is_looked_at_anew_and_kept_anew(kept, suffix, damage):
    kept.see("a.mp4", "content", 32, lambda: views_of(0))
    (file,) = kept.folder.glob(f"*{suffix}")
    file.unlink()
    if damage is not None:
        file.write_bytes(damage)
    for look_again in (lambda: views_of(0), never):
        assert flat(kept.see("a.mp4", "content", 32, look_again)) == flat(views_of(0))


def test_blocks_that_a_power_cut_left_as_zeros_are_looked_at_anew(kept):
    kept.see("a.mp4", "content", 32, lambda: views_of(0))
    (file,) = kept.folder.glob("*.npy")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    for look_again in (lambda: views_of(0), never):
        assert flat(kept.see("a.mp4", "content", 32, look_again)) == flat(views_of(0))


@pytest.mark.parametrize("views", [[], views_of(sizes=(48, 64))], ids=["nothing", "two sizes"])
def test_what_has_no_single_size_is_not_kept(kept, views):
    for _ in range(2):
        assert flat(kept.see("a.mp4", "content", 32, lambda: views)) == flat(views)
    assert kept.found == []


def test_where_nothing_can_be_kept_that_is_said_once_and_the_work_goes_on(tmp_path):
    said = []
    (tmp_path / "file").write_text("")
    kept = KeptViews("somebody", tmp_path / "file", say=said.append)
    for content in "ab":
        assert flat(kept.see(content, content, 32, views_of)) == flat(views_of())
    (note,) = said
    assert note.startswith("note: what normal videos show cannot be kept for the next time in ")
    assert note.endswith("name another folder by VIDPRED_CACHE=DIR in the environment")


def test_what_a_disk_does_not_take_is_said(kept):
    resource, said = pytest.importorskip("resource"), []
    kept.say = said.append
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))  # bytes of a file
    try:
        assert flat(kept.see("a.mp4", "content", 32, views_of)) == flat(views_of())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"({os.strerror(errno.EFBIG)})" in said[0]
    assert files_below(kept.folder) == {}


def test_the_cache_lists_it_and_removes_it(kept, monkeypatch, capsys):
    kept.see("sub/a.mp4", "content", 32, views_of)
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "--folder", kept.folder)
    assert printed.splitlines()[0].startswith("sub/a.mp4 ")
    assert printed.splitlines()[0].endswith("what 16 frames show vidpred watch, seconds old")
    remove(list_stored(kept.folder))
    assert files_below(kept.folder) == {}


def test_the_cache_lists_normal_videos_in_one_line_where_no_word_asks_for_their_names(kept, monkeypatch, capsys):
    for name in ("sub/a.mp4", "b.mp4", "c.mp4"):
        kept.see(name, name, 32, views_of)
    ClipStore(kept.folder).open(draw_video(kept.folder.parent / "clip.mp4", 3), Settings(16))
    total = sum(len(content) for name, content in files_below(kept.folder).items() if "watched_" in name)
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "--folder", kept.folder)
    group, clip, said = printed.splitlines()
    assert re.sub(" +", " ", group) == (
        f"3 normal videos {total / 1e3:.1f} kB what 48 frames show vidpred watch, seconds old"
    )
    assert clip.startswith("clip.mp4 ")
    assert said.startswith("4 in ")
    assert all(len(line) <= 100 for line in (group, clip))
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "mp4", "--folder", kept.folder)
    assert sorted(line.split()[0] for line in printed.splitlines()[:-1]) == [
        "b.mp4",
        "c.mp4",
        "clip.mp4",
        "sub/a.mp4",
    ]


def test_predictors_of_others_are_not_known_by_their_content():
    class Own(nn.Module):
        pass

    assert may_keep(OpticalFlow(2))
    assert not may_keep(Own())
    assert not may_keep(nn.Sequential(OpticalFlow(2), Own()))


def test_a_second_call_looks_at_no_normal_video_and_finds_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    for number in range(4):
        draw_video(tmp_path / "normal" / f"{number}.mp4", 14, 32, 40, number)
    draw_video(tmp_path / "new.mp4", 14, 32, 40, 9)
    looked = []

    class Recorded(Observer):
        def __init__(self, predictor):
            looked.append(predictor)
            super().__init__(predictor)

    monkeypatch.setattr(views, "Observer", Recorded)

    def call(name, *more):
        words = (tmp_path / "normal", tmp_path / "new.mp4", "--checkpoint", "copy_last", "--side", 32)
        looked.clear()
        code, printed, _ = run_command(
            monkeypatch, capsys, "watch", *words, "--alarm-rate", 0.1, "--out", tmp_path / f"{name}.png", *more
        )
        assert code in (0, 3)
        return len(looked), printed, (tmp_path / f"{name}.json").read_bytes()

    num_first, told, first = call("first")
    assert (num_first, "earlier call" in told) == (4, False)
    num_second, told, second = call("second")
    assert (num_second, second) == (0, first)
    assert told.startswith(
        "note: 4 of 4 normal videos: looked at in an earlier call, and what was seen was kept (`vidpred cache`"
    )
    assert call("rate", "--alarm-rate", 0.2)[0] == 0
    assert call("flow", "--checkpoint", "optical_flow")[0] == 4
    (tmp_path / "normal" / "1.mp4").rename(tmp_path / "normal" / "one.mp4")
    (tmp_path / "normal" / "2.mp4").unlink()
    draw_video(tmp_path / "normal" / "2.mp4", 14, 32, 40, 7)
    assert call("moved")[0] == 1


@pytest.fixture
def normal(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    for number in range(4):
        draw_video(tmp_path / "normal" / f"{number}.mp4", 14, 32, 40, number)
    return tmp_path / "normal"


OPTIONS = ("--checkpoint", "copy_last", "--side", 32, "--alarm-rate", 0.1)


def stopped_at(monkeypatch, target, number):
    """Have Ctrl-C come at the call of ``target`` with this number, from 1 on."""
    module, name = target
    usual, calls = getattr(module, name), []

    def call(*arguments, **options):
        calls.append(arguments)
        if len(calls) == number:
            raise KeyboardInterrupt
        return usual(*arguments, **options)

    monkeypatch.setattr(module, name, call)


@pytest.mark.parametrize(
    ("target", "number", "said"),
    [
        ((views, "look"), 1, "stopped: no alarms were written; nothing is kept of the normal videos"),
        (
            (views, "look"),
            3,
            "stopped: no alarms were written; what 2 normal videos showed is kept, and another call need not look "
            "there again",
        ),
        (
            (alarms, "watch_video"),
            2,
            "stopped: alarms were written to {out}/a.png; what 4 normal videos showed is kept, and another call need "
            "not look there again",
        ),
    ],
    ids=["at the first normal video", "at the third", "at the second that is watched"],
)
def test_where_ctrl_c_comes_a_line_says_what_is_kept_and_written(
    normal, tmp_path, monkeypatch, capsys, target, number, said
):
    videos = [draw_video(tmp_path / f"{name}.mp4", 14, 32, 40, 9 + place) for place, name in enumerate("ab")]
    stopped_at(monkeypatch, target, number)
    out = ("--out", f"{tmp_path}/{{name}}.png")
    code, _, error = run_command(monkeypatch, capsys, "watch", normal, *videos, *OPTIONS, *out)
    assert code == 130
    assert error.splitlines()[-1] == said.format(out=tmp_path)
    assert (tmp_path / "a.png").exists() == ("a.png" in said)
    assert not (tmp_path / "b.png").exists()

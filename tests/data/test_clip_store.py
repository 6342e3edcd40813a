"""The store of decoded videos."""

import importlib
import multiprocessing
import os
import resource
import signal
import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from drawing import draw_folder, draw_video, pan
from forked import call_in_a_copy

from vidpred.data import clip_store, stored_frames
from vidpred.data.clip_decoding import Decoding, Settings
from vidpred.data.clip_store import ClipStore, StoreError, default_folder
from vidpred.data.video_identity import content_key
from vidpred.errors import VidpredError
from vidpred.video.sources import probe
from vidpred.video.window import ShownFrame

SETTINGS = Settings(resolution=24)
LOSSLESS = {"codec": "ffv1", "pixel_format": "bgr0"}


@pytest.fixture
def video(tmp_path):
    return draw_video(tmp_path / "clip.mkv", pan(20), rate=20, **LOSSLESS)


def test_stored_frames_are_the_decoded_ones(tmp_path, video):
    clip = ClipStore(tmp_path / "store").open(video, Settings(resolution=48))
    np.testing.assert_array_equal(clip.frames, pan(20))
    truth = np.abs(np.diff(pan(20).astype(float), axis=0)).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(clip.transitions.differences, truth, atol=1e-3)
    assert clip.frame_rate == 20


def test_second_opening_reuses_the_first(tmp_path, video):
    store = ClipStore(tmp_path / "store")
    first = store.open(video, SETTINGS)
    video_elsewhere = video.rename(tmp_path / "renamed.mkv")
    second = store.open(video_elsewhere, SETTINGS)
    assert (first.reused, second.reused) == (False, True)
    np.testing.assert_array_equal(first.frames, second.frames)


@pytest.mark.parametrize(
    "other",
    [Settings(16), Settings(24, frame_rate=10), Settings(24, greyscale=True), Settings(24, min_size=30)],
    ids=["resolution", "frame_rate", "greyscale", "min_size"],
)
def test_other_settings_are_kept_apart(tmp_path, video, other):
    store = ClipStore(tmp_path / "store")
    store.open(video, SETTINGS)
    assert not store.open(video, other).reused
    assert store.open(video, SETTINGS).frames.shape == (20, 24, 32, 3)


def test_other_content_is_kept_apart(tmp_path, video):
    store = ClipStore(tmp_path / "store")
    before = store.open(video, SETTINGS).frames.copy()
    draw_video(video, pan(20, seed=1), **LOSSLESS)
    assert np.abs(store.open(video, SETTINGS).frames.astype(float) - before).mean() > 10


def test_small_video_is_enlarged_to_the_least_size(tmp_path, video):
    clip = ClipStore(tmp_path / "store").open(video, Settings(resolution=100, min_size=72))
    assert clip.frames.shape == (20, 72, 96, 3)


def test_a_video_that_is_large_enough_is_kept_once_whatever_the_least_size(tmp_path, video):
    store = ClipStore(tmp_path / "store")
    first = store.open(video, Settings(48, min_size=32))
    assert not first.reused
    for least in (1, 24, 48):
        again = store.open(video, Settings(48, min_size=least))
        assert again.reused
        np.testing.assert_array_equal(again.frames, first.frames)
    assert len(list((tmp_path / "store").glob("*.npy"))) == 1
    larger = store.open(video, Settings(100, min_size=96))
    assert (larger.reused, larger.frames.shape) == (False, (20, 96, 128, 3))
    assert store.open(video, Settings(100, min_size=48)).frames.shape == (20, 48, 64, 3)
    assert store.open(video, Settings(100, min_size=96)).reused


def test_what_was_kept_by_its_least_size_before_is_still_found(tmp_path, video):
    store, asked = ClipStore(tmp_path / "store"), Settings(48, min_size=32)
    store.folder.mkdir()
    clip_store._build(Decoding(video, asked), store._place(content_key(video), asked))
    assert store.open(video, asked).reused
    assert not store.open(video, replace(asked, min_size=24)).reused
    assert store.open(video, replace(asked, min_size=16)).reused


def test_a_video_that_is_smaller_than_it_says_is_enlarged(tmp_path, video, monkeypatch):
    info = replace(probe(video), width=200, height=150)
    monkeypatch.setattr("vidpred.data.clip_decoding.sources.probe", lambda _: info)
    store = ClipStore(tmp_path / "store")
    assert store.open(video, Settings(100, min_size=72)).frames.shape == (20, 72, 96, 3)
    assert store.open(video, Settings(100, min_size=72)).reused
    assert store.open(video, Settings(100)).frames.shape == (20, 48, 64, 3)


def test_frames_that_are_enlarged_to_one_size_are_taken(tmp_path, video, monkeypatch):
    shown = [ShownFrame(np.full((*size, 3), 90, np.uint8), True) for size in ((48, 64), (24, 32))]
    monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", lambda *_, **__: iter(shown))
    store = ClipStore(tmp_path / "store")
    assert store.open(video, Settings(48, min_size=48)).frames.shape == (2, 48, 64, 3)
    with pytest.raises(VidpredError, match="frames of several sizes"):
        store.open(video, Settings(48, min_size=20))


def test_chosen_rate_is_kept(tmp_path, video):
    clip = ClipStore(tmp_path / "store").open(video, Settings(48, frame_rate=10))
    assert clip.frame_rate == 10
    np.testing.assert_array_equal(clip.frames, pan(20)[::2])


def spoil(store, how):
    (frames,) = store.glob("*.npy")
    (facts,) = store.glob("*.json")
    if how == "no facts":
        facts.unlink()
    elif how == "facts cut short":
        facts.write_text(facts.read_text()[:20])
    elif how == "other facts":
        facts.write_text("[]")
    elif how == "no frames":
        frames.unlink()
    elif how == "frames cut short":
        os.truncate(frames, frames.stat().st_size - 100)
    elif how == "zeros at the end":
        size = frames.stat().st_size
        os.truncate(frames, size * 3 // 4)
        os.truncate(frames, size)


@pytest.mark.parametrize(
    "how", ["no facts", "facts cut short", "other facts", "no frames", "frames cut short", "zeros at the end"]
)
def test_half_written_video_is_rebuilt(tmp_path, video, how):
    store = ClipStore(tmp_path / "store")
    whole = store.open(video, SETTINGS).frames.copy()
    spoil(tmp_path / "store", how)
    rebuilt = store.open(video, SETTINGS)
    assert not rebuilt.reused
    np.testing.assert_array_equal(rebuilt.frames, whole)
    assert store.open(video, SETTINGS).reused


def build(folder, video, barrier, answers):
    store = ClipStore(folder)
    barrier.wait()
    for resolution in (24, 20, 16, 12):
        answers.put(int(store.open(video, Settings(resolution)).frames.sum(dtype=np.int64)))


def test_two_processes_may_build_one_store_at_once(tmp_path, video):
    copies = multiprocessing.get_context("fork")  # which import nothing again
    barrier, answers = copies.Barrier(2), copies.Queue()
    both = [copies.Process(target=build, args=(tmp_path / "store", video, barrier, answers)) for _ in range(2)]
    for process in both:
        process.start()
    sums = sorted(answers.get(timeout=120) for _ in range(8))
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    truth = [
        int(ClipStore(tmp_path / "alone").open(video, Settings(n)).frames.sum(dtype=np.int64)) for n in (24, 20, 16, 12)
    ]
    assert sums == sorted(truth * 2)
    assert len(list((tmp_path / "store").iterdir())) == 8  # four of each kind, and nothing temporary


def test_building_holds_a_few_frames_at_a_time(tmp_path):
    video = draw_video(tmp_path / "long.mp4", pan(400, height=120, width=160))
    tracemalloc.start()
    frames = ClipStore(tmp_path / "store").open(video, Settings(120)).frames
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frames.nbytes == 400 * 120 * 160 * 3
    assert peak < frames.nbytes / 4


def test_unreadable_video_leaves_nothing(tmp_path):
    (tmp_path / "clip.mp4").write_text("no video")
    with pytest.raises(VidpredError, match="is a text, not a video"):
        ClipStore(tmp_path / "store").open(tmp_path / "clip.mp4", SETTINGS)
    assert not (tmp_path / "store").exists()


ODD_ERRORS = [OSError(5, "Input/output error"), OSError(28, "No space left on device"), MemoryError(), KeyError("pts")]


@pytest.mark.parametrize("error", ODD_ERRORS, ids=["OSError", "like a full disk", "MemoryError", "KeyError"])
def test_whatever_a_decoder_raises_is_said_of_the_video_and_not_of_the_store(tmp_path, video, monkeypatch, error):
    def decode(*_, **__):
        yield from (ShownFrame(frame, True) for frame in pan(3))
        raise error

    monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", decode)
    with pytest.raises(VidpredError, match=r"clip\.mkv cannot be decoded \(.+\)") as told:
        ClipStore(tmp_path / "store").open(video, SETTINGS)
    assert not isinstance(told.value, StoreError)
    assert list((tmp_path / "store").iterdir()) == []


def test_frames_of_several_sizes_and_no_frames_are_told(tmp_path, video, monkeypatch):
    sizes = [ShownFrame(pan(1, height=size)[0], True) for size in (48, 50)]
    for shown, told in ((sizes, "frames of several sizes"), ([], "has no frames")):
        monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", lambda *_, s=shown, **__: iter(s))
        with pytest.raises(VidpredError, match=told):
            ClipStore(tmp_path / "store").open(video, SETTINGS)


def test_breaks_are_kept(tmp_path, video, monkeypatch):
    shown = [ShownFrame(frame, number not in (0, 2, 5)) for number, frame in enumerate(pan(7))]
    monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", lambda *_, **__: iter(shown))
    store = ClipStore(tmp_path / "store")
    for _ in range(2):  # decoded, and from the store
        broken = store.open(video, SETTINGS).transitions.breaks
        assert broken.tolist() == [False, True, False, False, True, False]


def test_the_same_frames_have_one_hash_in_any_container(tmp_path, video):
    store = ClipStore(tmp_path / "store")
    frames = store.open(video, Settings(48)).frames
    again = draw_video(tmp_path / "clip.avi", frames, rate=20, **LOSSLESS)
    pictures = draw_folder(tmp_path / "pictures", frames)
    other = draw_video(tmp_path / "other.mkv", np.flip(frames, axis=0), **LOSSLESS)
    hashes = [store.open(path, Settings(48)).pixels for path in (video, again, pictures, other)]
    assert len(set(hashes[:3])) == 1
    assert hashes[3] != hashes[0]
    assert store.open(again, Settings(48)).pixels == hashes[0]  # from the store


@pytest.mark.parametrize("asked", [40.1, 1000.0])
def test_rate_at_which_every_frame_would_be_repeated_is_refused(tmp_path, video, asked):
    with pytest.raises(VidpredError, match=rf"has 20 frames per second, and data\.frame_rate={asked:g} would repeat"):
        ClipStore(tmp_path / "store").open(video, Settings(24, frame_rate=asked))
    assert ClipStore(tmp_path / "store").open(video, Settings(24, frame_rate=40)).frame_rate == 40


def test_pictures_of_a_folder_have_no_rate_to_exceed(tmp_path):
    pictures = draw_folder(tmp_path / "pictures", pan(4))
    assert ClipStore(tmp_path / "store").open(pictures, Settings(24, frame_rate=1000)).num_frames == 4


def test_frames_an_hour_apart_have_a_rate(tmp_path, video):
    assert Decoding(video, Settings(24, frame_rate=1 / 3600)).frame_rate == Fraction(1, 3600)


def test_room_is_looked_for_before_anything_is_written(tmp_path, video, monkeypatch):
    free = 20 * 48 * 64 * 3  # bytes that the frames take
    monkeypatch.setattr("vidpred.data.clip_store.shutil.disk_usage", lambda _: SimpleNamespace(free=free - 1))
    with pytest.raises(StoreError, match=r"clip\.mkv takes about 180 KiB when it is decoded, but .* has 180 KiB left"):
        ClipStore(tmp_path / "store").open(video, Settings(48))
    assert list((tmp_path / "store").iterdir()) == []
    assert ClipStore(tmp_path / "store").open(video, Settings(48, greyscale=True)).num_frames == 20


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        (Settings(24), (20, 24, 32, 3)),
        (Settings(24, greyscale=True), (20, 24, 32, 1)),
        (Settings(100, min_size=96), (20, 96, 128, 3)),
        (Settings(48, frame_rate=10), (10, 48, 64, 3)),
    ],
    ids=["smaller", "greyscale", "enlarged", "slower"],
)
def test_expected_size_is_that_of_the_frames(video, settings, shape):
    assert Decoding(video, settings).expected_bytes == np.prod(shape)


def test_a_file_that_claims_too_many_frames_is_not_believed(video, monkeypatch):
    info = probe(video)
    monkeypatch.setattr("vidpred.data.clip_decoding.sources.probe", lambda _: replace(info, num_frames=10**9))
    assert Decoding(video, Settings(48)).expected_bytes <= video.stat().st_size / 8 * 48 * 64 * 3


def read_many(video, folder):
    """Read 160 stored videos twice where 150 files may be open; return what their frames sum to, and their number."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, 150))
    importlib.reload(stored_frames)  # which asks once how many may be open
    store = ClipStore(folder)
    clips = [store.open(video, Settings(24), content=str(number)) for number in range(160)]
    videos = stored_frames.FrameFiles([clip.file for clip in clips])
    return [{int(videos[number][3].sum()) for number in [*range(160), *range(160)]}, len(videos)]


def test_more_videos_than_files_may_be_open_are_read(tmp_path):
    frames = pan(5, height=24, width=32)
    video = draw_video(tmp_path / "clip.mkv", frames, **LOSSLESS)
    code, told = call_in_a_copy(read_many, video, tmp_path / "store")
    assert code == 0, told
    assert told == str([{int(frames[3].sum())}, 160])


def test_stored_video_that_has_gone_is_told(tmp_path, video):
    clip = ClipStore(tmp_path / "store").open(video, SETTINGS)
    clip.file.path.unlink()
    with pytest.raises(VidpredError, match="cannot be read any more"):
        _ = clip.frames


def build_and_be_killed(video, folder):
    write = clip_store.write_frames

    def killing(file, frames):
        write(file, frames)
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    clip_store.write_frames = killing
    ClipStore(folder).open(video, SETTINGS)


def test_what_a_killed_process_left_goes_when_the_next_one_builds(tmp_path, video):
    folder = tmp_path / "store"
    assert call_in_a_copy(build_and_be_killed, video, folder) == (-signal.SIGKILL, "")
    (left,) = folder.iterdir()
    assert left.stat().st_size > 20 * 24 * 32 * 3
    ClipStore(folder).open(video, SETTINGS)
    assert not left.exists()
    assert len(list(folder.iterdir())) == 2


def build_on_a_full_disk(video, folder):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
    with pytest.raises(VidpredError) as told:
        ClipStore(folder).open(video, Settings(48))
    return told.value


def test_full_disk_is_reported_and_leaves_nothing(tmp_path, video):
    code, told = call_in_a_copy(build_on_a_full_disk, video, tmp_path / "store")
    assert code == 0, told
    assert f"{tmp_path / 'store'} is full" in told
    assert "with VIDPRED_CACHE=DIR in the environment, or with data.cache=DIR for a new run" in told
    assert list((tmp_path / "store").iterdir()) == []


def test_folder_that_cannot_be_made_is_reported(tmp_path, video):
    (tmp_path / "store").write_text("a file is in the way")
    with pytest.raises(VidpredError, match=r"store cannot be written .*data\.cache=DIR"):
        ClipStore(tmp_path / "store").open(video, SETTINGS)


def test_only_files_of_a_store_are_swept_from_it(tmp_path, video):
    folder = tmp_path / "store"
    folder.mkdir()
    names = [".mine.npy", ".mine.0123abcd.npy", f".{'0' * 32}.npy", f".{'0' * 32}.0123abcd.txt"]
    for name in names:
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    ClipStore(folder).open(video, SETTINGS)
    assert all((folder / name).exists() for name in names)


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "clip.mp4")
    with pytest.raises(VidpredError, match="is no file, but a device, a pipe or the like"):
        content_key(tmp_path / "clip.mp4")


def test_copies_share_a_key_and_other_content_does_not(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 1000)
    (tmp_path / "b").write_bytes(b"x" * 1000)
    (tmp_path / "c").write_bytes(b"x" * 999 + b"y")
    assert content_key(tmp_path / "a") == content_key(tmp_path / "b") != content_key(tmp_path / "c")


def test_large_files_are_distinguished_by_samples(tmp_path):
    for name, end in (("a", b"x"), ("b", b"x"), ("c", b"y")):
        with (tmp_path / name).open("wb") as file:
            file.truncate(70 * 2**20)
            file.seek(-1, 2)
            file.write(end)
    assert content_key(tmp_path / "a") == content_key(tmp_path / "b") != content_key(tmp_path / "c")


def test_changed_frame_of_a_folder_changes_its_key(tmp_path):
    one, other = draw_folder(tmp_path / "one", pan(3)), draw_folder(tmp_path / "other", pan(3))
    assert content_key(one) == content_key(other)
    (other / "frame_1.png").write_bytes((other / "frame_2.png").read_bytes())
    assert content_key(one) != content_key(other)


def test_default_folder_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("VIDPRED_CACHE", raising=False)
    assert default_folder() == tmp_path / ".cache" / "vidpred"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_folder() == tmp_path / "xdg" / "vidpred"
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"


def test_the_folder_of_decoded_videos_may_begin_at_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VIDPRED_CACHE", "~/decoded")
    assert default_folder() == tmp_path / "decoded"


def test_a_user_without_a_home_folder_is_told_to_name_another(monkeypatch):
    monkeypatch.delenv("VIDPRED_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("vidpred.data.clip_store.from_home", Path)  # as where neither HOME nor a user says where
    with pytest.raises(VidpredError, match="VIDPRED_CACHE=DIR"):
        default_folder()

"""The page predicts clips within its limits, says what is wrong, and is a page for this machine alone."""

import importlib.util
import io
import json
import re
import shutil
import socket
import sys
import urllib.request
from base64 import b64decode
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from urllib.parse import urlsplit

import browser
import numpy as np
import pytest
from guessing import Guessing
from material import assert_refused, draw_video, make_unreadable, run_vidpred, save_checkpoint
from PIL import Image

from vidpred.applications.web.address import LOOPBACK, address_of, listen
from vidpred.applications.web.clips import Limits, look_at
from vidpred.applications.web.door import Door
from vidpred.applications.web.films import write_films
from vidpred.applications.web.futures import Question, foresee, known_until
from vidpred.applications.web.panels import player, trouble_panel
from vidpred.applications.web.shelf import Shelf
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, OpticalFlow
from vidpred.runs.choices import choices
from vidpred.runs.shipped import CLIP, WORDS
from vidpred.video import decode, probe

GRADIO_ROOM = ("page", "serving")
FILMS = ("big_buck_bunny_future.mp4", "big_buck_bunny_compared.mp4")
CHOOSER = "#vp-clip input[type=file]"
HAS_GRADIO = importlib.util.find_spec("gradio") is not None
LIMITS = Limits(longest=10, largest=640 * 480, furthest=20)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Two seconds at ten frames a second."""
    return draw_video(tmp_path_factory.mktemp("web") / "slide.mp4", num_frames=20, height=48, width=64, rate=10)


@pytest.fixture(scope="module")
def compared(clip):
    return foresee(Question(clip, 1.5, horizon=8), CopyLast(2), LIMITS)


def test_a_clip_is_looked_at(clip):
    found = look_at(clip, LIMITS)
    assert (found.info.width, found.info.height, found.duration) == (64, 48, 2.0)
    assert found.moment_before(5) == pytest.approx(1.4)  # of frame 14, which 15 to 19 follow
    assert found.moment_before(19) == pytest.approx(1.0)  # half of it at least is known
    assert found.at(2.0) is None
    np.testing.assert_array_equal(known_until(clip, 1.5, LIMITS), list(decode(clip))[15])


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(longest=1), ["slide.mp4 lasts 2.0 s", "at most 1 s", "--longest"]),
        (Limits(largest=3000), ["slide.mp4 have 64 x 48 pixels", "at most 3,000", "--largest"]),
    ],
)
def test_a_clip_beyond_the_limits_is_refused_in_one_sentence(clip, limits, words):
    with pytest.raises(VidpredError) as refused:
        foresee(Question(clip, 1.0), CopyLast(2), limits)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize("kind", ["text", "empty", "sound", "cut short"])
def test_what_is_no_video_is_refused_by_its_name_alone(tmp_path, kind):
    file = make_unreadable(tmp_path / "bad.mp4", kind)
    with pytest.raises(VidpredError, match=r"bad\.mp4") as refused:
        foresee(Question(file, 1.0), CopyLast(2), LIMITS)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("moment", [-0.1, 2.5, float("nan")])
def test_a_moment_outside_of_the_clip_is_refused(clip, moment):
    with pytest.raises(VidpredError, match=r"outside of slide\.mp4, which lasts 2\.00 s"):
        foresee(Question(clip, moment), CopyLast(2), LIMITS)


def test_a_moment_with_too_little_before_it_is_refused(clip):
    with pytest.raises(VidpredError, match=r"slide\.mp4 has 1 frame up to second 0\.05, but 2 are needed"):
        foresee(Question(clip, 0.05), CopyLast(2), LIMITS)


@pytest.mark.parametrize(("numbers", "words"), [({"horizon": 21}, "ask for 1 to 20"), ({"num_samples": 9}, "1 to 8")])
def test_no_more_than_the_page_offers_is_predicted(clip, numbers, words):
    with pytest.raises(VidpredError, match=words):
        foresee(Question(clip, 1.0, **numbers), CopyLast(2), LIMITS)


def test_the_clips_own_next_frames_are_held_back_and_compared_with(clip, compared):
    frames = np.stack(list(decode(clip)))
    np.testing.assert_array_equal(compared.known, frames[4:16])
    np.testing.assert_array_equal(compared.truth, frames[16:])  # four are left of eight that are predicted
    assert list(compared.predicted) == ["prediction", "copy last", "optical flow"]
    assert all(len(film) == 8 for film in compared.predicted.values())
    np.testing.assert_array_equal(compared.predicted["copy last"], frames[15:16].repeat(8, axis=0))
    error = np.mean((frames[15].astype(float) - frames[16]) ** 2)
    scores = compared.scores["copy last"]
    assert scores["psnr"][0] == pytest.approx(10 * np.log10(255**2 / error), abs=1e-3)
    assert {metric: len(values) for metric, values in scores.items()} == {"psnr": 4, "ssim": 4, "edge_strength": 4}
    assert compared.scores["prediction"] == scores  # the predictor that was asked copies, too


def test_nothing_is_compared_at_the_end_of_the_clip(clip):
    told = []
    found = foresee(Question(clip, 2.0, horizon=3), CopyLast(2), LIMITS, lambda share, what: told.append((share, what)))
    assert len(found.truth) == 0
    assert found.scores == {}
    np.testing.assert_array_equal(found.predicted["prediction"][0], list(decode(clip))[-1])
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert told[0][1] == "prediction: frame 1 of 3"
    assert "nobody knows what really came" in player(found)


def test_frames_too_small_for_a_score_go_without_it(tmp_path):
    found = foresee(Question(draw_video(tmp_path / "a.mp4", height=8, width=8), 1.0, horizon=2), CopyLast(2), LIMITS)
    assert list(found.scores["prediction"]) == ["psnr", "edge_strength"]
    assert "SSIM</th>" not in player(found)


def test_a_predictor_that_samples_shows_its_samples_and_their_spread(clip):
    found = foresee(Question(clip, 1.5, horizon=2, num_samples=3), Guessing(), LIMITS)
    assert list(found.predicted) == ["sample 1", "sample 2", "sample 3", "copy last", "optical flow"]
    drawn = np.stack([found.predicted[f"sample {number}"] for number in (1, 2, 3)]).astype(float)
    np.testing.assert_allclose(found.spread, drawn.std(axis=0, ddof=1).mean(axis=-1), rtol=1e-4)
    page = player(found)
    assert ">spread<" in page
    assert page.count("<figure") == 7  # three samples, truth, spread, two rivals
    again = foresee(Question(clip, 1.5, horizon=2, num_samples=2), Guessing(), LIMITS)
    np.testing.assert_array_equal(again.predicted["sample 2"], found.predicted["sample 2"])


def test_the_player_holds_every_picture_and_refers_to_nothing_outside(compared):
    page = player(compared)
    assert page.count("<img") == 12 + 3 * 8 + 4
    assert all(source.startswith("data:image/webp;base64,") for source in re.findall(r'src="([^"]*)', page))
    last = re.search(r'alt="what really came at t\+4" [^>]*src="data:image/webp;base64,([^"]+)', page)
    shown = np.asarray(Image.open(io.BytesIO(b64decode(last[1]))), float)
    assert np.abs(shown - compared.truth[3]).mean() < 8


def test_names_of_files_are_shown_not_obeyed():
    said = trouble_panel("<img src=x onerror=alert(1)>.mp4 is a text")
    assert "<img" not in said
    assert "&lt;img src=x" in said


def test_films_show_what_is_known_and_then_the_future(compared, tmp_path):
    alone, together = write_films(compared, tmp_path, "slide")
    assert (alone.name, together.name) == ("slide_future.mp4", "slide_compared.mp4")
    assert probe(alone).num_frames == probe(together).num_frames == 12 + 8
    assert (probe(alone).width, probe(alone).height) == (64, 48)
    assert probe(together).width >= 4 * 160


def test_the_door_lets_in_what_the_page_asks_for_and_nothing_else(tmp_path):
    door = Door(None, tmp_path, {"127.0.0.1", "localhost"})
    (tmp_path / "link").symlink_to("/etc")
    inside = f"/gradio_api/file={tmp_path}/a/film.mp4"
    for path in ("/", "/assets/index.js", "/gradio_api/queue/join", inside):
        assert door.has(path), path
    for path in (
        *("/gradio_api/file=/etc/passwd", "/gradio_api/file=film.mp4", f"/gradio_api/file={tmp_path}/../other"),
        *(f"/gradio_api/file={tmp_path}/link/passwd", "/gradio_api/file=https://example.org/", "/gradio_api/file=\0"),
        *("/gradio_api/proxy=https://example.org/", "/gradio_api/call/predict", "/monitoring", "/assets/../config"),
    ):
        assert not door.has(path), path
    ours = {b"host": b"localhost:80"}
    assert door.admits("/", ours)
    assert door.admits("/", {**ours, b"origin": b"http://localhost:80"})
    assert not door.admits("/", {b"host": b"elsewhere.example"})
    assert not door.admits("/", {b"host": b"[::"})
    assert not door.admits("/", {**ours, b"origin": b"http://elsewhere.example"})
    assert not door.admits("/", {**ours, b"origin": b"null"})


def test_runs_that_can_predict_are_offered_after_the_shipped_weights(tmp_path):
    save_checkpoint(tmp_path / "mine/checkpoints/last.safetensors")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no run")
    assert list(choices(tmp_path, Path("default"))) == [*WORDS, str(tmp_path / "mine")]
    assert next(iter(choices(tmp_path / "none", Path("learned_motion")))) == "learned_motion"


def test_only_what_is_offered_is_opened_and_only_once():
    opened = []
    shelf = Shelf(lambda: {"one": "1", "two": "2", "three": "3"}, lambda word: opened.append(word) or word)
    assert [shelf.take(word) for word in ("1", "1", "2", "3", "3", "1")] == ["1", "1", "2", "3", "3", "1"]
    assert opened == ["1", "2", "3", "1"]
    with pytest.raises(VidpredError, match="not among the predictors of this page"):
        shelf.take("/etc/passwd")


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("vidpred.cli.web.version", _missing)
    assert_refused(run_vidpred("web"), "Gradio, which is not installed", "pip install 'gradio>=6.28'")


def test_a_gradio_that_is_too_old_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr("vidpred.cli.web.version", lambda name: "6.9.1")
    assert_refused(run_vidpred("web"), "of which 6.9.1 is too old", "pip install 'gradio>=6.28'")


def _missing(name):
    raise PackageNotFoundError(name)


@pytest.mark.skipif(not HAS_GRADIO, reason="needs the extra web")
def test_a_number_that_is_emptied_to_type_another_is_no_error():
    from vidpred.applications.web import page
    from vidpred.applications.web.page import Slider

    slider = Slider(1, 40, 10, step=1)
    assert slider.preprocess(None) == 1
    assert slider.preprocess(7) == 7
    assert slider.get_block_name() == "slider"
    assert not Path(page.__file__).with_suffix(".pyi").exists()  # Gradio writes one beside every class of components


@pytest.mark.skipif(not HAS_GRADIO, reason="needs the extra web")
def test_the_page_writes_nothing_beside_its_source():
    from vidpred.applications.web import page

    assert not Path(page.__file__).with_suffix(".pyi").exists()


def test_only_the_page_imports_gradio():
    package = Path(sys.modules["vidpred"].__file__).parent
    importing = re.compile(r"^\s*(import|from) (gradio|fastapi|uvicorn)\b", flags=re.MULTILINE)
    files = [path for path in package.rglob("*.py") if importing.search(path.read_text())]
    assert {path.relative_to(package).as_posix() for path in files} == {f"applications/web/{n}.py" for n in GRADIO_ROOM}


def test_a_port_that_is_taken_and_a_host_that_is_not_here_are_refused(monkeypatch):
    with listen("127.0.0.1", None) as first, pytest.raises(VidpredError, match="choose another --port"):
        listen("127.0.0.1", first.getsockname()[1])
    with pytest.raises(VidpredError, match="--host"):
        listen("192.0.2.1", 7860)  # an address for documentation, which nobody has
    monkeypatch.setattr(socket, "getaddrinfo", nothing_found)
    with pytest.raises(VidpredError, match="--host nowhere is no name or address of this machine"):
        listen("nowhere", None)


def test_the_address_is_one_that_browsers_take():
    with listen("127.0.0.1", None) as listener:
        port = listener.getsockname()[1]
        assert address_of("127.0.0.1", listener) == f"http://127.0.0.1:{port}"
        assert address_of("::1", listener) == f"http://[::1]:{port}"
        assert address_of("0.0.0.0", listener) == f"http://{socket.gethostname()}:{port}"


def nothing_found(*_, **__):
    raise socket.gaierror


@pytest.fixture
def connections(monkeypatch):
    """Every address that this process connects to, or asks for."""
    found, connect, look_up = [], socket.socket.connect, socket.getaddrinfo

    def noted_connect(self, address):
        found.append(address[0])
        return connect(self, address)

    def noted_look_up(host, *more, **options):
        found.append(host)
        return look_up(host, *more, **options)

    monkeypatch.setattr(socket.socket, "connect", noted_connect)
    monkeypatch.setattr(socket, "getaddrinfo", noted_look_up)
    return found


@pytest.mark.skipif(not HAS_GRADIO, reason="there is no Gradio to serve the page with")
@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium to open the page in")
def test_somebody_drops_a_clip_and_sees_its_future(tmp_path, connections):
    from vidpred.applications.web.serving import application, private_folder, served

    shelf = Shelf(lambda: {"fast": "fast"}, lambda word: OpticalFlow(2))
    bad = make_unreadable(tmp_path / "notes.mp4", "text")
    with private_folder() as folder, listen("127.0.0.1", None) as listener:
        address = address_of("127.0.0.1", listener)
        door = application(shelf, Limits(furthest=2), folder, CLIP, LOOPBACK)
        with served(door, listener), browser.Browser(tmp_path / "profile", height=1100) as tab:
            tab.open(address)
            tab.wait_for(f"!!document.querySelector('{CHOOSER}')")
            tab.choose_file(CHOOSER, CLIP)
            tab.wait_for("!!document.querySelector('.vp-moment img')?.complete")
            tab.click("#vp-predict")
            tab.wait_for("!!document.querySelector('.vp-player[data-ready]')")
            look_at_the_player(tab)
            download(tab, tmp_path)
            assert is_refused(address, shutil.copy(CLIP, tmp_path / "private.mp4"))
            assert is_refused(address, "http://192.0.2.1/clip.mp4")
            assert {path.name for path in folder.rglob("*.mp4")} == {CLIP.name, *FILMS}
            tab.ask("document.querySelector('#vp-clip button[aria-label=Clear]').click()")
            tab.wait_for(f"!!document.querySelector('{CHOOSER}')")
            tab.choose_file(CHOOSER, bad)
            said = tab.wait_for("document.querySelector('.vp-trouble')?.innerText")
            assert "not playable" not in tab.ask("document.body.innerText")
            assert said.startswith("notes.mp4 is a text, not a video")
            asked = {urlsplit(request).netloc for request in tab.requests if not request.startswith(("data:", "blob:"))}
            assert asked == {urlsplit(address).netloc}
            assert not tab.complaints
    assert set(connections) <= {"127.0.0.1"}
    assert not folder.exists()


def look_at_the_player(tab):
    """Check that all panels show the frame of the slider, and that its pictures are real."""
    seen = "[...document.querySelectorAll('.vp-panel')].map(p => [p.querySelector('b').innerText, "
    seen += "[...p.querySelectorAll('img')].filter(i => getComputedStyle(i).display != 'none').map(i => i.dataset.t)])"
    names = ["prediction", "what really came", "copy last", "optical flow"]
    assert tab.ask(seen) == [[name, ["1"]] for name in names]
    for key, step in (("ArrowRight", "2"), ("ArrowLeft", "1"), ("ArrowLeft", "0")):
        tab.ask("document.querySelector('.vp-controls input').focus()")
        tab.press(key)
        assert tab.ask(seen) == [[name, [step]] for name in names]
    painted = (
        "(i => {const c = document.createElement('canvas'); c.width = i.naturalWidth; c.height = i.naturalHeight; "
    )
    painted += "const g = c.getContext('2d'); g.drawImage(i, 0, 0); return c.toDataURL()})"
    shown = tab.ask(f"{painted}(document.querySelector('.vp-guess img[data-t=\"1\"]'))")
    predicted = np.asarray(Image.open(io.BytesIO(b64decode(shown.split(",")[1]))).convert("RGB"), float)
    truth = list(decode(CLIP))[-2]
    assert predicted.shape == truth.shape
    assert np.abs(predicted - truth).mean() < 12
    assert predicted.std() > 30


def download(tab, folder):
    """Check that the button gives the film, which holds what is known and the two frames that follow."""
    tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    tab.click("#vp-compared")
    film = folder / "big_buck_bunny_compared.mp4"
    for _ in range(600):  # until it is there
        if film.exists():
            break
        tab.ask("new Promise(done => setTimeout(done, 100))")
    assert probe(film).num_frames == 12 + 2


def is_refused(address, path):
    """Return whether the page takes no clip from a place that nobody has put one into."""
    clip = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
    order = {"data": [clip, 2], "fn_index": 0, "session_hash": "somebody"}
    posted = urllib.request.Request(
        f"{address}/gradio_api/queue/join", json.dumps(order).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(posted).close()
    with urllib.request.urlopen(f"{address}/gradio_api/queue/data?session_hash=somebody") as events:
        told = [json.loads(line.removeprefix(b"data:")) for line in events if line.startswith(b"data:")]
    (answer,) = [event for event in told if event["msg"] == "process_completed"]
    return not answer["success"] and answer["output"]["error"] is None

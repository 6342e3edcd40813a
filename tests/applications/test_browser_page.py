"""A page on which a predictor continues clips in the browser: what the folder holds, and what the page does."""

import functools
import http.server
import json
import os
import shutil
import threading
import time
from itertools import islice
from pathlib import Path

import browser
import numpy as np
import pytest
import torch
from drawing import draw_video
from material import assert_refused, draw_frames, run_vidpred
from PIL import Image

from vidpred import VidpredError
from vidpred.applications.export.web_page import PAGE, RUNTIME, export_site
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.continuing import continued

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")
REAL_RUNTIME = os.environ.get("VIDPRED_ONNX_RUNTIME_WEB", "")
HEIGHT, WIDTH, AHEAD = 27, 40, 3


@pytest.fixture(scope="module")
def predictor():
    """A small network of the kind that remembers, which looks near by, moves and repaints at random."""
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        for radius in ("FAR", "NEAR"):
            patch.setattr(f"vidpred.predictors.learned_motion.{radius}", 1)
        network = PREDICTORS.build("learned_motion", {"num_context_frames": 2}, history=2, width_multiplier=0.1)
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=0.1)
        yield network.requires_grad_(False).eval()


@pytest.fixture(scope="module")
def folder(predictor, tmp_path_factory):
    """The folder of a page, whose runtime is the real one where there is one."""
    place = tmp_path_factory.mktemp("site")
    runtime = Path(REAL_RUNTIME or place / "runtime")
    if not REAL_RUNTIME:
        runtime.mkdir()
        for name in RUNTIME:
            (runtime / name).write_text("not really")
    export_site(predictor, place / "page", runtime, name="small", weights="random")
    return place / "page"


def test_a_page_that_is_not_written_to_its_end_leaves_nothing(folder, predictor, tmp_path, monkeypatch):
    usual, copied = shutil.copyfile, []

    def stopped(source, target):
        copied.append(target)
        if len(copied) > 2:
            raise KeyboardInterrupt
        return usual(source, target)

    monkeypatch.setattr(shutil, "copyfile", stopped)
    with pytest.raises(KeyboardInterrupt):
        export_site(predictor, tmp_path / "new" / "page", folder)
    assert len(copied) == 3
    assert not list(tmp_path.iterdir())


def test_the_folder_holds_the_page_the_models_and_the_runtime(folder):
    written = {file.name for file in folder.iterdir()} - {file.name for file in PAGE.iterdir()}
    assert written == {*RUNTIME, "predictor.onnx", "next.onnx", "predictor.json"}
    assert (folder / "index.html").read_bytes() == (PAGE / "index.html").read_bytes()
    known = json.loads((folder / "predictor.json").read_text())
    assert (known["name"], known["context_frames"], known["next"]) == ("small", "3", "next.onnx")


def test_no_file_of_the_page_names_another_host():
    for file in PAGE.iterdir():
        assert "://" not in file.read_text(), file.name


def test_a_predictor_that_remembers_nothing_is_one_model(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        "vidpred.applications.export.web_page.export_network", lambda _, file, **__: written.append(file.name)
    )
    for name in RUNTIME:
        (tmp_path / name).write_text("")
    site = export_site(PREDICTORS.build("copy_last"), tmp_path / "page", tmp_path)
    assert written == ["predictor.onnx"]
    assert site.facts["next"] is None


def test_a_folder_that_holds_something_is_left_alone(tmp_path, predictor):
    for name in RUNTIME:
        (tmp_path / name).write_text("mine")
    with pytest.raises(VidpredError, match="no empty folder"):
        export_site(predictor, tmp_path, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {*RUNTIME}


def test_a_missing_runtime_is_named_with_what_installs_it(tmp_path):
    assert_refused(run_vidpred("export", "linear", "--format", "web", folder=tmp_path), "npm install onnxruntime-web")
    ended = run_vidpred("export", "linear", "--format", "web", "--runtime", ".", folder=tmp_path)
    assert_refused(ended, "holds no onnxruntime-web", "npm install")
    assert [*tmp_path.iterdir()] == []


def test_what_cannot_be_exported_leaves_no_folder(tmp_path):
    for name in RUNTIME:
        (tmp_path / name).write_text("")
    with pytest.raises(VidpredError, match="optical_flow cannot be exported"):
        export_site(PREDICTORS.build("optical_flow"), tmp_path / "page", tmp_path, name="optical_flow")
    assert not (tmp_path / "page").exists()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def page(folder, tmp_path):
    """The page in a browser, ready to be given a clip; and its address."""
    if not browser.CHROMIUM or not REAL_RUNTIME:
        pytest.skip("needs Chromium, and onnxruntime-web at VIDPRED_ONNX_RUNTIME_WEB")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser.Browser(tmp_path / "profile") as window:
        window.open(f"http://127.0.0.1:{server.server_port}/")
        wait(window, "!document.querySelector('#go').disabled && window.vidpred?.known")
        yield window, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def wait(window, condition):
    """Wait until the page says so; while it loads itself again, it cannot be asked."""
    for _ in range(400):
        try:
            if window.ask(f"Boolean({condition})"):
                return
        except (AssertionError, RuntimeError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"never {condition}: {window.ask('document.body.innerText')}")


def give(window, files):
    root = window.call("DOM.getDocument")["root"]["nodeId"]
    place = window.call("DOM.querySelector", nodeId=root, selector="#files")["nodeId"]
    window.call("DOM.setFileInputFiles", nodeId=place, files=[str(file) for file in files])


def pixels(window, expression):
    values = json.loads(window.ask(f"JSON.stringify(Array.from({expression}))"))
    return np.array(values).reshape(HEIGHT, WIDTH, 4)[..., :3]


def test_a_clip_is_continued_in_the_browser_as_by_vidpred(page, predictor, tmp_path, monkeypatch):
    monkeypatch.setattr("vidpred.machine.engine._computes_bf16", lambda device: False)  # a browser never does
    window, address = page
    (tmp_path / "notes.txt").write_text("no film")
    give(window, [tmp_path / "notes.txt"])
    wait(window, "!document.querySelector('#error').hidden")
    assert window.ask("document.querySelector('#error').textContent").startswith("notes.txt is not a video that")

    known = np.random.default_rng(0).integers(0, 256, (5, HEIGHT, WIDTH, 3), np.uint8)
    for number, frame in enumerate(known):
        Image.fromarray(frame).save(tmp_path / f"{number}.png")
    give(window, sorted(tmp_path.glob("*.png")))
    wait(window, "!document.querySelector('#choice').hidden && document.querySelector('#error').hidden")
    window.ask(f"document.querySelector('#horizon').value = {AHEAD}")
    window.click("#go")
    wait(window, f"vidpred.frames.length == {len(known) + AHEAD}")
    future = np.stack([*islice(continued(predictor, known), AHEAD)])
    for number, expected in enumerate([*known, *future]):
        difference = np.abs(pixels(window, f"vidpred.frames[{number}]") - expected).max()
        assert difference <= (2 if number >= len(known) else 0)
    window.click("#play")
    shown = pixels(window, "document.querySelector('#future').getContext('2d').getImageData(0, 0, 40, 27).data")
    assert shown.std() > 10

    give(window, [draw_video(tmp_path / "clip.webm", draw_frames(15, 32, 48), codec="libvpx")])
    wait(window, "vidpred.clip.name == 'clip.webm' && !document.querySelector('#choice').hidden")
    assert window.ask("[vidpred.clip.count, vidpred.clip.width, vidpred.clip.height]") == [15, 48, 32]
    asked = window.requests + window.ask("performance.getEntriesByType('resource').map(each => each.name)")
    assert {request for request in asked if not request.startswith((address, "blob:", "data:"))} == set()

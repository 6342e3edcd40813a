"""Serves the page from this machine: to itself unless asked, with no request to anywhere, and no file left behind."""

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Collection, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from vidpred.applications.web.clips import Limits
from vidpred.applications.web.door import Door
from vidpred.applications.web.page import HERE, Page
from vidpred.applications.web.shelf import Shelf
from vidpred.machine.files import real_path

LARGEST_UPLOAD = 2**30  # bytes
PATIENCE = 1  # seconds that open connections are given at the end
ENDS = ("SIGTERM", "SIGHUP")
FONTS = ("system-ui", "sans-serif")  # of the machine itself: Gradio's own come from elsewhere
MONO = ("ui-monospace", "monospace")
CALM = {
    **dict.fromkeys(("block_label_background_fill", "block_title_background_fill"), "transparent"),
    **dict.fromkeys(("block_label_background_fill_dark", "block_title_background_fill_dark"), "transparent"),
    **dict.fromkeys(("block_label_text_color", "block_title_text_color"), "*body_text_color"),
    **dict.fromkeys(("block_label_text_color_dark", "block_title_text_color_dark"), "*body_text_color"),
    **{"block_title_padding": "0", "body_background_fill": "*neutral_50", "body_background_fill_dark": "*neutral_950"},
}


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder that nobody else may look into, where Gradio keeps what is uploaded; it goes with all in it."""
    with tempfile.TemporaryDirectory(prefix="vidpred-web-", ignore_cleanup_errors=True) as name:
        folder = real_path(name)
        kept = {
            "GRADIO_TEMP_DIR": str(folder),
            "GRADIO_EXAMPLES_CACHE": str(folder),
            "GRADIO_ANALYTICS_ENABLED": "False",
        }
        before = {name: os.environ.get(name) for name in kept}
        os.environ.update(kept)
        try:
            yield folder
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                os.environ.update({} if value is None else {name: value})


def application(shelf: Shelf, limits: Limits, folder: Path, example: Path, names: Collection[str] | None) -> Door:
    """Put the page behind its door.

    Args:
        shelf: see :class:`~vidpred.applications.web.page.Page`.
        limits: see there.
        folder: what :func:`private_folder` made.
        example: see there.
        names: by which this machine may be called; None takes any.
    """
    answers = Page(shelf, limits, folder, example)
    page = answers.build()

    @contextlib.asynccontextmanager
    async def until_the_end(_: FastAPI) -> AsyncIterator[None]:
        yield
        answers.is_over.set()

    for block in page.blocks.values():
        block.async_move_resource_to_block_cache = partial(only_own, folder)
    theme = gr.themes.Soft(primary_hue="orange", neutral_hue="slate", font=FONTS, font_mono=MONO).set(**CALM)
    quiet: dict[str, Any] = {
        **{"footer_links": [], "run_history": False, "ssr_mode": False, "pwa": False, "mcp_server": False},
        **{"enable_monitoring": False, "show_error": False, "max_file_size": LARGEST_UPLOAD},
    }
    style, script = (HERE / "style.css").read_text(), (HERE / "clip.js").read_text()
    outer = FastAPI(openapi_url=None, lifespan=until_the_end)
    served = gr.mount_gradio_app(outer, page, "/", theme=theme, css=style, js=script, **quiet)
    return Door(served, folder, names)


async def only_own(folder: Path, path: str | Path | None) -> str | None:
    """Return the path of a file of the page; Gradio would fetch others from the disk, or from other machines.

    Raises:
        PermissionError: it is another file, or an address.
    """
    if path is None or folder in real_path(path).parents:
        return None if path is None else str(path)
    raise PermissionError("this is no file of the page")


def serve(door: Door, listener: socket.socket) -> None:
    """Serve until Ctrl-C, or until the process is told to end or loses its terminal: all end in good order.

    Args:
        door: what :func:`application` returns.
        listener: what :func:`vidpred.applications.web.address.listen` returns; it is closed at the end.
    """
    for name in ENDS:
        if hasattr(signal, name):  # which systems differ in
            signal.signal(getattr(signal, name), signal.default_int_handler)
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        _server(door).run(sockets=[listener])


@contextlib.contextmanager
def served(door: Door, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread meanwhile; see :func:`serve`."""
    server = _server(door)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    with contextlib.closing(listener):
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def _server(door: Door) -> uvicorn.Server:
    """Return what serves a page, and logs nothing; what goes wrong on the page, Gradio says itself."""
    config = uvicorn.Config(
        door, log_level="critical", access_log=False, timeout_graceful_shutdown=PATIENCE, lifespan="on"
    )
    return uvicorn.Server(config)

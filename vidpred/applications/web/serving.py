"""Serves the page from this machine: to itself unless asked, with no request to anywhere, and no file left behind."""

import contextlib
import os
import socket
import tempfile
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from vidpred.applications.web.clips import Limits
from vidpred.applications.web.door import Door
from vidpred.applications.web.page import HERE, Page
from vidpred.applications.web.shelf import Shelf
from vidpred.errors import VidpredError

LOCALHOST = "127.0.0.1"
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
USUAL_PORT = 7860
LARGEST_UPLOAD = 2**30  # bytes
PATIENCE = 1  # seconds that open connections are given at the end
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
        folder = Path(name).resolve()
        kept = {
            "GRADIO_TEMP_DIR": str(folder),
            "GRADIO_EXAMPLES_CACHE": str(folder),
            "GRADIO_ANALYTICS_ENABLED": "False",
            "HF_HUB_OFFLINE": "1",
        }
        before = {name: os.environ.get(name) for name in kept}
        os.environ.update(kept)
        try:
            yield folder
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                os.environ.update({} if value is None else {name: value})


def listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that people reach the page at.

    Args:
        host: name or address of this machine.
        port: None takes the usual one, or any that is free.

    Raises:
        VidpredError: the host is not this machine's, or the port is taken or not allowed.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise VidpredError(
            f"--host {host} is no name or address of this machine; leave it out, or give 0.0.0.0"
        ) from None
    for wanted in [USUAL_PORT, 0] if port is None else [port]:
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address[0], wanted))
            listener.listen()
            return listener
        except OSError as error:
            listener.close()
            problem = error.strerror
    raise VidpredError(
        f"the page cannot be served at {host}, port {port or USUAL_PORT} ({problem}); choose another --port or --host"
    )


def address_of(host: str, listener: socket.socket) -> str:
    """Return what to type into a browser."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def application(shelf: Shelf, limits: Limits, folder: Path, example: Path, names: Collection[str] | None) -> Door:
    """Put the page behind its door.

    Args:
        shelf: see :class:`~vidpred.applications.web.page.Page`.
        limits: see there.
        folder: what :func:`private_folder` made.
        example: see there.
        names: by which this machine may be called; None takes any.
    """
    page = Page(shelf, limits, folder, example).build()
    for block in page.blocks.values():
        block.async_move_resource_to_block_cache = partial(only_own, folder)
    theme = gr.themes.Soft(primary_hue="orange", neutral_hue="slate", font=FONTS, font_mono=MONO).set(**CALM)
    quiet: dict[str, Any] = {
        **{"footer_links": [], "run_history": False, "ssr_mode": False, "pwa": False, "mcp_server": False},
        **{"enable_monitoring": False, "show_error": False, "max_file_size": LARGEST_UPLOAD},
    }
    style, script = (HERE / "style.css").read_text(), (HERE / "clip.js").read_text()
    served = gr.mount_gradio_app(FastAPI(openapi_url=None), page, "/", theme=theme, css=style, js=script, **quiet)
    return Door(served, folder, names)


async def only_own(folder: Path, path: str | Path | None) -> str | None:
    """Return the path of a file of the page; Gradio would fetch others from the disk, or from other machines.

    Raises:
        PermissionError: it is another file, or an address.
    """
    if path is None or folder in Path(path).resolve().parents:
        return None if path is None else str(path)
    raise PermissionError("this is no file of the page")


def serve(door: Door, listener: socket.socket, say: Callable[[], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        door: what :func:`application` returns.
        listener: what :func:`listen` returns.
        say: is called once the page can be opened.
    """
    server = server_of(door)
    started = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await started(sockets)
        say()

    server.startup = startup  # type: ignore[method-assign]
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(listener):
        server.run(sockets=[listener])


def server_of(door: Door) -> uvicorn.Server:
    """Return what serves a page; it logs nothing but mistakes."""
    config = uvicorn.Config(
        door, log_level="error", access_log=False, timeout_graceful_shutdown=PATIENCE, lifespan="on"
    )
    return uvicorn.Server(config)

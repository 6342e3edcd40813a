"""Lets through what the page itself asks for, and nothing else: no other path, no other file, no other site."""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FILE = "/gradio_api/file="
PLACES = {  # that the page asks for
    *("/", "/config", "/config/", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"),
    *(f"/gradio_api/{name}" for name in ("info", "theme.css", "app_id", "startup-events", "cancel", "reset")),
    *(f"/gradio_api/{name}" for name in ("upload", "upload_progress", "queue/join", "queue/data")),
}
BELOW = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")
POLICY = "; ".join(  # by which the browser itself asks no other site for anything
    (
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Door:
    """Stands before a web application.

    It answers only to its own names, so that no other site can reach it by a name that it points here; takes no orders
    from pages of other sites; knows only the paths that the page uses; and hands out only files of one folder.

    Args:
        app: what it stands before.
        folder: the files that are handed out.
        names: by which this machine may be called; None takes any.
    """

    def __init__(self, app: App, folder: Path, names: Collection[str] | None):
        self.app, self.folder, self.names = app, folder.resolve(), names

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, with the policy in its answer, or answer 404."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and self.admits(scope["path"], dict(scope["headers"])):
            await self.app(scope, receive, send_with_policy)
        elif scope["type"] == "http":
            await send_with_policy({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"there is nothing here"})

    def admits(self, path: str, headers: dict[bytes, bytes]) -> bool:
        """Return whether a request is one that the page makes."""
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        try:
            is_ours = self.names is None or urlsplit(f"//{host}").hostname in self.names
            is_asked_here = not origin or urlsplit(origin).netloc == host
        except ValueError:
            return False
        return is_ours and is_asked_here and self.has(path)

    def has(self, path: str) -> bool:
        """Return whether there is anything at a path, as far as people may see it."""
        if path.startswith(FILE):
            return self._owns(path.removeprefix(FILE))
        if path in PLACES:
            return True
        return path.startswith(BELOW) and ".." not in path

    def _owns(self, file: str) -> bool:
        try:
            return self.folder in Path(file).resolve().parents and Path(file).is_absolute()
        except (OSError, ValueError):
            return False

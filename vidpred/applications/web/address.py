"""Where the page is served: a socket of this machine, and what to type into a browser."""

import socket

from vidpred.errors import VidpredError

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))  # by which nobody but this machine itself comes in
EVERYWHERE = ("0.0.0.0", "::")  # stand for all addresses of this machine
USUAL_PORT = 7860


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
    name = socket.gethostname() if host in EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"

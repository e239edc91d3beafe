"""Takes the sockets on which systemd listens for a program: they hold requests while the program restarts.

A program that is handed nothing binds for itself. A socket that does not fit the configuration stops the start: a
screen on another port, or open to the network, must not look like one that works.
"""

import os
import socket
from collections.abc import MutableMapping, Sequence

from kiosk.errors import RequestError

FIRST_DESCRIPTOR = 3  # of those that systemd hands over
LOOPBACK = "127.0.0.1"
# Variables by which systemd tells what it hands over.
_NAMES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID")


def sockets(environment: MutableMapping[str, str]) -> list[socket.socket]:
    """Return all sockets that systemd handed to this process; an empty list for none. Removes its variables, so that a
    second call returns none and children of this process do not take them for theirs.

    Raises RequestError `socket-unit` for an impossible number of sockets, or for a descriptor that is not a socket.
    """
    pid, count, *_ = (environment.pop(name, "") for name in _NAMES)
    if pid != str(os.getpid()):  # nothing was handed over, or it is meant for the parent process
        return []
    if not (count.isascii() and count.isdecimal() and int(count) <= 16):  # our units hand over a few
        raise RequestError("socket-unit", f"LISTEN_FDS cannot be {count!r}: start the program by its unit")
    descriptors = range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + int(count))
    try:
        handed_over = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    except OSError as fault:
        text = f"what systemd handed over is no socket ({fault.strerror}): look at the .socket unit"
        raise RequestError("socket-unit", text) from None
    for handed_socket in handed_over:
        handed_socket.set_inheritable(False)
    return handed_over


def listener(handed: Sequence[socket.socket], port: int, setting: str) -> socket.socket | None:
    """Return the handed socket that listens on loopback at a port; None when no network socket was handed over. Closes
    them all and raises RequestError `socket-unit` where none is at the port that `setting` of kiosk.toml asks for.
    """
    on_network = [offered for offered in handed if offered.family in (socket.AF_INET, socket.AF_INET6)]
    if not on_network:
        return None
    for offered in on_network:
        if _listens(offered) and offered.getsockname()[:2] == (LOOPBACK, port):
            return offered
    addresses = ", ".join(_described(offered) for offered in on_network)
    for offered in on_network:
        offered.close()
    text = f"systemd holds {addresses} for us, and {setting} asks for {LOOPBACK}:{port}"
    raise RequestError("socket-unit", f"{text}: make ListenStream of the .socket unit say {LOOPBACK}:{port}")


def _listens(handed_socket: socket.socket) -> bool:
    """Tell whether a socket already listens on an IPv4 address."""
    return (
        handed_socket.family == socket.AF_INET
        and handed_socket.type == socket.SOCK_STREAM
        and bool(handed_socket.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )


def _described(handed_socket: socket.socket) -> str:
    """Return a socket's address for an error, with its type where that is not a stream."""
    host, port = handed_socket.getsockname()[:2]
    address = f"[{host}]:{port}" if handed_socket.family == socket.AF_INET6 else f"{host}:{port}"
    return address if handed_socket.type == socket.SOCK_STREAM else f"{address} ({handed_socket.type.name})"

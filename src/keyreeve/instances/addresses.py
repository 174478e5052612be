import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from keyreeve.instances.errors import TargetUnreachable

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 10.0

_Found = list[
    tuple[
        socket.AddressFamily,
        socket.SocketKind,
        int,
        str,
        tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
    ]
]


def resolve(host: str, port: int, seconds: float = CONNECT_SECONDS) -> list[str]:
    """The addresses of a host, best first. Raises TargetUnreachable."""
    found = _within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    if found is None:
        raise TargetUnreachable(f"the name {host} cannot be resolved")
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def shares(addresses: list[str], until: float) -> Iterator[tuple[str, float]]:
    """The addresses, each with its deadline: one that swallows everything leaves time for those behind it."""
    for behind, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        now = time.monotonic()
        yield address, now + (until - now) / behind


def dial(host: str, port: int) -> socket.socket:
    """A TCP connection, made within CONNECT_SECONDS over all of the host's addresses. Raises TargetUnreachable."""
    until = time.monotonic() + CONNECT_SECONDS
    reason = "no answer"
    for address, deadline in shares(resolve(host, port), until):
        try:
            connected = socket.create_connection((address, port), timeout=max(0.1, deadline - time.monotonic()))
        except TimeoutError:
            reason = "no answer"
        except OSError as error:
            reason = (error.strerror or "the connection failed").lower()
        else:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connected
    raise TargetUnreachable(f"{host} port {port}: {reason}")


def _within(seconds: float, look_up: Callable[[], _Found]) -> _Found | None:
    """The resolver knows no deadline: who waits longer than this goes on, and the thread ends by itself."""
    found: list[_Found] = []

    def run() -> None:
        with suppress(OSError, UnicodeError):
            found.append(look_up())

    thread = threading.Thread(target=run, name="name lookup", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None

"""Between supervisor and worker: accepted connections go down as descriptors, one byte comes up when ready."""

import contextlib
import os
import socket

READY = b"r"
_CONNECTION = b"c"
_MOST_AT_ONCE = 64


def open_channel() -> tuple[socket.socket, socket.socket]:
    """The supervisor's end and the worker's; a descriptor sent is either all there or not at all."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    theirs.setblocking(False)
    return ours, theirs


def send_connection(channel: socket.socket, connection: socket.socket) -> bool:
    """False if the worker cannot take it now."""
    try:
        socket.send_fds(channel, [_CONNECTION], [connection.fileno()])
    except OSError:
        return False
    return True


def receive_connections(channel: socket.socket) -> list[socket.socket] | None:
    """The connections that have been dealt to us, None once the supervisor is gone."""
    received: list[socket.socket] = []
    for _ in range(_MOST_AT_ONCE):
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, 1, 4)
        except BlockingIOError:
            break
        except OSError:
            return received or None
        for descriptor in descriptors:
            connection = _adopt(descriptor)
            if connection is not None:
                received.append(connection)
        if not message:
            return received or None
    return received


def _adopt(descriptor: int) -> socket.socket | None:
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        return None
    connection.setblocking(False)
    return connection

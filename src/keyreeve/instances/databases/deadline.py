import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress


@contextmanager
def cut_off(connected: socket.socket, seconds: float) -> Generator[None]:
    """Shut a connection down if the block is not done in time: its reads and writes end then, however they wait.

    A driver's own timeouts are for each read, so that a server which trickles could hold us for ever.
    """
    with connected.dup() as handle:

        def shut() -> None:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

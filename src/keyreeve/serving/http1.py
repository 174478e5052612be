"""HTTP/1.1 on one connection: httptools parses, this keeps order, limits and time (docs/adr/0001-http-server.md)."""

import asyncio
import time
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol, cast

import httptools

from keyreeve.protocols.http import HttpRequest, HttpResponse

MOST_HEAD_BYTES = 256 * 1024
MOST_BODY_BYTES = 3 * 1024 * 1024
IDLE_SECONDS = 75.0
MESSAGE_SECONDS = 30.0
LINGER_SECONDS = 5.0
MOST_AT_ONCE = 32

_TEXT = "text/plain; charset=utf-8"
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Answering(Protocol):
    """What a connection needs of its worker."""

    draining: bool

    def opened(self, connection: "Connection") -> None: ...
    def closed(self, connection: "Connection") -> None: ...
    def answer(self, connection: "Connection", request: HttpRequest) -> HttpResponse | None:
        """The response now, or None: then `connection.respond` is called later."""
        ...

    def too_large(self, connection: "Connection", request: HttpRequest) -> HttpResponse: ...


class Connection(asyncio.Protocol):
    """Requests are answered one at a time and in order; what has been read but not begun is bounded."""

    def __init__(self, worker: Answering) -> None:
        self._worker = worker
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        # Requests, and refusals of what is no request, in the order in which they came.
        self._waiting: deque[tuple[HttpRequest | HttpResponse, bool]] = deque()
        self._busy = False
        self._ended = False
        self._write_paused = False
        self._keep_alive = True
        self._without_body = False
        self._quiet_bytes = 0
        self.peer = ""
        self._secure = False
        self.deadline = 0.0
        self._begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        address: tuple[object, ...] | None = transport.get_extra_info("peername")
        self.peer = str(address[0]) if address else ""
        self._secure = transport.get_extra_info("sslcontext") is not None
        self.deadline = time.monotonic() + MESSAGE_SECONDS
        self._worker.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._waiting.clear()
        self._worker.closed(self)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        if not self._begun:
            self._begun = True
            self.deadline = time.monotonic() + MESSAGE_SECONDS
        self._quiet_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # An upgrade is not offered: the request was answered as it stands, and the connection ends with it.
            self._ended = True
        except httptools.HttpParserError:
            self._refuse(400)
        if self._quiet_bytes > MOST_HEAD_BYTES:
            # A header that never ends tells the parser nothing that it would tell us.
            self._refuse(431)
        if not self._busy:
            self._next()
        self._read_or_wait()

    def pause_writing(self) -> None:
        self._write_paused = True
        self.deadline = time.monotonic() + MESSAGE_SECONDS
        self._read_or_wait()

    def resume_writing(self) -> None:
        self._write_paused = False
        if not self._busy:
            self._next()
        self._read_or_wait()

    # httptools calls these while it parses.

    def on_url(self, url: bytes) -> None:
        self._quiet_bytes = 0
        self._target += url
        self._head_bytes += len(url)
        if self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(431)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._quiet_bytes = 0
        self._raw_headers.append((name, value))
        # Trailers after a chunked body come this way too.
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(431)

    def on_headers_complete(self) -> None:
        headers = self._headers
        for name, value in self._raw_headers:
            key = _header_name(name)
            text = value.strip(b" \t").decode("utf-8", "replace")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > MOST_BODY_BYTES:
            self._body_too_large()
        elif headers.get("expect", "").lower() == "100-continue" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._quiet_bytes = 0
        if self._ended:
            return
        self._body += body
        if len(self._body) > MOST_BODY_BYTES:
            self._body_too_large()

    def on_chunk_complete(self) -> None:
        self._quiet_bytes = 0

    def on_message_complete(self) -> None:
        self._quiet_bytes = 0
        if self._ended:
            return
        keep_alive = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        # Behind a request that ends the connection nothing is read any more.
        self._ended = not keep_alive
        self._waiting.append((self._request(bytes(self._body)), keep_alive))
        self._begin()

    def respond(self, response: HttpResponse) -> None:
        """The answer that `answer` did not have at once; from the event loop's thread."""
        self._busy = False
        self._write(response)
        self._next()
        self._read_or_wait()

    def sweep(self, now: float) -> None:
        """Close a connection whose client keeps it open without going on."""
        if now > self.deadline and not self._busy:
            self.abort()

    def drain(self) -> None:
        """The worker stops: close as soon as nothing is owed, not in the middle of a request that is being sent."""
        owed = self._busy or self._waiting or self._begun
        if not owed and not self._ended and self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _begin(self) -> None:
        self._target = b""
        self._raw_headers: list[tuple[bytes, bytes]] = []
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._begun = False
        self._head_bytes = 0

    def _request(self, body: bytes) -> HttpRequest:
        method = self._parser.get_method().decode("latin-1")
        return HttpRequest(method, self._target.decode("latin-1"), self._headers, body, self.peer, self._secure)

    def _next(self) -> None:
        """Answer what waits, but not so much at once that other connections would have to wait for it."""
        for _ in range(MOST_AT_ONCE):
            if not self._waiting or self._busy or self._write_paused or self._transport is None:
                return
            item, keep_alive = self._waiting.popleft()
            self._keep_alive = keep_alive and not self._worker.draining
            response: HttpResponse | None
            if isinstance(item, HttpResponse):
                self._without_body, response = False, item
            else:
                self._without_body = item.method == "HEAD"
                response = self._worker.answer(self, item)
            if response is None:
                self._busy = True
            else:
                self._write(response)
        if self._waiting:
            self._busy = True
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self._busy = False
        self._next()
        self._read_or_wait()

    def _read_or_wait(self) -> None:
        """Read on unless there is enough to do: a request that waits, or a client that does not read its answers."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._write_paused or self._waiting:
            self._transport.pause_reading()
        elif not self._transport.is_reading():
            self._transport.resume_reading()

    def _body_too_large(self) -> None:
        """Answer in the protocol's own words, then read no more."""
        if not self._ended:
            self._ended = True
            self._waiting.append((self._worker.too_large(self, self._request(b"")), False))

    def _refuse(self, status: int) -> None:
        """Not HTTP that we understand: there is no protocol to answer in."""
        if not self._ended:
            self._ended = True
            self._waiting.append((HttpResponse(status, _TEXT, _REASONS[status].encode() + b"\n"), False))

    def _write(self, response: HttpResponse) -> None:
        if self._transport is None:
            return
        if not self._write_paused:
            self.deadline = time.monotonic() + IDLE_SECONDS
        head = (
            f"HTTP/1.1 {response.status} {_REASONS[response.status]}\r\n"
            f"Date: {_date()}\r\nContent-Type: {response.content_type}\r\n"
            f"Content-Length: {len(response.body)}\r\n"
        )
        for name, value in response.headers:
            head += f"{name}: {value}\r\n"
        if not self._keep_alive:
            head += "Connection: close\r\n"
        body = b"" if self._without_body else response.body
        self._transport.write(head.encode("latin-1") + b"\r\n" + body)
        if not self._keep_alive and self._begun:
            # Closing on unread data would take the answer away from its reader: it has a moment to read and close.
            self._transport.resume_reading()
            self.deadline = time.monotonic() + LINGER_SECONDS
        elif not self._keep_alive:
            self._transport.close()


@lru_cache(maxsize=256)
def _header_name(name: bytes) -> str:
    return name.decode("latin-1").lower()


_dated = (0, "")


def _date() -> str:
    """The Date header's value, made once a second."""
    global _dated  # noqa: PLW0603  # a cache of one, harmless to race for
    now = int(time.time())
    if _dated[0] != now:
        _dated = (now, formatdate(now, usegmt=True))
    return _dated[1]

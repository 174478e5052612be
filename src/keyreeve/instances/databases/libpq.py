"""A connection to PostgreSQL whose every step has a deadline and whose refusals have a SQLSTATE.

psycopg's own connection waits for a statement for ever, and knows of a refused login only the text, which the server
writes in its own language. So libpq's asynchronous functions are used, by psycopg's wrapper of them.
"""

import ctypes
import re
import select
import sys
import time
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Self

from psycopg import Error, pq
from psycopg.conninfo import make_conninfo

from keyreeve.instances.addresses import CONNECT_SECONDS, STATEMENT_SECONDS, resolve, shares
from keyreeve.instances.errors import TargetUnreachable

_VERBOSE = 2
_SQLSTATE = re.compile(rb":\s+((?=[A-Z]*[0-9])[0-9A-Z]{5}): ")
_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


class ServerSaidNo(Exception):
    """The server refused a login or a statement, with this SQLSTATE; None if the client did."""

    def __init__(self, sqlstate: str | None, text: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate
        self.unsafe_text = text


class Session:
    """Logged in when made. Raises TargetUnreachable and ServerSaidNo."""

    def __init__(self, host: str, port: int, parameters: Mapping[str, str]) -> None:
        until = time.monotonic() + CONNECT_SECONDS
        addresses = resolve(host, port)
        for address, deadline in shares(addresses, until):
            try:
                self._pgconn = _connect(host, port, address, parameters, deadline)
            except TargetUnreachable:
                if address == addresses[-1]:
                    raise
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pgconn.finish()

    @property
    def server_version(self) -> str:
        return (self._pgconn.parameter_status(b"server_version") or b"?").decode(errors="replace")

    def query(self, sql: bytes, *values: str) -> list[list[str]]:
        """Run one statement; the text of its rows."""
        until = time.monotonic() + STATEMENT_SECONDS
        try:
            self._pgconn.send_query_params(sql, [value.encode() for value in values])
            result = self._result(until)
            while self._result(until) is not None:
                pass
        except Error as error:
            raise TargetUnreachable("the connection broke off") from error
        if result is None or result.status not in _DONE:
            raise ServerSaidNo(_field(result, pq.DiagnosticField.SQLSTATE), "")
        return [
            [(result.get_value(row, column) or b"").decode(errors="replace") for column in range(result.nfields)]
            for row in range(result.ntuples)
        ]

    def verifier(self, account: str, password: str, algorithm: str) -> bytes:
        """What the server stores of a password, made here."""
        return self._pgconn.encrypt_password(password.encode(), account.encode(), algorithm.encode())

    def identifier(self, name: str) -> bytes:
        return bytes(pq.Escaping(self._pgconn).escape_identifier(name.encode()))

    def literal(self, value: bytes) -> bytes:
        return bytes(pq.Escaping(self._pgconn).escape_literal(value))

    def _result(self, until: float) -> pq.abc.PGresult | None:
        while self._pgconn.flush():
            _wait(self._pgconn, select.POLLOUT | select.POLLIN, until)
            self._pgconn.consume_input()
        while self._pgconn.is_busy():
            _wait(self._pgconn, select.POLLIN, until)
            self._pgconn.consume_input()
        return self._pgconn.get_result()


def _connect(host: str, port: int, address: str, parameters: Mapping[str, str], until: float) -> pq.abc.PGconn:
    conninfo = make_conninfo("", host=host, port=port, hostaddr=address, **parameters)
    pgconn = pq.PGconn.connect_start(conninfo.encode())
    try:
        _speak_in_codes(pgconn)
        _log_in(pgconn, host, port, until)
        pgconn.nonblocking = 1
    except BaseException:
        pgconn.finish()
        raise
    return pgconn


def _log_in(pgconn: pq.abc.PGconn, host: str, port: int, until: float) -> None:
    if pgconn.status == pq.ConnStatus.BAD:
        raise TargetUnreachable(f"{host} port {port}: the connection failed")
    greeted = False
    wanted = select.POLLOUT
    while True:
        _wait(pgconn, wanted, until)
        greeted = greeted or wanted == select.POLLIN
        state = pgconn.connect_poll()
        if state == pq.PollingStatus.OK:
            return
        if state == pq.PollingStatus.FAILED:
            found = _SQLSTATE.search(pgconn.error_message)
            text = pgconn.error_message.decode(errors="replace")
            if found is None and not greeted:
                raise TargetUnreachable(f"{host} port {port}: connection refused")
            raise ServerSaidNo(found[1].decode() if found else None, text)
        wanted = select.POLLIN if state == pq.PollingStatus.READING else select.POLLOUT


def _wait(pgconn: pq.abc.PGconn, wanted: int, until: float) -> None:
    # The number of the socket can change while libpq tries again.
    poll = select.poll()
    poll.register(pgconn.socket, wanted)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise TargetUnreachable("the server did not answer in time")


def _field(result: pq.abc.PGresult | None, field: pq.DiagnosticField) -> str | None:
    found = None if result is None else result.error_field(field)
    return None if found is None else found.decode(errors="replace")


@cache
def _libpq() -> ctypes.CDLL:
    """The libpq that psycopg is linked to: looked up in psycopg's module, the loader finds what it depends on."""
    library = ctypes.CDLL(sys.modules[pq.PGconn.__module__].__file__)
    library.PQsetErrorVerbosity.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.PQsetErrorVerbosity.restype = ctypes.c_int
    return library


def _speak_in_codes(pgconn: pq.abc.PGconn) -> None:
    """Ask libpq to put the SQLSTATE into the messages of a connection that fails."""
    pointer: int = getattr(pgconn, "pgconn_ptr")  # noqa: B009  # which psycopg's types leave out
    _libpq().PQsetErrorVerbosity(pointer, _VERBOSE)

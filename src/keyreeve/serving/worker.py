"""One worker process: an event loop that answers what it can at once, and a pool for what has to wait."""

import asyncio
import gc
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog
import uvloop

from keyreeve.app import DataFolder, open_parts
from keyreeve.certificates.inspection import Expiry, soonest_expiries
from keyreeve.dispatch import Dispatcher
from keyreeve.errors import BodyTooLarge
from keyreeve.failures import log_failure
from keyreeve.jobs import run_due
from keyreeve.operations import Needs
from keyreeve.parts import Parts
from keyreeve.protocols.http import HttpRequest, HttpResponse
from keyreeve.rotations import RotationRunner
from keyreeve.serving.channel import READY, receive_connections
from keyreeve.serving.expiries import MOST_EXPIRIES, ExpiryCollector, SharedExpiries
from keyreeve.serving.http1 import Connection
from keyreeve.serving.metrics import Metrics, SharedCounts
from keyreeve.serving.turns import Arrival, answer_turn, arrival_of
from keyreeve.visits import Visit

_POOL_THREADS = 8
# Those who wait for the writer's place write together when it is theirs.
_WRITER_THREADS = 16
# For calls that reach other machines while their caller waits.
_SLOW_THREADS = 4
_METRICS_SECONDS = 1.0
_DRAIN_SECONDS = 30.0
_JOB_SECONDS = 1.0
_PRUNE_SECONDS = 30.0
_HANDSHAKE_SECONDS = 10.0
# A client that keeps a connection open and reads nothing does not answer TLS's goodbye.
_FAREWELL_SECONDS = 2.0
_TEXT = "text/plain; charset=utf-8"
_COLLECT_AFTER = 20_000
_METRICS_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What the supervisor decides about a worker before it forks it."""

    folder: DataFolder
    slot: int
    counts: SharedCounts
    expiries: SharedExpiries
    tls: ssl.SSLContext | None


def run_worker(plan: WorkerPlan, channel: socket.socket) -> None:
    """Serve until told to stop (SIGTERM) or until the supervisor is gone."""
    uvloop.run(Worker(plan, channel).run())


class Worker:
    def __init__(self, plan: WorkerPlan, channel: socket.socket) -> None:
        self._plan = plan
        self._channel = channel
        self._metrics = Metrics(plan.counts, plan.slot, ExpiryCollector(plan.expiries, time.time))
        self._parts: Parts = open_parts(plan.folder, self._metrics.measure)
        self._dispatcher = Dispatcher(self._parts)
        self._pool = ThreadPoolExecutor(_POOL_THREADS, "call")
        self._writers = ThreadPoolExecutor(_WRITER_THREADS, "write")
        self._slow = ThreadPoolExecutor(_SLOW_THREADS, "slow")
        self._turn: list[Arrival] = []
        self._taking: set[asyncio.Task[None]] = set()
        self._metrics_text: tuple[float, bytes] = (0.0, b"")
        self._connections: set[Connection] = set()
        self._tls = plan.tls
        self.draining = False

    async def run(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_loop_failure)
        self._stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        background = _Background(self._parts, self._plan.expiries) if self._plan.slot == 0 else None
        if background is not None:
            # What fell due while the server was down happens before the first call.
            await loop.run_in_executor(self._pool, background.run_once)
            background.start()
        # What has been loaded stays; the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)
        loop.add_reader(self._channel.fileno(), self._accept)
        sweeper = loop.create_task(self._sweep())
        self._channel.send(READY)
        await self._stop.wait()
        await self._drain()
        sweeper.cancel()
        if background is not None:
            background.stop()
        self._pool.shutdown(wait=True)
        self._writers.shutdown(wait=True)
        self._slow.shutdown(wait=True)
        self._parts.audit.settle()

    # What a connection asks of its worker.

    def opened(self, connection: Connection) -> None:
        self._connections.add(connection)

    def closed(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def answer(self, connection: Connection, request: HttpRequest) -> HttpResponse | None:
        path = request.target.partition("?")[0]
        if path == "/healthz":
            return HttpResponse(200, _TEXT, b"ok\n")
        if path == "/metrics":
            return HttpResponse(200, _METRICS_TEXT, self._recent_metrics())
        if not self._turn:
            self._loop.call_soon(self._answer_turn)
        self._turn.append(arrival_of(self._dispatcher, connection, request))
        return None

    def _answer_turn(self) -> None:
        turn, self._turn = self._turn, []
        answer_turn(self._dispatcher, turn)
        strangers: list[Arrival] = []
        for arrival in turn:
            if arrival.response is not None:
                arrival.connection.respond(arrival.response)
            elif arrival.visit.caller is None:
                strangers.append(arrival)
            else:
                self._answer_later(arrival)
        if strangers:
            self._hand_over(self._pool, partial(self._admit_later, strangers), strangers)

    def _admit_later(self, strangers: Sequence[Arrival]) -> None:
        """In a thread of the pool. After a write nobody is known any more: one look is enough for all of a turn."""
        self._dispatcher.admit([arrival.visit for arrival in strangers])
        for arrival in strangers:
            self._answer_later(arrival)

    def _recent_metrics(self) -> bytes:
        """Rendered at most once a second: it costs much more than a call, and anybody may ask."""
        made, text = self._metrics_text
        if time.monotonic() - made >= _METRICS_SECONDS:
            text = self._metrics.text()
            self._metrics_text = (time.monotonic(), text)
        return text

    def too_large(self, connection: Connection, request: HttpRequest) -> HttpResponse:
        return arrival_of(self._dispatcher, connection, request).refuse(self._dispatcher, BodyTooLarge())

    def _answer_later(self, arrival: Arrival) -> None:
        def work() -> None:
            response = arrival.answer(self._dispatcher, may_block=True)
            self._loop.call_soon_threadsafe(arrival.connection.respond, response)

        self._hand_over(self._pool_for(arrival.visit), work, [arrival])

    def _hand_over(self, pool: ThreadPoolExecutor, work: Callable[[], None], arrivals: Sequence[Arrival]) -> None:
        """From any thread. If the system gives the pool no thread, nobody is left waiting for one."""
        try:
            pool.submit(work)
        except RuntimeError as error:
            for arrival in arrivals:
                log_failure(error, arrival.visit.request_id)
                self._loop.call_soon_threadsafe(arrival.connection.abort)

    def _pool_for(self, visit: Visit) -> ThreadPoolExecutor:
        """Writers take turns anyway; waiting for each other they must not fill the pool that readers need."""
        operation = self._parts.catalogue.get(visit.call.operation) if visit.call is not None else None
        if operation is None:
            return self._pool
        if operation.after is not None:
            return self._slow
        return self._writers if operation.needs is Needs.WRITE else self._pool

    def _accept(self) -> None:
        connections = receive_connections(self._channel)
        if connections is None:
            # The supervisor is gone: without it nobody restarts or deals, so stop in good order.
            asyncio.get_running_loop().remove_reader(self._channel.fileno())
            self._stop.set()
            return
        for connection in connections:
            task = asyncio.get_running_loop().create_task(self._take(connection))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
            task.add_done_callback(_ignore_failed_handshake)

    async def _take(self, accepted: socket.socket) -> None:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: Connection(self),
            accepted,
            ssl=self._tls,
            ssl_handshake_timeout=None if self._tls is None else _HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=None if self._tls is None else _FAREWELL_SECONDS,
        )

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            for connection in list(self._connections):
                connection.sweep(now)
            if self._parts.database.owes_shrinking:
                self._pool.submit(self._parts.database.shrink_log)

    async def _drain(self) -> None:
        """Finish what is in flight; who is still busy after the time is cut off."""
        self._accept()
        self.draining = True
        until = time.monotonic() + _DRAIN_SECONDS
        while (self._connections or self._taking) and time.monotonic() < until:
            for connection in list(self._connections):
                connection.drain()
            await asyncio.sleep(0.02)
        for connection in list(self._connections):
            connection.abort()


class _Background(threading.Thread):
    """The node's own work: due jobs, rotations, ends of certificates, flushing the audit log, forgetting old nonces."""

    def __init__(self, parts: Parts, expiries: SharedExpiries) -> None:
        super().__init__(name="background", daemon=True)
        self._expiries = expiries
        self._parts = parts
        self._rotations = RotationRunner(parts)
        self._shown: list[Expiry] | None = None
        self._stopped = threading.Event()
        self._prune_at = time.monotonic() + _PRUNE_SECONDS

    def run(self) -> None:
        while not self._stopped.wait(_JOB_SECONDS):
            self.run_once()

    def run_once(self) -> None:
        try:
            run_due(self._parts)
            self._rotations.look()
            self._show_expiries()
            self._parts.audit.settle()
            if time.monotonic() >= self._prune_at:
                self._prune_at = time.monotonic() + _PRUNE_SECONDS
                self._parts.replay.prune(self._parts.clock)
        except Exception as error:  # noqa: BLE001  # tried again in a second
            log_failure(error, "")

    def _show_expiries(self) -> None:
        """The cache reads them anew only where somebody has written."""
        view = self._parts.cache.view(may_block=True)
        found = view.get(("expiries", MOST_EXPIRIES), lambda connection: soonest_expiries(connection, MOST_EXPIRIES))
        if found is not self._shown:
            self._expiries.write(found or [])
            self._shown = found

    def stop(self) -> None:
        self._stopped.set()
        self.join()
        self._rotations.stop()


def _ignore_failed_handshake(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        task.exception()


def _log_loop_failure(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException) and not isinstance(error, OSError):
        log_failure(error, "")

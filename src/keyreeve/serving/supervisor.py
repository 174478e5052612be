"""The parent process: listens, deals connections to the workers in turn, and replaces a worker that dies."""

import contextlib
import os
import resource
import selectors
import signal
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from types import FrameType

import structlog

from keyreeve.access.replay import prepare_replay_folder
from keyreeve.app import REPLAY_FOLDER, DataFolder, open_checked
from keyreeve.catalogue import EVERYTHING
from keyreeve.data_lock import SERVING, held
from keyreeve.errors import StartRefused
from keyreeve.parts import OK, UNKNOWN
from keyreeve.protocols.alibaba_errors import CODES as ALIBABA_CODES
from keyreeve.protocols.huawei_errors import CODES as HUAWEI_CODES
from keyreeve.secrets.rotation.failing import JOB as ROTATION
from keyreeve.serving.channel import READY, open_channel, send_connection
from keyreeve.serving.expiries import SharedExpiries
from keyreeve.serving.metrics import SharedCounts

_BACKLOG = 1024
_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_RESTARTS, _RESTART_SECONDS = 10, 10.0
_STOP_SECONDS = 40.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ServePlan:
    """What the command line asks for."""

    folder: DataFolder
    host: str
    port: int
    workers: int
    tls_cert: str | None = None
    tls_key: str | None = None


@dataclass(slots=True)
class _Worker:
    slot: int
    pid: int
    channel: socket.socket
    ready: bool = False


class Supervisor:
    def __init__(self, plan: ServePlan) -> None:
        self._plan = plan
        self._counts = SharedCounts(plan.workers, [*EVERYTHING, ROTATION, UNKNOWN], [OK, *ALIBABA_CODES, *HUAWEI_CODES])
        self._expiries = SharedExpiries()
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        self._turn = 0
        self._deaths: deque[float] = deque(maxlen=_RESTARTS)
        self._stopping = False
        self._listening = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit status. Raises StartRefused before anything is served."""
        folder = self._plan.folder
        folder.settings()
        with held(folder.path, SERVING, "the passphrase of the root key is being changed", shared=True):
            return self._serve()

    def _serve(self) -> int:
        self._prepare()
        listener = _listen(self._plan.host, self._plan.port)
        waker = self._wake_on_signals()
        self._listener = listener
        for slot in range(self._plan.workers):
            self._start(slot)
        status = self._loop(waker)
        listener.close()
        self._stop_workers()
        return status

    def _prepare(self) -> None:
        # A core dump would hold the keys.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        folder = self._plan.folder
        database, _ = open_checked(folder)
        # Connections must not be shared with the workers that are forked from here.
        database.close()
        prepare_replay_folder(folder.path / REPLAY_FOLDER, int(time.time()))
        self._tls = _tls_context(self._plan)

    def _wake_on_signals(self) -> socket.socket:
        """A signal interrupts the wait by writing to a socket pair."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._waker_end = theirs
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, self._on_child)
        return ours

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _on_child(self, _number: int, _frame: FrameType | None) -> None:
        """Nothing to do: the signal has ended the wait, and the loop reaps."""

    def _loop(self, waker: socket.socket) -> int:
        self._selector.register(waker, selectors.EVENT_READ, self._drain_waker)
        while not self._stopping:
            for key, _ in self._selector.select(timeout=1.0):
                key.data(key.fileobj)
            if not self._reap():
                return 1
            if not self._listening and all(worker.ready for worker in self._workers):
                self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
                self._listening = True
                _announce(self._plan, self._listener)
        return 0

    def _drain_waker(self, waker: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while waker.recv(64):
                pass

    def _start(self, slot: int) -> None:
        ours, theirs = open_channel()
        # A signal between the fork and the child's own handlers would be taken by the parent's, and lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        pid = os.fork()
        if pid == 0:
            self._become_worker(slot, ours, theirs)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        theirs.close()
        worker = _Worker(slot, pid, ours)
        self._workers.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, partial(self._hear, worker))

    def _become_worker(self, slot: int, ours: socket.socket, theirs: socket.socket) -> None:
        """In the child, which never returns from here."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in _HANDLED:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
            ours.close()
            self._selector.close()
            self._listener.close()
            for sibling in self._workers:
                sibling.channel.close()
            from keyreeve.serving.worker import WorkerPlan, run_worker  # noqa: PLC0415  # event loops after the fork

            plan = WorkerPlan(self._plan.folder, slot, self._counts, self._expiries, self._tls)
            run_worker(plan, theirs)
            status = 0
        except BaseException as error:  # noqa: BLE001  # a child must not fall back into the parent's code
            _log.error("worker failed", worker=slot, error=type(error).__name__)
        finally:
            os._exit(status)

    def _hear(self, worker: _Worker, _channel: object) -> None:
        try:
            message = worker.channel.recv(16)
        except OSError:
            message = b""
        if message == READY:
            worker.ready = True
        elif not message:
            worker.ready = False
            self._selector.unregister(worker.channel)
            worker.channel.close()

    def _reap(self) -> bool:
        """Replace dead workers; False if they die faster than it makes sense to replace them."""
        for worker in list(self._workers):
            pid, _ = os.waitpid(worker.pid, os.WNOHANG)
            if pid == 0:
                continue
            self._workers.remove(worker)
            if worker.channel.fileno() >= 0:
                self._selector.unregister(worker.channel)
                worker.channel.close()
            self._deaths.append(time.monotonic())
            _log.error("worker died", worker=worker.slot, pid=pid)
            if len(self._deaths) == _RESTARTS and self._deaths[-1] - self._deaths[0] < _RESTART_SECONDS:
                _log.error("workers die too fast: giving up")
                return False
            if not self._stopping:
                self._start(worker.slot)
        return True

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(64):
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                _log.error("cannot accept", error=error.strerror)
                time.sleep(0.05)
                return
            with connection:
                self._deal(connection)

    def _deal(self, connection: socket.socket) -> None:
        """To the next worker that can take it; if none can, the connection is closed."""
        for _ in range(len(self._workers)):
            self._turn = (self._turn + 1) % len(self._workers)
            worker = self._workers[self._turn]
            if worker.ready and send_connection(worker.channel, connection):
                return

    def _stop_workers(self) -> None:
        for worker in self._workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        for worker in self._workers:
            while os.waitpid(worker.pid, os.WNOHANG)[0] == 0:
                if time.monotonic() > until:
                    os.kill(worker.pid, signal.SIGKILL)
                time.sleep(0.02)


def _tls_context(plan: ServePlan) -> ssl.SSLContext | None:
    """Raises StartRefused: what only the workers found out would be found out by each of them again and again."""
    if plan.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(plan.tls_cert, plan.tls_key, password=lambda: "")
    except (OSError, ValueError):
        raise StartRefused(f"{plan.tls_cert} and {plan.tls_key} are not a certificate and its key in PEM") from None
    return context


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=_BACKLOG
        )
    except OSError as error:
        raise StartRefused(f"cannot listen on {host}:{port}: {error.strerror}") from None
    listener.setblocking(False)
    return listener


def _announce(plan: ServePlan, listener: socket.socket) -> None:
    scheme = "http" if plan.tls_cert is None else "https"
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address = f"{scheme}://{shown}:{port}"
    (plan.folder.path / "run" / "address").write_text(address + "\n")
    print(f"Keyreeve is listening on {address} ({plan.workers} workers)", flush=True)  # noqa: T201

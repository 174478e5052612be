"""SSH to a host whose key is known, with one credential, and nothing of the operator's own ~/.ssh or agent."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import asyncssh

from keyreeve.crypto.secret import Secret
from keyreeve.instances.addresses import CONNECT_SECONDS, STATEMENT_SECONDS, dial
from keyreeve.instances.errors import LoginRefused, TargetRefused, TargetUnreachable
from keyreeve.instances.hosts.keys import pinned_key

_Answer = TypeVar("_Answer")
_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_OTHERS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", *_RSA)


@dataclass(frozen=True, slots=True)
class Login:
    """One of the two."""

    user: str
    password: Secret | None = None
    private_key: Secret | None = None


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int
    host_key: str


@dataclass(frozen=True, slots=True)
class Done:
    status: int | None
    output: bytes
    complaint: str


class Host:
    """A connection that is logged in."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        self._connection = connection

    async def run(self, command: str, stdin: bytes = b"") -> Done:
        """Raises TargetUnreachable."""
        # asyncssh takes an empty input for none and leaves the command waiting.
        source = asyncssh.PIPE if stdin else asyncssh.DEVNULL
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):
                done = await self._connection.run(command, stdin=source, input=stdin or None, encoding=None)
        except TimeoutError:
            raise TargetUnreachable("the host did not finish a command in time") from None
        except (asyncssh.Error, OSError):
            raise TargetUnreachable("the host broke the connection off") from None
        return Done(done.returncode, _bytes(done.stdout), _bytes(done.stderr).decode(errors="replace"))


def on_host(place: Place, login: Login, work: Callable[[Host], Awaitable[_Answer]]) -> _Answer:
    """Log in, do the work, and leave. Raises TargetUnreachable, LoginRefused and what `work` raises.

    The loop is asyncio's own and lives for this call, so that any thread may call, whatever loop the process runs.
    """

    async def visit() -> _Answer:
        async with _logged_in(place, login) as host:
            return await work(host)

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(visit())


class _Client(asyncssh.SSHClient):
    """Answers with the password once: a second try of the same would count as one more failure."""

    def __init__(self, password: str | None, authenticating: Callable[[], None]) -> None:
        self._password = password
        self._authenticating = authenticating

    def begin_auth(self, username: str) -> None:  # noqa: ARG002  # as asyncssh calls it
        self._authenticating()

    def password_auth_requested(self) -> str | None:
        password, self._password = self._password, None
        return password

    def kbdint_auth_requested(self) -> str | None:
        return None if self._password is None else ""

    def kbdint_challenge_received(
        self,
        name: str,  # noqa: ARG002
        instructions: str,  # noqa: ARG002
        lang: str,  # noqa: ARG002
        prompts: Sequence[tuple[str, bool]],
    ) -> list[str] | None:
        if not prompts:
            return []
        ((_, echo),) = prompts if len(prompts) == 1 else (("", True),)
        return None if echo else [self.password_auth_requested() or ""]


@asynccontextmanager
async def _logged_in(place: Place, login: Login) -> AsyncGenerator[Host]:
    try:
        async with asyncio.timeout(CONNECT_SECONDS) as deadline:
            connection = await _connect(place, login, deadline)
    except TimeoutError:
        raise TargetUnreachable(f"{place.host} port {place.port}: the host did not answer in time") from None
    except asyncssh.PermissionDenied:
        raise LoginRefused("the host refuses the user or the credential") from None
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed):
        raise TargetUnreachable("the host's key is not the one in host_key") from None
    except (asyncssh.Error, OSError):
        raise TargetUnreachable(f"{place.host} port {place.port}: the host broke the connection off") from None
    try:
        yield Host(connection)
    finally:
        connection.abort()
        await connection.wait_closed()


async def _connect(place: Place, login: Login, deadline: asyncio.Timeout) -> asyncssh.SSHClientConnection:
    loop = asyncio.get_running_loop()
    key = None if login.private_key is None else _readable(login.private_key)
    password = None if login.password is None else login.password.reveal().decode()

    def authenticating() -> None:
        # A host takes its time to refuse a password, and its key is known to be right by now.
        deadline.reschedule(loop.time() + STATEMENT_SECONDS)

    pinned = pinned_key(place.host_key)
    connected = dial(place.host, place.port)
    connected.setblocking(False)
    try:
        return await asyncssh.connect(
            place.host,
            place.port,
            sock=connected,
            config=None,
            options=None,
            known_hosts=([asyncssh.import_public_key(pinned)], [], []),
            server_host_key_algs=_algorithms(pinned),
            username=login.user,
            client_factory=lambda: _Client(password, authenticating),
            client_keys=[] if key is None else [key],
            client_certs=[],
            preferred_auth=["publickey"] if key is not None else ["password", "keyboard-interactive"],
            public_key_auth=key is not None,
            gss_host=None,
            host_based_auth=False,
            agent_path=None,
            pkcs11_provider=None,
            disable_trivial_auth=True,
            x509_trusted_certs=None,
            login_timeout=0,
        )
    except BaseException:
        connected.close()
        raise


def _algorithms(pinned: str) -> list[str]:
    """The pinned key's first; the others, so that a host without such a key shows which it has and is told apart."""
    kind = pinned.split(maxsplit=1)[0]
    return [*(_RSA if kind == "ssh-rsa" else (kind,)), *(one for one in _OTHERS if one != kind)]


def _readable(private_key: Secret) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(private_key.reveal())
    except asyncssh.KeyImportError:
        raise TargetRefused("the private key cannot be read, or it is encrypted") from None


def _bytes(output: object) -> bytes:
    return output if isinstance(output, bytes) else b""

"""Processes of `keyreeve` forked from one that has imported it, because the imports take longer than most commands."""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

_SECONDS = 120
_MESSAGE = 1 << 20
_ROOT = Path(__file__).parents[2]


def run_forked(words: Sequence[str], env: Mapping[str, str], stdin: str) -> subprocess.CompletedProcess[str]:
    """What `subprocess.run` says of `keyreeve` with these words."""
    ours, theirs = socket.socketpair()
    with closing(ours), TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        message = json.dumps({"words": words, "env": dict(env), "cwd": str(Path.cwd())}).encode()
        with closing(theirs):
            socket.send_fds(_forker(), [message], [file.fileno() for file in (given, out, err, theirs)])
        ours.settimeout(_SECONDS)
        pid = int(ours.recv(16))
        try:
            status = int(ours.recv(16))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), status, out.read().decode(), err.read().decode())


@cache
def _forker() -> socket.socket:
    """Where this process asks for a fork; the one that forks ends when this end is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE)
    with closing(theirs):
        code = f"from tests.support.forking import serve; serve({theirs.fileno()})"
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        process = subprocess.Popen([sys.executable, "-c", code], cwd=_ROOT, pass_fds=[theirs.fileno()], **streams)

    def stop() -> None:
        ours.close()
        process.wait(_SECONDS)

    atexit.register(stop)
    return ours


def serve(control: int) -> None:
    """Fork for every request, in a process that does nothing else."""
    from keyreeve.cli.main import main  # noqa: PLC0415  # what takes long is to be in this process

    # A collection in every process would make its own copy of all that is shared.
    gc.freeze()
    _become_a_command(socket.socket(fileno=control))
    sys.exit(main())


def _become_a_command(control: socket.socket) -> None:
    """This returns in the processes that are to be `keyreeve`."""
    # Who is forked here is waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, files, _, _ = socket.recv_fds(control, _MESSAGE, 4)
        if not message:
            sys.exit()
        if os.fork() == 0:
            break
        for file in files:
            os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()
    answers = socket.socket(fileno=files.pop())
    pid = os.fork()
    if pid != 0:
        answers.send(f"{pid:16}".encode())
        _, status = os.waitpid(pid, 0)
        answers.send(f"{os.waitstatus_to_exitcode(status):16}".encode())
        os._exit(0)
    answers.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    request = json.loads(message)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["keyreeve", *request["words"]]

"""What a running server says of a rotation that fails, and that whoever repairs it need not wait."""

import json
import re
import time

from tests.rotation.managed import create, let_in
from tests.rotation.places import Served, call
from tests.rotation.subjects import KINDS, Services
from tests.support.client import send
from tests.support.server import keyreeve

_SECONDS = 15


def test_an_instance_that_is_not_configured_yet(services: Services, served: Served):
    subject, server = KINDS["mariadb-single"](services, served), services.mariadb()
    config = '{"SecretSubType":"SingleUser","DBInstanceId":"by-command"}'
    schedule = {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}
    secret = create(served, subject, ExtendedConfig=config, **schedule)
    log = served.data.with_name(served.data.name + ".log")
    begins, failed = log.stat().st_size, failures(served)
    for _ in range(5):
        answer = served.answer("RotateSecret", SecretName=secret.name, VersionId="v2")
        assert (answer.status, answer.code) == (503, "ServiceUnavailableTemporary")
        assert "no instance by-command is configured" in answer.json["Message"]
    assert secret.described()["AutomaticRotation"] == "Invalid"
    assert secret.value()["VersionId"] == "v1"
    assert failures(served) >= failed + 5
    said = log.read_text()[begins:]
    assert "a secret was not rotated" in said
    assert secret.name in said

    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    instance = json.dumps({"id": "by-command", "engine": "mariadb", **login})
    done = keyreeve("instance", "add", "--data", str(served.data), "-", stdin=instance)
    assert done.returncode == 0, done.stderr
    # After five attempts the next one is half a minute away, but for this.
    call(served, "UpdateSecretRotationPolicy", SecretName=secret.name, **schedule)
    until = time.monotonic() + _SECONDS
    while secret.value()["VersionId"] != "v2":
        assert time.monotonic() < until
        time.sleep(0.1)
    assert let_in((subject, secret.credential())) == [True]
    assert secret.described()["AutomaticRotation"] == "Enabled"

    lines = [json.loads(line) for line in (served.data / "audit/audit.jsonl").read_text().splitlines()]
    mine = [line for line in lines if line["on"] == f"secret/{secret.name}" and line["op"] == "job.RotateSecret"]
    assert [line["result"] for line in mine] == [*["ServiceUnavailableTemporary"] * (len(mine) - 1), "OK"]
    said = str(mine) + log.read_text()[begins:] + metrics(served)
    assert not [kept for kept in (server.password, secret.credential()["AccountPassword"]) if kept in said]


def failures(served: Served) -> int:
    """As the metrics count them; they are a second old at most."""
    time.sleep(1.1)
    pattern = r'keyreeve_requests_total\{operation="job.RotateSecret",result="ServiceUnavailableTemporary"\} (\d+)'
    return sum(int(float(one)) for one in re.findall(pattern, metrics(served)))


def metrics(served: Served) -> str:
    return send(served.address, "GET", "/metrics").body.decode()

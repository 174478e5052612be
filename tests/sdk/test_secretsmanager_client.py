"""alibabacloud-secretsmanager-client-v2, as it is: the client whose users keep secrets in a cache of their own."""

import json
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_secretsmanager_client_v2.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder
from alibabacloud_secretsmanager_client_v2.service.default_secret_manager_client_builder import (
    DefaultSecretManagerClientBuilder,
)
from alibabacloud_secretsmanager_client_v2.service.full_jitter_back_off_strategy import FullJitterBackoffStrategy
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

from tests.limits.servers import limited, wait_for_next_second
from tests.rotation.managed import create
from tests.rotation.places import Served, call
from tests.rotation.subjects import ram_user
from tests.support.certificates import Authority
from tests.support.server import Account, Server, init

NAME = "client/secret"
_TTL_MS = 1_500


@contextmanager
def caching(builder: Any, ttl: int = 3_600_000, name: str = NAME) -> Generator[Any]:
    """Its log would go to standard error; its types say that what it gives may always be None."""
    quiet = logging.getLogger("quiet")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    made = SecretManagerCacheClientBuilder.new_cache_client_builder(builder.build())
    client: Any = made.with_logger(quiet).with_secret_ttl(name, ttl).build()
    try:
        yield client
    finally:
        client.close()


def reaching(address: str, account: Account, ca: str | None = None) -> Any:
    """How its users name another endpoint with its protocol and its CA; a properties file can name the first alone."""
    config: Any = Config(
        access_key_id=account.access_key_id,
        access_key_secret=account.access_key_secret,
        region_id=account.region_id,
        endpoint=address,
        protocol="http" if ca is None else "https",
    )
    config.ca = ca
    return DefaultSecretManagerClientBuilder.standard().add_config(config)


@pytest.fixture
def place(sqlite_server: Server) -> Served:
    return Served(sqlite_server.address, sqlite_server.data, sqlite_server.account)


def test_a_rotation_reaches_the_cache_when_its_time_is_over(place: Served):
    secret = create(place, ram_user(place))
    first = secret.credential()
    with caching(reaching(place.address, place.account), _TTL_MS, secret.name) as client:
        info = client.get_secret_info(secret.name)
        assert (info.secret_name, info.version_id, info.secret_type) == (secret.name, "v1", "RAMCredentials")
        assert json.loads(info.secret_value) == first
        secret.rotate("v2")
        # What is cached is still right: the former AccessKey lives until the next rotation.
        assert json.loads(client.get_secret_value(secret.name)) == first
        until = time.monotonic() + 20
        while client.get_secret_info(secret.name).version_id != "v2":
            assert time.monotonic() < until
            time.sleep(0.1)
        assert json.loads(client.get_secret_value(secret.name)) == secret.credential()
        secret.rotate("v3")
        assert client.refresh_now(secret.name)
        assert client.get_secret_info(secret.name).version_id == "v3"


def test_it_gets_text_and_bytes(place: Served):
    for kind, value in (("text", "käse"), ("binary", "AAH/")):
        name = f"client/{kind}-{time.monotonic_ns()}"
        call(place, "CreateSecret", SecretName=name, VersionId="v1", SecretData=value, SecretDataType=kind)
        with caching(reaching(place.address, place.account), name=name) as client:
            info = client.get_secret_info(name)
            assert (info.secret_value, info.secret_data_type, info.secret_type) == (value, kind, "Generic")
            with pytest.raises(ValueError, match="do not support"):
                (client.get_binary_value if kind == "text" else client.get_secret_value)(name)


def test_it_backs_off_while_it_is_throttled_and_lives_on_its_cache_while_the_server_is_down(data: Path):
    with limited(data, {"rates": {"read": 2}}) as server:
        place = Served(server.address, server.data, server.account)
        call(place, "CreateSecret", SecretName=NAME, VersionId="v1", SecretData="first")
        builder = reaching(server.address, server.account).with_back_off_strategy(FullJitterBackoffStrategy(4, 300))
        wait_for_next_second()
        while place.answer("GetSecretValue", SecretName=NAME).status == 200:
            pass
        with caching(builder) as client:
            assert client.get_secret_value(NAME) == "first"
            assert throttled(server) >= 2, "the one that was to bring it about, and the client's"

            server.stop()
            assert client.get_secret_value(NAME) == "first"
            assert not client.refresh_now(NAME)
            with pytest.raises(TeaException):
                client.get_secret_value("client/not-in-the-cache")
            server.start()
            call(place, "PutSecretValue", SecretName=NAME, VersionId="v2", SecretData="second")
            assert client.refresh_now(NAME)
            assert client.get_secret_value(NAME) == "second"


def throttled(server: Server) -> int:
    lines = map(json.loads, (server.data / "audit/audit.jsonl").read_text().splitlines())
    return sum(line["op"] == "GetSecretValue" and line["result"] == "Rejected.Throttling" for line in lines)


def test_it_speaks_tls(data: Path, authority: Authority):
    issued, paths = authority.issue("127.0.0.1"), [data.with_suffix(f".{name}") for name in ("cert", "key", "ca")]
    for path, text in zip(paths, (issued.certificate, issued.key, authority.pem), strict=True):
        path.write_text(text)
    words = ("--tls-cert", str(paths[0]), "--tls-key", str(paths[1]))
    server = Server(data, init(data), workers=1, words=words).start()
    try:
        builder = reaching(server.address, server.account, str(paths[2]))
        with caching(builder, name="none") as client, pytest.raises(TeaException, match=r"Forbidden\.ResourceNotFound"):
            client.get_secret_value("none")
    finally:
        server.kill()

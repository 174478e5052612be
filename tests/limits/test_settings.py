"""Limits are off unless config.json says otherwise, and what it says is taken or refused, never passed over."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from keyreeve.errors import StartRefused
from keyreeve.limits import Limits, Quota, Rate
from keyreeve.settings import read_settings
from tests.limits.servers import put_limits
from tests.support.client import Client
from tests.support.server import KEYREEVE, Server, init, keyreeve

# KMS documentation, "Performance quotas" and "Limits" (reference 3.0).
PUBLISHED_RATES = {
    "symmetric": 750,
    "asymmetric": 200,
    "create_key": 10,
    "read": 50,
    "write": 30,
    "tags": 300,
    "account": 1,
}
PUBLISHED_QUOTAS = {"keys": 200, "aliases": 300, "versions": 10_000}


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose config.json the tests write over."""
    data = tmp_path_factory.mktemp("settings") / "data"
    init(data)
    return data


def config_of(data: Path) -> dict[str, Any]:
    return dict(json.loads((data / "config.json").read_text()))


@pytest.mark.parametrize("words", [(), ("--limits", "off")], ids=["default", "off"])
def test_init_sets_no_limits(data: Path, words: tuple[str, ...]):
    init(data, *words)
    limits = config_of(data).get("limits", {})
    assert not any(limits.values())
    assert read_settings(data).limits == Limits()


def test_init_writes_the_published_numbers_where_it_is_told_to(data: Path):
    init(data, "--limits", "published")
    assert config_of(data)["limits"] == {"rates": PUBLISHED_RATES, "quotas": PUBLISHED_QUOTAS}
    assert read_settings(data).limits.rates[Rate.SYMMETRIC] == 750


def test_every_rate_and_quota_has_a_published_number_but_those_of_secrets_and_certificates():
    """What a customer may have of secrets, he buys (KMS documentation, "Limits"); of certificates nothing is said."""
    assert {rate.value for rate in Rate} == PUBLISHED_RATES.keys()
    assert {quota.value for quota in Quota} == {*PUBLISHED_QUOTAS, "secrets", "certificates"}


def test_init_takes_no_other_choice_of_limits(data: Path):
    assert keyreeve("init", "--data", str(data), "--limits", "huge").returncode == 2
    assert not data.exists()


def test_a_server_without_limits_does_not_throttle(sqlite_server: Server):
    """The published rate is one a second."""
    client = Client(sqlite_server.address, sqlite_server.account)
    codes = [client.answer("DescribeAccountKmsStatus").code for _ in range(8)]
    assert codes == ["OK"] * 8


def test_an_operators_numbers_are_taken_as_they_are(initialised: Path):
    put_limits(initialised, {"rates": {"symmetric": 5}, "quotas": {"keys": 2}})
    assert read_settings(initialised).limits == Limits({Rate.SYMMETRIC: 5}, {Quota.KEYS: 2})


def test_a_configuration_of_before_there_were_limits_has_none(initialised: Path):
    config = config_of(initialised)
    config.pop("limits")
    (initialised / "config.json").write_text(json.dumps(config))
    assert read_settings(initialised).limits == Limits()


WRONG: dict[str, object] = {
    "a rate that is unknown": {"rates": {"symetric": 5}},
    "a quota that is unknown": {"quotas": {"spoons": 5}},
    "a quota among the rates": {"rates": {"keys": 5}},
    "a kind of limit that is unknown": {"rate": {"symmetric": 5}},
    "a negative rate": {"rates": {"symmetric": -1}},
    "a negative quota": {"quotas": {"keys": -1}},
    "a number as text": {"rates": {"symmetric": "5"}},
    "half a call": {"rates": {"symmetric": 0.5}},
    "yes": {"quotas": {"keys": True}},
    "nothing": {"rates": {"symmetric": None}},
    "a list": {"rates": ["symmetric"]},
}


@pytest.mark.parametrize("limits", WRONG.values(), ids=WRONG.keys())
def test_limits_that_cannot_be_meant_are_refused_at_start(initialised: Path, limits: object):
    put_limits(initialised, limits)
    with pytest.raises(StartRefused, match=r"config\.json"):
        read_settings(initialised)


def test_a_server_with_a_limit_that_is_unknown_does_not_start_and_says_so_in_one_line(initialised: Path):
    put_limits(initialised, {"rates": {"symetric": 5}})
    words = [str(KEYREEVE), "serve", "--data", str(initialised), "--listen", "127.0.0.1:0"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "config.json" in line


def test_a_server_without_rates_keeps_no_counts(sqlite_server: Server):
    assert not (sqlite_server.data / "rates").exists()

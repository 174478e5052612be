"""What `keyreeve init` says about an HSM that it cannot use; nothing is left of the attempt."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_mistakes import mistake
from tests.hardware import raw
from tests.hardware.box import PIN, pin_file, words_for
from tests.support.server import init
from tests.support.softhsm import SoftHsm

Words = Callable[[SoftHsm, Path], tuple[str, ...]]
ROOT = ("--root-key", "hsm")


def passphrase(folder: Path) -> tuple[str, str]:
    (folder / "passphrase").write_text("secret\n")
    return "--passphrase-file", str(folder / "passphrase")


def words(hsm: SoftHsm, folder: Path, **changes: str) -> tuple[str, ...]:
    """All the options that are right, with some changed; an empty one is left away."""
    right = {"--hsm-module": hsm.module, "--hsm-token": hsm.label, "--hsm-pin-file": str(pin_file(folder))}
    given = right | {f"--hsm-{name.replace('_', '-')}": value for name, value in changes.items()}
    return tuple(word for name, value in given.items() if value for word in (name, value))


MISTAKES: dict[str, tuple[Words, str]] = {
    "no module there": (lambda hsm, at: words(hsm, at, module="/nowhere.so"), "/nowhere.so"),
    "no module at all": (lambda hsm, at: words(hsm, at, module=__file__), "cannot be loaded"),
    "another label": (lambda hsm, at: words(hsm, at, token="another"), "'another'"),
    "an empty label": (lambda hsm, at: (*words(hsm, at, token=""), "--hsm-token", ""), "the label of a token"),
    "a wrong PIN": (
        lambda hsm, at: words(hsm, at, pin_file=str(pin_file(at, "wrong", "wrong"))),
        "does not accept the PIN",
    ),
    "no PIN": (lambda hsm, at: words(hsm, at, pin_file=""), "KEYREEVE_HSM_PIN"),
    "no PIN file": (lambda hsm, at: words(hsm, at, pin_file=str(at / "none")), "PIN cannot be read"),
    "an empty PIN file": (lambda hsm, at: words(hsm, at, pin_file=str(pin_file(at, "", "empty"))), "PIN is empty"),
    "module without token": (lambda hsm, at: words(hsm, at, token=""), "--hsm-token"),
    "token without module": (lambda hsm, at: words(hsm, at, module=""), "--hsm-module"),
    "a PIN alone": (lambda hsm, at: words(hsm, at, module="", token=""), "--hsm-module"),
    "a passphrase too": (lambda hsm, at: (*words(hsm, at), *passphrase(at)), "--passphrase-file"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(hsm: SoftHsm, data: Path, name: str) -> None:
    make, hint = MISTAKES[name]
    told = mistake("init", "--data", str(data), *make(hsm, data.parent), *ROOT, env=dict(hsm.env))
    assert hint in told
    assert PIN not in told
    assert not data.exists()
    assert raw.objects(hsm) == []


def test_a_root_key_in_an_hsm_needs_an_hsm(data: Path) -> None:
    assert "--hsm-module" in mistake("init", "--data", str(data), *ROOT)
    assert not data.exists()


def test_a_wrong_pin_in_the_environment_is_told(hsm: SoftHsm, data: Path) -> None:
    env = {**hsm.env, "KEYREEVE_HSM_PIN": "wrong"}
    assert "PIN" in mistake("init", "--data", str(data), *words_for(hsm), env=env)
    assert not data.exists()


def test_a_token_that_is_away_is_told(hsm: SoftHsm, data: Path) -> None:
    with hsm.away():
        told = mistake("init", "--data", str(data), *words(hsm, data.parent), *ROOT, env=dict(hsm.env))
    assert "HSM" in told
    assert not data.exists()


def test_a_mistake_after_the_hsm_was_named_rightly_leaves_nothing(hsm: SoftHsm, data: Path) -> None:
    right = (*words(hsm, data.parent), *ROOT)
    mistake("init", "--data", str(data), *right, "--account-id", "1", env=dict(hsm.env))
    url = "postgresql://nobody@127.0.0.1:1/none"
    told = mistake("init", "--data", str(data), *right, "--database-url", url, env=dict(hsm.env))
    assert "database" in told
    assert raw.objects(hsm) == []


def test_a_second_init_is_refused_and_leaves_the_root_key(hsm: SoftHsm, data: Path) -> None:
    right = (*words(hsm, data.parent), *ROOT)
    init(data, *right, env=hsm.env)
    before = raw.root_keys(hsm)
    assert before == list(json.loads((data / "root-key.json").read_text())["keys"])
    assert "already initialised" in mistake("init", "--data", str(data), *right, env=dict(hsm.env))
    assert raw.root_keys(hsm) == before


def test_two_data_directories_share_a_token_and_keep_apart(hsm: SoftHsm, tmp_path: Path) -> None:
    for name in ("one", "two"):
        init(tmp_path / name, *words(hsm, tmp_path), *ROOT, env=hsm.env)
    ids = [json.loads((tmp_path / name / "root-key.json").read_text())["active"] for name in ("one", "two")]
    assert sorted(raw.root_keys(hsm)) == sorted(ids)

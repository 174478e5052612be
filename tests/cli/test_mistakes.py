"""Every mistake at the command line is one line, exit status 1, and no traceback."""

from pathlib import Path

import pytest

from tests.support.server import create_account_by_command, init, keyreeve


def mistake(*words: str, status: int = 1, env: dict[str, str] | None = None) -> str:
    done = keyreeve(*words, env=env)
    assert done.returncode == status, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("keyreeve: ")
    return lines[0]


def test_init_a_second_time_is_refused_and_changes_nothing(data: Path):
    init(data)
    before = (data / "root-key.json").read_bytes()
    assert "already initialised" in mistake("init", "--data", str(data))
    assert (data / "root-key.json").read_bytes() == before


def test_what_is_left_of_an_init_that_broke_off_is_not_overwritten(data: Path):
    init(data)
    (data / "config.json").unlink()
    assert "root-key.json" in mistake("init", "--data", str(data))


@pytest.mark.parametrize(
    "account_id", ["", "1", "0123456789012345", "12345678901234567", "123456789012345x", "\uff11" * 16]
)
def test_what_is_no_account_id_is_refused(data: Path, account_id: str):
    if account_id:
        assert "16 digits" in mistake("init", "--data", str(data), "--account-id", account_id)
        assert not data.exists()
    init(data)
    if account_id:
        assert "16 digits" in mistake("account", "create", "--data", str(data), "--account-id", account_id)


@pytest.mark.parametrize("region", ["a_b", "-a", "A", "x" * 70])
def test_what_is_no_region_is_refused(data: Path, region: str):
    assert "region" in mistake("init", "--data", str(data), f"--region={region}")


def test_an_account_is_made_once(data: Path):
    first = init(data)
    made = create_account_by_command(data, "1234567890123456")
    assert made.account_id == "1234567890123456"
    for account_id in (made.account_id, first.account_id):
        assert "exists already" in mistake("account", "create", "--data", str(data), "--account-id", account_id)


@pytest.mark.parametrize(
    "words",
    [
        ("account", "create"),
        ("audit", "verify"),
        ("root-key", "rotate"),
        ("serve",),
        ("call", "ListKeys"),
    ],
    ids=" ".join,
)
def test_a_directory_that_was_not_initialised_is_named(data: Path, words: tuple[str, ...]):
    assert "not initialised" in mistake(*words, "--data", str(data))


def test_a_database_that_cannot_be_reached_is_named_without_its_password(data: Path):
    url = "postgresql://somebody:geheim@127.0.0.1:1/none"
    assert "geheim" not in mistake("init", "--data", str(data), "--database-url", url)


def test_a_place_that_cannot_be_a_directory_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    mistake("init", "--data", str(tmp_path / "file" / "data"))


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert "not a directory" in mistake("init", "--data", str(tmp_path / "file"))
    assert "not initialised" in mistake("account", "create", "--data", str(tmp_path / "file"))


def test_a_configuration_of_another_form_is_refused(data: Path):
    init(data)
    (data / "config.json").write_text('{"format": 9}')
    assert "config.json" in mistake("account", "create", "--data", str(data))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--help",),
        ("serve", "--help"),
        ("init", "--help"),
        ("call", "--help"),
        ("audit", "verify", "--help"),
        ("inspect", "--help"),
        ("root-key", "rotate", "--help"),
        ("account", "create", "--help"),
    ],
    ids=" ".join,
)
def test_help_tells_how_a_command_is_used(words: tuple[str, ...]):
    done = keyreeve(*words)
    assert "Usage: keyreeve" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("frobnicate",),
        ("serve", "--data"),
        ("init", "--data", "x", "--nonsense"),
        ("serve", "--data", "x", "--workers", "0"),
    ],
    ids=" ".join,
)
def test_what_the_command_line_cannot_parse_is_a_usage_error(words: tuple[str, ...]):
    done = keyreeve(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr

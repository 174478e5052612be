"""What holds for every database."""

import threading

import pytest

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import LoginRefused, TargetRefused
from tests.instances.database import Maria, Postgres, database_target
from tests.instances.places import NASTY_PASSWORDS, new_name, with_password


def test_the_right_password_logs_in_and_a_wrong_one_does_not(database: Maria | Postgres, target: DatabaseTarget):
    account = database.new_account(password="right")
    target.log_in(account, "right")
    for password in ("wrong", "Right", "right "):
        with pytest.raises(LoginRefused) as caught:
            target.log_in(account, password)
        assert password not in str(caught.value)


def test_an_unknown_account_is_refused_at_the_login_and_cannot_be_changed(target: DatabaseTarget):
    with pytest.raises(LoginRefused):
        target.log_in(new_name("nobody"), "x")
    with pytest.raises(TargetRefused, match="no such account"):
        target.set_password(new_name("nobody"), "x")


def test_a_new_password_replaces_the_old_one_and_may_be_set_again(database: Maria | Postgres, target: DatabaseTarget):
    account = database.new_account(password="first")
    for _ in range(2):
        target.set_password(account, "second")
        target.log_in(account, "second")
        with pytest.raises(LoginRefused):
            target.log_in(account, "first")


@pytest.mark.parametrize("password", NASTY_PASSWORDS, ids=range(len(NASTY_PASSWORDS)))
def test_a_password_may_be_anything(database: Maria | Postgres, target: DatabaseTarget, password: str):
    account = database.new_account()
    target.set_password(account, password)
    target.log_in(account, password)
    assert database.lets_in(account, password)
    assert not database.lets_in(account, password + "x")


@pytest.mark.parametrize(
    "ending", ["'", '"', "`", "\\", "%", "%s", "@'%", "; --", " x", "k\u00e4se", "\u8def", "{}", "$1"]
)
def test_an_accounts_name_may_be_anything(database: Maria | Postgres, target: DatabaseTarget, ending: str):
    account = database.new_account(new_name() + ending)
    like_it = database.new_account(account[:-1], "another's")
    target.set_password(account, "second")
    target.log_in(account, "second")
    assert database.lets_in(account, "second")
    target.log_in(like_it, "another's")


def test_an_account_of_another_letter_case_is_another(database: Maria | Postgres, target: DatabaseTarget):
    account = database.new_account()
    with pytest.raises(TargetRefused):
        target.set_password(account.upper(), "second")
    target.log_in(account, "first")


@pytest.mark.parametrize(("account", "password"), [("", "x"), ("a\0b", "x"), ("a", ""), ("a", "x\0y"), ("a", "\ud800")])
def test_what_no_database_can_hold_is_refused(target: DatabaseTarget, account: str, password: str):
    for ask in (target.log_in, target.set_password):
        with pytest.raises(TargetRefused):
            ask(account, password)


def test_an_administrator_with_a_wrong_password_is_told_from_one_without_rights(database: Maria | Postgres):
    account = database.new_account(password="first")
    wrong = database_target(with_password(database.instance, "wrong"))
    for ask in (wrong.check, lambda: wrong.set_password(account, "second")):
        with pytest.raises(LoginRefused):
            ask()
    target = database_target(database.instance)
    target.log_in(account, "first")


def test_the_check_says_what_works(database: Maria | Postgres, target: DatabaseTarget):
    first, server, rights = target.check()
    assert first == "logged in as keeper"
    assert server.split()[0] in {"MariaDB", "MySQL", "PostgreSQL"}
    assert any(character.isdigit() for character in server)
    assert rights == "may change passwords"


def test_threads_do_not_disturb_each_other(database: Maria | Postgres, target: DatabaseTarget):
    accounts = [database.new_account() for _ in range(4)]
    broken: list[Exception] = []

    def rotate(account: str) -> None:
        try:
            for round_ in range(5):
                target.set_password(account, f"{account}-{round_}")
                target.log_in(account, f"{account}-{round_}")
        except Exception as error:  # noqa: BLE001  # whatever it is, the test fails with it
            broken.append(error)

    threads = [threading.Thread(target=rotate, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []

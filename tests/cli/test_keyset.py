"""`keyreeve keyset new`, `show` and `rewrap`."""

import base64
from pathlib import Path

import pytest

from keyreeve import keysets
from keyreeve.keysets import codec
from tests.cli.keyset import Folder, connected, done, folder, json_of, mistake, opened
from tests.keysets.documented import CIPHERTEXTS, K1, K1_ID, K1_JSON, K1_RAW_KEY
from tests.keysets.duck import assert_no_key_in
from tests.keysets.kms import Owner, new_owner
from tests.support.ports import free_port
from tests.support.server import Server

__all__ = ["folder"]  # the fixture


@pytest.fixture
def owner(sqlite_server: Server, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """An account that the commands call KMS as."""
    made = new_owner(sqlite_server)
    connected(made, monkeypatch)
    return made


def test_a_plain_keyset_goes_to_standard_output_or_to_a_file_of_ones_own(folder: Folder) -> None:
    (key,) = codec.from_bytes(bytes.fromhex(done("new", "--description", "mine"))).keys
    assert (key.type, key.description) == ("AES-GCM-256", "mine")
    assert json_of(done("new", "--out", "-", "--json"))["keyset"].isalnum()
    assert done("new", "--type", "AES-SIV-CMAC-256", "--out", folder / "made") == ""
    assert (folder / "made").stat().st_mode & 0o777 == 0o600
    assert "AES-SIV-CMAC-256" in done("show", "--keyset", folder / "made")
    assert "exists already" in mistake("new", "--out", folder / "made")


FORMS = {
    "bytes": K1,
    "HEX": K1.hex().upper().encode() + b"\n",
    "Base64": base64.encodebytes(K1),
    "JSON": keysets.keyset_to_json(K1).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_keyset_is_read_in_any_form_and_shown_without_its_keys(folder: Folder, form: str) -> None:
    file = folder.put("any", FORMS[form])
    shown = done("show", "--keyset", file)
    [line] = shown.splitlines()
    assert line.split() == [K1_ID, "primary", "AES-GCM-256", "ENABLED", "ALIYUN_MAXCOMPUTE", "hello", "world"]
    as_json = done("show", "--json", "--keyset", "-", stdin=FORMS[form])
    assert json_of(as_json)["primary_key_id"] == K1_JSON["primary_key_id"]
    assert json_of(as_json)["key"][0]["key_meta_data"]["value"] == "******"
    for text in (shown, as_json):
        assert_no_key_in(text, K1_RAW_KEY)


def test_a_wrapped_keyset_is_made_shown_and_used(owner: Owner, folder: Folder) -> None:
    arn = owner.new_key()
    role = owner.kms_role(arn)
    done("new", "--key", arn, "--role", role, "--description", "hello", "--out", folder / "wrapped")
    text = (folder / "wrapped").read_text().strip()
    for given in (folder / "wrapped", text, text.encode().hex()):
        assert "hello" in done("show", "--wrapped-keyset", given, "--key", arn, "--role", role)
    assert "hello" in done("show", "--wrapped-keyset", "-", "--key", arn, "--role", role, stdin=text.encode())
    source = folder.put_parquet("a.parquet", {"tel": ["1", None, "3"]})
    words = ("--column", "tel", "--wrapped-keyset", folder / "wrapped", "--key", arn, "--role", role)
    done("encrypt", source, folder / "b.parquet", *words)
    used = keysets.use_wrapped_keyset(arn, role, text)
    assert opened(folder.columns("b.parquet")["tel"], used) == [b"1", None, b"3"]
    done("decrypt", folder / "b.parquet", folder / "c.parquet", "--as", "text", *words)
    assert folder.columns("c.parquet") == {"tel": ["1", None, "3"]}


@pytest.mark.parametrize("in_hex", [True, False])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_of_wrapped_keysets_moves_to_another_key(
    owner: Owner, folder: Folder, suffix: str, in_hex: bool
) -> None:
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    role = owner.kms_role(old, new)
    wrapped = [keysets.new_wrapped_keyset(old, role, "AES-SIV-CMAC-128").decode() for _ in range(2)]
    told = [text.encode().hex() if in_hex else text for text in wrapped]
    source = folder / f"tenants.{suffix}"
    if suffix == "csv":
        folder.put(source.name, f"tenant,keyset\na,{told[0]}\nb,{told[1]}\nc,\nd,{told[0]}\n")
    else:
        folder.put_parquet(source.name, {"tenant": list("abcd"), "keyset": [told[0], told[1], None, told[0]]})
    before = owner.calls_of("Encrypt")
    summary = done(
        "rewrap", source, folder / "new.parquet", "--column", "keyset", "--key", new, "--role", role, "--json"
    )
    assert json_of(summary) == {"output": str(folder / "new.parquet"), "rows": 4, "rewrapped": {"keyset": 3}}
    assert owner.calls_of("Encrypt") - before == 2
    owner.disable(old)
    moved = folder.columns("new.parquet")["keyset"]
    bare = [text and (bytes.fromhex(text).decode() if in_hex else text) for text in moved]
    assert (bare[0] == bare[3], bare[2]) == (True, None)
    infos = [keysets.use_wrapped_keyset(new, role, text).wrapped_keyset_info for text in bare[:2]]
    assert infos[0] != infos[1]


def test_a_single_wrapped_keyset_moves_to_another_key(owner: Owner, folder: Folder) -> None:
    old, new = owner.new_key(), owner.new_key()
    done("new", "--key", old, "--out", folder / "wrapped")
    done("rewrap", folder / "wrapped", folder / "again", "--key", new)
    old_line = done("show", "--key", old, "--wrapped-keyset", folder / "wrapped")
    assert done("show", "--key", new, "--wrapped-keyset", folder / "again") == old_line
    assert "exists already" in mistake("rewrap", folder / "wrapped", folder / "again", "--key", new)
    done("rewrap", folder / "wrapped", folder / "wrapped", "--key", new, "--overwrite")
    assert done("show", "--key", new, "--wrapped-keyset", folder / "wrapped") == old_line


def test_what_kms_refuses_is_told_with_its_words_and_nothing_is_written(owner: Owner, folder: Folder) -> None:
    old, new = owner.new_key(), owner.new_key()
    wrapped = done("new", "--key", old).strip()
    source = folder.put("t.csv", f"keyset\n{wrapped}\n")
    words = ("rewrap", source, folder / "out.csv", "--column", "keyset", "--key", new)
    assert "column keyset, row 1: Decrypt was refused: Forbidden" in mistake(*words, "--role", owner.kms_role(new))
    assert "Encrypt was refused: Forbidden" in mistake(*words, "--role", owner.kms_role(old))
    assert f"wrapped by key {old.rpartition('/')[2]}" in mistake("show", "--key", new, "--wrapped-keyset", wrapped)
    folder.put("t.csv", "keyset\nrubbish!\n")
    assert "column keyset, row 1: a wrapped keyset is the Base64 text" in mistake(*words)
    assert folder.names() == {"t.csv"}


def test_a_server_that_is_down_is_named(owner: Owner, folder: Folder) -> None:
    arn = owner.new_key()
    address = f"http://127.0.0.1:{free_port()}"
    line = mistake("new", "--key", arn, "--out", folder / "made", "--endpoint", address)
    assert f"{address} cannot be reached: Connection refused" in line
    assert folder.names() == set()


def test_what_is_missing_to_call_kms_is_told(
    owner: Owner, folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arn = owner.new_key()
    wrapped = done("new", "--key", arn).strip()
    assert "--key is missing" in mistake("show", "--wrapped-keyset", wrapped)
    assert "kms_cmk_arn has the form" in mistake("new", "--key", "alias/a")
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID")
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    assert mistake("new", "--key", arn).startswith("keyreeve: no AccessKey is known: set ALIBABA_CLOUD_ACCESS_KEY_ID")
    monkeypatch.delenv("KEYREEVE_ENDPOINT")
    assert mistake("new", "--key", arn).startswith("keyreeve: no KMS is known: give --endpoint")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (K1[:-1], "not a keyset"),
        (K1.hex().encode()[:-2], "not a keyset"),
        (base64.b64encode(b"something else that is long enough"), "--wrapped-keyset"),
        (b'{"key": []}', "not a keyset's JSON"),
        (b"{\xff}", "not a keyset's JSON"),
    ],
)
def test_a_file_that_holds_no_keyset_is_told_without_showing_it(folder: Folder, content: bytes, told: str) -> None:
    line = mistake("show", "--keyset", folder.put("k", content))
    assert told in line
    assert_no_key_in(line, K1_RAW_KEY)


def test_a_keyset_is_given_once_and_never_as_an_argument(folder: Folder) -> None:
    both = (*folder.keyset, "--wrapped-keyset", folder / "k1.keyset")
    assert "--keyset FILE" in mistake("show")
    assert "--keyset FILE" in mistake("show", *both)
    assert "File name too long" in mistake("show", "--keyset", K1.hex() * 2)
    assert "nowhere: No such file" in mistake("show", "--keyset", folder / "nowhere")


def test_documented_values_open(folder: Folder) -> None:
    rows = "".join(f"{base64.b64encode(value).decode()}\n" for value in CIPHERTEXTS.values())
    source = folder.put("a.csv", f"tel\n{rows}")
    done("decrypt", source, folder / "b.csv", "--column", "tel", *folder.keyset)
    assert (folder / "b.csv").read_text() == '"tel"\n"0001"\n"0011"\n"0111"\n"1111"\n'

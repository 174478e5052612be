"""The look into the token that the other tests rely on, beside a server that makes and destroys keys there."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.exceptions import AttributeSensitive, GeneralError, ObjectHandleInvalid, PinIncorrect, PKCS11Error

from tests.hardware import raw, raw_pkcs11
from tests.support.softhsm import SoftHsm

KEY = {
    Attribute.CLASS: ObjectClass.SECRET_KEY,
    Attribute.KEY_TYPE: KeyType.AES,
    Attribute.VALUE_LEN: 32,
    Attribute.ID: bytes(16),
    Attribute.LABEL: "label",
}


class Guarded(dict[Attribute, Any]):
    """A key, for all that the look-in program reads of one; `refusal` is what it says of everything else."""

    def __init__(self, refusal: type[PKCS11Error]) -> None:
        super().__init__(KEY | {Attribute[name]: True for name in raw_pkcs11.FLAGS})
        self._refusal = refusal

    def __missing__(self, _name: Attribute) -> Any:
        raise self._refusal


class Showing:
    """A session that finds these objects, and the end of an object in the place of None."""

    def __init__(self, *found: Guarded | None) -> None:
        self._found = found

    def get_objects(self, _template: object) -> Generator[Guarded]:
        for one in self._found:
            if one is None:
                raise ObjectHandleInvalid
            yield one


def test_what_a_key_refuses_to_show_is_named() -> None:
    [seen] = raw_pkcs11.objects(Showing(Guarded(AttributeSensitive)), {})  # type: ignore[misc]
    assert set(seen["readings"].values()) == {"AttributeSensitive"}


@pytest.mark.parametrize("last", [None, Guarded(ObjectHandleInvalid)], ids=["before it is read", "while it is read"])
def test_a_look_during_which_a_key_vanishes_is_none(last: Guarded | None) -> None:
    with pytest.raises(SystemExit) as ended:
        raw_pkcs11.objects(Showing(Guarded(AttributeSensitive), last), {})
    assert ended.value.code == raw_pkcs11.AGAIN


def program_that_ends_with(folder: Path, monkeypatch: pytest.MonkeyPatch, *codes: int) -> Path:
    """The look-in program, one run after the other; the file counts them. The last code comes again and again."""
    runs, program = folder / "runs", folder / "program.py"
    runs.write_text("")
    program.write_text(
        f"from pathlib import Path; import sys; runs = Path({str(runs)!r}); done = len(runs.read_text())\n"
        f"runs.write_text('.' * (done + 1)); sys.stderr.write('its reason'); print('[]')\n"
        f"sys.exit({codes}[min(done, {len(codes) - 1})])\n"
    )
    monkeypatch.setattr(raw, "_PROGRAM", program)
    return runs


def test_it_is_looked_again_until_nothing_vanishes(hsm: SoftHsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    runs = program_that_ends_with(tmp_path, monkeypatch, raw_pkcs11.AGAIN, raw_pkcs11.AGAIN, 0)
    assert raw.objects(hsm) == []
    assert runs.read_text() == "..."


@pytest.mark.parametrize(("code", "count"), [(raw_pkcs11.AGAIN, 5), (1, 1)])
def test_it_is_not_looked_for_ever(
    hsm: SoftHsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, count: int
) -> None:
    runs = program_that_ends_with(tmp_path, monkeypatch, code)
    with pytest.raises(AssertionError, match="its reason"):
        raw.objects(hsm)
    assert runs.read_text() == "." * count


def test_what_stays_wrong_is_told(hsm: SoftHsm) -> None:
    with hsm.away(), pytest.raises(AssertionError, match=GeneralError.__name__):
        raw.objects(hsm)
    wrong = SoftHsm(hsm.module, hsm.label, "wrong", hsm.env, hsm.folder)
    with pytest.raises(AssertionError, match=PinIncorrect.__name__):
        raw.objects(wrong)

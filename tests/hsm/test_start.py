"""What a command says that cannot use the token, and what the token says that it can do."""

import pkgutil
import subprocess
import sys
import zlib

import pkcs11.exceptions as named
import pytest

import keyreeve.hsm
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import EncryptionAlgorithm, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.errors import ProtectionLevelUnavailable, StartRefused, Unavailable
from keyreeve.hsm.errors import TokenFailure, name_of
from keyreeve.hsm.features import Ability, Feature
from keyreeve.hsm.session import Session
from keyreeve.hsm.token import Token
from tests.support.softhsm import SoftHsm


def refusal(token: Token) -> str:
    with pytest.raises(StartRefused) as raised:
        token.check()
    return raised.value.detail


def test_a_token_that_is_as_it_should_be_passes(token: Token) -> None:
    token.check()
    token.check()
    assert token.supports(KeySpec.AES_256)
    token.check()
    assert token.supports(KeySpec.AES_256)


def test_what_is_wrong_is_said_in_a_line(token: Token, shared_hsm: SoftHsm) -> None:
    # A login of this process that holds must not let a wrong PIN pass.
    assert token.supports(KeySpec.AES_256)
    module, label, pin = shared_hsm.module, shared_hsm.label, Secret(shared_hsm.pin.encode())
    assert refusal(Token(module, label, Secret(b"wrong pin"))) == "the HSM does not accept the PIN"
    assert refusal(Token(module, label, Secret(b""))) == "the HSM does not accept the PIN"
    assert refusal(Token(module, "another", pin)) == "no token is labelled 'another' in the HSM"
    assert "cannot be loaded: /nowhere.so" in refusal(Token("/nowhere.so", label, pin))
    assert "cannot be loaded" in refusal(Token(zlib.__file__ or "libz.so.1", label, pin))
    assert token.supports(KeySpec.AES_256)


def test_what_a_command_is_told_a_call_is_not(shared_hsm: SoftHsm) -> None:
    with pytest.raises(Unavailable) as raised:
        Token("/nowhere.so", shared_hsm.label, Secret(b"")).has(bytes(16))
    assert raised.value.detail == ""


def test_a_token_that_cannot_be_reached_is_refused(own_token: Token, hsm: SoftHsm) -> None:
    with hsm.away():
        assert refusal(own_token) == "the HSM does not answer as it should: CKR_GENERAL_ERROR"
    own_token.check()


def test_two_tokens_of_one_process_do_not_disturb_each_other(token: Token, shared_hsm: SoftHsm) -> None:
    other = Token(shared_hsm.module, shared_hsm.label, Secret(shared_hsm.pin.encode()))
    for _ in range(3):
        token.generate_secret(b"k" * 16, "label", 256)
        assert other.has(b"k" * 16)
        other.destroy(b"k" * 16)
        assert not token.has(b"k" * 16)


def test_softhsm_supports_what_it_supports(token: Token) -> None:
    features = [*KeySpec, *SigningAlgorithm, *EncryptionAlgorithm, *Ability]
    assert [feature for feature in features if not token.supports(feature)] == [
        KeySpec.SM4,
        KeySpec.EC_SM2,
        KeySpec.HMAC_224,
        KeySpec.HMAC_256,
        KeySpec.HMAC_384,
        KeySpec.HMAC_512,
        KeySpec.HMAC_SM3,
        SigningAlgorithm.SM2DSA,
        EncryptionAlgorithm.RSAES_OAEP_SHA_256,
        EncryptionAlgorithm.SM2PKE,
    ]


def test_what_is_not_supported_is_refused(token: Token) -> None:
    key = b"u" * 16
    with pytest.raises(ProtectionLevelUnavailable) as raised:
        token.generate_pair(key, "label", KeySpec.EC_SM2, KeyUsage.SIGN_VERIFY)
    assert raised.value.parameter == "ProtectionLevel"
    with pytest.raises(ProtectionLevelUnavailable):
        token.decrypt(key, EncryptionAlgorithm.RSAES_OAEP_SHA_256, bytes(256))
    with pytest.raises(ProtectionLevelUnavailable):
        token.sign(key, SigningAlgorithm.SM2DSA, bytes(32))
    assert not token.has(key)


def test_features_are_asked_once_a_connection(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_session: Session) -> frozenset[Feature]:
        return frozenset()

    assert token.supports(KeySpec.AES_256)
    with monkeypatch.context() as during:
        during.setattr("keyreeve.hsm.token.features_of", nothing)
        assert token.supports(KeySpec.AES_256)
        token.close()
        token.has(bytes(16))
        assert not token.supports(KeySpec.AES_256)


def test_without_the_extra_everything_imports_and_the_token_says_what_to_install() -> None:
    names = [module.name for module in pkgutil.iter_modules(keyreeve.hsm.__path__, "keyreeve.hsm.")]
    assert "keyreeve.hsm.token" in names
    code = f"""
import sys
sys.modules["pkcs11"] = None
for name in {names}:
    __import__(name)
from keyreeve.errors import StartRefused
from keyreeve.hsm.token import Token
try:
    Token("module", "label", None)
except StartRefused as error:
    print(error.detail)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "an HSM needs python-pkcs11: pip install keyreeve[hsm]\n"


def test_errors_have_the_names_of_the_standard() -> None:
    assert name_of(named.PinIncorrect()) == "CKR_PIN_INCORRECT"
    assert name_of(named.SlotIDInvalid()) == "CKR_SLOT_ID_INVALID"
    assert name_of(named.RandomNoRNG()) == "CKR_RANDOM_NO_RNG"
    assert name_of(named.SessionReadWriteSOExists()) == "CKR_SESSION_READ_WRITE_SO_EXISTS"
    assert name_of(named.TokenNotRecognised()) == "CKR_TOKEN_NOT_RECOGNIZED"
    assert name_of(named.FunctionCancelled()) == "CKR_FUNCTION_CANCELED"
    assert name_of(named.PKCS11Error("Unmapped error code 0x35")) == "CKR_AEAD_DECRYPT_FAILED"
    assert name_of(named.PKCS11Error("Unmapped error code 0x80000001")) == "CKR_0x80000001"
    assert name_of(named.PKCS11Error("Initialisation error (not initialized). Should never see this.")) == (
        "CKR_CRYPTOKI_NOT_INITIALIZED"
    )
    assert name_of(TokenFailure("CKR_CANT_LOCK")) == "CKR_CANT_LOCK"

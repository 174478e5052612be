"""What a token answers, by the names of PKCS#11 2.40 and 3.0 (CKR_...), and what it means to us."""

import re

from keyreeve.errors import Unavailable

# The token works and cannot do what was asked of it.
REFUSALS = frozenset(
    {
        "CKR_ATTRIBUTE_READ_ONLY",
        "CKR_ATTRIBUTE_TYPE_INVALID",
        "CKR_ATTRIBUTE_VALUE_INVALID",
        "CKR_CURVE_NOT_SUPPORTED",
        "CKR_DOMAIN_PARAMS_INVALID",
        "CKR_FUNCTION_NOT_SUPPORTED",
        "CKR_KEY_FUNCTION_NOT_PERMITTED",
        "CKR_KEY_SIZE_RANGE",
        "CKR_KEY_TYPE_INCONSISTENT",
        "CKR_MECHANISM_INVALID",
        "CKR_MECHANISM_PARAM_INVALID",
        "CKR_TEMPLATE_INCOMPLETE",
        "CKR_TEMPLATE_INCONSISTENT",
    }
)
WRONG_CIPHERTEXT = frozenset(
    {
        "CKR_AEAD_DECRYPT_FAILED",
        "CKR_DATA_INVALID",
        "CKR_DATA_LEN_RANGE",
        "CKR_ENCRYPTED_DATA_INVALID",
        "CKR_ENCRYPTED_DATA_LEN_RANGE",
    }
)
# Said of a wrong ciphertext by some tokens, and of a token that broke by all.
VAGUE = frozenset({"CKR_FUNCTION_FAILED", "CKR_GENERAL_ERROR"})
STALE_HANDLE = frozenset({"CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID"})
# Said by the token of a key that it did not make. Other trouble may be the connection's, and the key may yet be made.
SPOILT = VAGUE | STALE_HANDLE
PIN_REFUSED = frozenset({"CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE"})

# Codes for which python-pkcs11 has no exception of its own, and those that C_Initialize and C_GetSessionInfo answer.
_NAMES = {
    0x0002: "CKR_HOST_MEMORY",
    0x0005: "CKR_GENERAL_ERROR",
    0x0006: "CKR_FUNCTION_FAILED",
    0x000A: "CKR_CANT_LOCK",
    0x0030: "CKR_DEVICE_ERROR",
    0x0032: "CKR_DEVICE_REMOVED",
    0x0035: "CKR_AEAD_DECRYPT_FAILED",
    0x0068: "CKR_KEY_FUNCTION_NOT_PERMITTED",
    0x00B0: "CKR_SESSION_CLOSED",
    0x00B3: "CKR_SESSION_HANDLE_INVALID",
    0x0140: "CKR_CURVE_NOT_SUPPORTED",
    0x0190: "CKR_CRYPTOKI_NOT_INITIALIZED",
    0x0191: "CKR_CRYPTOKI_ALREADY_INITIALIZED",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")
_SPELLING = {"CANCELLED": "CANCELED", "RECOGNISED": "RECOGNIZED"}


class ObjectMissing(Unavailable):
    """The token answers and holds no key of that id."""


class TokenFailure(Exception):
    """Trouble that python-pkcs11 has no exception for; `reason` is a line for whoever starts a command."""

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.reason = reason


class AbsenceDoubted(TokenFailure):
    """A key was not found by a module that may be hiding it; one that is started anew will tell."""


class NotConnected(TokenFailure):
    """Nothing was asked of the token yet."""

    def alone(self) -> "NotConnected":
        """The same without the errors that led to it."""
        return NotConnected(self.name, self.reason)


def code_name(code: int) -> str:
    return _NAMES.get(code, f"CKR_{code:#x}")


def name_of(error: Exception) -> str:
    """The CKR name of python-pkcs11's exceptions and of TokenFailure."""
    if isinstance(error, TokenFailure):
        return error.name
    name = type(error).__name__
    if name != "PKCS11Error":
        return "CKR_" + "_".join(_SPELLING.get(word, word) for word in map(str.upper, _WORD.findall(name)))
    if "not initialized" in str(error):
        return "CKR_CRYPTOKI_NOT_INITIALIZED"
    code = re.search(r"0x[0-9a-f]+", str(error))
    return code_name(int(code[0], 16)) if code else f"PKCS#11: {error}"

"""The one thing that is asked of the system's OpenSSL 3, through ctypes: SM2 keys that encrypt, decrypt and verify.

gmssl-pyx stops at 255 bytes of plaintext, and pyca/cryptography shows nothing of SM2. The functions stand in the manual
pages EVP_PKEY_encrypt(3), EVP_PKEY_decrypt(3), EVP_PKEY_verify(3), d2i_PrivateKey(3), d2i_X509(3) and
EVP_PKEY_gettable_params(3).
"""

import ctypes
import sys
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from functools import cache
from typing import Any, final

from keyreeve.errors import UnsupportedAction

_SONAME = "libcrypto.3.dylib" if sys.platform == "darwin" else "libcrypto.so.3"
_UNSUPPORTED = "SM2PKE needs OpenSSL 3 with SM2 on this machine"
_POINT_BYTES = 65

_Transform = (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t))
_Decode = (c_void_p, (c_void_p, POINTER(c_char_p), c_long))
# What every function returns and takes: ctypes would cut pointers to an int.
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ERR_clear_error": (None, ()),
    "EVP_ASYM_CIPHER_fetch": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_ASYM_CIPHER_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_decrypt": _Transform,
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": _Transform,
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_get_octet_string_param": (c_int, (c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_size_t))),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "d2i_AutoPrivateKey": _Decode,
    "d2i_PUBKEY": _Decode,
}


class OpensslRefused(Exception):
    """A function of libcrypto failed; why is not asked."""


@cache
def _library() -> ctypes.CDLL:
    """Raises UnsupportedAction where there is no OpenSSL 3, or one without SM2 (Fedora and RHEL leave it out)."""
    try:
        library = ctypes.CDLL(_SONAME)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        raise UnsupportedAction(_UNSUPPORTED) from None
    cipher = library.EVP_ASYM_CIPHER_fetch(None, b"SM2", None)
    library.EVP_ASYM_CIPHER_free(cipher)
    library.ERR_clear_error()
    if not cipher:
        raise UnsupportedAction(_UNSUPPORTED)
    return library


@final
class EvpKey:
    """An EVP_PKEY, freed with this object; threads may share it, for every use has a context of its own."""

    def __init__(self, key: int | None) -> None:
        """Takes over what a decoder returned, which is None if it refused. Raises OpensslRefused."""
        library = _library()
        # A decoder that succeeded may have left behind what its first attempts said.
        library.ERR_clear_error()
        if not key:
            raise OpensslRefused
        self._key = key
        # When the interpreter ends the memory goes anyway, and another thread may still be using the key.
        weakref.finalize(self, library.EVP_PKEY_free, key).atexit = False

    @classmethod
    def from_pkcs8(cls, der: bytes) -> "EvpKey":
        """A private key; one without its public half is completed. Raises OpensslRefused and UnsupportedAction."""
        return cls(_library().d2i_AutoPrivateKey(None, byref(c_char_p(der)), len(der)))

    @classmethod
    def from_spki(cls, der: bytes) -> "EvpKey":
        """A public key. Raises OpensslRefused and UnsupportedAction."""
        return cls(_library().d2i_PUBKEY(None, byref(c_char_p(der)), len(der)))

    def point(self) -> bytes:
        """The public half as an uncompressed point of 65 bytes. Raises OpensslRefused."""
        library = _library()
        point, length = ctypes.create_string_buffer(_POINT_BYTES), c_size_t()
        read = library.EVP_PKEY_get_octet_string_param(self._key, b"pub", point, _POINT_BYTES, byref(length))
        library.ERR_clear_error()
        if read != 1 or length.value != _POINT_BYTES:
            raise OpensslRefused
        return point.raw

    def encrypt(self, plaintext: bytes) -> bytes:
        """The ciphertext as EVP forms it, for SM2 in DER; never give it an empty plaintext. Raises OpensslRefused."""
        library = _library()
        with self._context(library.EVP_PKEY_encrypt_init) as context:
            size = c_size_t()
            if library.EVP_PKEY_encrypt(context, None, byref(size), plaintext, len(plaintext)) != 1:
                raise OpensslRefused
            return _transformed(library.EVP_PKEY_encrypt, context, plaintext, size.value)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """The plaintext of what `encrypt` returns. Raises OpensslRefused."""
        with self._context(_library().EVP_PKEY_decrypt_init) as context:
            # Asking for the size would parse the ciphertext twice, and no plaintext is longer than its ciphertext.
            return _transformed(_library().EVP_PKEY_decrypt, context, ciphertext, len(ciphertext))

    def verify(self, digest: bytes, signature: bytes) -> bool:
        """Whether a DER signature is of that digest, for SM2 e. Raises OpensslRefused."""
        library = _library()
        with self._context(library.EVP_PKEY_verify_init) as context:
            return library.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)) == 1

    @contextmanager
    def _context(self, prepare: Callable[[int], int]) -> Generator[int]:
        library = _library()
        context = library.EVP_PKEY_CTX_new_from_pkey(None, self._key, None)
        try:
            if not context or prepare(context) != 1:
                raise OpensslRefused
            yield context
        finally:
            library.EVP_PKEY_CTX_free(context)
            library.ERR_clear_error()


def _transformed(function: Callable[..., int], context: int, data: bytes, size: int) -> bytes:
    # The length goes in as well as out: SM2 first overwrites as many bytes as it says.
    output, length = ctypes.create_string_buffer(size), c_size_t(size)
    if function(context, output, byref(length), data, len(data)) != 1:
        raise OpensslRefused
    return output.raw[: length.value]

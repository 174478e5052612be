"""A PKCS#11 module as a C library: the few calls that python-pkcs11 does not make, or not in the way that we need."""

import ctypes
from typing import TYPE_CHECKING, Protocol, cast

from keyreeve.errors import StartRefused
from keyreeve.hsm.errors import TokenFailure, code_name

try:
    import pkcs11
    from pkcs11 import _pkcs11 as binding
except ImportError:
    # The extra is not installed, and require_binding says so.
    pkcs11 = binding = None

if TYPE_CHECKING:
    from pkcs11 import Session
    from pkcs11._pkcs11 import lib

# The rest of the package takes pkcs11 from here, the one place that is prepared not to find it.
__all__ = ["Cryptoki", "pkcs11", "require_binding"]

_OK = 0
_OS_LOCKING_OK = 0x02
_RW_USER_FUNCTIONS = 3

_OneArgument = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)
_SessionInfoFunction = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)


class _InitializeArguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS: four functions for locking, which the module does not need under CKF_OS_LOCKING_OK."""

    _fields_ = (("mutexes", ctypes.c_void_p * 4), ("flags", ctypes.c_ulong), ("reserved", ctypes.c_void_p))


class _SessionInfo(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_ulong) for name in ("slot", "state", "flags", "device_error"))


class _Handled(Protocol):
    """What python-pkcs11's own types leave out."""

    handle: int


class _FunctionList(ctypes.Structure):
    """The beginning of CK_FUNCTION_LIST, in the order of PKCS#11 2.40, chapter 6.1."""

    _fields_ = (
        ("version", ctypes.c_ubyte * 2),
        ("initialize", _OneArgument),
        ("finalize", _OneArgument),
        ("others", ctypes.c_void_p * 13),
        ("get_session_info", _SessionInfoFunction),
    )


def require_binding() -> None:
    """Raises StartRefused if python-pkcs11 is not installed."""
    if binding is None:
        raise StartRefused("an HSM needs python-pkcs11: pip install keyreeve[hsm]")


class Cryptoki:
    """One loaded module. It stays loaded: modules that are unloaded and loaded again are known to crash."""

    def __init__(self, path: str) -> None:
        """Load the module at `path`. Raises TokenFailure."""
        self._path = path
        functions = ctypes.POINTER(_FunctionList)()
        try:
            result = ctypes.CDLL(path).C_GetFunctionList(ctypes.byref(functions))
        except (OSError, AttributeError) as error:
            raise TokenFailure("not loadable", f"the PKCS#11 module cannot be loaded: {error}") from None
        _require_ok(result)
        self._functions = functions.contents
        self._module: lib | None = None

    @property
    def module(self) -> "lib":
        """The module as python-pkcs11 knows it, once it has been started."""
        assert self._module is not None
        return self._module

    def start(self) -> None:
        """C_Initialize for several threads, which python-pkcs11 does not ask for: it passes NULL.

        Raises TokenFailure or PKCS11Error.
        """
        _require_ok(self._functions.initialize(ctypes.byref(_InitializeArguments(flags=_OS_LOCKING_OK))))
        if self._module is None:
            self._module = _module(self._path)

    def stop(self) -> None:
        """C_Finalize; a module that was not started, or cannot even be stopped, is as good as stopped."""
        self._functions.finalize(None)

    def require_logged_in(self, session: "Session") -> None:
        """The session is open and logged in as the user. Raises TokenFailure."""
        info = _SessionInfo()
        handle = cast("_Handled", session).handle
        _require_ok(self._functions.get_session_info(handle, ctypes.byref(info)))
        if info.state != _RW_USER_FUNCTIONS:
            raise TokenFailure("CKR_USER_NOT_LOGGED_IN")


def _module(path: str) -> "lib":
    assert binding is not None

    class Module(binding.lib):
        def initialize(self) -> None:
            """Its constructor calls this, and the module is started already."""

    return Module(path)


def _require_ok(result: int) -> None:
    if result != _OK:
        raise TokenFailure(code_name(result))

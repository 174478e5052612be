"""Libraries that an optional extra brings: found among the installed packages, and loaded once in a process."""

import ctypes
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

import structlog

from keyreeve.crypto.rsa_lanes import RsaLanes

VARIABLE = "KEYREEVE_MULTIBUFFER"
_log = structlog.get_logger()
# crypto_mb names these as needed, but uses nothing of them; their package installs them where no loader looks.
_RUNTIME = ("intel-cmplr-lib-rt", ("libintlc.so.5", "libirng.so", "libimf.so", "libsvml.so"))
_CRYPTO_MB = ("ipp-crypto", ("libcrypto_mb.so",))


@cache
def find_rsa_lanes() -> RsaLanes | None:
    """None without the extra `multibuffer`, without a processor for it, or with KEYREEVE_MULTIBUFFER=off."""
    if os.environ.get(VARIABLE) == "off":
        return None
    try:
        for path in _installed(*_RUNTIME):
            ctypes.CDLL(path)
        (crypto_mb,) = _installed(*_CRYPTO_MB)
        return RsaLanes(ctypes.CDLL(crypto_mb))
    except PackageNotFoundError:
        return None
    except (OSError, ValueError) as error:
        # Whoever installed the extra wants to know.
        _log.warning("RSA signatures are made one by one", reason=str(error))
        return None


def _installed(package: str, names: tuple[str, ...]) -> list[str]:
    """Where a package has put files of those names, in their order. Raises PackageNotFoundError or ValueError."""
    files = {file.name: file for file in distribution(package).files or ()}
    if not files.keys() >= set(names):
        raise ValueError(f"{package} lacks one of {', '.join(names)}")
    return [str(files[name].locate()) for name in names]

import hmac

_BLOCK = 32


def expand(secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand with SHA-256 (RFC 5869 section 2.3), for uniformly random secrets.

    Written over one-shot HMAC because the message path calls it every time and a KDF object costs ten times more.
    """
    output = block = b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(secret, block + info + bytes((counter,)), "sha256")
        output += block
        counter += 1
    return output[:length]

"""As much of DER (X.690) as the tests need, by hand, and the two forms of an SM2 ciphertext."""


def tlv(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(content: bytes) -> bytes:
    return tlv(4, content)


def sequence(*values: bytes) -> bytes:
    return tlv(0x30, b"".join(values))


def contents(der: bytes) -> list[bytes]:
    """What the values in a SEQUENCE hold."""
    inside, found = _content(der, 0)[0], list[bytes]()
    at = 0
    while at < len(inside):
        content, at = _content(inside, at)
        found.append(content)
    return found


def values(der: bytes) -> list[bytes]:
    """The values in a SEQUENCE, each with its tag and length."""
    inside, found = _content(der, 0)[0], list[bytes]()
    at = 0
    while at < len(inside):
        _, after = _content(inside, at)
        found.append(inside[at:after])
        at = after
    return found


def raw_sm2(ciphertext: bytes) -> bytes:
    """04 || x || y || C3 || C2 of GM/T 0009's SEQUENCE of x, y, C3 and C2."""
    x, y, c3, c2 = contents(ciphertext)
    point = b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (x, y))
    return b"\4" + point + c3 + c2


def der_sm2(raw: bytes) -> bytes:
    """The way back."""
    x, y = (int.from_bytes(raw[at : at + 32], "big") for at in (1, 33))
    return sequence(integer(x), integer(y), octets(raw[65:97]), octets(raw[97:]))


def _content(der: bytes, at: int) -> tuple[bytes, int]:
    """What the value at a place holds, and where the next one begins."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start], "big")
    return der[start : start + length], start + length

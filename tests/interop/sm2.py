"""The digest that SM2 signs, computed as GB/T 32918.2 sections 5.5 and 6.1 say; the curve is GB/T 32918.5's."""

from gmssl_pyx import sm3_hash

from tests.interop.outside import SM2_POINT, spki_of

IDENTITY = b"1234567812345678"
_A = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
_B = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
_X_OF_G = "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
_Y_OF_G = "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def e_of(pem: str, message: bytes) -> bytes:
    """SM3(Z || M) for the default identity."""
    curve = bytes.fromhex(_A + _B + _X_OF_G + _Y_OF_G)
    bits = (len(IDENTITY) * 8).to_bytes(2, "big")
    z = sm3_hash(bits + IDENTITY + curve + spki_of(pem)[-SM2_POINT:])
    return sm3_hash(z + message)

from keyreeve.keysets.arguments import as_text
from keyreeve.keysets.functions.keysets import new_key
from keyreeve.keysets.functions.nulls import null_for_null
from keyreeve.keysets.keyset import keyset_of
from keyreeve.keysets.wrapping.connection import Connection, default_connection
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset
from keyreeve.keysets.wrapping.wrapped import blob_of


@null_for_null
def new_wrapped_keyset(
    kms_cmk_arn: str,
    role_arn: str,
    key_type: str,
    description: str | None = None,
    role_chain: str | None = None,
    *,
    connection: Connection | None = None,
) -> bytes:
    """A keyset of one new key, encrypted by a key in KMS; nobody sees it plain.

    `kms_cmk_arn` is `acs:kms:<region>:<account>:key/<id>`. `role_arn`, `acs:ram::<account>:role/<name>`, is assumed for
    the call, and then the roles of `role_chain`, with commas between, each by the one before; empty, the caller's own
    rights are used. `connection` is by default that of `connect`. Raises KmsRefused, KmsUnreachable, NotConnected.
    """
    kms = connection or default_connection()
    return kms.wrap(keyset_of(new_key(key_type, description)), kms_cmk_arn, role_arn, role_chain or "")


@null_for_null
def rotate_wrapped_keyset(
    kms_cmk_arn: str,
    role_arn: str,
    wrapped_keyset: str | bytes,
    key_type: str,
    description: str | None = None,
    role_chain: str | None = None,
    *,
    connection: Connection | None = None,
) -> bytes:
    """The wrapped keyset with a new primary key, of any type, wrapped by a key that may be another one.

    The role needs rights on the old key and the new one. Raises KeysetTooLarge, and as new_wrapped_keyset.
    """
    kms = connection or default_connection()
    keyset, _ = kms.unwrap(wrapped_keyset, role_arn, role_chain or "")
    return kms.wrap(keyset.with_new_primary(new_key(key_type, description)), kms_cmk_arn, role_arn, role_chain or "")


@null_for_null
def rewrap_keyset(
    kms_cmk_arn: str,
    role_arn: str,
    wrapped_keyset: str | bytes,
    role_chain: str | None = None,
    *,
    connection: Connection | None = None,
) -> bytes:
    """The same keyset wrapped by the key `kms_cmk_arn`; the old key is named by the wrapped keyset itself.

    The role needs rights on both keys. Raises as new_wrapped_keyset.
    """
    kms = connection or default_connection()
    keyset, _ = kms.unwrap(wrapped_keyset, role_arn, role_chain or "")
    return kms.wrap(keyset, kms_cmk_arn, role_arn, role_chain or "")


@null_for_null
def use_wrapped_keyset(
    kms_cmk_arn: str,
    role_arn: str,
    wrapped_keyset: str | bytes,
    role_chain: str | None = None,
    *,
    connection: Connection | None = None,
) -> UsedWrappedKeyset:
    """What stands for the keyset in enhanced_sym_encrypt and enhanced_sym_decrypt, and tells about it; it holds no key.

    Raises WrappedKeysetMalformed if another key than `kms_cmk_arn` wraps it, and as new_wrapped_keyset.
    """
    blob = blob_of(wrapped_keyset).encode()
    named = UsedWrappedKeyset(as_text(kms_cmk_arn), as_text(role_arn), as_text(role_chain or ""), blob)
    keyring = (connection or default_connection()).keyring(named)
    return named.with_info(keyring.keyset)

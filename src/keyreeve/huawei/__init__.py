"""The Huawei cloud's KMS API over the same keys: its own names, units, limits and codes, nothing stored of its own."""

from keyreeve.huawei import data, data_keys, identity, re_encryption

OPERATIONS = (
    *identity.OPERATIONS,
    *data_keys.OPERATIONS,
    *data.OPERATIONS,
    *re_encryption.OPERATIONS,
)

"""The Huawei cloud's KMS API over the same keys: its own names, units, limits and codes, nothing stored of its own."""

from keyreeve.huawei import (
    aliases,
    creation,
    data,
    data_keys,
    identity,
    inventory,
    lifecycle,
    macs,
    re_encryption,
    signing,
    tagged_keys,
    tags,
)

OPERATIONS = (
    *identity.OPERATIONS,
    *creation.OPERATIONS,
    *lifecycle.OPERATIONS,
    *inventory.OPERATIONS,
    *data_keys.OPERATIONS,
    *data.OPERATIONS,
    *re_encryption.OPERATIONS,
    *signing.OPERATIONS,
    *macs.OPERATIONS,
    *aliases.OPERATIONS,
    *tags.OPERATIONS,
    *tagged_keys.OPERATIONS,
)

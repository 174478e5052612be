from keyreeve.keys import (
    aliases,
    data_keys,
    encryption,
    exporting,
    importing,
    inventory,
    lifecycle,
    public_encryption,
    re_encryption,
    rotation,
    signing,
    versions,
)

OPERATIONS = (
    *lifecycle.OPERATIONS,
    *inventory.OPERATIONS,
    *versions.OPERATIONS,
    *rotation.OPERATIONS,
    *importing.OPERATIONS,
    *encryption.OPERATIONS,
    *re_encryption.OPERATIONS,
    *data_keys.OPERATIONS,
    *exporting.OPERATIONS,
    *signing.OPERATIONS,
    *public_encryption.OPERATIONS,
    *aliases.OPERATIONS,
)

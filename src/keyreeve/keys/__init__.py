from keyreeve.keys import aliases, data_keys, encryption, inventory, lifecycle, rotation, versions

OPERATIONS = (
    *lifecycle.OPERATIONS,
    *inventory.OPERATIONS,
    *versions.OPERATIONS,
    *rotation.OPERATIONS,
    *encryption.OPERATIONS,
    *data_keys.OPERATIONS,
    *aliases.OPERATIONS,
)

from keyreeve.secrets import creation, inventory, lifecycle, passwords, policies, reading, versions

OPERATIONS = (
    *creation.OPERATIONS,
    *inventory.OPERATIONS,
    *lifecycle.OPERATIONS,
    *policies.OPERATIONS,
    *reading.OPERATIONS,
    *versions.OPERATIONS,
    *passwords.OPERATIONS,
)

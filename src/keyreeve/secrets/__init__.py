from keyreeve.secrets import creation, inventory, lifecycle, passwords, policies, reading, rotating, versions

OPERATIONS = (
    *creation.OPERATIONS,
    *inventory.OPERATIONS,
    *lifecycle.OPERATIONS,
    *policies.OPERATIONS,
    *reading.OPERATIONS,
    *versions.OPERATIONS,
    *rotating.OPERATIONS,
    *passwords.OPERATIONS,
)

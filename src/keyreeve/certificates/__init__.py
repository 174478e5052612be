from keyreeve.certificates import creation, encryption, inventory, lifecycle, signing, uploading

OPERATIONS = (
    *creation.OPERATIONS,
    *uploading.OPERATIONS,
    *inventory.OPERATIONS,
    *lifecycle.OPERATIONS,
    *signing.OPERATIONS,
    *encryption.OPERATIONS,
)

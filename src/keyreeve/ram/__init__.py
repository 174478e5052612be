from keyreeve.ram import (
    access_keys,
    attached,
    attaching,
    groups,
    membership,
    policies,
    policy_lists,
    roles,
    users,
    versions,
)

OPERATIONS = (
    *users.OPERATIONS,
    *access_keys.OPERATIONS,
    *groups.OPERATIONS,
    *membership.OPERATIONS,
    *roles.OPERATIONS,
    *policies.OPERATIONS,
    *policy_lists.OPERATIONS,
    *versions.OPERATIONS,
    *attaching.OPERATIONS,
    *attached.OPERATIONS,
)

"""The closed list of everything the service can do."""

from keyreeve import certificates, huawei, keys, ram, secrets, sts, tagging
from keyreeve.account import operations as account
from keyreeve.operations import Operation, table

# The KMS API; and beside it what it takes to say who may use it, and the other cloud's API over the same keys.
CATALOGUE: dict[str, Operation] = table(
    keys.OPERATIONS, secrets.OPERATIONS, certificates.OPERATIONS, tagging.OPERATIONS, account.OPERATIONS
)
IDENTITY_CATALOGUE: dict[str, Operation] = table(ram.OPERATIONS, sts.OPERATIONS)
HUAWEI_CATALOGUE: dict[str, Operation] = table(huawei.OPERATIONS)
EVERYTHING: dict[str, Operation] = {**CATALOGUE, **IDENTITY_CATALOGUE, **HUAWEI_CATALOGUE}

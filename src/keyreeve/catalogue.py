"""The closed list of everything the service can do."""

from keyreeve import keys
from keyreeve.account import operations as account
from keyreeve.operations import Operation, table
from keyreeve.tagging import operations as tagging

CATALOGUE: dict[str, Operation] = table(keys.OPERATIONS, tagging.OPERATIONS, account.OPERATIONS)

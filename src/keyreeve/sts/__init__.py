from keyreeve.sts import operations

OPERATIONS = operations.OPERATIONS

from keyreeve.tagging import operations, resources

OPERATIONS = (*operations.OPERATIONS, *resources.OPERATIONS)

"""Keysets wrapped by a key in a KMS: the wrapped form, who may open it, and what is remembered of that."""

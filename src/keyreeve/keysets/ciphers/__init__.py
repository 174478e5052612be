"""One value under one key, and the keys of a keyset to choose from."""

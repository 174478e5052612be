"""Keyreeve: a key management service that the cloud's own SDKs use unchanged."""

"""`make bench-keysets`: rows a second of encryption and decryption, side by side in one run."""

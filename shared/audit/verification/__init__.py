"""Re-checking an exported log with public keys alone.

`recheck.verify` reads the lines once. It keeps hashes and times of each entry, the key of each
credential, and those checkpoints on which it cannot decide yet.
"""

"""Re-checking an exported log with public keys alone.

`recheck.verify` reads the lines once. It keeps the hash and time of each entry, the key of each
credential, and the checkpoints that it cannot decide on yet.
"""

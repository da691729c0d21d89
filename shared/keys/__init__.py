"""The keys of the service: where they are kept, and which version is used when.

`ring.py` chooses the version, by the clock and by the times that the key store gives to all
instances alike. `key_vault.py` reads the keys on Azure, and `key_files.py` on a development
machine. `cached.py` keeps what was read, so that requests neither wait for Key Vault nor depend on
it.
"""

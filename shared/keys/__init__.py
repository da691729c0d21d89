"""Where the keys of the service come from, and which one is used when.

`ring.py` decides by the clock and by what the keeper of the keys tells every instance alike.
`key_vault.py` reads them on Azure, `key_files.py` on a development machine, and `cached.py` keeps
what was read, so that requests neither wait for Key Vault nor depend on it.
"""
